using System.Collections.Immutable;
using Campaign.Actors.Operations;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Specs;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>An operation that an external engine carries out.</summary>
/// <param name="name">Of the operation.</param>
/// <param name="settings">What the engine computes with, from the task's parameters.</param>
public sealed class EngineOperation<TSettings>(string name, IExternalEngine<TSettings> engine, Func<OperationContext, TSettings> settings) : IJobOperation
{
    private const long LogLimit = 64L << 20;

    public string Name => name;

    public JobWork Prepare(OperationContext context, JobPlace place)
    {
        if (!place.Site.Engines.TryGetValue(engine.Name, out EngineCommand? command))
            throw new InvalidDataException($"Site {place.Site.Name} does not say how '{engine.Name}' is started: add 'engines: {{ {engine.Name}: {{ command: [...] }} }}' to its site file.");
        var inputs = context.Inputs.ToDictionary(i => i.Key, IReadOnlyList<string> (i) => [.. i.Value.Select(f => f.Path)]);
        return new JobWork(command.Command, engine.Prepare(settings(context), new EngineStart(inputs, place.Segments)), command.Modules);
    }

    public (double Fraction, string Note)? Watch(OperationContext context, IReadOnlyDictionary<string, string> tails) =>
        engine.Progress(settings(context), tails) is { } progress ? (progress.Fraction, progress.Note) : null;

    public bool LeftOff(OperationContext context, string directory) => engine.LeftOff(settings(context), directory);

    public AttemptExit Collect(OperationContext context, JobEnd end)
    {
        TSettings wanted = settings(context);
        end.Files.Get(JobFile.Log, LogLimit);
        if (end.Exit is { Code: JobFile.UnfitCode, Signal: null })
            return new AttemptExit.Failed(
                $"The job could not begin on {end.Exit.Host}. {Said(EngineEvidence.LastLine(context.RunDirectory, JobFile.Log))}", FindingKeys.JobFailed);
        foreach (RunFile output in end.Outputs)
            end.Files.Get(output.Name, output.LimitBytes);
        return engine.Conclude(wanted, new EngineEnd(context.RunDirectory, end.Segments, end.Exit)) switch
        {
            EngineOutcome.Done done => new AttemptExit.Completed(Kept(context, done.Outputs), done.Numbers),
            EngineOutcome.Unfinished unfinished when end.KeepSegment() => new AttemptExit.Unfinished(FindingKeys.Unfinished, unfinished.Reason),
            EngineOutcome.Unfinished stuck => new AttemptExit.Failed($"{stuck.Reason} It left nothing to go on from, so another run would do the same.", FindingKeys.JobFailed),
            EngineOutcome.OutOfMemory memory => new AttemptExit.OutOfMemory(memory.Reason, end.MemoryMiB),
            EngineOutcome.Failed failed => new AttemptExit.Failed(failed.Finding.ToString(), failed.Finding.Key),
            EngineOutcome other => throw new InvalidOperationException($"Engine {engine.Name} came to {other.GetType().Name}."),
        };
    }

    private static string Said(EngineEvidence? evidence) => evidence is null ? $"{JobFile.Log} says nothing." : $"It said: {evidence}";

    private static ImmutableDictionary<string, ArtifactRef> Kept(OperationContext context, IReadOnlyList<EngineOutput> outputs) =>
        outputs.ToImmutableDictionary(o => o.Name, o => context.Outputs.AddFile(o.Path, o.Kind));
}
