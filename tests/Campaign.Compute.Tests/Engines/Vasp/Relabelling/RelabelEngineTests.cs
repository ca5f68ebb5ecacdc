using System.Text;
using Campaign.Compute.Datasets;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Relabelling;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Relabelling;

/// <summary>Frames of a trajectory as single points of one job after the other, and what is made of what they leave.</summary>
public sealed class RelabelEngineTests : IDisposable
{
    private readonly Trajectory _trajectory = new();
    private readonly VaspRelabelEngine _engine = new();

    public void Dispose() => _trajectory.Dispose();

    [Fact]
    public void One_frame_is_drawn_from_each_of_equal_stretches_and_the_same_ones_every_time()
    {
        double[] times = [.. _trajectory.Settings.Chosen().Select(f => f.TimeFs!.Value)];
        Assert.Equal([0, 1, 2, 3], times.Select(t => (int)t / 2));
        Assert.Equal(times, _trajectory.Settings.Chosen().Select(f => f.TimeFs!.Value));
        Assert.Equal(Trajectory.AllFrames, (_trajectory.Settings with { Fraction = 1 }).Chosen().Count);
        Assert.Single((_trajectory.Settings with { Fraction = 0.01 }).Chosen());
        Assert.Contains(Enumerable.Range(0, 20), s => !(_trajectory.Settings with { Seed = s }).Chosen().Select(f => f.TimeFs!.Value).SequenceEqual(times));
    }

    [Fact]
    public void A_job_is_given_every_frame_in_a_directory_of_its_own_and_is_started_through_the_script()
    {
        ProgramRun run = Prepare();
        Assert.Equal(["bash", "frames.sh"], run.Through);
        Assert.Equal(["0001/POSCAR", "0002/POSCAR", "0003/POSCAR", "0004/POSCAR", "INCAR", "KPOINTS", "frames.sh", "potcar.sh"], run.Inputs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("2*0 1*2", Text(run, "INCAR").Split('\n').Single(l => l.StartsWith("MAGMOM = ", StringComparison.Ordinal))[9..]);
        for (int i = 0; i < 4; i++)
        {
            Structure put = Poscar.Read(Text(run, $"000{i + 1}/POSCAR"), "POSCAR"), frame = _trajectory.Settings.Chosen()[i].Structure;
            Assert.Equal(frame.Positions[0].X, put.Positions[2].X, 1e-9); // the only Ti, which comes last
        }
    }

    [Fact]
    public void Differences_come_out_as_they_were_put_in_with_the_atoms_in_their_own_order()
    {
        string run = _trajectory.NewRun();
        double[] changes = [0, 0.01, 0.02, 0.4];
        for (int n = 1; n <= 4; n++)
            _trajectory.Label(run, n, new Vec3(0, changes[n - 1], 0), 0.003 * n);
        RelabelledFrames result = Done(run);
        Assert.Empty(result.LeftOut);
        LabelDifference[] d = [.. result.Frames.Select(f => LabelDifference.Of(f.Before.EnergyEv!.Value, f.Before.ForcesEvPerA!, f.EnergyEv, f.ForcesEvPerA))];
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(changes[i] / Math.Sqrt(3), d[i].ForceEvPerA, 1e-9);
            Assert.Equal(0.001 * (i + 1), d[i].EnergyEvPerAtom, 1e-9);
        }
        Assert.Equal(Math.Sqrt((0.0001 + 0.0004 + 0.16) / 12), LabelScatter.Of(d).ForceRms.Value!.Value, 1e-9);
        Assert.Equal(0.4, LabelScatter.Of(d).LargestForceEvPerA, 1e-9);
    }

