using System.Globalization;
using Campaign.Cli.Commands;
using Xunit;

namespace Campaign.SystemTests.Verbs;

public sealed class MomentTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 9, 30, 15, TimeSpan.Zero);
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("there", TimeSpan.FromHours(2), "there", "there");

    [Theory]
    [InlineData("2026-03-10T09:00:00Z", "2026-03-10T09:00:01Z")] // all of the last unit given
    [InlineData("2026-03-10T09:00:00.250Z", "2026-03-10T09:00:00.251Z")]
    [InlineData("2026-03-10 09:00Z", "2026-03-10T09:01:00Z")]
    [InlineData("2026-03-10 09:00+01:00", "2026-03-10T08:01:00Z")]
    [InlineData("2026-03-10T09:00:00-0530", "2026-03-10T14:30:01Z")]
    [InlineData("2026-03-10 11:00", "2026-03-10T09:01:00Z")] // this machine's zone
    [InlineData("2026-03-09", "2026-03-09T22:00:00Z")]
    [InlineData("11:29", "2026-03-10T09:30:00Z")] // today
    public void A_time_includes_all_of_the_last_unit_given(string text, string end) =>
        Assert.Equal(
            DateTimeOffset.Parse(end, CultureInfo.InvariantCulture),
            Assert.IsType<Moment.Until>(Moment.Parse(text, Now, Zone)).Time + TimeSpan.FromTicks(1));

    [Theory]
    [InlineData("2 h ago", 7200)]
    [InlineData("90s", 90)]
    [InlineData("1.5 min", 90)]
    [InlineData("2 days ago", 172800)]
    public void A_span_counts_back_from_now(string text, int seconds) =>
        Assert.Equal(Now.AddSeconds(-seconds), Assert.IsType<Moment.Until>(Moment.Parse(text, Now, Zone)).Time);

    [Theory]
    [InlineData("120", 120)]
    [InlineData("#7", 7)]
    public void A_bare_number_is_an_event(string text, long place) => Assert.Equal(place, Assert.IsType<Moment.Place>(Moment.Parse(text, Now, Zone)).Sequence);

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-02-30")]
    [InlineData("2026-03-10 25:00")]
    [InlineData("2026-03-10T09:00:00+99:00")]
    [InlineData("-5 h")]
    [InlineData("9999-12-31")]
    [InlineData("99999999999999999999")]
    public void Anything_else_is_refused_with_the_forms_that_are_understood(string text) =>
        Assert.Contains("2 h ago", Assert.Throws<FormatException>(() => Moment.Parse(text, Now, Zone)).Message);
}
