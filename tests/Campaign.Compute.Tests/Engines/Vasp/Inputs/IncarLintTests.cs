using Campaign.Compute.Engines.Vasp.Inputs;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

public sealed class IncarLintTests
{
    [Theory]
    [InlineData("AMIX = 0.2")]
    [InlineData("ALGO = Fast; NELM = 300 # slow")]
    [InlineData("lreal = .FALSE.")]
    [InlineData("LWAVE = .TRUE.")]
    [InlineData("VDW_S8 = 0.7")]
    public void What_only_steers_the_electrons_is_allowed(string line) => Assert.Empty(IncarLint.Problems([line]));

    [Theory]
    [InlineData("nsw = 10", "NSW", "relax: maxSteps")]
    [InlineData("POTIM = 2", "POTIM", "aimd: timeStepFs")]
    [InlineData("TEBEG=300", "TEBEG", "aimd: temperaturesK")]
    [InlineData("ENCUT = 520", "ENCUT", "levels: encutEv")]
    [InlineData("LDAUU = 0 4 0", "LDAUU", "levels: hubbard")]
    [InlineData("IBRION = 2", "IBRION", "Every calculation")]
    [InlineData("ISIF = 0", "ISIF", "labels need the stress")]
    [InlineData("ML_LMLFF = T", "ML_LMLFF", "no labels")]
    [InlineData("PSTRESS = 10", "PSTRESS", "Strain the cells")]
    [InlineData("KPAR = 4", "KPAR", "site's file")]
    public void What_the_campaign_says_itself_is_refused_with_the_key_to_write(string line, string tag, string instead)
    {
        string problem = Assert.Single(IncarLint.Problems([line]));
        Assert.StartsWith($"{tag} cannot be set here.", problem, StringComparison.Ordinal);
        Assert.Contains(instead, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_hides_behind_a_semicolon_a_backslash_or_a_second_line()
    {
        Assert.Contains("NSW", Assert.Single(IncarLint.Problems(["AMIX = 0.2; NSW = 1"])), StringComparison.Ordinal);
        Assert.Contains("NSW", Assert.Single(IncarLint.Problems(["AMIX = 0.2\nNSW = 1"])), StringComparison.Ordinal);
        Assert.Contains("NSW", Assert.Single(IncarLint.Problems(["NSW \\\n = 1"])), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_set_nothing_or_the_same_twice_are_named() => Assert.Equal(
        [
            "'AMIX 0.2' sets nothing. Write it like 'AMIX = 0.2'.",
            "'# nothing' sets nothing. Write it like 'AMIX = 0.2', or remove it.",
            "AMIX is set twice. Keep one.",
        ],
        IncarLint.Problems(["AMIX 0.2", "# nothing", "AMIX = 0.2; BMIX = 1", "amix = 0.1"]));
}
