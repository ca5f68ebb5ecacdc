using System.Globalization;
using System.Text.RegularExpressions;

namespace Campaign.Cli.Commands;

/// <summary>A moment of a campaign's past as people write it: a time, a time span before now, or the number of an event.</summary>
internal abstract partial record Moment
{
    /// <summary>For help and error messages.</summary>
    public const string Forms =
        "TIME is a date and time such as 2026-01-31T12:00:00Z, 2026-01-31 12:00 or 2026-01-31 (without a zone: this machine's), a time of today "
        + "such as 14:30, a span before now such as \"2 h ago\" or 90s, or the number of an event as 'history' shows it. A time includes all of the last unit "
        + "given: 12:00 means until the end of that minute.";

    private static readonly (string Format, TimeSpan Unit)[] Formats =
    [
        ("yyyy-MM-dd", TimeSpan.FromDays(1)),
        ("yyyy-MM-dd HH:mm", TimeSpan.FromMinutes(1)),
        ("yyyy-MM-dd HH:mm:ss", TimeSpan.FromSeconds(1)),
        .. Enumerable.Range(1, 7).Select(digits => ($"yyyy-MM-dd HH:mm:ss.{new string('f', digits)}", TimeSpan.FromTicks((long)Math.Pow(10, 7 - digits)))),
    ];

    private Moment() { }

    /// <summary>Everything up to and including this place in the journal.</summary>
    public sealed record Place(long Sequence) : Moment;

    /// <summary>Everything up to and including this time.</summary>
    public sealed record Until(DateTimeOffset Time) : Moment;

    /// <exception cref="FormatException">None of the <see cref="Forms"/>.</exception>
    public static Moment Parse(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        text = text.Trim();
        if (PlacePattern().Match(text) is { Success: true } place && long.TryParse(place.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return new Place(number);
        if (SpanPattern().Match(text) is { Success: true } span)
        {
            TimeSpan unit = span.Groups[2].Value switch
            {
                ['s', ..] => TimeSpan.FromSeconds(1), ['m', ..] => TimeSpan.FromMinutes(1), ['h', ..] => TimeSpan.FromHours(1), _ => TimeSpan.FromDays(1),
            };
            return new Until(now - unit * double.Parse(span.Groups[1].Value, CultureInfo.InvariantCulture));
        }
        if (ClockPattern().IsMatch(text))
            text = TimeZoneInfo.ConvertTime(now, zone).ToString("yyyy-MM-dd ", CultureInfo.InvariantCulture) + text;
        Match split = ZonePattern().Match(text);
        string written = split.Groups[1].Value.Replace('T', ' ');
        foreach ((string format, TimeSpan unit) in Formats)
        {
            if (!DateTime.TryParseExact(written, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time))
                continue;
            TimeSpan? offset = split.Groups[2].Value switch
            {
                "" => zone.GetUtcOffset(time),
                "Z" => TimeSpan.Zero,
                var o when TimeSpan.TryParseExact(o[1..], ["hh\\:mm", "hhmm"], CultureInfo.InvariantCulture, out TimeSpan given) && given <= TimeSpan.FromHours(14) => o[0] == '-' ? -given : given,
                _ => null,
            };
            if (offset is { } o2 && time.Year is > 1 and < 9999)
                return new Until(new DateTimeOffset(time, o2) + unit - TimeSpan.FromTicks(1));
        }
        throw new FormatException($"'{text}' is no time. {Forms}");
    }

    [GeneratedRegex(@"^#?(\d{1,18})$")]
    private static partial Regex PlacePattern();

    [GeneratedRegex(@"^(\d{1,6}(?:\.\d{1,6})?) ?(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)(?: ago)?$")]
    private static partial Regex SpanPattern();

    [GeneratedRegex(@"^\d\d:\d\d(:\d\d(\.\d{1,7})?)?$")]
    private static partial Regex ClockPattern();

    [GeneratedRegex(@"^(.*?)\s*(Z|[+-]\d\d:?\d\d)?$")]
    private static partial Regex ZonePattern();
}
