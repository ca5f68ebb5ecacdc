using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Runs;
using Campaign.Compute.Formats;

namespace Campaign.Compute.Engines.Vasp.Relabelling;

/// <summary>
/// Single points of many frames, one job computing as many as its walltime allows. A frame that is over is never computed again, unless its
/// electrons did not converge and a correction has changed the settings since.
/// </summary>
public sealed class VaspRelabelEngine : IExternalEngine<VaspRelabelling, RelabelledFrames>
{
    private const long Small = 64L << 20, Large = 4L << 30;

    public string Name => VaspRun.Engine;

    public EngineOutcome<RelabelledFrames>.Done? Finished(VaspRelabelling settings, IReadOnlyList<string> segments) =>
        segments.Count > 0 ? Conclude(settings, segments) as EngineOutcome<RelabelledFrames>.Done : null;

    public ProgramRun Prepare(VaspRelabelling settings, EngineStart start)
    {
        IReadOnlyList<Frame> frames = settings.Chosen();
        ProgramRun run = VaspRun.Of(
            settings.Level, new VaspCalculation.SinglePoint { AsInDynamics = true }, VaspAtoms.Of(frames[0].Structure), RunInput.Text(""), settings.ExtraElectrons, start);
        Incar incar = Incar.Parse(System.Text.Encoding.UTF8.GetString(run.Inputs[VaspRun.Incar].Content.Bytes!));
        int[] left = [.. Enumerable.Range(0, frames.Count).Where(i => FrameRun.LastOver(start.Segments, i) is not { } over || over.IsWorthAnother(incar))];
        var inputs = run.Inputs.Where(i => i.Key != VaspRun.Poscar).ToDictionary();
        inputs[FramesStep.ScriptName] = FramesStep.Script;
        foreach (int i in left)
            inputs[$"{FramesStep.Directory(i)}/{VaspRun.Poscar}"] = RunInput.Text(VaspAtoms.Of(frames[i].Structure).Text(frames[i].Origin ?? $"frame {FramesStep.Directory(i)}"));
        // optional: the job ends between any two of them
        RunFile[] results = [.. left.Select(i => new RunFile($"{FramesStep.Directory(i)}/{RunFrames.Outcar}", Large, Optional: true))];
        return run with
        {
            Through = FramesStep.Through,
            Inputs = inputs,
            Watched = [new WatchedFile(FramesStep.Done, 200)],
            Kept = [.. results, new RunFile(VaspRun.Incar, Small)],
            Outputs =
            [
                .. results, .. left.Select(i => new RunFile($"{FramesStep.Directory(i)}/{JobFile.Log}", Small, Optional: true)),
                new RunFile(VaspRun.Incar, Small, Optional: true), new RunFile(PotcarStep.Headers, Small, Optional: true),
            ],
        };
    }

    public EngineProgress? Progress(VaspRelabelling settings, IReadOnlyDictionary<string, string> tails) =>
        tails.TryGetValue(FramesStep.Done, out string? tail) ? FramesStep.Progress(tail) : null;

    public bool LeftOff(VaspRelabelling settings, string directory) => Enumerable.Range(0, settings.Chosen().Count).Any(i => FrameRun.In(directory, i)?.IsOver == true);

    public EngineOutcome<RelabelledFrames> Conclude(VaspRelabelling settings, EngineEnd end)
    {
        string[] runs = [.. end.Segments, end.Directory];
        if (Conclude(settings, runs) is { } concluded)
            return concluded;
        IReadOnlyList<Frame> frames = settings.Chosen();
        FrameRun?[] over = [.. Enumerable.Range(0, frames.Count).Select(i => FrameRun.LastOver(runs, i))];
        var unfinished = new EngineOutcome<RelabelledFrames>.Unfinished($"{over.Count(f => f is not null)} of {frames.Count} frames are computed.");
        FrameRun? broken = Enumerable.Range(0, frames.Count).Where(i => over[i] is null).Select(i => FrameRun.In(end.Directory, i)).FirstOrDefault(f => f is not null);
        bool goesOn = LeftOff(settings, end.Directory);
        if (broken is null && goesOn)
            return unfinished;
        VaspVerdict verdict = Verdict(end.Directory, broken);
        return verdict.End == VaspEnd.Cut && goesOn ? unfinished : VaspRun.Failure<RelabelledFrames>(verdict);
    }

