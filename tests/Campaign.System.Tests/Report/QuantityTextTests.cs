using Campaign.Cli.Report;
using Xunit;

namespace Campaign.SystemTests.Report;

public sealed class QuantityTextTests
{
    [Theory]
    [InlineData(0.2941, 0.0213, "0.294(21)")]
    [InlineData(5.31e-7, 1.2e-7, "5.3(1.2)×10⁻⁷")]
    [InlineData(5.312e-7, 2.1e-8, "5.31(21)×10⁻⁷")]
    [InlineData(123.44, 4.52, "123.4(4.5)")]
    [InlineData(1234, 52, "1234(52)")]
    [InlineData(-0.014, 0.032, "−0.014(32)")]
    [InlineData(0.9996, 0.00996, "1.000(10)")]
    [InlineData(2.0e-6, 9.96e-8, "2.00(10)×10⁻⁶")]
    public void Errors_stand_in_parentheses_on_the_last_digits(double value, double error, string expected) =>
        Assert.Equal(expected, QuantityText.WithError(value, error));

    [Theory]
    [InlineData(6.3341, 4, "6.334")]
    [InlineData(0.00067, 2, "6.7×10⁻⁴")]
    [InlineData(9.9996, 3, "10.0")]
    [InlineData(0, 3, "0")]
    [InlineData(410.94, 4, "410.9")]
    public void Numbers_without_error_have_a_fixed_number_of_digits(double value, int digits, string expected) =>
        Assert.Equal(expected, QuantityText.Significant(value, digits));

    [Fact]
    public void An_unresolved_number_is_never_printed_bare()
    {
        Assert.Equal("not resolved (< 2.5×10⁻⁷ cm²/s)", QuantityText.Full(Q.Below(2.5e-7, "cm²/s")));
        Assert.Equal("not resolved (between 0.10 and 0.93 eV)", QuantityText.Full(Q.Estimate(.5, .2, .1, .93, "eV")));
        Assert.Equal("not resolved (< 1.3)", QuantityText.Full(Q.Estimate(.5, .4, -.3, 1.3, "1")));
        Assert.Equal("not resolved (no hops seen)", QuantityText.Full(Q.None("cm²/s", "no hops seen")));
        Assert.Equal("not resolved (no estimate)", QuantityText.Full(Q.Exact(double.NaN, "eV")));
    }

    [Fact]
    public void Resolved_means_a_half_width_below_thirty_percent()
    {
        Assert.True(Q.Estimate(1, .1, .75, 1.25, "eV").Resolved);
        Assert.False(Q.Estimate(1, .2, .6, 1.4, "eV").Resolved);
    }

    [Fact]
    public void Implausible_haven_ratios_and_missed_limits_warn()
    {
        ReportModel m = SampleReport.StandIn();
        ReportModel odd = m with
        {
            Transport = [m.Transport[^1] with { HavenRatio = Q.Estimate(14, 1, 12, 16, "1") }],
            Potential = [m.Potential[0] with { ForceRelative = Q.Exact(.2, "1") }],
        };
        string[] warnings = [.. ReportRules.Warnings(odd)];
        Assert.Contains(warnings, w => w.StartsWith("Haven ratio 14.0(1.0)"));
        Assert.Contains(warnings, w => w.Contains("above the limit of 15 %"));
        Assert.DoesNotContain(ReportRules.Warnings(m), w => w.StartsWith("Haven"));
    }
}
