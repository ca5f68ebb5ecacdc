using Campaign.Compute.Engines.Vasp.Inputs;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

public sealed class PotcarFoldersTests
{
    [Fact]
    public void The_newest_release_is_tried_first_in_each_layout()
    {
        IReadOnlyList<string> paths = PotcarFolders.Candidates("PBE", "Ti_pv");
        Assert.Equal(
            ["POT_PAW_PBE_64/POTCAR.Ti_pv", "POT_PAW_PBE_64/POTCAR.Ti_pv.gz", "POT_PAW_PBE_64/Ti_pv/POTCAR", "POT_PAW_PBE_64/Ti_pv/POTCAR.gz"], paths.Take(4));
        Assert.Equal(
            ["POT_PAW_PBE_64", "POT_GGA_PAW_PBE_54", "POT_GGA_PAW_PBE_52", "POT_GGA_PAW_PBE"],
            PotcarFolders.Of("PBE").Where(f => f.StartsWith("POT_", StringComparison.Ordinal)));
    }

    [Fact]
    public void Functionals_without_potentials_of_their_own_take_those_of_PBE()
    {
        Assert.Equal(PotcarFolders.Of("PBE"), PotcarFolders.Of("PBEsol"));
        Assert.DoesNotContain("POT_GGA_PAW_PBE", PotcarFolders.Of("r2SCAN"));
        Assert.Contains("POT_GGA_PAW_PBE_52", PotcarFolders.Of("r2SCAN"));
    }

    [Fact]
    public void PW91_and_LDA_take_none_of_PBE()
    {
        Assert.Equal("POT_GGA_PAW_PW91", PotcarFolders.Of("PW91")[0]);
        Assert.DoesNotContain(PotcarFolders.Of("PW91").Concat(PotcarFolders.Of("LDA")), f => f.Contains("PBE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("-rf")]
    [InlineData("Ti pv")]
    [InlineData("Ti\n")]
    [InlineData("$(touch x)")]
    public void A_name_that_would_leave_the_folder_is_refused(string set)
    {
        Assert.False(PotcarSet.IsName(set));
        Assert.Throws<InvalidDataException>(() => PotcarFolders.Candidates("PBE", set));
        VaspLevel level = SeedStudy.Level(0) with { Potcars = new Dictionary<string, string> { ["Ti"] = set } };
        Assert.Throws<InvalidDataException>(() => PotcarStep.Of(null, level, SeedStudy.Blocks));
    }
}
