using Campaign.Core.Tests.Planning;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Planning;
using Campaign.Workflows.Specs;
using Campaign.Workflows.Specs.Physics;
using Xunit;

namespace Campaign.Core.Tests.Specs;

public sealed class PhysicsRulesTests
{
    private static IReadOnlyList<SpecProblem> Check(string file, params string[] overrides) =>
        PhysicsRules.Check(ShippedCampaigns.Spec(file, overrides), ShippedCampaigns.Li3TiCl6);

    [Theory]
    [InlineData("learningRatePlateaus", "factor 0.0032")]
    [InlineData("temperatureIrregular", "333 K, where 343 K would be regular")]
    [InlineData("temperatureIrregular", "0.2908")]
    [InlineData("functionalAmbiguous", "PW91")]
    [InlineData("occupancyRounded", "2 of 32 = 0.0625")]
    [InlineData("occupancyRounded", "5 of 64 = 0.078125")]
    [InlineData("occupancyRounded", "27 of 32 = 0.84375")]
    [InlineData("directionTwice", "[1 0 0]")]
    [InlineData("latticeOutlier", "0.929")]
    [InlineData("diffusionNotATarget", "a factor 7")]
    [InlineData("havenImplausible", "14")]
    [InlineData("samplesUnitUnknown", "8125 frames of 160 atoms")]
    [InlineData("samplesUnitUnknown", "0.77 %")]
    [InlineData("framesNotSeen", "10000 steps of 1 frames")]
    [InlineData("tiledDisorder", "125 copies")]
    [InlineData("singleConfiguration", "not disorder")]
    [InlineData("fitConvention", "0.32 eV in ln(sigma T) give 0.2913 eV in ln(sigma) over 298-373 K")]
    [InlineData("fitConvention", "k<T> = 0.029 eV")]
    [InlineData("kMeshCoarse", "1x1x1 on 'ti0875' has a spacing of 0.527, 0.288, 0.527 1/Å (the zone centre alone)")]
    [InlineData("sampleRounded", "Ti@2a = 0.75, the structure file 0.754: a difference smaller cells force, but 2000 positions hold 1508 atoms exactly")]
    [InlineData("sampleRounded", "Ti@4g = 0.125, the structure file 0.123: a difference smaller cells force, but 4000 positions hold 492 atoms exactly")]
    [InlineData("latticeOutlier", "b 11.93")]
    [InlineData("latticeOutlier", "V = 454.0")]
    [InlineData("diffusionNotATarget", "1.6e-14")]
    [InlineData("learningRatePlateaus", "2 plateaus: 1e-3 for steps 0-4999, then 3.162e-6")]
    [InlineData("tiledDisorder", "11.9 x 21.8 x 11.9")]
    public void The_seed_as_printed_is_objected_to_and_the_corrected_one_is_not(string rule, string says)
    {
        Assert.Contains(Check("li3ticl6-paper.yaml"), p => p.Rule == rule && p.Severity == SpecSeverity.Warning && p.Message.Contains(says, StringComparison.Ordinal));
        Assert.DoesNotContain(Check("li3ticl6-corrected.yaml"), p => p.Rule == rule && p.Severity != SpecSeverity.Note);
    }

    [Theory]
    [InlineData("li3ticl6-paper.yaml")]
    [InlineData("li3ticl6-corrected.yaml")]
    public void A_cutoff_below_that_of_the_lithium_data_set_is_objected_to_in_both_presets(string file) =>
        Assert.Equal(2, Check(file).Count(p => p.Rule == "encutBelowEnmax" && p.Message.Contains("499.034", StringComparison.Ordinal)));

    [Fact]
    public void The_corrected_preset_is_otherwise_clean() =>
        Assert.Equal(["encutBelowEnmax"], Check("li3ticl6-corrected.yaml").Where(p => p.Severity != SpecSeverity.Note).Select(p => p.Rule).Distinct());

    [Theory]
    [InlineData("quickstart.yaml")]
    [InlineData("quickstart-long.yaml")]
    public void The_quickstarts_have_no_warning(string file) =>
        Assert.Empty(Check(file).Where(p => p.Severity != SpecSeverity.Note).Select(p => p.ToString()));

    [Theory]
    [InlineData("material.variants[ti0844].supercell=[2, 2, 2]", "occupancyImpossible", "13.5 atoms; this cell can hold 0.8125 or 0.875")]
    [InlineData("train.network.rcutA=6", "descriptorCutoff", "sees 6 Å, the forces of level 'ionic' reach 7 Å")]
    [InlineData("aimd.temperaturesK=[300, 630, 700]", "outsideTraining", "715, 765, 815, 860")]
    [InlineData("dlmd.atoms=20000", "atomsMismatch", "make 160 atoms")]
    [InlineData("dlmd.timeStepFs=4", "timeStepLong", "4 fs")]
    [InlineData("dlmd.dampingFs=10", "dampingShort", "5 steps")]
    [InlineData("dlmd.temperaturesK=[700, 800]", "fewTemperatures", "2 temperatures")]
    [InlineData("neb.directions=[[1, 1, 0], [-1, -1, 0]]", "directionTwice", "the reverse of")]
    [InlineData("aimd.lengthPs=5000", "lengthLong", "5000 ps are 2500000 steps")]
    [InlineData("transport.frame=barycentric", "frameNotHost", "0.857 of its value")]
    [InlineData("material.variants[ti0750].occupancy={ Ti@2a: 0.75, Ti@4h: 0.125, Ti@4g: 0 }", "otherLayer", "z = 0.5, its main site 2a at z = 0")]
    [InlineData("train.loss={ virialStart: 0, virialLimit: 0 }", "stressNotTrained", "learns no stress")]
    public void A_doubtful_choice_is_objected_to_with_its_numbers(string set, string rule, string says)
    {
        SpecProblem p = Check("quickstart.yaml", set).First(p => p.Rule == rule);
        Assert.Contains(says, p.Message, StringComparison.Ordinal);
        Assert.NotEmpty(p.Mend);
    }

