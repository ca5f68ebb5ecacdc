using System.Text;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

/// <summary>The level of theory that real outputs tell of, and what tells two levels apart.</summary>
public sealed class LevelOfTheoryTests
{
    private const string FeO = "dftu-spin/FeO-LDAU2-28steps-v5.3.5/";

    private static readonly double[] Spacing = [0.2, 0.2, 0.2];

    private static readonly LevelOfTheory Seed = new()
    {
        VaspMajor = 6, Functional = "PBE", EncutEv = 450, Precision = "normal", RealSpaceProjectors = true, Aspherical = true, Dispersion = 0, Spin = true,
        FixedMomentPerAtom = null, Ismear = 0, SigmaEv = 0.05,
        Potcars = new Dictionary<string, string> { ["Li"] = "PAW_PBE Li 17Jan2003", ["Ti"] = "PAW_PBE Ti_pv 07Sep2000", ["Cl"] = "PAW_PBE Cl 06Sep2000" },
        Hubbard = new Dictionary<string, HubbardTerms> { ["Ti"] = new(2, 2, 4, 0) },
        KSpacingPerA = [0.131, 0.143, 0.131],
    };

    [SkippableFact]
    public void An_OUTCAR_with_Hubbard_terms_and_spin_tells_its_level()
    {
        var level = LevelOfTheory.Of(Outcar(FeO + "OUTCAR"), Spacing);
        Assert.Equal(
            (5, "PBE", 520, "accurate", true, false, 0, true, null, 0, 0.05),
            (level.VaspMajor, level.Functional, level.EncutEv, level.Precision, level.RealSpaceProjectors, level.Aspherical, level.Dispersion, level.Spin, level.FixedMomentPerAtom, level.Ismear, level.SigmaEv));
        Assert.Equal(new Dictionary<string, string> { ["Fe"] = "PAW_PBE Fe 06Sep2000", ["O"] = "PAW_PBE O 08Apr2002" }, level.Potcars);
        Assert.Equal(new Dictionary<string, HubbardTerms> { ["Fe"] = new(2, 2, 4, 0) }, level.Hubbard);
        Assert.Equal(Spacing, level.KSpacingPerA);
    }

    [SkippableTheory]
    [InlineData(FeO + "OUTCAR", FeO + "vasprun.xml")]
    [InlineData("aimd/H2O-3steps-v5.4.4/OUTCAR.h2o.md", "aimd/H2O-3steps-v5.4.4/vasprun.h2o.md.xml")]
    [InlineData("relax/Si-converged-v5.4.4/OUTCAR", "relax/Si-converged-v5.4.4/vasprun.xml")]
    [InlineData("aimd/Ti-O-Ti-repeated-species-v6.3.0/OUTCAR", "aimd/Ti-O-Ti-repeated-species-v6.3.0/vasprun.xml")]
    public void OUTCAR_and_vasprun_of_a_run_tell_the_same_level(string outcar, string vasprun)
    {
        var first = LevelOfTheory.Of(Outcar(outcar), Spacing);
        Assert.NotNull(first.EncutEv);
        Assert.NotNull(first.Functional);
        Assert.NotEmpty(first.Potcars);
        Assert.Empty(first.Differences(LevelOfTheory.Of(Vasprun(vasprun), Spacing)));
    }

    [SkippableTheory]
    [InlineData("aimd/ML_FF-CH4-v6.3.0/OUTCAR.ch4.ml", 6, "PW91", 520, "normal", false)]
    [InlineData("aimd/Ti-O-Ti-repeated-species-v6.3.0/OUTCAR", 6, "PBE", 350, "accurate", true)]
    [InlineData("unconverged/dpdata-NELM/OUTCAR.ch4.unconverged", 5, "PBE", 400, "accurate", false)]
    [InlineData("crashed/slurm-aborted-Ni-Ti-Nb-N/OUTCAR", 5, "PBE", 450, "normal", true)]
    public void Both_versions_of_VASP_are_understood(string file, int major, string functional, double encutEv, string precision, bool realSpace)
    {
        var level = LevelOfTheory.Of(Outcar(file), Spacing);
        Assert.Equal((major, functional, encutEv, precision, realSpace), (level.VaspMajor, level.Functional, level.EncutEv, level.Precision, level.RealSpaceProjectors));
        Assert.Empty(level.Hubbard);
    }

