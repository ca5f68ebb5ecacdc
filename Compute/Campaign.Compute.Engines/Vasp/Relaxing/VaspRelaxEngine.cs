using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Runs;

namespace Campaign.Compute.Engines.Vasp.Relaxing;

/// <summary>
/// Relaxes a structure by as many runs of VASP as it takes, each from the CONTCAR of the one before. A cell is relaxed twice: the basis set
/// belongs to the cell a run begins with, so stress and energy of one whose cell has moved are not those of its own basis.
/// </summary>
public sealed class VaspRelaxEngine : IExternalEngine<VaspRelaxation, RelaxedStructure>
{
    /// <summary>Allowed to the second relaxation of a cell when the first has used up all steps.</summary>
    private const int FewestSteps = 20;

    public string Name => VaspRun.Engine;

    public EngineOutcome<RelaxedStructure>.Done? Finished(VaspRelaxation settings, IReadOnlyList<string> segments) =>
        IsRelaxed(settings, segments) ? new EngineOutcome<RelaxedStructure>.Done(Relaxed(settings, segments)) : null;

    public ProgramRun Prepare(VaspRelaxation settings, EngineStart start)
    {
        VaspAtoms atoms = VaspAtoms.Of(settings.Start);
        RunInput poscar = start.Segments is [.., var last] ? VaspRun.GoOnFrom(last, settled: false) : RunInput.Text(atoms.Text("to be relaxed"));
        int fewest = start.Segments is [.., var before] && IsAtRest(before) ? FewestSteps : 1;
        int left = Math.Max(fewest, settings.MaxSteps - start.Segments.Sum(Steps));
        return VaspRun.Of(settings.Level, new VaspCalculation.Relaxation(settings.MaxForceEvPerA, settings.Cell, left), atoms, poscar, null, start);
    }

    public EngineProgress? Progress(VaspRelaxation settings, IReadOnlyDictionary<string, string> tails) => VaspRun.Progress(tails, settings.MaxSteps);

    public bool LeftOff(VaspRelaxation settings, string directory) => VaspRun.Summary(directory).Frames > 0 && VaspRun.ReadContcar(directory) is not null;

    public EngineOutcome<RelaxedStructure> Conclude(VaspRelaxation settings, EngineEnd end)
    {
        VaspSummary summary = VaspRun.Summary(end.Directory);
        VaspVerdict verdict = VaspRun.Verdict(summary, end.Directory);
        string[] runs = [.. end.Segments, end.Directory];
        int steps = runs.Sum(Steps);
        if (VaspPotcars.Wrong(end.Directory, settings.Level, VaspAtoms.Of(settings.Start).Blocks) is { } potcar)
            return new EngineOutcome<RelaxedStructure>.Failed(potcar);
        if (IsRelaxed(settings, runs))
            return new EngineOutcome<RelaxedStructure>.Done(Relaxed(settings, runs));
        switch (verdict.End)
        {
            case VaspEnd.Complete:
                return new EngineOutcome<RelaxedStructure>.Unfinished("The cell is relaxed; it is relaxed once more with the basis set that belongs to it.");
            case VaspEnd.Stopped when steps < settings.MaxSteps:
                return new EngineOutcome<RelaxedStructure>.Unfinished($"It was stopped after ionic step {steps}.");
            case VaspEnd.Cut or VaspEnd.IonsUnconverged when steps < settings.MaxSteps && LeftOff(settings, end.Directory) && !VaspRun.DiesEveryTime(runs):
                return new EngineOutcome<RelaxedStructure>.Unfinished($"It ended after ionic step {steps}: {verdict.Findings[0]}");
            case VaspEnd.Stopped:
                return new EngineOutcome<RelaxedStructure>.Failed(VaspVerdict.IonsFailed(settings.MaxSteps));
            default:
                return VaspRun.Failure<RelaxedStructure>(verdict);
        }
    }

    /// <summary>The last run came to rest, and where the cell moves so did the one before.</summary>
    private static bool IsRelaxed(VaspRelaxation settings, IReadOnlyList<string> runs) =>
        runs is [.., var last] && IsAtRest(last) && (!settings.Cell || (runs is [.., var before, _] && IsAtRest(before)));

    private static bool IsAtRest(string run) => VaspRun.Summary(run) is { Finished: true, IonsConverged: true, Last.ElectronsConverged: true };

    private static RelaxedStructure Relaxed(VaspRelaxation settings, IReadOnlyList<string> runs)
    {
        VaspFrame last = RunFrames.Read(runs[^1]).Last();
        return new RelaxedStructure(
            VaspAtoms.Of(settings.Start).At(last.Cell, last.PositionsA), last.FreeEnergyEv, last.ForcesEvPerA.Max(f => f.Norm), last.StressKb, runs.Sum(Steps), runs.Count,
            LevelOfTheory.Of(VaspRun.Summary(runs[^1]).Header, Kpoints.SpacingPerA(last.Cell, settings.Level.KMesh)));
    }

    private static int Steps(string segment) => VaspRun.Summary(segment).Frames;
}
