using Campaign.Compute.Engines.Scheduling;
using Xunit;

namespace Campaign.Compute.Tests.Engines;

public sealed class JobNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("li3ticl6-7f3a-0c9d-a12")]
    [InlineData("0")]
    public void A_token_is_a_name(string text) => Assert.Equal(text, JobName.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("a;$(touch x)")]
    [InlineData("a/b")]
    [InlineData("a_b")]
    [InlineData("ä")]
    [InlineData("٣")] // a digit, of another alphabet
    public void Anything_else_is_refused(string text)
    {
        Assert.False(JobName.TryParse(text, out _));
        Assert.Throws<FormatException>(() => JobName.Parse(text));
    }

    [Fact]
    public void A_name_has_64_characters_at_most()
    {
        Assert.True(JobName.TryParse(new string('a', 64), out _));
        Assert.False(JobName.TryParse(new string('a', 65), out _));
    }

    [Fact]
    public void A_name_never_given_does_not_pass_for_an_empty_one() => Assert.Throws<InvalidOperationException>(() => default(JobName).ToString());
}
