using System.Globalization;
using Campaign.Actors.Operations;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Workflows.Specs;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>An operation that an external engine carries out, as far as it can be shown before it is submitted.</summary>
public interface IEngineOperation : IJobOperation
{
    /// <param name="command">How a site starts the engine.</param>
    /// <param name="segments">Directories of what earlier runs left, oldest first.</param>
    /// <exception cref="InvalidDataException">There is nothing to start; the message says why and what to mend.</exception>
    JobWork Work(OperationContext context, EngineCommand command, IReadOnlyList<string> segments);
}

/// <summary>An operation that an external engine carries out.</summary>
/// <param name="name">Of the operation.</param>
/// <param name="settings">What the engine computes with, from the task's parameters and inputs.</param>
/// <param name="complete">Makes the task's artifacts of what the engine computed, or says why that cannot be believed.</param>
public sealed class EngineOperation<TSettings, TResult>(
    string name, IExternalEngine<TSettings, TResult> engine, Func<OperationContext, TSettings> settings, Func<OperationContext, TSettings, TResult, AttemptExit> complete)
    : IEngineOperation
{
    private const long LogLimit = 4L << 30;

    /// <summary>In a site's command: the number of cores.</summary>
    private const string CoresWord = "{cores}";

    public string Engine => engine.Name;

    public string Name => name;

    public JobWork Prepare(OperationContext context, JobPlace place)
    {
        if (!place.Site.Engines.TryGetValue(engine.Name, out EngineCommand? command))
            throw new InvalidDataException($"Site {place.Site.Name} does not say how '{engine.Name}' is started: add 'engines: {{ {engine.Name}: {{ command: [...] }} }}' to its site file.");
        return Work(context, command, place.Segments);
    }

    public JobWork Work(OperationContext context, EngineCommand command, IReadOnlyList<string> segments)
    {
        var inputs = context.Inputs.ToDictionary(i => i.Key, IReadOnlyList<string> (i) => [.. i.Value.Select(f => f.Path)]);
        ProgramRun run = engine.Prepare(settings(context), new EngineStart(inputs, segments) { Cores = context.Task.Cores, Options = command.Options });
        IReadOnlyList<string> program = run.Build is { } build && command.Builds.TryGetValue(build, out IReadOnlyList<string>? other) ? other : command.Command;
        string cores = context.Task.Cores.ToString(CultureInfo.InvariantCulture);
        return new JobWork([.. run.Through, .. program.Select(w => w.Replace(CoresWord, cores, StringComparison.Ordinal))], run, command.Modules) { RankPerCore = command.RankPerCore };
    }

    public AttemptExit.Completed? Finished(OperationContext context, IReadOnlyList<string> segments)
    {
        if (segments.Count == 0)
            return null;
        TSettings wanted = settings(context);
        return engine.Finished(wanted, segments) is { } done ? complete(context, wanted, done.Result) as AttemptExit.Completed : null; // what cannot be believed is computed again
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
            EngineOutcome<TResult>.Done done => complete(context, wanted, done.Result),
            EngineOutcome<TResult>.Unfinished unfinished when end.KeepSegment() => new AttemptExit.Unfinished(FindingKeys.Unfinished, unfinished.Reason),
            EngineOutcome<TResult>.Unfinished stuck => new AttemptExit.Failed($"{stuck.Reason} It left nothing to go on from, so another run would do the same.", FindingKeys.JobFailed),
            EngineOutcome<TResult>.OutOfMemory memory => new AttemptExit.OutOfMemory(memory.Reason, end.MemoryMiB),
            EngineOutcome<TResult>.Failed failed => new AttemptExit.Failed(failed.Finding.ToString(), failed.Finding.Key),
            EngineOutcome<TResult> other => throw new InvalidOperationException($"Engine {engine.Name} came to {other.GetType().Name}."),
        };
    }

    private static string Said(EngineEvidence? evidence) => evidence is null ? $"{JobFile.Log} says nothing." : $"It said: {evidence}";
}
