using Campaign.Compute.Engines.Vasp.Inputs;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

public sealed class PotcarCheckTests
{
    private static readonly VaspLevel Level = SeedStudy.Level(4) with { Potcars = new Dictionary<string, string> { ["Ti"] = "Ti_pv" } };

    private static readonly PotcarHeader[] Right = [Header("Li"), Header("Ti_pv", "Ti"), Header("Cl")];

    [Fact]
    public void The_potentials_that_the_level_names_in_the_order_of_the_POSCAR_are_right() => Assert.Empty(PotcarCheck.Problems(Right, SeedStudy.Blocks, Level));

    [Fact]
    public void A_wrong_order_is_named_block_by_block() => Assert.Equal(
        ["Block 1 of POTCAR is Ti (PAW_PBE Ti_pv 07Sep2000), of POSCAR Li.", "Block 2 of POTCAR is Li (PAW_PBE Li 07Sep2000), of POSCAR Ti."],
        PotcarCheck.Problems([Right[1], Right[0], Right[2]], SeedStudy.Blocks, Level).Select(p => p.Message[..(p.Message.IndexOf(". ", StringComparison.Ordinal) + 1)]));

    [Fact]
    public void Another_number_of_blocks_is_all_that_is_said() =>
        Assert.Contains("POTCAR has 2 blocks (Li Ti_pv), POSCAR has 3 (Li Ti Cl)", One(Right[..2], Level).Message, StringComparison.Ordinal);

    [Fact]
    public void Another_data_set_of_the_same_element_is_wrong()
    {
        PotcarProblem problem = One([Right[0], Header("Ti_sv", "Ti"), Right[2]], Level);
        Assert.False(problem.IsWarning);
        Assert.Contains("the level asks for Ti_pv", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PW91", "PE", "91", false)]
    [InlineData("PBE", "91", "PE", false)]
    [InlineData("PBEsol", "91", "PE", false)]
    [InlineData("LDA", "PE", "CA", false)]
    [InlineData("PBEsol", "PE", "PE", true)]
    [InlineData("r2SCAN", "PE", "PE", true)]
    [InlineData("PW91", "91", "91", true)]
    public void Potentials_belong_to_one_functional(string functional, string lexch, string needed, bool right)
    {
        IReadOnlyList<PotcarProblem> problems = PotcarCheck.Problems([.. Right.Select(h => h with { Lexch = lexch })], SeedStudy.Blocks, Level with { Functional = functional });
        Assert.Equal(right ? 0 : 3, problems.Count);
        Assert.All(problems, p => Assert.Contains($"(LEXCH = {lexch}) than {functional}, which needs {needed}", p.Message, StringComparison.Ordinal));
        Assert.All(problems, p => Assert.False(p.IsWarning));
    }

    [Fact]
    public void A_cutoff_below_that_of_a_potential_is_a_warning_with_a_number()
    {
        PotcarProblem problem = One([Right[0] with { EnmaxEv = 499.034 }, Right[1], Right[2]], Level);
        Assert.True(problem.IsWarning);
        Assert.Contains("ENCUT of 450 eV is below ENMAX of 499.034 eV of Li", problem.Message, StringComparison.Ordinal);
        Assert.Contains("encutEv: 650", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_species_in_two_blocks_is_warned_of_once() =>
        Assert.Single(PotcarCheck.Problems([Header("Cl") with { EnmaxEv = 500 }, Header("Li"), Header("Cl") with { EnmaxEv = 500 }], [("Cl", 1), ("Li", 1), ("Cl", 2)], Level));

    [Fact]
    public void The_spec_for_others_has_names_only() => Assert.Equal("Li\nTi_pv\nCl\n", PotcarSpec.Text(Level, SeedStudy.Blocks));

    private static PotcarProblem One(PotcarHeader[] headers, VaspLevel level) => Assert.Single(PotcarCheck.Problems(headers, SeedStudy.Blocks, level));

    private static PotcarHeader Header(string set, string? element = null) => new($"PAW_PBE {set} 07Sep2000", element ?? set, "PE", 250, 1, new string('0', 64));
}
