using Campaign.Compute.Engines.Vasp.Inputs;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

/// <summary>What a level of theory becomes in an INCAR, and what is refused.</summary>
public sealed class LevelTagsTests
{
    [Theory]
    [InlineData("PBE", "GGA", "PE")]
    [InlineData("PBEsol", "GGA", "PS")]
    [InlineData("PW91", "GGA", "91")]
    [InlineData("LDA", "GGA", "CA")]
    [InlineData("SCAN", "METAGGA", "SCAN")]
    [InlineData("r2SCAN", "METAGGA", "R2SCAN")]
    public void Every_functional_of_a_campaign_file_is_one_tag(string functional, string tag, string value)
    {
        Incar incar = SeedStudy.Incar(SeedStudy.Level(0) with { Functional = functional });
        Assert.Equal(value, incar[tag]);
        Assert.Null(incar[tag == "GGA" ? "METAGGA" : "GGA"]);
        Assert.Equal(tag == "METAGGA" ? (".TRUE.", "All") : (null, "Normal"), (incar["LMIXTAU"], incar["ALGO"]));
    }

    [Theory]
    [InlineData("gaussian", "0")]
    [InlineData("fermi", "-1")]
    [InlineData("methfessel-paxton", "1")]
    [InlineData("methfesselPaxton", "1")]
    [InlineData("tetrahedron", "-5")]
    public void Smearing_is_ISMEAR(string smearing, string ismear) =>
        Assert.Equal(ismear, SeedStudy.Incar(SeedStudy.Level(0) with { Smearing = smearing })["ISMEAR"]);

    [Theory]
    [InlineData("none", null)]
    [InlineData("d3", "11")]
    [InlineData("d3bj", "12")]
    public void Dispersion_is_IVDW(string dispersion, string? ivdw) =>
        Assert.Equal(ivdw, SeedStudy.Incar(SeedStudy.Level(0) with { Dispersion = dispersion })["IVDW"]);

    [Fact]
    public void Hubbard_terms_follow_the_blocks_of_the_POSCAR_also_where_a_species_comes_twice()
    {
        VaspLevel level = SeedStudy.Level(4) with
        {
            Hubbard = new Dictionary<string, HubbardU> { ["Ti"] = new("d", 4), ["O"] = new("p", 2.5), ["Ce"] = new("f", 5) },
            InitialMoments = new Dictionary<string, double> { ["Ti"] = 1, ["Ce"] = -0.5 },
        };
        var incar = Incar.Of(level, new VaspCalculation.SinglePoint(), SeedStudy.Parallel, [("Ti", 3), ("O", 1), ("Li", 2), ("Ti", 1), ("Ce", 1)]);
        Assert.Equal("2 1 -1 2 3", incar["LDAUL"]);
        Assert.Equal("4 2.5 0 4 5", incar["LDAUU"]);
        Assert.Equal("0 0 0 0 0", incar["LDAUJ"]);
        Assert.Equal("3*1 1*0 2*0 1*1 1*-0.5", incar["MAGMOM"]);
        Assert.Equal("6", incar["LMAXMIX"]);
    }

    [Fact]
    public void Terms_of_species_that_are_not_there_make_no_Hubbard_block()
    {
        var incar = Incar.Of(SeedStudy.Level(4), new VaspCalculation.SinglePoint(), SeedStudy.Parallel, [("Li", 1), ("Cl", 1)]);
        Assert.DoesNotContain(incar.Tags, t => t.Tag.StartsWith("LDAU", StringComparison.Ordinal));
        Assert.Null(incar["LMAXMIX"]);
    }

    [Fact]
    public void A_d_shell_is_mixed_where_it_has_a_spin_or_a_Hubbard_term_only()
    {
        VaspLevel plain = SeedStudy.Level(0) with { Spin = false };
        Assert.Null(SeedStudy.Incar(plain)["LMAXMIX"]);
        Assert.Equal("4", SeedStudy.Incar(plain with { Spin = true })["LMAXMIX"]);
        Assert.Equal("4", SeedStudy.Incar(SeedStudy.Level(4) with { Spin = false })["LMAXMIX"]);
    }

    [Fact]
    public void Without_spin_there_are_no_moments()
    {
        Incar incar = SeedStudy.Incar(SeedStudy.Level(0) with { Spin = false });
        Assert.Equal(("1", null, null), (incar["ISPIN"], incar["MAGMOM"], incar["LORBIT"]));
    }

    [Fact]
    public void Without_initial_moments_VASP_begins_with_its_own_and_not_with_none() =>
        Assert.Null(SeedStudy.Incar(SeedStudy.Level(0) with { InitialMoments = new Dictionary<string, double>() })["MAGMOM"]);

