using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Runs;
using Campaign.Compute.Paths;

namespace Campaign.Compute.Engines.Vasp.Bands;

/// <summary>
/// Barriers along a direction, one run of VASP after the other: end point, end point, band, and so on. Which comes next is a function of
/// what the runs so far left (<see cref="RecordedPaths"/>), so nothing but their files has to be remembered.
/// </summary>
public sealed class VaspBandEngine : IExternalEngine<VaspBarriers, DirectionResult>
{
    public string Name => VaspRun.Engine;

    public EngineOutcome<DirectionResult>.Done? Finished(VaspBarriers settings, IReadOnlyList<string> segments) =>
        Search(settings, segments).Result is { } result ? new EngineOutcome<DirectionResult>.Done(result) : null;

    public ProgramRun Prepare(VaspBarriers settings, EngineStart start)
    {
        (_, Piece? next) = Search(settings, start.Segments);
        ProgramRun run = next switch
        {
            Piece.Relaxation end => EndPointRun.Prepare(end, settings, start),
            Piece.Band band => BandRun.Prepare(band, settings, start),
            _ => throw new InvalidDataException("There is no end point and no band left to compute: no hop of this direction has any."),
        };
        return run with
        {
            Inputs = new Dictionary<string, RunInput>(run.Inputs) { [Piece.FileName] = RunInput.Text(next.Mark) },
            Kept = [.. run.Kept, new RunFile(Piece.FileName, 100)],
            Outputs = [.. run.Outputs, new RunFile(Piece.FileName, 100, Optional: true)],
        };
    }

    public EngineProgress? Progress(VaspBarriers settings, IReadOnlyDictionary<string, string> tails) => VaspRun.Progress(tails, VaspBarriers.BandMaxSteps);

    public bool LeftOff(VaspBarriers settings, string directory) =>
        Work(directory).All(d => VaspRun.Summary(d).Frames > 0 && VaspRun.ReadContcar(d) is not null);

    public EngineOutcome<DirectionResult> Conclude(VaspBarriers settings, EngineEnd end)
    {
        string[] work = Work(end.Directory);
        VaspSummary[] summaries = [.. work.Select(VaspRun.Summary)];
        VaspVerdict[] verdicts = [.. summaries.Select(s => VaspRun.Verdict(s, end.Directory))];
        VaspVerdict? worst = verdicts.FirstOrDefault(v => v.End is VaspEnd.Failed or VaspEnd.ElectronsUnconverged)
            ?? (LeftOff(settings, end.Directory) && !VaspRun.DiesEveryTime(SamePiece(end)) ? null : verdicts.FirstOrDefault(v => v.End == VaspEnd.Cut));
        if (worst is not null)
            return work.Length > 1 && worst.End == VaspEnd.Cut && Array.Find(summaries, s => s.Frames == 0) is { } empty
                ? new EngineOutcome<DirectionResult>.Failed(new EngineFinding(
                    "vasp.cut", $"The band ended while image {Path.GetFileName(work[Array.IndexOf(summaries, empty)])} had no complete ionic step. {worst.Findings[0].Message}"))
                : VaspRun.Failure<DirectionResult>(worst);
        (DirectionResult? result, Piece? next) = Search(settings, [.. end.Segments, end.Directory]);
        return result is not null
            ? new EngineOutcome<DirectionResult>.Done(result)
            : new EngineOutcome<DirectionResult>.Unfinished($"{(work.Length > 1 ? "A band" : "An end point")} made {summaries.Min(s => s.Frames)} ionic steps; next is {(next is Piece.Band ? "a band" : "an end point")} (piece {next!.Number + 1}).");
    }

    /// <summary>What this run and the earlier ones at the same end point or band left; of a band, its first image.</summary>
    private static string[] SamePiece(EngineEnd end)
    {
        int piece = Piece.NumberOf(end.Directory);
        return [.. end.Segments.Where(s => Piece.NumberOf(s) == piece).Append(end.Directory).Select(d => Work(d)[0])];
    }

    /// <summary>The search as far as what was computed takes it: its result, or what it needs next.</summary>
    private static (DirectionResult? Result, Piece? Next) Search(VaspBarriers settings, IReadOnlyList<string> runs)
    {
        try
        {
            return (new HopBarriers(new RecordedPaths(settings, runs), settings.Hops).Compute(settings.Relaxed, settings.Lattice, settings.Direction), null);
        }
        catch (PieceWantedException wanted)
        {
            return (null, wanted.Piece);
        }
    }

    /// <summary>Where VASP writes its results: the run directory, or those of a band's images.</summary>
    private static string[] Work(string directory)
    {
        string[] images = [.. Enumerable.Range(1, 99).Select(i => Path.Combine(directory, BandRun.Directory(i))).Where(d => File.Exists(Path.Combine(d, RunFrames.Outcar)))];
        return images.Length > 0 ? images : [directory];
    }
}