    /// <summary>What all runs come to; null while frames are left.</summary>
    private static EngineOutcome<RelabelledFrames>? Conclude(VaspRelabelling settings, IReadOnlyList<string> runs)
    {
        IReadOnlyList<Frame> frames = settings.Chosen();
        FrameRun?[] over = [.. Enumerable.Range(0, frames.Count).Select(i => FrameRun.LastOver(runs, i))];
        int failed = over.Count(f => f?.Converged == false);
        if (2 * failed > frames.Count)
            return new EngineOutcome<RelabelledFrames>.Failed(new EngineFinding(
                "vasp.electronic", $"The electrons did not converge in {failed} of {frames.Count} frames (NELM = {over.First(f => f?.Converged == false)!.Summary.Header.Integer("NELM")})."));
        return Array.TrueForAll(over, f => f is not null) ? Whole(settings, frames, [.. over.Select(f => f!)]) : null;
    }

    /// <summary>Labels are compared at one level of theory only.</summary>
    private static EngineOutcome<RelabelledFrames> Whole(VaspRelabelling settings, IReadOnlyList<Frame> frames, FrameRun[] over)
    {
        var labelled = new List<RelabelledFrame>();
        var leftOut = new List<UncountedFrame>();
        for (int i = 0; i < over.Length; i++)
        {
            var theory = LevelOfTheory.Of(over[i].Summary.Header, Kpoints.SpacingPerA(frames[i].Structure.Cell, settings.Level.KMesh));
            if (settings.Theory.Differences(theory) is [var first, ..])
                return new EngineOutcome<RelabelledFrames>.Failed(new EngineFinding(
                    "vasp.mixed", $"Frame {FramesStep.Directory(i)} is not of its trajectory's level of theory, and cannot be compared with it. Of the trajectory: {first} Where a correction changed the trajectory, set the same for this task with 'campaign set'."));
            if (!over[i].Converged)
            {
                leftOut.Add(new UncountedFrame(i + 1, frames[i], FormattableString.Invariant($"its electrons did not converge in {over[i].Summary.Last!.ElectronicSteps} steps")));
                continue;
            }
            VaspFrame again = over[i].Summary.Last!;
            labelled.Add(new RelabelledFrame(i + 1, frames[i], again.FreeEnergyEv, VaspAtoms.Of(frames[i].Structure).Restored(again.ForcesEvPerA), again.Moments?.Max(Math.Abs)));
        }
        VaspHeader header = over[0].Summary.Header;
        return new EngineOutcome<RelabelledFrames>.Done(new RelabelledFrames(labelled, leftOut, settings.Theory, header.Program));
    }

    /// <summary>Of a frame that VASP did not finish; without one, of the whole run. What the scheduler says of the job is in the job's own log.</summary>
    private static VaspVerdict Verdict(string run, FrameRun? broken)
    {
        string[] logs = broken is null ? [JobFile.Log] : [$"{FramesStep.Directory(broken.Index)}/{JobFile.Log}", JobFile.Log];
        return VaspVerdict.Of(broken?.Summary ?? VaspRun.Summary(run), [.. logs.SelectMany(Seen).DistinctBy(s => s.Symptom)]);

        List<SeenSymptom> Seen(string log)
        {
            if (!File.Exists(Path.Combine(run, log)))
                return [];
            using Stream said = VaspFile.Open(Path.Combine(run, log));
            return [.. SymptomScan.Of(said, log)];
        }
    }
}
