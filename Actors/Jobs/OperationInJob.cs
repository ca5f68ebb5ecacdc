using Campaign.Actors.Operations;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Files;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>A built-in operation, carried out by this program in a job: <c>campaign attempt order.json</c>.</summary>
internal sealed class OperationInJob(CampaignDirectory campaign, ArtifactStore store) : IJobOperation
{
    private const int LogTail = 2000;

    public string Name => "any built-in operation";

    public JobWork Prepare(OperationContext context, JobSite site)
    {
        string order = Path.Combine(context.RunDirectory, JobOrder.FileName);
        AtomicFile.Write(order, JobOrder.Of(campaign.Root, store.Root, context).Encode());
        return new JobWork([.. site.Program, "attempt", order], new JobStop(Signal: "TERM"));
    }

    public (double Fraction, string Note)? Watch(OperationContext context) => JobProgress.Read(context.RunDirectory);

    public AttemptExit Collect(OperationContext context, JobExit? how)
    {
        if (JobResult.Read(context.RunDirectory) is not { } result)
            return new AttemptExit.Failed($"The program left no result{(how is null ? "" : $" and ended on {how.Host} with code {how.Code}")}.{Tail(context.RunDirectory)}", FindingKeys.JobFailed);
        AttemptExit exit = result.ToExit();
        if (exit is AttemptExit.Completed done && done.Outputs.FirstOrDefault(o => !store.IsWhole(o.Value)) is { Value: { } damaged })
            return new AttemptExit.EnvironmentFault(FindingKeys.Io, $"The job's result names artifact {damaged.Sha256}, which is not whole in {store.Root}.");
        return exit;
    }

    private static string Tail(string directory)
    {
        string log = Path.Combine(directory, JobFile.Log);
        if (!File.Exists(log))
            return "";
        string text = File.ReadAllText(log).Trim();
        return text.Length == 0 ? "" : $" {JobFile.Log} ends with: {(text.Length > LogTail ? text[^LogTail..] : text)}";
    }
}
