using System.Diagnostics;
using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Formats;
using Campaign.Compute.Tests.Engines.Vasp.Inputs;
using Campaign.TestSupport.Witness;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.StandIn;

/// <summary>The stand-in for VASP stops when it is asked to, and fails as it is told to, in ways that the diagnosis knows.</summary>
public sealed class StandInFaultTests
{
    private const string Md = "IBRION = 0\nISIF = 2\nPOTIM = 2\nMDALGO = 2\nSMASS = 0\nTEBEG = 600\nNSW = ";

    [Theory]
    [InlineData("edddav:3", 1, 2, VaspEnd.Failed, "vasp.edddav")]
    [InlineData("zbrent", 1, 0, VaspEnd.Failed, "vasp.zbrent")]
    [InlineData("set_core_wf", 1, 0, VaspEnd.Failed, "vasp.set_core_wf")]
    [InlineData("oom:2", 137, 1, VaspEnd.Failed, "vasp.out_of_memory")]
    [InlineData("kill:3", 137, 2, VaspEnd.Cut, "vasp.cut")]
    [InlineData("truncate:4", 0, 3, VaspEnd.Cut, "vasp.cut")]
    [InlineData("unconverged:2", 0, 4, VaspEnd.Complete, null)]
    [InlineData("moment:2", 0, 4, VaspEnd.Complete, null)]
    [InlineData("edddav:3:2", 0, 4, VaspEnd.Complete, null)] // of the second attempt, and this is the first
    public async Task A_run_fails_as_told_and_is_diagnosed(string fault, int exitCode, int frames, VaspEnd end, string? leading)
    {
        using var run = new StandInRun(Md + "4");
        (run.Environment["STANDIN_FAULT"], run.Environment["CAMPAIGN_ATTEMPT"]) = (fault, "c-aimd-a1");

        Assert.Equal(exitCode, await run.RunAsync());

        VaspVerdict verdict = run.Verdict();
        Assert.Equal((end, leading), (verdict.End, verdict.Findings.Count > 0 ? verdict.Findings[0].Key : null));
        Assert.Equal((frames, frames), (run.Outcar().Count, run.Vasprun().Count));
        Assert.Equal(end == VaspEnd.Complete, run.Summary().Finished);
    }

    [Fact]
    public async Task A_fault_stays_away_with_the_setting_that_cures_it()
    {
        using var run = new StandInRun("ALGO = all\nNSW = 0");
        (run.Environment["STANDIN_FAULT"], run.Environment["STANDIN_CURE"]) = ("edddav", "ALGO=All");
        Assert.Equal(0, await run.RunAsync());
        run.Environment["STANDIN_CURE"] = "ALGO=Normal";
        Assert.Equal(1, await run.RunAsync());
    }