    [SkippableFact]
    public void A_cutoff_that_nobody_asked_for_is_read_from_what_VASP_chose() =>
        Assert.Equal(184.009, LevelOfTheory.Of(Vasprun("aimd/md-10steps-v6.3.2/vasprun.md.xml.gz"), Spacing).EncutEv);

    [SkippableFact]
    public void Every_OUTCAR_of_the_collection_tells_all_and_survives_JSON()
    {
        string[] files = [.. Directory.EnumerateFiles(Samples.Data("vasp"), "*OUTCAR*", SearchOption.AllDirectories)];
        Assert.True(files.Length > 15);
        foreach (string file in files)
        {
            var level = LevelOfTheory.Of(Outcar(file), Spacing);
            Assert.True(
                level is { VaspMajor: 5 or 6, Functional: "PBE" or "PW91" or "LDA" or "RE", EncutEv: > 100, Precision: "accurate" or "normal" or "low", RealSpaceProjectors: not null, Aspherical: not null, Spin: not null, Ismear: not null, SigmaEv: > 0 } && level.Potcars.Count > 0,
                $"{file}: {level.ToJson()}");
            Assert.Empty(level.Differences(LevelOfTheory.FromJson(level.ToJson())!));
        }
    }

    [SkippableFact]
    public void Hubbard_lists_are_read_whole_also_where_VASP_6_repeats_INCAR_before()
    {
        string text = Text(FeO + "OUTCAR").Replace(" INCAR:\n", " INCAR:\n   LDAU = .TRUE.\n   LDAUL = 2 1\n   LDAUU = 4 0\n   LDAUJ = 0 0\n", StringComparison.Ordinal)
            .Replace("LDAUL =     2    0", "LDAUL =     2    1", StringComparison.Ordinal).Replace("LDAUU =   4.0  0.0", "LDAUU =   4.5  2.0", StringComparison.Ordinal).Replace("LDAUJ =   0.0  0.0", "LDAUJ =   0.5  0.0", StringComparison.Ordinal);
        Assert.Equal(new Dictionary<string, HubbardTerms> { ["Fe"] = new(2, 2, 4, 0), ["O"] = new(2, 1, 2, 0) }, LevelOfTheory.Of(Header(text), Spacing).Hubbard);

        string off = text.Replace("LDAU = .TRUE.", "LDAU = .FALSE.", StringComparison.Ordinal);
        Assert.Empty(LevelOfTheory.Of(Header(off), Spacing).Hubbard);
    }

    [SkippableFact]
    public void A_warning_that_advises_a_value_does_not_set_it()
    {
        // the box of this file advises LREAL=.FALSE. above the line with what was chosen
        Assert.Contains("set LREAL=.FALSE.", Text("unconverged/Si-elec-unconverged-v5.4.4/OUTCAR"), StringComparison.Ordinal);
        Assert.Equal("T", Outcar("unconverged/Si-elec-unconverged-v5.4.4/OUTCAR").Settings["LREAL"]);
    }

    [SkippableFact]
    public void Potentials_that_are_not_printed_do_not_make_VASPs_number_a_functional()
    {
        string text = Text("aimd/Ti-O-Ti-repeated-species-v6.3.0/OUTCAR").Replace("LEXCH   =     8", "LEXCH   =    14", StringComparison.Ordinal);
        Assert.Equal("PBE", LevelOfTheory.Of(Header(text), Spacing).Functional);
    }

    [SkippableFact]
    public void Another_scheme_keeps_U_and_J()
    {
        string text = Text(FeO + "OUTCAR").Replace("LDAUTYPE =  2", "LDAUTYPE =  1", StringComparison.Ordinal).Replace("LDAUJ =   0.0", "LDAUJ =   1.0", StringComparison.Ordinal);
        Assert.Equal(new HubbardTerms(1, 2, 4, 1), LevelOfTheory.Of(Header(text), Spacing).Hubbard["Fe"]);
    }

