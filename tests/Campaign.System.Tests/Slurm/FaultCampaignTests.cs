using System.Globalization;
using Campaign.JobCampaign;
using Campaign.SystemTests.Faults;
using Campaign.TestSupport.Slurm;
using Xunit;
using Xunit.Abstractions;

namespace Campaign.SystemTests.Slurm;

/// <summary>
/// A campaign of jobs meets every kind of fault, one after the other and at the same time, and ends as an undisturbed one. Forty faults take
/// three minutes; more of them, and other seeds: <c>tests/inject-faults.sh</c>, which sets the variables read here.
/// </summary>
[Collection("slurm")]
public sealed class FaultCampaignTests(SlurmCluster cluster, ITestOutputHelper output)
{
    private const int Steps = 40, MsPerStep = 50;
    private static readonly TimeSpan MeanGap = TimeSpan.FromMilliseconds(300);

    [SkippableFact]
    public async Task Whatever_happens_every_task_is_done_right_and_once()
    {
        int count = Number("CAMPAIGN_FAULTS", 40), seed = Number("CAMPAIGN_FAULT_SEED", 1);
        using var target = new JobCampaignTarget(cluster, new JobPlan(Tasks: 2 * count, Steps, MsPerStep), TimeSpan.FromSeconds(90 + count));
        long begun = TimeProvider.System.GetTimestamp();

        FaultOutcome outcome;
        try
        {
            outcome = await FaultCampaign.RunAsync(FaultPlan.Of(seed, count, MeanGap), target, TimeProvider.System);
        }
        finally
        {
            Report("story.txt", File.ReadAllText(target.Story));
            Report("slurmctld.log", File.ReadAllText(cluster.ControllerLog));
        }

        TimeSpan took = TimeProvider.System.GetElapsedTime(begun);
        string table = string.Create(
            CultureInfo.InvariantCulture,
            $"{FaultTable.Print(FaultTable.Of(outcome.Injected, outcome.Fates))}\nseed {seed}, {outcome.Missed.Count} faults found nothing to be done to, {took.TotalSeconds:0} s\n");
        output.WriteLine(table);
        Report("table.md", table);
        string[] wrong = [.. outcome.Fates.Where(f => !f.IsWell).Select(f => f.ToString())];
        Assert.True(wrong.Length == 0, $"{string.Join('\n', wrong)}\n{table}\nThe orchestrator's last words:\n{string.Join('\n', File.ReadLines(target.Story).TakeLast(40))}");
        Assert.True(outcome.Missed.Count <= count / 3, table);
    }

    private static void Report(string name, string text)
    {
        if (Environment.GetEnvironmentVariable("CAMPAIGN_FAULT_REPORT") is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(folder, name), text);
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
}
