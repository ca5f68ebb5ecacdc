using System.Security.Cryptography;
using System.Text;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Planning;
using Campaign.Workflows.Specs;
using Xunit;

namespace Campaign.Core.Tests.Planning;

/// <summary>The campaign files under config/, and what the planner needs beside them.</summary>
internal static class ShippedCampaigns
{
    public static readonly string ConfigDirectory = FindConfig();

    /// <summary>The C2/m model cell: 20 atoms, 6.350 10.89 6.353 Å, β 110.1°.</summary>
    public static readonly MaterialFacts Li3TiCl6 = new(
        20, 6, [6.350 * Math.Sin(110.1 * Math.PI / 180), 10.89, 6.353 * Math.Sin(110.1 * Math.PI / 180)],
        6.350 * 10.89 * 6.353 * Math.Sin(110.1 * Math.PI / 180),
        new Dictionary<string, int> { ["2a"] = 2, ["4g"] = 4, ["4h"] = 4, ["2d"] = 2, ["4i"] = 4, ["8j"] = 8 },
        new Dictionary<string, double> { ["ionic"] = 7.0 })
    {
        MobileOverHostMass = 6 * 6.94 / (2 * 47.867 + 12 * 35.45),
        Sites = new Dictionary<string, SiteFacts>
        {
            ["2a"] = new([0], new Dictionary<string, double> { ["Ti"] = 0.754 }),
            ["4g"] = new([0], new Dictionary<string, double> { ["Ti"] = 0.123 }),
            ["4h"] = new([0.5], new Dictionary<string, double> { ["Li"] = 1 }),
            ["2d"] = new([0.5], new Dictionary<string, double> { ["Li"] = 1 }),
            ["4i"] = new([0.765, 0.235], new Dictionary<string, double> { ["Cl"] = 1 }),
            ["8j"] = new([0.237, 0.763], new Dictionary<string, double> { ["Cl"] = 1 }),
        },
    };

    public static SpecReading Read(string name, params string[] overrides) =>
        CampaignSpecReader.Read(File.ReadAllText(Path.Combine(ConfigDirectory, name)), name, overrides);

    public static CampaignSpec Spec(string name, params string[] overrides)
    {
        SpecReading reading = Read(name, overrides);
        Assert.Empty(reading.Problems.Select(p => p.ToString()));
        return reading.Spec!;
    }

    public static PlanInputs Inputs(CampaignSpec spec) => new(
        spec.Files.ToDictionary(f => f, f => new ArtifactRef(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(f))), Path.GetExtension(f).TrimStart('.'), f.Length)),
        Li3TiCl6);

    public static WorkflowGraph Plan(string name)
    {
        CampaignSpec spec = Read(name).Spec ?? throw new FormatException($"{name} has errors.");
        return Planner.Plan(spec, Inputs(spec));
    }

    private static string FindConfig()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "Campaign.sln")))
                return Path.Combine(d.FullName, "config");
        throw new DirectoryNotFoundException("Campaign.sln is in no folder above the tests.");
    }
}