    [SkippableFact]
    public void A_dispersion_correction_is_seen_where_the_first_step_tells_of_it()
    {
        string text = Text(FeO + "OUTCAR");
        int first = text.IndexOf("  FREE ENERGIE OF THE ION-ELECTRON", StringComparison.Ordinal);
        Assert.Equal(11, LevelOfTheory.Of(Header(text.Insert(first, " IVDW         = 11\n VDW_S6       =    1.0000\n")), Spacing).Dispersion);
        Assert.Equal(0, LevelOfTheory.Of(Header(text), Spacing).Dispersion);
    }

    [SkippableTheory]
    [InlineData("GGA     =    --", "GGA     =    PS", "PBEsol")]
    [InlineData("GGA     =    --", "GGA     =    91", "PW91")]
    [InlineData("GGA     =    --", "GGA     =    RP", "RP")]
    [InlineData("METAGGA=      F", "METAGGA=      R2SCAN", "r2SCAN")]
    [InlineData("LHFCALC =     F", "LHFCALC =     T", "PBE with 0.0000 of exact exchange")]
    public void The_functional_is_what_was_chosen_and_else_that_of_the_potentials(string printed, string instead, string functional) =>
        Assert.Equal(functional, LevelOfTheory.Of(Header(Text(FeO + "OUTCAR").Replace(printed, instead, StringComparison.Ordinal)), Spacing).Functional);

    [Fact]
    public void A_fixed_moment_is_compared_per_atom()
    {
        VaspHeader Fixed(int atoms, string moment) => new() { Atoms = atoms, Settings = new Dictionary<string, string> { ["NUPDOWN"] = moment } };
        LevelOfTheory one = LevelOfTheory.Of(Fixed(160, "16.0"), Spacing), two = LevelOfTheory.Of(Fixed(320, "32.0"), Spacing), free = LevelOfTheory.Of(Fixed(160, "-1.0000"), Spacing);
        Assert.Empty(one.Differences(two));
        Assert.Equal(["The total moment (NUPDOWN) is fixed at 0.1 per atom, the other's free."], one.Differences(free));
    }

    [Fact]
    public void Twice_the_cell_with_half_the_divisions_is_one_level_and_the_same_divisions_are_not()
    {
        Cell cell = Cell.FromParameters(10.9, 11.8, 12.0, 90, 110, 90);
        LevelOfTheory At(Cell c, int[] mesh) => Seed with { KSpacingPerA = Kpoints.SpacingPerA(c, mesh) };
        Assert.Empty(At(cell, [4, 2, 4]).Differences(At(cell.Repeated(1, 1, 2), [4, 2, 2])));
        Assert.Empty(At(cell, [4, 2, 4]).Differences(At(cell.Strained(new Mat3(0.03, 0, 0, 0, 0.03, 0, 0, 0, 0.03)), [4, 2, 4])));
        string difference = Assert.Single(At(cell, [4, 2, 4]).Differences(At(cell.Repeated(1, 1, 2), [4, 2, 4])));
        Assert.Equal("The spacing of k-points along c* is 0.1393 1/Å, the other's 0.0697 1/Å.", difference);
    }