    [Fact]
    public void A_fixed_moment_is_the_sum_of_the_initial_ones() =>
        Assert.Equal("16", SeedStudy.Incar(SeedStudy.Level(0) with { FixedMoment = true })["NUPDOWN"]);

    [Fact]
    public void Small_cells_keep_exact_projectors_and_dynamics_never_do()
    {
        IReadOnlyList<(string, int)> small = [("Li", 3), ("Ti", 1), ("Cl", 6)];
        Assert.Equal(".FALSE.", Incar.Of(SeedStudy.Level(0), new VaspCalculation.Relaxation(0.01, true, 10), SeedStudy.Parallel, small)["LREAL"]);
        Assert.Equal("Auto", Incar.Of(SeedStudy.Level(0), new VaspCalculation.Dynamics(300, 1, 10, VaspThermostat.Nose, 1, 1), SeedStudy.Parallel, small)["LREAL"]);
    }

    [Fact]
    public void Extra_lines_win_in_the_place_of_what_they_replace_and_the_last_of_them_counts()
    {
        Incar plain = SeedStudy.Incar(SeedStudy.Level(0));
        Incar incar = SeedStudy.Incar(SeedStudy.Level(0) with { Extra = ["algo = Fast", "AMIX = 0.2 # slower; BMIX = 0.0001", "ALGO=All; AMIX=0.1"] });
        Assert.Equal(("All", "0.1", null), (incar["ALGO"], incar["AMIX"], incar["BMIX"]));
        Assert.Equal(plain.Tags.Select(t => t.Tag).Append("AMIX"), incar.Tags.Select(t => t.Tag));
    }

    public static TheoryData<string, VaspLevel> Refused() => new()
    {
        { "functional 'B3LYP'", SeedStudy.Level(0) with { Functional = "B3LYP" } },
        { "smearing 'cold'", SeedStudy.Level(0) with { Smearing = "cold" } },
        { "dispersion correction 'd4'", SeedStudy.Level(0) with { Dispersion = "d4" } },
        { "at least four k-points", SeedStudy.Level(0) with { Smearing = "tetrahedron", KMesh = [1, 1, 3] } },
        { "no parameters of d3 for PW91", SeedStudy.Level(0) with { Functional = "PW91", Dispersion = "d3" } },
        { "'g' is no shell", SeedStudy.Level(0) with { Hubbard = new Dictionary<string, HubbardU> { ["Ti"] = new("g", 1) } } },
        { "spin: true", SeedStudy.Level(0) with { FixedMoment = true, Spin = false } },
        { "add up to -16", SeedStudy.Level(0) with { FixedMoment = true, InitialMoments = new Dictionary<string, double> { ["Ti"] = -1 } } },
        { "'AMIX 0.2' for the INCAR sets nothing", SeedStudy.Level(0) with { Extra = ["AMIX 0.2"] } },
        { "no finite number", SeedStudy.Level(0) with { SigmaEv = double.NaN } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_VASP_cannot_do_is_refused_with_what_to_do(string said, VaspLevel level) =>
        Assert.Contains(said, Assert.Throws<InvalidDataException>(() => SeedStudy.Incar(level)).Message, StringComparison.Ordinal);

    [Fact]
    public void Published_parameters_of_D3_open_it_for_other_functionals()
    {
        Incar incar = SeedStudy.Incar(SeedStudy.Level(0) with { Functional = "PW91", Dispersion = "d3", Extra = ["VDW_S8 = 0.8; VDW_SR = 1.1"] });
        Assert.Equal(("11", "0.8"), (incar["IVDW"], incar["VDW_S8"]));
    }

    public static TheoryData<string, VaspCalculation> RefusedCalculations() => new()
    {
        { "for an optimisation", new VaspCalculation.Dynamics(0, 1, 10, VaspThermostat.Nose, 1, 1) },
        { "never reached", new VaspCalculation.Relaxation(0, true, 10) },
        { "has no path", new VaspCalculation.Band(0, 5, 0.03, 10, true) },
        { "64 cores cannot be shared evenly among 5 images", new VaspCalculation.Band(5, 5, 0.03, 10, true) },
    };

    [Theory]
    [MemberData(nameof(RefusedCalculations))]
    public void A_calculation_that_VASP_would_take_for_something_else_is_refused(string said, VaspCalculation calculation) =>
        Assert.Contains(said, Assert.Throws<InvalidDataException>(() => SeedStudy.Incar(SeedStudy.Level(0), calculation)).Message, StringComparison.Ordinal);
}
