using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.StandIn;

/// <summary>What the stand-in for VASP writes gives, read back, the numbers of its model to the printed digits.</summary>
public sealed class StandInTests
{
    private const string Md = "IBRION = 0\nISIF = 2\nPOTIM = 2\nMDALGO = 2\nSMASS = 0\nTEBEG = 600\nNSW = ";

    private const double XmlErrorA = 1e-7, OutcarErrorA = 1e-5;

    [Fact]
    public async Task A_single_point_gives_the_models_numbers_in_every_file()
    {
        using var run = new StandInRun("NSW = 0");
        Assert.Equal(0, await run.RunAsync());

        VaspFrame xml = Assert.Single(run.Vasprun()), text = Assert.Single(run.Outcar());
        Structure given = Poscar.ReadFile(run.In("POSCAR"));
        (double energy, Vec3[] forces, Mat3 virial) = StandInRun.Model(given.Cell, given.Positions);
        Assert.Equal(energy, xml.FreeEnergyEv, 0.6e-8);
        Assert.Equal(energy, text.FreeEnergyEv, 0.6e-8);
        Close(forces, xml.ForcesEvPerA, null, 1e-8);
        Close(forces, text.ForcesEvPerA, null, 1e-6);
        Close(given.Positions, xml.PositionsA, given.Cell, XmlErrorA);
        Close(given.Positions, text.PositionsA, given.Cell, OutcarErrorA);
        foreach ((double own, (double fromXml, double fromText)) in virial.ToRowMajor().Zip(xml.VirialEv!.Value.ToRowMajor().Zip(text.VirialEv!.Value.ToRowMajor())))
        {
            Assert.Equal(own, fromXml, 1e-8);
            Assert.Equal(own, fromText, 1e-5);
        }
        Assert.Equal(1.0, text.Moments![5], 1);
        Assert.True(text.ElectronsConverged);
        Assert.Equal(text.FreeEnergyEv, Assert.Single(run.Oszicar()).FreeEnergyEv!.Value, 6);
        Assert.Equal((VaspEnd.Complete, 14, "6.4.3"), (run.Verdict().End, run.Summary().Header.Atoms, run.Summary().Header.Version));
        Assert.Equal(["Li", "Li", "Li", "Li", "Li", "Ti", .. Enumerable.Repeat("Cl", 8)], run.Summary().Header.Elements()!);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_relaxation_ends_where_forces_are_small_and_CONTCAR_is_its_last_frame(int isif)
    {
        using var run = new StandInRun($"IBRION = 2\nISIF = {isif}\nNSW = 100\nEDIFFG = -0.01");
        Assert.Equal(0, await run.RunAsync());

        List<VaspFrame> frames = run.Vasprun();
        Assert.All(frames, f => SameAsModel(f, XmlErrorA));
        VaspFrame last = frames[^1];
        Assert.True(last.ForcesEvPerA.Max(f => f.Norm) < 0.01);
        Assert.Equal(isif == 3, Array.TrueForAll(last.StressKb!.Value.ToRowMajor(), kb => Math.Abs(kb) < 0.1));
        Assert.Equal(isif == 3, Math.Abs(last.Cell.Volume - frames[0].Cell.Volume) > 0.1);
        Close(run.Contcar().Structure.Positions, last.PositionsA, last.Cell, 2e-7);
        Assert.Equal(VaspEnd.Complete, run.Verdict().End);
        List<XdatcarFrame> seen = run.Xdatcar();
        Assert.Equal(frames.Count, seen.Count);
        Assert.Equal(last.Cell.Volume, seen[^1].Cell.Volume, 2);
    }

    [Fact]
    public async Task A_relaxation_that_ran_out_of_steps_goes_on_from_CONTCAR()
    {
        using var run = new StandInRun("IBRION = 2\nISIF = 2\nNSW = 4\nEDIFFG = -0.01");
        Assert.Equal(0, await run.RunAsync());
        Assert.Equal((VaspEnd.IonsUnconverged, "vasp.ionic"), (run.Verdict().End, run.Verdict().Findings[0].Key));

        double before = run.Outcar()[^1].FreeEnergyEv;
        File.Copy(run.In("CONTCAR"), run.In("POSCAR"), overwrite: true);
        await run.RunAsync();
        Assert.True(run.Outcar()[0].FreeEnergyEv < before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nMDALGO = 3\nLANGEVIN_GAMMA = 10 20 10\nRANDOM_SEED = 7")]
    public async Task Twenty_steps_of_dynamics_are_ten_and_ten_that_go_on_from_CONTCAR(string thermostat)
    {
        string settings = thermostat + "\n" + Md;
        using var whole = new StandInRun(settings + "20");
        using var first = new StandInRun(settings + "10");
        Assert.Equal((0, 0), (await whole.RunAsync(), await first.RunAsync()));
        using var second = new StandInRun(settings + "10", File.ReadAllText(first.In("CONTCAR")));
        Assert.Equal(0, await second.RunAsync());

        List<VaspFrame> all = whole.Vasprun(), parts = [.. first.Vasprun(), .. second.Vasprun()];
        Assert.Equal(20, all.Count);
        Assert.All(all, f => SameAsModel(f, XmlErrorA));
        Assert.Equal(all.Select(f => f.FreeEnergyEv), parts.Select(f => f.FreeEnergyEv));
        for (int i = 0; i < all.Count; i++)
        {
            Assert.Equal(all[i].PositionsA, parts[i].PositionsA);
            Assert.Equal(all[i].ForcesEvPerA, parts[i].ForcesEvPerA);
        }
        Assert.Equal(File.ReadAllText(whole.In("CONTCAR")), File.ReadAllText(second.In("CONTCAR")));
        Assert.Equal(whole.Oszicar().Skip(10).Select(s => s.TemperatureK), second.Oszicar().Select(s => s.TemperatureK));
        Assert.Equal(2.0, whole.Contcar().Predictor!.TimeStepFs);
        Assert.Equal((VaspEnd.Complete, VaspEnd.Complete), (whole.Verdict().End, second.Verdict().End));
    }

    [Fact]
    public async Task Dynamics_keep_what_they_conserve_and_CONTCAR_is_a_step_ahead()
    {
        using var run = new StandInRun("POTIM = 1\n" + Md + "40");
        Assert.Equal(0, await run.RunAsync());

        double[] total = [.. File.ReadLines(run.In("OUTCAR")).Where(l => l.Contains("ETOTAL =", StringComparison.Ordinal)).Select(l => double.Parse(l.Split('=')[1].Replace("eV", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(40, total.Length);
        double[] potential = [.. run.Outcar().Select(f => f.FreeEnergyEv)];
        Assert.True(total.Max() - total.Min() < 0.02 * (potential.Max() - potential.Min()));
        Assert.InRange(run.Oszicar().Average(s => s.TemperatureK!.Value), 300, 900);

        VaspFrame last = run.Vasprun()[^1];
        Contcar next = run.Contcar();
        Close(next.Structure.Positions, [.. last.PositionsA.Zip(next.VelocitiesAPerFs!, (r, v) => r + 1.0 * v)], last.Cell, 2e-7);
    }

    [Fact]
    public async Task Without_ISIF_2_there_is_no_stress()
    {
        using var run = new StandInRun("ISIF = 0\n" + Md + "2");
        await run.RunAsync();
        Assert.Null(run.Outcar()[1].StressKb);
        Assert.Null(run.Vasprun()[1].StressKb);
    }

    [Fact]
    public async Task Settings_are_printed_as_readers_look_for_them()
    {
        using var run = new StandInRun("IVDW = 12\nNUPDOWN = 1\nLASPH = T\nNELECT = 66\nPREC = Accurate\nLREAL = Auto\nEDIFFG = -0.02\nNSW = 0");
        await run.RunAsync();
        using var xml = new VasprunReader(VaspFile.Open(run.In("vasprun.xml")));
        _ = xml.Read();
        foreach (VaspHeader header in (VaspHeader[])[run.Summary().Header, xml.Header])
        {
            Assert.Equal((60, 1e-6, 0, -1), (header.Integer("NELM"), header.Number("EDIFF"), header.Integer("NSW"), header.Integer("IBRION")));
            Assert.Equal((12, 1.0, 66.0, -0.02), (header.Integer("IVDW"), header.Number("NUPDOWN"), header.Number("NELECT"), header.Number("EDIFFG")));
            Assert.Equal((2, 450.0, 0, 0.05), (header.Integer("ISPIN"), header.Number("ENCUT") ?? header.Number("ENMAX"), header.Integer("ISMEAR"), header.Number("SIGMA")));
            Assert.True(header.Flag("LASPH"));
            Assert.Equal([5, 1, 8], header.AtomsPerBlock);
        }
        Assert.Contains("   U (eV)           for each species LDAUU =   0.0  4.0  0.0", File.ReadLines(run.In("OUTCAR")));
    }

    public static TheoryData<VaspCalculation> Calculations { get; } =
    [
        new VaspCalculation.SinglePoint(),
        new VaspCalculation.Relaxation(0.05, Cell: true, MaxSteps: 100),
        new VaspCalculation.Dynamics(600, 2, Steps: 3, VaspThermostat.Nose, 10, Seed: 7),
        new VaspCalculation.Dynamics(600, 2, Steps: 3, VaspThermostat.Langevin, 10, Seed: 7),
    ];

    [Theory]
    [MemberData(nameof(Calculations), DisableDiscoveryEnumeration = true)]
    public async Task The_programs_own_inputs_are_understood(VaspCalculation calculation)
    {
        var level = new VaspLevel(
            "PBE", 450, Spin: true, new Dictionary<string, double> { ["Ti"] = 1 }, new Dictionary<string, HubbardU> { ["Ti"] = new("d", 4) }, new Dictionary<string, string>(),
            1e-6, "gaussian", 0.05, [2, 4, 4], GammaCentred: true, "d3bj", FixedMoment: true, []);
        using var run = new StandInRun("");
        run.Write("INCAR", Incar.Of(level, calculation, new VaspParallel(2, null, null, false), [("Li", 5), ("Ti", 1), ("Cl", 8)]).ToString());
        run.Write("KPOINTS", Kpoints.Text(level.KMesh, level.GammaCentred));

        Assert.Equal(0, await run.RunAsync());

        Assert.Equal(VaspEnd.Complete, run.Verdict().End);
        VaspFrame last = run.Outcar()[^1];
        Assert.NotNull(last.StressKb);
        Assert.Equal(1.0, last.Moments![5], 1);
        Assert.Contains("   U (eV)           for each species LDAUU =   0.0  4.0  0.0", File.ReadLines(run.In("OUTCAR")));
        Assert.Equal(("12", 1.0), (run.Summary().Header.Settings["IVDW"], run.Summary().Header.Number("NUPDOWN")));
    }

    /// <param name="positionErrorA">What printing made of the positions, of which energy, forces and virial are computed anew.</param>
    private static void SameAsModel(VaspFrame frame, double positionErrorA)
    {
        (double energy, Vec3[] forces, Mat3 virial) = StandInRun.Model(frame.Cell, frame.PositionsA);
        Assert.Equal(energy, frame.FreeEnergyEv, 10 * positionErrorA + 1e-8);
        Close(forces, frame.ForcesEvPerA, null, 200 * positionErrorA + 1e-6); // stiff contacts have some 100 eV/Å²
        foreach ((double own, double read) in virial.ToRowMajor().Zip(frame.VirialEv!.Value.ToRowMajor()))
            Assert.Equal(own, read, 1000 * positionErrorA + 1e-6);
    }

    /// <param name="cell">Null: vectors; else positions, the same up to a translation of the lattice.</param>
    private static void Close(Vec3[] expected, Vec3[] actual, Cell? cell, double within)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.InRange((cell is null ? p.First - p.Second : cell.MinimumImage(p.First - p.Second)).Norm, 0, within));
    }
}
