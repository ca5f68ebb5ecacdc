using System.Diagnostics;
using Campaign.Compute.Engines.Scheduling;
using Campaign.JobCampaign;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.ReadModel;
using Campaign.SystemTests.Faults;
using Campaign.TestSupport.Slurm;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.SystemTests.Slurm;

/// <summary>Forty short tasks, eight to a job, on a real cluster where everything happens to the jobs that they share.</summary>
[Collection("slurm")]
public sealed class PackedCampaignTests(SlurmCluster cluster)
{
    private const int Tasks = 40, PerJob = 8, Failing = 5, Hanging = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [SkippableFact]
    public async Task Every_task_of_a_pack_is_done_right_and_once_whatever_befalls_the_pack()
    {
        var plan = new JobPlan(Tasks, Steps: 40, MsPerStep: 100, $"{Failing}: exit 7 at 3", $"{Hanging}: hang 0 at 3");
        using var target = new JobCampaignTarget(cluster, plan, Patience, PerJob);
        TaskId hanging = JobPlan.IdOf(Hanging);

        await UntilAsync(() => Claimed(target.Campaign.Runs) >= 3, "no member begins", target);
        await target.KillAndRestartAsync();
        await OnRunningPackAsync(target, async (_, node) =>
        {
            await cluster.FailNodeAsync(node);
            await Task.Delay(TimeSpan.FromSeconds(1));
            await cluster.ResumeNodeAsync(node);
        });
        await OnRunningPackAsync(target, (job, _) => cluster.RequeueAsync(job));
        await target.KillAndRestartAsync();
        new ControlInbox(target.Campaign).Post(ControlInbox.NewCommand(CampaignVerb.Cancel, hanging, TimeProvider.System));

        IReadOnlyList<TaskFate> fates = await target.FinishAsync();

        string story = $"The orchestrator's last words:\n{string.Join('\n', File.ReadLines(target.Story).TakeLast(60))}";
        HashSet<string> others = [.. new[] { Failing, Hanging }.Select(t => JobPlan.IdOf(t).Value)];
        string[] wrong = [.. fates.Where(f => (!f.EndedRight && !others.Contains(f.Task)) || f.DoubleByClaims + f.DoubleByWitness > 0).Select(f => f.ToString())];
        Assert.True(wrong.Length == 0, $"{string.Join('\n', wrong)}\n{story}");
        Assert.IsType<TaskEvents.Failed>(EventsOf(target, JobPlan.IdOf(Failing))[^1]);
        Assert.Contains(EventsOf(target, hanging), e => e is TaskEvents.Cancelled);
        ITaskEvent[] all = [.. Enumerable.Range(1, Tasks).SelectMany(t => EventsOf(target, JobPlan.IdOf(t)))];
        TaskEvents.Submitted[] submitted = [.. all.OfType<TaskEvents.Submitted>()];
        Assert.All(submitted, e => Assert.NotNull(e.Pack));
        Assert.InRange(submitted.DistinctBy(e => e.Pack).Count(), Tasks / PerJob, Tasks / 2);
        Assert.DoesNotContain(all, e => e is TaskEvents.RetryScheduled or TaskEvents.CorrectionApplied or TaskEvents.MemoryRaised);
    }

    /// <summary>Does it to a pack that works on its members; should it end meanwhile, to another.</summary>
    private Task OnRunningPackAsync(JobCampaignTarget target, Func<string, string, Task> act) => UntilAsync(
        async () =>
        {
            string[][] running = [.. (await cluster.RunAsync("squeue", "-h", "-t", "RUNNING", "-o", "%A|%N|%Z")).Output.Split('\n').Select(l => l.Split('|'))];
            if (running.LastOrDefault(p => p.Length == 3 && p[2].StartsWith(target.Campaign.Runs, StringComparison.Ordinal) && File.Exists(Path.Combine(p[2], JobFile.Heartbeat))) is not { } pack)
                return false;
            try
            {
                await act(pack[0], pack[1]);
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        },
        "no pack runs", target);

    private static int Claimed(string runs) =>
        Directory.EnumerateDirectories(runs, JobFile.Claim, SearchOption.AllDirectories).Count(c => !c.Contains(".packs", StringComparison.Ordinal));

    private static ITaskEvent[] EventsOf(JobCampaignTarget target, TaskId task)
    {
        using var journal = new JournalReader(target.Campaign.Journal);
        return [.. journal.Stream(PersistenceIds.OfTask(target.Campaign.ReadId(), task)).Select(e => (ITaskEvent)e.Event)];
    }

    private static Task UntilAsync(Func<bool> condition, string otherwise, JobCampaignTarget target) => UntilAsync(() => Task.FromResult(condition()), otherwise, target);

    private static async Task UntilAsync(Func<Task<bool>> condition, string otherwise, JobCampaignTarget target)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Patience || await target.IsOverAsync())
                Assert.Fail($"{otherwise}\n{string.Join('\n', File.ReadLines(target.Story).TakeLast(40))}");
            await Task.Delay(50);
        }
    }
}
