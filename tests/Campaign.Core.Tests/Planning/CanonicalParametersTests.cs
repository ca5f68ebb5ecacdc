using System.Text.Json.Nodes;
using Campaign.Workflows.Operations;
using Xunit;

namespace Campaign.Core.Tests.Planning;

/// <summary>Fingerprints rest on these bytes: a change here means that finished work of every existing campaign is done again.</summary>
public sealed class CanonicalParametersTests
{
    [Fact]
    public void Canonical_json_of_a_variant_is_what_it_always_was()
    {
        var p = new BuildVariantParameters("ti0875", [2, 2, 2], new Dictionary<string, double> { ["Ti@4g"] = 0.0625, ["Ti@2a"] = 0.875 }, 200, 1, DisorderKind.Random, "Li",
            new Dictionary<string, double> { ["Ti"] = 3, ["Li"] = 1 }, 0.15);
        Assert.Equal(
            """{"disorder":"random","draws":200,"kSpacingPerA":0.15,"mobile":"Li","name":"ti0875","occupancy":{"Ti@2a":0.875,"Ti@4g":0.0625},"oxidationStates":{"Li":1,"Ti":3},"seed":1,"supercell":[2,2,2]}""",
            CanonicalParameters.ToCanonicalJson(p).ToJsonString());
    }

    [Fact]
    public void Canonical_json_of_a_sample_leaves_absent_parts_out()
    {
        var p = new SampleParameters("ti0750", "ionic", 600, 1, 1000, 5000, 20, 100, 123456789012345, [0.03, 0.03, 0.03, 0, 0, 0]);
        Assert.Equal(
            """{"dampingFs":100,"equilibrationSteps":1000,"frameStride":20,"level":"ionic","seed":123456789012345,"steps":5000,"strain":[0.03,0.03,0.03,0,0,0],"temperatureK":600,"timeStepFs":1,"variant":"ti0750"}""",
            CanonicalParameters.ToCanonicalJson(p).ToJsonString());
    }

    [Fact]
    public void Canonical_json_of_production_dynamics_is_what_it_always_was()
    {
        var p = new DynamicsParameters("ti0750", "ionic", ForceSource.Teacher, 700, 2, 1000, 15000, 10, 2500, 100, 3, 7, [1, 1, 1], true, NumberPrecision.Float32);
        Assert.Equal(
            """{"chainLength":3,"dampingFs":100,"dumpEverySteps":10,"equilibrationSteps":1000,"label":"teacher","level":"ionic","minimiseFirst":true,"precision":"float32","repeat":[1,1,1],"seed":7,"segmentSteps":2500,"steps":15000,"temperatureK":700,"timeStepFs":2,"variant":"ti0750"}""",
            CanonicalParameters.ToCanonicalJson(p).ToJsonString());
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.0 / 3)]
    [InlineData(1e-300)]
    [InlineData(123456789.123456789)]
    public void Numbers_survive_the_round_trip_to_the_last_bit(double value)
    {
        var p = new RelaxParameters("v", "l", value, value, true, 10, [1, 2, 3]);
        JsonObject json = CanonicalParameters.ToCanonicalJson(p);
        RelaxParameters back = CanonicalParameters.Read<RelaxParameters>((JsonObject)JsonNode.Parse(json.ToJsonString())!);
        Assert.Equal(value, back.MaxForceEvPerA);
        Assert.Equal(json.ToJsonString(), CanonicalParameters.ToCanonicalJson(back).ToJsonString());
    }

    [Theory]
    [InlineData("""{"variant":"v"}""", "relax")]
    [InlineData("""{"level":"l","maxForceEvPerA":0.01,"maxSteps":1,"maxStressGpa":0.1,"relaxCell":true,"supercell":[1,1,1],"variant":"v","speed":1}""", "speed")]
    [InlineData("""{"level":"l","maxForceEvPerA":"0.01","maxSteps":1,"maxStressGpa":0.1,"relaxCell":true,"supercell":[1,1,1],"variant":"v"}""", "maxForceEvPerA")]
    public void Parameters_of_another_shape_are_refused_by_name(string json, string says)
    {
        FormatException e = Assert.Throws<FormatException>(() => CanonicalParameters.Read<RelaxParameters>((JsonObject)JsonNode.Parse(json)!));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_is_none_has_no_canonical_form() =>
        Assert.ThrowsAny<ArgumentException>(() => CanonicalParameters.ToCanonicalJson(new RelaxParameters("v", "l", double.NaN, 0, true, 1, [1, 1, 1])));
}