    [Theory]
    [InlineData("levels.u4.spin=false", "spinOff", "Ti3+ has 1 d electrons, but spin is off", "initialMoments: { Ti: 1 }")]
    [InlineData("levels.u4.initialMoments={}", "momentsMissing", "Ti3+ has 1 d electrons and no initial moment", "{ Ti: 1 }")]
    [InlineData("levels.u4.hubbard={ Ti: { l: p, uMinusJEv: 4 } }", "hubbardShell", "U-J of 4 eV acts on the p states of Ti", "l: d")]
    [InlineData("levels.u4.potcars={ Li: Li }", "potcarNotSaid", "Cl, Ti is not said", "Ti: Ti")]
    [InlineData("levels.u4.hubbard={ Ti: { l: d, uMinusJEv: -4 } }", "negativeHubbard", "-4 eV", "sign")]
    [InlineData("material.variants[ti0844].kMesh=[4, 2, 4]", "kMeshUneven", "0.132, 0.144, 0.066 1/Å, a factor 2.2", "inverse proportion")]
    [InlineData("material.variants[ti0875].supercell=[1, 2, 4]", "cellBelowCutoff", "6.0 Å wide, less than the cutoff of 7 Å", "at least 14 Å")]
    [InlineData("material.kSpacingPerA=0.6", "kMeshCoarse", "0.6 1/Å", "0.15 to 0.25")]
    public void An_electronic_choice_is_objected_to_with_its_numbers(string set, string rule, string says, string mend)
    {
        SpecProblem p = Check("li3ticl6-corrected.yaml", set).First(p => p.Rule == rule);
        Assert.Equal(SpecSeverity.Warning, p.Severity);
        Assert.Contains(says, p.Message, StringComparison.Ordinal);
        Assert.Contains(mend, p.Mend, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aimd.relabel={ initialMoments: { Ti: 1 } }", null, "relabelSameMoments", SpecSeverity.Warning, "the moments that level u4 begins with")]
    [InlineData("aimd.relabel={ initialMoments: { Fe: 1 } }", null, "relabelElement", SpecSeverity.Warning, "no Fe")]
    [InlineData("aimd.relabel={ initialMoments: { Ti: 2 } }", "levels.u4.spin=false", "relabelWithoutSpin", SpecSeverity.Error, "without spin")]
    [InlineData("aimd.relabel={ initialMoments: { Ti: 2 } }", "levels.u4.fixedMoment=true", "relabelFixedMoment", SpecSeverity.Error, "another constraint")]
    public void Another_initial_state_that_is_none_is_objected_to(string set, string? level, string rule, SpecSeverity severity, string says)
    {
        SpecProblem p = Check("li3ticl6-corrected.yaml", level is null ? [set] : [set, level]).First(p => p.Rule == rule && p.Message.Contains(says, StringComparison.Ordinal));
        Assert.Equal(severity, p.Severity);
        Assert.StartsWith("aimd.relabel", p.Path, StringComparison.Ordinal);
        Assert.DoesNotContain(Check("li3ticl6-corrected.yaml", "aimd.relabel={ initialMoments: { Ti: 2 } }"), p => p.Rule!.StartsWith("relabel", StringComparison.Ordinal));
    }

    [Fact]
    public void Frames_of_built_in_labels_have_no_other_state() =>
        Assert.Contains(Check("quickstart.yaml", "aimd.relabel={ initialMoments: { Ti: 2 } }"), p => p.Rule == "relabelNothing");

    [Fact]
    public void A_site_that_the_structure_does_not_have_is_an_error()
    {
        SpecProblem p = Assert.Single(Check("quickstart.yaml", "material.variants[ti0750].occupancy={Ti@2b: 0.5}"), p => p.Severity == SpecSeverity.Error);
        Assert.Equal("unknownSite", p.Rule);
        Assert.Contains("2a", p.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_points_at_the_line_of_the_value_it_objects_to()
    {
        SpecProblem p = Check("li3ticl6-paper.yaml").Single(p => p.Rule == "temperatureIrregular");
        string line = File.ReadLines(Path.Combine(ShippedCampaigns.ConfigDirectory, "li3ticl6-paper.yaml")).ElementAt(p.Line - 1);
        Assert.StartsWith("333", line[(p.Column - 1)..], StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_above_its_limit_is_named_with_what_costs_most()
    {
        CampaignSpec spec = ShippedCampaigns.Spec("quickstart.yaml", "dlmd.lengthPs=50000");
        WorkflowGraph graph = Planner.Plan(spec, ShippedCampaigns.Inputs(spec));
        IReadOnlyList<SpecProblem> refusals = PlanTotals.Of(graph, _ => 2).AboveLimits(spec, graph);
        Assert.Equal(["limits.coreHours", "limits.wallDays"], refusals.Select(p => p.Path));
        Assert.All(refusals, p => Assert.Contains("Most of it: dlmd", p.Message, StringComparison.Ordinal));
    }
}