    public static TheoryData<LevelOfTheory, string> Other() => new()
    {
        { Seed with { VaspMajor = 5 }, "The version of VASP is 6, the other's 5." },
        { Seed with { Functional = "PW91" }, "The functional is PBE, the other's PW91." },
        { Seed with { EncutEv = 520 }, "The cutoff (ENCUT) is 450 eV, the other's 520 eV." },
        { Seed with { EncutEv = null }, "The cutoff (ENCUT) is 450 eV, the other's not told." },
        { Seed with { Precision = "accurate" }, "The precision (PREC) is normal, the other's accurate." },
        { Seed with { RealSpaceProjectors = false }, "The space that projectors act in (LREAL) is the real one, the other's the reciprocal one." },
        { Seed with { Aspherical = false }, "The use of aspherical terms (LASPH) is on, the other's off." },
        { Seed with { Dispersion = 12 }, "The dispersion correction (IVDW) is none, the other's 12." },
        { Seed with { Spin = false }, "The spin polarisation (ISPIN) is on, the other's off." },
        { Seed with { Ismear = -1 }, "The smearing (ISMEAR) is 0, the other's -1." },
        { Seed with { SigmaEv = 0.2 }, "The width of the smearing (SIGMA) is 0.05 eV, the other's 0.2 eV." },
        { Seed with { Potcars = new Dictionary<string, string>(Seed.Potcars) { ["Ti"] = "PAW_PBE Ti 08Apr2002" } }, "The potential of Ti is PAW_PBE Ti_pv 07Sep2000, the other's PAW_PBE Ti 08Apr2002." },
        { Seed with { Potcars = new Dictionary<string, string>() }, "The list of potentials is told, the other's not told." },
        { Seed with { Hubbard = new Dictionary<string, HubbardTerms>() }, "The Hubbard term of Ti is U-J = 4 eV on d, the other's none." },
        { Seed with { Hubbard = new Dictionary<string, HubbardTerms> { ["Ti"] = new(1, 2, 5, 1) } }, "The Hubbard term of Ti is U-J = 4 eV on d, the other's U = 5 eV, J = 1 eV (LDAUTYPE = 1) on d." },
        { Seed with { KSpacingPerA = [] }, "The spacing of k-points is told, the other's not told." },
        { Seed with { KSpacingPerA = [0.131, 0.160, 0.131] }, "The spacing of k-points along b* is 0.143 1/Å, the other's 0.16 1/Å." },
    };

    [Theory]
    [MemberData(nameof(Other))]
    public void Each_difference_is_one_sentence_with_both_values_and_survives_JSON(LevelOfTheory other, string sentence)
    {
        Assert.Equal([sentence], Seed.Differences(other));
        Assert.Equal([sentence], LevelOfTheory.FromJson(Seed.ToJson())!.Differences(LevelOfTheory.FromJson(other.ToJson())!));
        Assert.Single(other.Differences(Seed));
    }

    [Fact]
    public void What_is_within_print_and_mesh_or_an_element_of_one_alone_is_no_difference()
    {
        Assert.Empty(Seed.Differences(Seed with { EncutEv = 450.04, KSpacingPerA = [0.140, 0.135, 0.125] }));
        Assert.Empty(Seed.Differences(Seed with { Potcars = new Dictionary<string, string> { ["Li"] = Seed.Potcars["Li"] }, Hubbard = new Dictionary<string, HubbardTerms>() }));
        Assert.Empty((Seed with { Ismear = -5, SigmaEv = 0.2 }).Differences(Seed with { Ismear = -5 }));
    }

    [Fact]
    public void The_JSON_is_stable() => Assert.Equal(
        """{"vaspMajor":6,"functional":"PBE","encutEv":450,"precision":"normal","realSpaceProjectors":true,"aspherical":true,"dispersion":0,"spin":true,"fixedMomentPerAtom":null,"ismear":0,"sigmaEv":0.05,"potcars":{"Li":"PAW_PBE Li 17Jan2003","Ti":"PAW_PBE Ti_pv 07Sep2000","Cl":"PAW_PBE Cl 06Sep2000"},"hubbard":{"Ti":{"scheme":2,"l":2,"uEv":4,"jEv":0}},"kSpacingPerA":[0.131,0.143,0.131]}""",
        Seed.ToJson());

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"functional":"PBE"}""")]
    [InlineData("[1]")]
    public void What_is_no_whole_level_is_none(string json) => Assert.Null(LevelOfTheory.FromJson(json));

    private static VaspHeader Outcar(string file)
    {
        using var reader = new OutcarReader(VaspFile.Open(Samples.Data("vasp", file)));
        reader.Read();
        return reader.Header;
    }

    private static VaspHeader Header(string outcar)
    {
        using var reader = new OutcarReader(new MemoryStream(Encoding.Latin1.GetBytes(outcar)));
        Assert.NotNull(reader.Read());
        return reader.Header;
    }

    private static VaspHeader Vasprun(string file)
    {
        using var reader = new VasprunReader(VaspFile.Open(Samples.Data("vasp", file)));
        reader.Read();
        return reader.Header;
    }

    private static string Text(string file) => File.ReadAllText(Samples.Data("vasp", file), Encoding.Latin1);
}
