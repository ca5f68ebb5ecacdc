using System.Text.Json.Nodes;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>A shipped campaign of a crystal that is cubic, mixes two cations on a site and has no layers, made small on the command line.</summary>
[Collection("end to end")]
public sealed class OtherMaterialTests(UndisturbedRun run)
{
    private static readonly string[] Small =
    [
        "material.variants=[{ name: small, supercell: [1, 1, 1], occupancy: {}, draws: 20, seed: 1, carry: true }]", "relax.maxForceEvPerA=0.05",
        "aimd.temperaturesK=[700, 880]", "aimd.strains=[-0.03]", "aimd.strainTemperaturesK=[700]", "aimd.vacancyTemperaturesK=[700]",
        "aimd.equilibrationPs=0.1", "aimd.lengthPs=0.8", "aimd.frameStrideFs=20", "dataset.blocksPerTrajectory=4",
        "train.network.embedding=[4, 8]", "train.network.axis=2", "train.network.fitting=[8, 8]", "train.steps=1500", "train.learningRate.decaySteps=15",
        "validate.rdfTemperaturesK=[700]", "validate.rdfLengthPs=0.5", "dlmd.temperaturesK=[700, 790, 880]", "dlmd.equilibrationPs=0.2", "dlmd.lengthPs=1", "dlmd.segmentPs=0.4",
        "neb.directions=[[1, 1, 1]]", "neb.images=3", "neb.maxForceEvPerA=0.2",
    ];

    [Fact]
    public async Task A_spinel_goes_from_its_file_to_a_report_without_layers()
    {
        string folder = run.New("spinel");
        string campaign = Path.Combine(UndisturbedRun.Repository(), "config", "li2mgcl4.yaml");
        ProgramResult result = await CampaignProgram.RunAsync(["run", campaign, "--dir", folder, .. Small.SelectMany(s => new[] { "--set", s })]);
        Assert.True(result.ExitCode == 0, result.ToString());

        JsonObject report = UndisturbedRun.ReportOf(folder);
        Assert.Empty(report["missing"]!.AsArray());
        JsonNode lattice = report["lattice"]!.AsArray().Single()!;
        foreach (string length in new[] { "a", "b", "c" })
            Assert.InRange(lattice[length]!["value"]!.GetValue<double>(), 0.97 * 10.401, 1.03 * 10.401);
        foreach (string angle in new[] { "alpha", "beta", "gamma" })
            Assert.InRange(lattice[angle]!["value"]!.GetValue<double>(), 87, 93);

        JsonNode hop = report["neb"]!.AsArray().Single(n => n!["mover"]!.GetValue<string>() == "teacher")!;
        Assert.Equal("[111]", hop["direction"]!.GetValue<string>());
        Assert.Null(hop["layer"]); // from tetrahedron to tetrahedron through the empty octahedron between
        Assert.Equal(Math.Sqrt(3) / 4 * 10.4, hop["lengthA"]!.GetValue<double>(), 0.05);
        Assert.DoesNotContain("-layer", File.ReadAllText(Path.Combine(folder, "report", "report.html")), StringComparison.Ordinal);
    }
}