    [Fact]
    public void What_an_earlier_job_computed_is_not_computed_again()
    {
        string first = _trajectory.NewRun(), second = _trajectory.NewRun();
        _trajectory.Label(first, 1, default);
        _trajectory.Label(first, 3, default);
        _trajectory.Label(first, 2, default, finished: false); // killed in the middle
        Assert.IsType<EngineOutcome<RelabelledFrames>.Unfinished>(Conclude(first));
        Assert.True(_engine.LeftOff(_trajectory.Settings, first));

        ProgramRun rest = Prepare(first);
        Assert.Equal(["0002/POSCAR", "0004/POSCAR"], rest.Inputs.Keys.Where(k => k.EndsWith("POSCAR", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["0002/OUTCAR", "0004/OUTCAR", "INCAR"], rest.Kept.Select(f => f.Name));
        _trajectory.Label(second, 2, default);
        _trajectory.Label(second, 4, default);
        Assert.Equal([1, 2, 3, 4], Done(second, first).Frames.Select(f => f.Number));
        Assert.Null(_engine.Finished(_trajectory.Settings, [first]));
        Assert.Equal(4, _engine.Finished(_trajectory.Settings, [first, second])!.Result.Frames.Count); // without another job
        Assert.DoesNotContain(Prepare(first, second).Inputs.Keys, k => k.EndsWith("POSCAR", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_came_to_nothing_fails_instead_of_going_on_for_ever()
    {
        string run = _trajectory.NewRun();
        _trajectory.Label(run, 1, default, finished: false);
        Assert.Equal("vasp.cut", Assert.IsType<EngineOutcome<RelabelledFrames>.Failed>(Conclude(run)).Finding.Key);
    }

    [Fact]
    public void A_frame_whose_electrons_do_not_converge_is_named_and_left_out()
    {
        string run = _trajectory.NewRun();
        for (int n = 1; n <= 4; n++)
            _trajectory.Label(run, n, default, converged: n != 2);
        RelabelledFrames result = Done(run);
        Assert.Equal([1, 3, 4], result.Frames.Select(f => f.Number));
        UncountedFrame left = Assert.Single(result.LeftOut);
        Assert.Equal((2, "its electrons did not converge in 60 steps"), (left.Number, left.Why));
    }

    [Fact]
    public void When_most_frames_do_not_converge_the_run_fails_and_after_a_correction_those_are_computed_again()
    {
        string run = _trajectory.NewRun();
        File.WriteAllText(Path.Combine(run, "INCAR"), Text(Prepare(), "INCAR") + "NELECT = 33\n");
        for (int n = 1; n <= 4; n++)
            _trajectory.Label(run, n, default, converged: n == 1);
        EngineFinding finding = Assert.IsType<EngineOutcome<RelabelledFrames>.Failed>(Conclude(run)).Finding;
        Assert.Equal("vasp.electronic", finding.Key);
        Assert.Contains("3 of 4 frames", finding.Message);

        Assert.DoesNotContain(Prepare(run).Inputs.Keys, k => k.EndsWith("POSCAR", StringComparison.Ordinal)); // the same would come of it
        VaspRelabelling corrected = _trajectory.Settings with { Level = Trajectory.Level with { Extra = ["ALGO = All"] } };
        ProgramRun again = _engine.Prepare(corrected, new EngineStart(new Dictionary<string, IReadOnlyList<string>>(), [run]));
        Assert.Equal(["0002/POSCAR", "0003/POSCAR", "0004/POSCAR"], again.Inputs.Keys.Where(k => k.EndsWith("POSCAR", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_crash_is_told_of_with_the_frame_that_it_happened_in()
    {
        string run = _trajectory.NewRun();
        _trajectory.Label(run, 1, default);
        File.WriteAllText(Path.Combine(run, "0001", "job.log"), " Error EDDDAV: Call to ZHEGV failed. Returncode = 7 2 8\n"); // which that frame survived
        _trajectory.Label(run, 2, default, finished: false);
        File.WriteAllText(Path.Combine(run, "0002", "job.log"), "\n BRMIX: very serious problems\n the old and the new charge density differ\n");
        EngineFinding finding = Assert.IsType<EngineOutcome<RelabelledFrames>.Failed>(Conclude(run)).Finding;
        Assert.Equal(("vasp.brmix", "0002/job.log", 2), (finding.Key, finding.Evidence!.File, finding.Evidence.Line));
    }

    [Fact]
    public void Labels_of_another_level_of_theory_are_not_compared()
    {
        string run = _trajectory.NewRun();
        for (int n = 1; n <= 4; n++)
            _trajectory.Label(run, n, default, encutEv: n == 3 ? 500 : 450);
        EngineFinding finding = Assert.IsType<EngineOutcome<RelabelledFrames>.Failed>(Conclude(run)).Finding;
        Assert.Equal("vasp.mixed", finding.Key);
        Assert.Contains("0003", finding.Message);
        Assert.Contains("500", finding.Message);
    }

    [Fact]
    public void Progress_is_the_last_line_of_what_is_done()
    {
        EngineProgress? progress = _engine.Progress(_trajectory.Settings, new Dictionary<string, string> { ["frames.done"] = "1 of 8\n2 of 8\n" });
        Assert.Equal((0.25, "frame 2 of 8 of this job"), (progress!.Fraction, progress.Note));
        Assert.Null(_engine.Progress(_trajectory.Settings, new Dictionary<string, string> { ["frames.done"] = "" }));
    }

    private ProgramRun Prepare(params string[] segments) => _engine.Prepare(_trajectory.Settings, new EngineStart(new Dictionary<string, IReadOnlyList<string>>(), segments));

    private EngineOutcome<RelabelledFrames> Conclude(string run, params string[] segments) => _engine.Conclude(_trajectory.Settings, new EngineEnd(run, segments, null));

    private RelabelledFrames Done(string run, params string[] segments) => Assert.IsType<EngineOutcome<RelabelledFrames>.Done>(Conclude(run, segments)).Result;

    private static string Text(ProgramRun run, string name) => Encoding.UTF8.GetString(run.Inputs[name].Content.Bytes!);
}
