using Campaign.Cli.Report;
using Xunit;

namespace Campaign.SystemTests.Report;

/// <summary>What the report says of labels that began in another state.</summary>
public sealed class RelabelReportTests
{
    [Theory]
    [InlineData(0.06, 0.08, "more than 0.050 eV/Å")]
    [InlineData(0.04, 0.02, "more than the potential's own force RMSE of 0.0200 eV/Å")]
    [InlineData(0.04, 0.045, null)]
    [InlineData(0.06, null, "more than 0.050 eV/Å")] // no potential was trained
    public void A_scatter_beyond_what_is_fitted_is_warned_of(double scatter, double? potential, string? says)
    {
        ReportModel sample = SampleReport.FirstPrinciples();
        ReportModel model = sample with
        {
            Potential = potential is { } rmse ? [sample.Potential[0] with { Level = "u4", ForceRmseEvPerA = Q.Exact(rmse, "eV/Å") }] : [],
            Relabelled = [Row(scatter)],
        };
        string? warning = ReportRules.Warnings(model).SingleOrDefault(w => w.Contains("aimd/ti0750/u4/t600", StringComparison.Ordinal));
        if (says is null)
            Assert.Null(warning);
        else
        {
            Assert.Contains(says, warning);
            Assert.Contains("Ti: 2 µB", warning);
            Assert.Contains("over 13 frames; 95 %: ", warning);
        }
    }

    [Fact]
    public void The_table_is_there_only_where_frames_were_computed_again()
    {
        ReportModel plain = SampleReport.FirstPrinciples(), with = plain with { Relabelled = [Row(0.0612)] };
        string root = Directory.CreateTempSubdirectory("campaign-report-").FullName;
        try
        {
            ReportFiles without = ReportWriter.Write(plain, Path.Combine(root, "a")), files = ReportWriter.Write(with, Path.Combine(root, "b"));
            Assert.DoesNotContain("relabelled", File.ReadAllText(without.Json), StringComparison.Ordinal);
            Assert.DoesNotContain("another initial state", File.ReadAllText(without.Html), StringComparison.Ordinal);
            string html = File.ReadAllText(files.Html);
            Assert.Contains("Labels from another initial state", html, StringComparison.Ordinal);
            Assert.Contains("13 (and 2 unconverged)", html, StringComparison.Ordinal);
            Assert.Contains("55.1 to 67.3", html, StringComparison.Ordinal);
            Assert.Equal(0.0612, ReportJson.Read(File.ReadAllText(files.Json)).Relabelled![0].ForceRmsEvPerA.Value);
            Assert.Contains("aimd/ti0750/u4/t600", File.ReadAllText(Path.Combine(root, "b", "tables", "relabelled.csv")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static RelabelRow Row(double scatter) => new(
        "ti0750", "u4", "aimd/ti0750/u4/t600", "Li: 0 µB, Ti: 2 µB", 13, 2, Q.Estimate(scatter, 0.05 * scatter, 0.9 * scatter, 1.1 * scatter, "eV/Å"), Q.Exact(0.4, "eV/Å"),
        Q.Difference(1e-4, 2e-5, 6e-5, 1.4e-4, "eV/atom"), Q.Exact(7e-5, "eV/atom"));
}
