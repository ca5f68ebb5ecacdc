using System.Globalization;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.LongProgram;

namespace Campaign.JobCampaign;

/// <param name="Path">Of the file that holds it.</param>
public sealed record LongResult(string Path, int Steps);

/// <summary>The long program as an engine: from the last whole checkpoint to a result whose checksum is that of an undisturbed run.</summary>
/// <param name="witness">The log that it tells of its life.</param>
public sealed class LongEngine(string witness) : IExternalEngine<LongInput, LongResult>
{
    public const string Truncated = "long.truncated", Crashed = "long.crashed", Wrong = "long.wrong";

    private const string Input = "input.txt", Work = "work.txt", Faults = "faults.txt", Start = "start.txt";
    private const long Small = 1 << 20;

    public string Name => "long";

    /// <summary>The input is put together in the job, as one is that must not leave its site.</summary>
    public ProgramRun Prepare(LongInput settings, EngineStart start)
    {
        var inputs = new Dictionary<string, RunInput>
        {
            [Work] = RunInput.Text((settings with { Faults = [] }).ToText()),
            [Faults] = RunInput.Text(string.Concat(settings.Faults.Select(f => $"fault = {f}\n"))),
        };
        if (start.Segments.Count > 0)
            inputs[Start] = RunInput.CopyOf(Path.Combine(start.Segments[^1], RunFiles.Checkpoint));
        return new ProgramRun
        {
            Inputs = inputs,
            Before = [new JobStep(["cat", Work, Faults], Input)],
            Arguments = start.Segments.Count > 0 ? [Input, "--from", Start] : [Input],
            Environment = new Dictionary<string, string> { ["LONG_PROGRAM_WITNESS"] = witness },
            Stop = new JobStop(File: RunFiles.Stop, Signal: null),
            Watched = [new WatchedFile(RunFiles.Output, 200)],
            Kept = [new RunFile(RunFiles.Checkpoint, Small)],
            Outputs = [new RunFile(RunFiles.Result, Small), new RunFile(RunFiles.Output, 64 * Small, Optional: true)],
        };
    }

    public EngineProgress? Progress(LongInput settings, IReadOnlyDictionary<string, string> tails)
    {
        string[] lines = tails.GetValueOrDefault(RunFiles.Output, "").Split('\n');
        return lines.Length > 1 && lines[^2].Split(' ') is [var done, _] && int.TryParse(done, NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            ? new EngineProgress((double)step / settings.Steps, string.Create(CultureInfo.InvariantCulture, $"step {step} of {settings.Steps}"))
            : null;
    }

    public bool LeftOff(LongInput settings, string directory) => Whole(Path.Combine(directory, RunFiles.Checkpoint)) is not null;

    public EngineOutcome<LongResult> Conclude(LongInput settings, EngineEnd end)
    {
        string result = Path.Combine(end.Directory, RunFiles.Result);
        if (!File.Exists(result))
            return WithoutResult(end);
        if (Whole(result) is not { } found)
            return Failed(Truncated, "The result is cut.", EngineEvidence.LastLine(end.Directory, RunFiles.Result));
        LongProgram.Progress expected = LongProgram.Progress.After(settings.Steps, settings.Seed);
        if (found != expected)
            return Failed(Wrong, $"The result is not {expected}: a step was left out or done twice.", EngineEvidence.LastLine(end.Directory, RunFiles.Result));
        return new EngineOutcome<LongResult>.Done(new LongResult(result, found.Step));
    }

    private static EngineOutcome<LongResult> WithoutResult(EngineEnd end) => end.Exit switch
    {
        { Code: ExitCodes.Stopped } => new EngineOutcome<LongResult>.Unfinished("The program stopped when it was asked to."),
        { KilledByStranger: true } => new EngineOutcome<LongResult>.OutOfMemory("The program was killed (signal 9), as the system does when memory runs out."),
        _ => Failed(
            Crashed, $"The program ended with code {end.Exit?.Code.ToString(CultureInfo.InvariantCulture) ?? "unknown"} and left no result.",
            EngineEvidence.LastLine(end.Directory, RunFiles.Output)),
    };

    private static EngineOutcome<LongResult>.Failed Failed(string key, string message, EngineEvidence? evidence) => new(new EngineFinding(key, message, evidence));

    private static LongProgram.Progress? Whole(string path)
    {
        try
        {
            return RunFiles.Read(path);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
