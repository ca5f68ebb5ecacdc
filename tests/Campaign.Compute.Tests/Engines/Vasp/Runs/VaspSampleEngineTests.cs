using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Sampling;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Runs;

/// <summary>What is made of runs of dynamics, one after the other: which count, which are gone on from, and when it is enough.</summary>
public sealed class VaspSampleEngineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-sample-").FullName;
    private readonly VaspSampleEngine _engine = new();
    private int _runs;

    private static readonly VaspSampling Ten = new(
        new VaspLevel("PBE", 450, false, new Dictionary<string, double>(), new Dictionary<string, HubbardU>(), new Dictionary<string, string>(), 1e-6, "gaussian", 0.05, [1, 1, 1], true, "none", false, []),
        new Structure(new Cell(new Vec3(10, 0, 0), new Vec3(0, 10, 0), new Vec3(0, 0, 10)), ["Li"], [0, 0], [new Vec3(1, 2, 3), new Vec3(5, 5, 5)]),
        600, 1, EquilibrationSteps: 2, Steps: 8, FrameStride: 2, VaspThermostat.Nose, 0, 7, null, new Dictionary<string, MomentWindow>());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_that_stopped_early_is_gone_on_from_and_all_steps_together_are_the_result()
    {
        string first = Run(true, Steps(1.0, 6)), second = Run(true, Steps(1.6, 4));
        Assert.IsType<EngineOutcome<VaspTrajectory>.Unfinished>(Conclude(first));
        Assert.True(_engine.LeftOff(Ten, first));
        Assert.Null(_engine.Finished(Ten, [first]));
        Assert.Contains("NSW = 4\n", Text(_engine.Prepare(Ten, Start(first)).Inputs["INCAR"]));

        VaspTrajectory whole = Assert.IsType<EngineOutcome<VaspTrajectory>.Done>(Conclude(second, first)).Result;
        Assert.Equal([4, 6, 8, 10], whole.Frames().Select(f => f.Place.Step));
        Assert.Equal([(6, 1.0), (4, 1.0)], whole.Segments());
    }

    [Fact]
    public void Nothing_is_run_where_the_segments_hold_every_step() // the last one was stopped at its last step, ahead of its walltime
    {
        string first = Run(true, Steps(1.0, 6)), second = Run(true, Steps(1.6, 4));
        Assert.NotNull(_engine.Finished(Ten, [first, second]));
    }

    [Fact]
    public void A_run_most_of_whose_electrons_failed_is_answered_and_not_gone_on_from()
    {
        string bad = Run(true, [.. Steps(1.0, 4), .. Steps(1.4, 6).Select(s => s with { ElectronicSteps = MadeRun.MostElectronicSteps })]);
        Assert.Equal("vasp.electronic", Assert.IsType<EngineOutcome<VaspTrajectory>.Failed>(Conclude(bad)).Finding.Key);
        Assert.False(_engine.LeftOff(Ten, bad));
        string few = Run(true, [.. Steps(1.0, 8), .. Steps(1.8, 2).Select(s => s with { ElectronicSteps = MadeRun.MostElectronicSteps })]);
        SampledFrame[] frames = [.. Assert.IsType<EngineOutcome<VaspTrajectory>.Done>(Conclude(few)).Result.Frames()];
        Assert.Equal([null, null, null, "its electrons did not converge in 60 steps"], frames.Select(f => f.LeftOut));
    }

    [Fact]
    public void Atoms_that_fly_apart_fail_the_run_also_where_two_runs_join()
    {
        string exploded = Run(true, [.. Steps(1.0, 5), new MadeStep(1.5, +50)]);
        Assert.Equal("vasp.energy_jump", Assert.IsType<EngineOutcome<VaspTrajectory>.Failed>(Conclude(exploded)).Finding.Key);
        Assert.False(_engine.LeftOff(Ten, exploded));

        string first = Run(true, Steps(1.0, 6)), apart = Run(true, [.. Steps(1.6, 4).Select(s => s with { EnergyEv = 50 })]);
        Assert.Equal("vasp.energy_jump", Assert.IsType<EngineOutcome<VaspTrajectory>.Failed>(Conclude(apart, first)).Finding.Key);
    }

    [Fact]
    public void A_program_that_dies_in_its_first_step_again_and_again_is_not_started_for_ever()
    {
        string[] deaths = [Run(false, Steps(1.0, 1)), Run(false, Steps(1.1, 1)), Run(false, Steps(1.2, 1))];
        Assert.IsType<EngineOutcome<VaspTrajectory>.Unfinished>(Conclude(deaths[1], deaths[0]));
        Assert.Equal("vasp.cut", Assert.IsType<EngineOutcome<VaspTrajectory>.Failed>(Conclude(deaths[2], deaths[..2])).Finding.Key);
    }

    [Fact]
    public void Velocities_are_the_seeds_and_every_run_has_noise_of_its_own()
    {
        string first = Run(true, Steps(1.0, 6));
        VaspSampling langevin = Ten with { Thermostat = VaspThermostat.Langevin, FrictionPerPs = 10 };
        ProgramRun fresh = _engine.Prepare(langevin, Start()), again = _engine.Prepare(langevin, Start()), next = _engine.Prepare(langevin, Start(first));
        Assert.Equal(Text(fresh.Inputs["POSCAR"]), Text(again.Inputs["POSCAR"]));
        Assert.NotEqual(Line(fresh, "RANDOM_SEED"), Line(next, "RANDOM_SEED"));
        Assert.Equal(File.ReadAllText(Path.Combine(first, "CONTCAR")), Text(next.Inputs["POSCAR"])); // byte for byte
    }

    private EngineOutcome<VaspTrajectory> Conclude(string directory, params string[] segments) => _engine.Conclude(Ten, new EngineEnd(directory, segments, null));

    private static EngineStart Start(params string[] segments) => new(new Dictionary<string, IReadOnlyList<string>>(), segments);

    private string Run(bool finished, IReadOnlyList<MadeStep> steps) => MadeRun.Write(Path.Combine(_folder, $"r{_runs++}"), steps, finished: finished);

    private static MadeStep[] Steps(double from, int count) => [.. Enumerable.Range(0, count).Select(i => new MadeStep(from + 0.1 * i, -10))];

    private static string Text(RunInput input) => System.Text.Encoding.UTF8.GetString(input.Content.Bytes!);

    private static string? Line(ProgramRun run, string tag) => Incar.Parse(Text(run.Inputs["INCAR"]))[tag];
}
