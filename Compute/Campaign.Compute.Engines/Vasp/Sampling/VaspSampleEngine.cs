using Campaign.Compute.Dynamics;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Runs;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Sampling;

/// <summary>
/// Ab initio molecular dynamics as a chain of runs, each from the CONTCAR of the one before: byte for byte after a run that ended in order,
/// without the predictor's block after one that did not, since that block is of another step than the structure above it.
/// </summary>
public sealed class VaspSampleEngine : IExternalEngine<VaspSampling, VaspTrajectory>
{
    public string Name => VaspRun.Engine;

    public ProgramRun Prepare(VaspSampling settings, EngineStart start)
    {
        VaspAtoms atoms = VaspAtoms.Of(settings.Start);
        int left = Math.Max(1, settings.AllSteps - StepsIn(start.Segments));
        RunInput poscar = start.Segments is [.., var last] ? VaspRun.GoOnFrom(last, EndedInOrder(last)) : RunInput.Text(atoms.Text("first of a chain", Velocities(settings)));
        var dynamics = new VaspCalculation.Dynamics(settings.TemperatureK, settings.TimeStepFs, left, settings.Thermostat, settings.FrictionPerPs, settings.Seed);
        return VaspRun.Of(settings.Level, dynamics, atoms, poscar, settings.ExtraElectrons, start);
    }

    public EngineProgress? Progress(VaspSampling settings, IReadOnlyDictionary<string, string> tails) => VaspRun.Progress(tails, 0, settings.AllSteps);

    public bool LeftOff(VaspSampling settings, string directory) => VaspRun.Summary(directory).Frames > 0 && VaspRun.ReadContcar(directory) is { VelocitiesAPerFs: not null };

    public EngineOutcome<VaspTrajectory> Conclude(VaspSampling settings, EngineEnd end)
    {
        VaspSummary summary = VaspRun.Summary(end.Directory);
        VaspVerdict verdict = VaspRun.Verdict(summary, end.Directory);
        if (2 * summary.Unconverged > summary.Frames) // frames may fail, a run that mostly does is no trajectory
            return verdict.End == VaspEnd.ElectronsUnconverged
                ? VaspRun.Failure<VaspTrajectory>(verdict)
                : new EngineOutcome<VaspTrajectory>.Failed(new EngineFinding(
                    "vasp.electronic", $"The electrons did not converge in {summary.Unconverged} of {summary.Frames} ionic steps (NELM = {summary.Header.Integer("NELM")})."));
        string[] runs = [.. end.Segments, end.Directory];
        if (summary.Extremes.Jump is { } jump && jump.EvPerAtom > VaspVerdict.JumpEvPerAtom)
            return new EngineOutcome<VaspTrajectory>.Failed(VaspVerdict.Jumped(jump.EvPerAtom, jump.Step));
        int steps = StepsIn(runs);
        if (steps >= settings.AllSteps)
            return Whole(settings, runs);
        return verdict.End switch
        {
            VaspEnd.Stopped or VaspEnd.Complete => new EngineOutcome<VaspTrajectory>.Unfinished($"It stopped in order after step {steps} of {settings.AllSteps}."),
            VaspEnd.Cut when LeftOff(settings, end.Directory) => new EngineOutcome<VaspTrajectory>.Unfinished($"It ended after step {steps} of {settings.AllSteps}: {verdict.Findings[0]}"),
            _ => VaspRun.Failure<VaspTrajectory>(verdict),
        };
    }

    /// <summary>Runs of one chain share their level of theory, or their labels do not belong together.</summary>
    private static EngineOutcome<VaspTrajectory> Whole(VaspSampling settings, string[] runs)
    {
        VaspHeader[] headers = [.. runs.Select(r => VaspRun.Summary(r).Header)];
        LevelOfTheory[] theories = [.. headers.Select(h => LevelOfTheory.Of(h, Kpoints.SpacingPerA(settings.Start.Cell, settings.Level.KMesh)))];
        foreach (LevelOfTheory other in theories.Skip(1))
            if (theories[0].Differences(other) is [var first, ..])
                return new EngineOutcome<VaspTrajectory>.Failed(new EngineFinding("vasp.mixed", $"Two runs of the chain are of different levels of theory: {first}"));
        return new EngineOutcome<VaspTrajectory>.Done(new VaspTrajectory(settings, runs, theories[0], headers[0].Program));
    }

    private static int StepsIn(IReadOnlyList<string> runs) => RunChain.Read(runs).LastOrDefault()?.Step ?? 0;

    private static bool EndedInOrder(string segment)
    {
        VaspSummary summary = VaspRun.Summary(segment);
        return summary.Finished || summary.StoppedOnRequest;
    }

    private static Vec3[] Velocities(VaspSampling s) =>
        MaxwellVelocities.Draw([.. Enumerable.Range(0, s.Start.Count).Select(i => Elements.MassAmu(s.Start.SpeciesOf(i)))], s.TemperatureK, new Rng((ulong)s.Seed));
}