    [Fact]
    public async Task A_step_that_did_not_converge_says_so_and_has_no_energy_to_learn_from()
    {
        using var run = new StandInRun(Md + "3");
        run.Environment["STANDIN_FAULT"] = "unconverged:2";
        await run.RunAsync();

        foreach (List<VaspFrame> frames in (List<VaspFrame>[])[run.Outcar(), run.Vasprun()])
        {
            Assert.Equal([true, false, true], frames.Select(f => f.ElectronsConverged!.Value));
            Assert.Equal(60, frames[1].ElectronicSteps);
            Assert.True(Math.Abs(frames[1].FreeEnergyEv - StandInRun.Model(frames[1].Cell, frames[1].PositionsA).EnergyEv) > 0.01);
        }
        Assert.Contains("EDIFF was not reached (unconverged)", File.ReadAllText(run.In("OUTCAR")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_moment_leaves_its_atom_for_one_step()
    {
        using var run = new StandInRun(Md + "3");
        run.Environment["STANDIN_FAULT"] = "moment:2";
        await run.RunAsync();
        Assert.Equal([true, false, true], run.Outcar().Select(f => f.Moments![5] > 0.9));
    }

    [Theory]
    [InlineData("LSTOP = .TRUE.", "soft stop")]
    [InlineData("LABORT = .TRUE.", "hard stop")]
    public async Task Asked_to_stop_it_ends_in_order_and_a_next_run_goes_on(string tag, string word)
    {
        using var run = new StandInRun(Md + "500");
        run.Environment["STANDIN_MS_PER_STEP"] = "50";
        using Process process = run.Start();
        await ReachesAsync(run, 3);
        run.Write("STOPCAR", tag + "\n");
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.False(File.Exists(run.In("STOPCAR")));
        Assert.True(run.Summary() is { StoppedOnRequest: true, Finished: true });
        Assert.Equal(VaspEnd.Stopped, run.Verdict().End);
        Assert.Contains($" {word} encountered!  aborting job ...", File.ReadLines(run.In("OUTCAR")));
        int done = run.Outcar().Count;
        Assert.InRange(done, 3, 499);
        Assert.Equal(done, run.Contcar().Predictor is null ? 0 : run.Xdatcar().Count);
    }

    [Fact]
    public async Task A_hanging_run_makes_no_progress_and_ends_at_once_when_it_is_killed()
    {
        using var run = new StandInRun(Md + "500");
        run.Environment["STANDIN_FAULT"] = "hang:2";
        using Process process = run.Start();
        await ReachesAsync(run, 1);
        await UntilAsync(() => File.ReadLines(run.In("OUTCAR")).Any(l => l.Contains("Iteration      2(   2)", StringComparison.Ordinal)));
        await Task.Delay(100); // what it was writing
        long size = new FileInfo(run.In("OUTCAR")).Length;
        await Task.Delay(100);
        Assert.False(process.HasExited);
        Assert.Equal(size, new FileInfo(run.In("OUTCAR")).Length);

        using (Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        Assert.Equal(128 + 15, process.ExitCode);
        Assert.False(run.Summary().Finished);
    }

    [Fact]
    public async Task Every_step_is_witnessed()
    {
        using var run = new StandInRun(Md + "3");
        (run.Environment["STANDIN_WITNESS"], run.Environment["CAMPAIGN_ATTEMPT"]) = (run.In("witness.log"), "c-aimd-a2");
        await run.RunAsync();

        IReadOnlyList<WitnessMark> marks = WitnessLog.Read(run.In("witness.log"));
        Assert.Equal([0, 1, 2, 3], marks.Select(m => m.Step).Distinct());
        Execution execution = Assert.Single(Execution.Of(marks));
        Assert.Equal(("c-aimd-a2", 3, true), (execution.Attempt, execution.LastStep, execution.Ended));
    }

    [Theory]
    [InlineData("NSW = many", "Error reading item NSW from file INCAR.")]
    [InlineData("this is no tag", "Error reading item this is no tag from file INCAR.")]
    [InlineData("MAGMOM = 1 1", null)] // the first MAGMOM counts, and is whole
    [InlineData("LDAUJ = 0 zero 0", null)]
    [InlineData("IBRION = 6\nNSW = 1", "knows nothing of IBRION = 6")]
    public async Task Inputs_are_checked(string incar, string? says)
    {
        using var run = new StandInRun(incar);
        Assert.Equal(says is null ? 0 : 1, await run.RunAsync());
        if (says is not null)
            Assert.Contains(says, File.ReadAllText(run.In("vasp.out")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Potentials_are_counted_against_the_species_and_overrule_them()
    {
        using var run = new StandInRun("NSW = 0");
        run.Write("POTCAR", FakePotcar.Of("Li_sv", "Li", 3) + FakePotcar.Of("Ti", "Ti", 4) + FakePotcar.Of("Cl", "Cl", 7));
        Assert.Equal(0, await run.RunAsync());
        Assert.Equal(["PAW_PBE Li_sv 11Mar1111", "PAW_PBE Ti 11Mar1111", "PAW_PBE Cl 11Mar1111"], run.Summary().Header.PotcarTitles);
        Assert.Equal((5 * 3) + 4 + (8 * 7), run.Summary().Header.Number("NELECT"));

        run.Write("POTCAR", FakePotcar.Of("Li_sv", "Li", 3) + FakePotcar.Of("Ti", "Ti", 4));
        Assert.Equal(1, await run.RunAsync());
        Assert.Contains("number of potentials on File POTCAR incompatible", File.ReadAllText(run.In("vasp.out")), StringComparison.Ordinal);

        run.Write("POTCAR", FakePotcar.Of("Ti", "Ti", 4) + FakePotcar.Of("Li_sv", "Li", 3) + FakePotcar.Of("Cl", "Cl", 7));
        Assert.Equal(0, await run.RunAsync());
        Assert.Equal("Ti", run.Summary().Header.Elements()![0]);
        Assert.Contains("POTCAR overwrites the type information", File.ReadAllText(run.In("vasp.out")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_POSCAR_stops_it()
    {
        using var run = new StandInRun("NSW = 0", "");
        Assert.Equal(1, await run.RunAsync());
        Assert.Equal((VaspEnd.Cut, 0), (run.Verdict().End, run.Summary().Frames));
        Assert.Throws<StructureFormatException>(() => run.Contcar("POSCAR"));
    }

    private static Task ReachesAsync(StandInRun run, int step) => UntilAsync(() => File.Exists(run.In("OSZICAR")) && run.Oszicar().Count >= step);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
            await Task.Delay(10, patience.Token);
    }
}
