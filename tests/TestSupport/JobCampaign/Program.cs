using System.Globalization;
using Campaign.Actors.Hosting;
using Campaign.Actors.Jobs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Slurm;
using Campaign.Compute.Engines.Scheduling.Transports;
using Campaign.JobCampaign;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Tasks;

// Drives a campaign whose tasks are jobs of the long program, on the SLURM of its environment, with the patience of a test.
//   job-campaign DIRECTORY TASKS STEPS MS-PER-STEP WITNESS-LOG TASKS-PER-JOB [FAULT]...
// The same command goes on after a SIGKILL. Exit codes are those of 'campaign run'.
if (args is not [var directory, var tasks, var steps, var msPerStep, var witness, var perJob, .. var faults])
{
    Console.Error.WriteLine("usage: job-campaign DIRECTORY TASKS STEPS MS-PER-STEP WITNESS-LOG TASKS-PER-JOB [FAULT]...");
    return 64;
}
var plan = new JobPlan(Number(tasks), Number(steps), Number(msPerStep), faults);
CampaignOutcome outcome = await CampaignHost.RunAsync(
    new CampaignRun
    {
        Name = "jobs",
        Graph = plan.Graph,
        SpecText = "campaign: jobs\n",
        SpecFolder = null,
        Directory = directory,
        Operations = [],
        JobOperations = [JobPlan.Carry(new LongEngine(Path.GetFullPath(witness)))],
        Sites = id => [Cluster(id, Number(perJob))],
        Policy = CampaignPolicy.Default with { Tasks = new TaskPolicy(new RetryPolicy(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)), CorrectionPolicy.Default) },
        Progress = new Spoken(),
    },
    CancellationToken.None);
Console.WriteLine(outcome);
return outcome.ExitCode;

static JobSite Cluster(string campaignId, int perJob)
{
    // a silence of two beats is common on a busy machine; one of eight is not
    var patience = new JobPatience(Heartbeat: TimeSpan.FromSeconds(8), Settle: TimeSpan.FromSeconds(3));
    var settings = new SlurmSettings(campaignId + "-", Limit: TimeSpan.FromSeconds(8), Settle: patience.Settle, HeartbeatSeconds: 1);
    var here = new DirectTransport();
    return new JobSite(JobPlan.Site, new SlurmScheduler(settings, here), new DirectFiles(), new JobTraceReader(here, TimeProvider.System))
    {
        Engines = JobPlan.Engines,
        PollInterval = TimeSpan.FromSeconds(1),
        MaxJobs = 40, // more than there is room for: jobs wait in the queue, where only the look-up finds them
        SubmissionsPerMinute = 600,
        Walltime = TimeSpan.FromMinutes(10),
        Patience = patience,
        Packing = perJob > 1 ? new Packing(perJob, Math.Min(4, perJob), TimeSpan.FromSeconds(1)) : null,
        Outage = new RetryPolicy(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)),
    };
}

static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

/// <summary>What happens, on standard output: a test that fails is explained by it.</summary>
internal sealed class Spoken : IProgress<CampaignProgress>
{
    public void Report(CampaignProgress value)
    {
        string? line = value switch
        {
            CampaignProgress.TaskMoved m => $"{m.Task} {m.State.Phase} a{m.State.Attempt}",
            CampaignProgress.TaskWorking w => $"{w.Task} {w.Note}",
            CampaignProgress.TaskBlocked b => $"{b.Task} blocked: {b.Reason}",
            CampaignProgress.Notice n => n.Text,
            _ => null,
        };
        if (line is not null)
            Console.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {line}");
    }
}
