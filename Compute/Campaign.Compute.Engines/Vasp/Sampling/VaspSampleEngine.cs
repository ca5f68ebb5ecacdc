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

    public EngineOutcome<VaspTrajectory>.Done? Finished(VaspSampling settings, IReadOnlyList<string> segments) =>
        StepsIn(segments) >= settings.AllSteps ? Whole(settings, segments) as EngineOutcome<VaspTrajectory>.Done : null;

    public ProgramRun Prepare(VaspSampling settings, EngineStart start)
    {
        VaspAtoms atoms = VaspAtoms.Of(settings.Start);
        int left = Math.Max(1, settings.AllSteps - StepsIn(start.Segments));
        RunInput poscar = start.Segments is [.., var last] ? VaspRun.GoOnFrom(last, EndedInOrder(last)) : RunInput.Text(atoms.Text("first of a chain", Velocities(settings)));
        // a seed for every run: the same noise again would tie its steps to those of the run before
        var dynamics = new VaspCalculation.Dynamics(settings.TemperatureK, settings.TimeStepFs, left, settings.Thermostat, settings.FrictionPerPs, settings.Seed + start.Segments.Count);
        return VaspRun.Of(settings.Level, dynamics, atoms, poscar, settings.ExtraElectrons, start);
    }

    public EngineProgress? Progress(VaspSampling settings, IReadOnlyDictionary<string, string> tails) => VaspRun.Progress(tails, settings.AllSteps);

    /// <summary>A run whose atoms flew apart, or most of whose electrons did not converge, is nothing to go on from.</summary>
    public bool LeftOff(VaspSampling settings, string directory)
    {
        VaspSummary run = VaspRun.Summary(directory);
        return run.Frames > 0 && Trouble(run) is null && VaspRun.ReadContcar(directory) is { VelocitiesAPerFs: not null };
    }

    public EngineOutcome<VaspTrajectory> Conclude(VaspSampling settings, EngineEnd end)
    {
        VaspSummary summary = VaspRun.Summary(end.Directory);
        VaspVerdict verdict = VaspRun.Verdict(summary, end.Directory);
        if (VaspPotcars.Wrong(end.Directory, settings.Level, VaspAtoms.Of(settings.Start).Blocks) is { } potcar)
            return new EngineOutcome<VaspTrajectory>.Failed(potcar);
        if (settings.Thermostat == VaspThermostat.Langevin && summary is { Frames: > 0 } && summary.Header.Integer("MDALGO") != 3)
            return new EngineOutcome<VaspTrajectory>.Failed(new EngineFinding(
                "vasp.tbdyn", "VASP does not repeat MDALGO = 3: it was built without -Dtbdyn and ran another ensemble. Use a build with it, or aimd.thermostat: nose."));
        if (Trouble(summary) is { } trouble)
            return new EngineOutcome<VaspTrajectory>.Failed(trouble);
        string[] runs = [.. end.Segments, end.Directory];
        int steps = StepsIn(runs);
        if (steps >= settings.AllSteps)
            return Whole(settings, runs);
        return verdict.End switch
        {
            VaspEnd.Stopped or VaspEnd.Complete => new EngineOutcome<VaspTrajectory>.Unfinished($"It stopped in order after step {steps} of {settings.AllSteps}."),
            VaspEnd.Cut when LeftOff(settings, end.Directory) && !VaspRun.DiesEveryTime(runs) =>
                new EngineOutcome<VaspTrajectory>.Unfinished($"It ended after step {steps} of {settings.AllSteps}: {verdict.Findings[0]}"),
            _ => VaspRun.Failure<VaspTrajectory>(verdict),
        };
    }

    /// <summary>Why the frames of a run are no trajectory; null when they are. Single frames may fail.</summary>
    private static EngineFinding? Trouble(VaspSummary run) =>
        2 * run.Unconverged > run.Frames ? VaspVerdict.ElectronsFailed(run)
        : run.Extremes.Jump is { } jump && jump.EvPerAtom > VaspVerdict.JumpEvPerAtom ? VaspVerdict.Jumped(jump.EvPerAtom, jump.Step)
        : null;

    /// <summary>Runs of one chain share their level of theory, or their labels do not belong together; and no energy jumps where they join.</summary>
    private static EngineOutcome<VaspTrajectory> Whole(VaspSampling settings, IReadOnlyList<string> runs)
    {
        VaspHeader[] headers = [.. runs.Select(r => VaspRun.Summary(r).Header)];
        LevelOfTheory[] theories = [.. headers.Select(h => LevelOfTheory.Of(h, Kpoints.SpacingPerA(settings.Start.Cell, settings.Level.KMesh)))];
        foreach (LevelOfTheory other in theories.Skip(1))
            if (theories[0].Differences(other) is [var first, ..])
                return new EngineOutcome<VaspTrajectory>.Failed(new EngineFinding(
                    "vasp.mixed", $"Two runs of the chain are of different levels of theory: {first} Make the site start one VASP, and give the task another seed ('campaign set'), with which it begins anew."));
        var extremes = new RunExtremes(null, 0, null);
        VaspFrame? before = null;
        foreach (ChainFrame place in RunChain.Read(runs))
        {
            extremes = extremes.With(before, place.Frame with { Step = place.Step });
            before = place.Frame;
        }
        if (extremes.Jump is { } jump && jump.EvPerAtom > VaspVerdict.JumpEvPerAtom)
            return new EngineOutcome<VaspTrajectory>.Failed(VaspVerdict.Jumped(jump.EvPerAtom, jump.Step));
        return new EngineOutcome<VaspTrajectory>.Done(
            new VaspTrajectory(settings, runs, theories[0], headers[0].Program) { PotcarNotes = VaspPotcars.Warnings(runs[^1], settings.Level, VaspAtoms.Of(settings.Start).Blocks), Potcars = VaspPotcars.Of(runs[^1]) });
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
