using System.Globalization;
using Campaign.Compute.Engines.Scheduling;
using Campaign.JobCampaign;
using Campaign.LongProgram;
using Campaign.Persistence.Journal;
using Campaign.Persistence.ReadModel;
using Campaign.SystemTests.Faults;
using Campaign.TestSupport.Slurm;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.SystemTests.Slurm;

/// <summary>A job that its own script could not end in time is ended by the scheduler, and its work goes on in the next.</summary>
[Collection("slurm")]
public sealed class WalltimeTests(SlurmCluster cluster)
{
    [SkippableFact]
    public async Task A_job_that_the_scheduler_ends_at_its_walltime_is_followed_by_one_that_goes_on()
    {
        var plan = new JobPlan(Tasks: 1, Steps: 40, MsPerStep: 50, "hang 0 at 20 in attempt 1");
        using var target = new JobCampaignTarget(cluster, plan, TimeSpan.FromMinutes(3));
        string run = target.Campaign.Run(JobPlan.IdOf(1), 1);
        string checkpoint = Path.Combine(run, RunFiles.Checkpoint);
        await RunDirectoryHasAsync(() => File.Exists(checkpoint) && RunFiles.Read(checkpoint).Step == 20);
        string job = JobClaim.Read(File.ReadAllText(Path.Combine(run, JobFile.Owner)))!.JobId;

        // the script's own clock was set when the job began, so the scheduler alone knows of the earlier end
        string soon = TimeProvider.System.GetLocalNow().AddSeconds(1).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        CommandResult shortened = await cluster.RunAsync("scontrol", "update", $"jobid={job}", $"EndTime={soon}");
        Assert.True(shortened.ExitCode == 0, shortened.ToString());
        TaskFate fate = Assert.Single(await target.FinishAsync());

        Assert.True(fate is { EndedRight: true, DoubleByClaims: 0, DoubleByWitness: 0 }, $"{fate}\n{File.ReadAllText(target.Story)}");
        Assert.Contains(File.ReadLines(cluster.JobCompletions), l => l.StartsWith($"JobId={job} ", StringComparison.Ordinal) && l.Contains(" JobState=TIMEOUT ", StringComparison.Ordinal));
        using var journal = new JournalReader(target.Campaign.Journal);
        ITaskEvent[] events = [.. journal.Stream(PersistenceIds.OfTask(target.Campaign.ReadId(), JobPlan.IdOf(1))).Select(e => (ITaskEvent)e.Event)];
        Assert.Equal(2, events.OfType<TaskEvents.Submitted>().Count());
        Assert.Contains(events.OfType<TaskEvents.Diagnosed>().SelectMany(e => e.Findings), f => f.Key == FindingKeys.Walltime);
    }

    private static async Task RunDirectoryHasAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
            await Task.Delay(50, limit.Token);
    }
}
