using System.Globalization;
using System.Text.RegularExpressions;
using Campaign.Cli.Verbs;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Specs;

namespace Campaign.Cli.Tools;

/// <summary>One cell to build, and the mesh the campaign file prescribes for it (null: proposed).</summary>
internal sealed record VariantOrder(VariantRequest Request, IReadOnlyList<int>? KMesh);

/// <summary>The variants asked for, from options or from a campaign file.</summary>
internal static partial class VariantRequests
{
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,59}\z")]
    private static partial Regex SafeName();

    public static bool IsCampaign(string path) => Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml";

    public static (AverageStructure Parent, IReadOnlyList<VariantOrder> Orders) OfCampaign(string path)
    {
        CampaignText read = CampaignText.Read(path);
        if (read.Text is not { } text)
            throw new ToolInputException(read.Problem!.ToString());
        SpecReading reading = CampaignSpecReader.Read(text, path);
        if (reading.Spec is not { } spec)
            throw new ToolInputException(string.Join("\n", reading.Errors));
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        AverageStructure parent = StructureFiles.ReadAverage(Path.Combine(folder, spec.Material.Structure));
        return (parent, [.. spec.Material.Variants.Select(v => new VariantOrder(new VariantRequest(
            v.Name, v.Supercell[0], v.Supercell[1], v.Supercell[2], v.Occupancy, v.Draws, checked((ulong)v.Seed))
        {
            Disorder = v.Disorder == DisorderKind.StackingFaults ? DisorderModel.StackingFaults : DisorderModel.Random,
            OxidationStates = spec.Material.OxidationStates.Count > 0 ? spec.Material.OxidationStates : null,
            KSpacingPerA = spec.Material.KSpacingPerA,
        }, v.KMesh))]);
    }

    public static (AverageStructure Parent, IReadOnlyList<VariantOrder> Orders) OfStructure(
        string path, string? supercell, IReadOnlyList<string> occupancy, string? name, int draws, long seed)
    {
        AverageStructure parent = StructureFiles.ReadAverage(path);
        Dictionary<string, double> requested = Occupancies(occupancy);
        int[] repeats = supercell is null ? Proposed(parent, requested) : Repeats(supercell);
        if (name is not null && !SafeName().IsMatch(name))
            throw new ToolInputException($"--name {name}: the name becomes a file name; use at most 60 letters, digits, '.', '_' and '-'.");
        if (draws is < 1 or > 1_000_000)
            throw new ToolInputException($"--draws {draws}: give 1 to 1000000.");
        var request = new VariantRequest(name ?? Path.GetFileNameWithoutExtension(path), repeats[0], repeats[1], repeats[2],
            requested, draws, seed >= 0 ? (ulong)seed : throw new ToolInputException($"--seed {seed}: a seed is not negative."));
        return (parent, [new VariantOrder(request, null)]);
    }

    private static int[] Proposed(AverageStructure parent, Dictionary<string, double> requested)
    {
        (int, double)[] targets = [.. parent.Sites.SelectMany(site => site.Species.Select(species =>
            (site.Multiplicity, requested.FirstOrDefault(r => r.Key.Split('@') is [var symbol, var key] && symbol == species.Symbol && site.Answers(key)) is { Key: not null } asked
                ? asked.Value
                : species.Occupancy)))];
        SupercellProposal proposal = SupercellProposal.For(parent, targets);
        return [proposal.Na, proposal.Nb, proposal.Nc];
    }

    private static int[] Repeats(string text)
    {
        int[] repeats = [.. text.Split('x', ',', '×').Select(t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0)];
        return repeats.Length == 3 && repeats.All(n => n is > 0 and <= 100) ? repeats : throw new ToolInputException($"--supercell {text}: write three whole numbers such as 2x2x2.");
    }

    private static Dictionary<string, double> Occupancies(IReadOnlyList<string> texts)
    {
        var occupancies = new Dictionary<string, double>();
        foreach (string text in texts)
        {
            string[] parts = text.Split('=');
            if (parts.Length != 2 || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !occupancies.TryAdd(parts[0], value))
                throw new ToolInputException($"--occupancy {text}: write species@site=value once each, e.g. Ti@2a=0.875.");
        }
        return occupancies;
    }
}
