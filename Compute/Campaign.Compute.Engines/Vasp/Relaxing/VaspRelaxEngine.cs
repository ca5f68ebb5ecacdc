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

    public ProgramRun Prepare(VaspRelaxation settings, EngineStart start)
    {
        VaspAtoms atoms = VaspAtoms.Of(settings.Start);
        RunInput poscar = start.Segments is [.., var last] ? VaspRun.GoOnFrom(last, settled: false) : RunInput.Text(atoms.Text("to be relaxed"));
        int left = Math.Max(FewestSteps, settings.MaxSteps - start.Segments.Sum(Steps));
        return VaspRun.Of(settings.Level, new VaspCalculation.Relaxation(settings.MaxForceEvPerA, settings.Cell, left), atoms, poscar, null, start);
    }

    public EngineProgress? Progress(VaspRelaxation settings, IReadOnlyDictionary<string, string> tails) => VaspRun.Progress(tails, 0, settings.MaxSteps);

    public bool LeftOff(VaspRelaxation settings, string directory) => VaspRun.Summary(directory).Frames > 0 && VaspRun.ReadContcar(directory) is not null;

    public EngineOutcome<RelaxedStructure> Conclude(VaspRelaxation settings, EngineEnd end)
    {
        VaspSummary summary = VaspRun.Summary(end.Directory);
        VaspVerdict verdict = VaspRun.Verdict(summary, end.Directory);
        int steps = end.Segments.Sum(Steps) + summary.Frames;
        switch (verdict.End)
        {
            case VaspEnd.Complete when settings.Cell && !(end.Segments is [.., var before] && VaspRun.Summary(before).IonsConverged):
                return new EngineOutcome<RelaxedStructure>.Unfinished("The cell is relaxed; it is relaxed once more with the basis set that belongs to it.");
            case VaspEnd.Complete:
                return new EngineOutcome<RelaxedStructure>.Done(Relaxed(settings, end, summary, steps));
            case VaspEnd.Stopped:
                return new EngineOutcome<RelaxedStructure>.Unfinished($"It was stopped after ionic step {steps}.");
            case VaspEnd.Cut or VaspEnd.IonsUnconverged when steps < settings.MaxSteps && LeftOff(settings, end.Directory):
                return new EngineOutcome<RelaxedStructure>.Unfinished($"It ended after ionic step {steps}: {verdict.Findings[0]}");
            default:
                return VaspRun.Failure<RelaxedStructure>(verdict);
        }
    }

    private static RelaxedStructure Relaxed(VaspRelaxation settings, EngineEnd end, VaspSummary summary, int steps)
    {
        VaspFrame last = RunFrames.Read(end.Directory).Last();
        return new RelaxedStructure(
            VaspAtoms.Of(settings.Start).At(last.Cell, last.PositionsA), last.FreeEnergyEv, last.ForcesEvPerA.Max(f => f.Norm), last.StressKb, steps, end.Segments.Count + 1,
            LevelOfTheory.Of(summary.Header, Kpoints.SpacingPerA(last.Cell, settings.Level.KMesh)));
    }

    private static int Steps(string segment) => VaspRun.Summary(segment).Frames;
}
