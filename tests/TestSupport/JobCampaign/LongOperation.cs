using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Campaign.Actors.Jobs;
using Campaign.Actors.Operations;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Files;
using Campaign.LongProgram;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Tasks;

namespace Campaign.JobCampaign;

/// <summary>The long program as an operation: from the task's last checkpoint to a result whose checksum is that of an undisturbed run.</summary>
/// <param name="program">Path of the long program.</param>
/// <param name="witness">The log that it tells of its life.</param>
internal sealed class LongOperation(string program, string witness) : IJobOperation
{
    private const string Input = "input.txt", Start = "start.txt";

    public string Name => JobPlan.Operation;

    public JobWork Prepare(OperationContext context, JobSite site)
    {
        string input = Path.Combine(context.RunDirectory, Input), start = Path.Combine(context.RunDirectory, Start);
        if (!File.Exists(input)) // a job that has begun reads them
        {
            if (File.Exists(Saved(context)))
                AtomicFile.Write(start, File.ReadAllBytes(Saved(context)));
            AtomicFile.Write(input, Encoding.UTF8.GetBytes(JobPlan.InputOf(context.Task.Parameters).ToText()));
        }
        return new JobWork(
            File.Exists(start) ? [program, Input, "--from", Start] : [program, Input],
            new JobStop(File: RunFiles.Stop, Signal: null),
            new Dictionary<string, string> { ["LONG_PROGRAM_WITNESS"] = witness });
    }

    /// <summary>Also takes the newest checkpoint out of the run directory, to where later attempts look for it.</summary>
    public (double Fraction, string Note)? Watch(OperationContext context)
    {
        string checkpoint = Path.Combine(context.RunDirectory, RunFiles.Checkpoint);
        if (!File.Exists(checkpoint))
            return null;
        byte[] bytes = File.ReadAllBytes(checkpoint); // renamed into place, so it is whole
        if (!File.Exists(Saved(context)) || !bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Saved(context))))
            AtomicFile.Write(Saved(context), bytes);
        Progress progress = RunFiles.Read(Saved(context));
        int steps = JobPlan.InputOf(context.Task.Parameters).Steps;
        return ((double)progress.Step / steps, string.Create(CultureInfo.InvariantCulture, $"step {progress.Step} of {steps}"));
    }

    public AttemptExit Collect(OperationContext context, JobExit? how)
    {
        string path = Path.Combine(context.RunDirectory, RunFiles.Result);
        if (!File.Exists(path))
            return new AttemptExit.Failed($"{path} is missing; the program ended with code {how?.Code.ToString(CultureInfo.InvariantCulture) ?? "unknown"}.", FindingKeys.JobFailed);
        LongInput input = JobPlan.InputOf(context.Task.Parameters);
        Progress expected = Progress.After(input.Steps, input.Seed), found;
        try
        {
            found = RunFiles.Read(path);
        }
        catch (FormatException e)
        {
            return new AttemptExit.Failed(e.Message, FindingKeys.JobFailed);
        }
        if (found != expected)
            return new AttemptExit.Failed($"{path} has {found} where {expected} is right: a step was left out or done twice.", FindingKeys.JobFailed);
        ArtifactRef result = context.Outputs.AddText(found.ToString(), "result.txt");
        return new AttemptExit.Completed(ImmutableDictionary<string, ArtifactRef>.Empty.Add(JobPlan.Output, result), new JsonObject { ["steps"] = found.Step });
    }

    private static string Saved(OperationContext context) => Path.Combine(context.CheckpointDirectory, RunFiles.Checkpoint);
}
