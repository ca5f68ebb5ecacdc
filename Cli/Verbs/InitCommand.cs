using System.CommandLine;
using System.Globalization;
using Campaign.Cli.Help;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.Cli.Verbs;

/// <summary>Writes a commented campaign file for a CIF or POSCAR, with cells that can hold its occupancies.</summary>
public static class InitCommand
{
    public static Command Create()
    {
        var structure = new Argument<string>("STRUCTURE") { Description = "CIF (partial occupancies welcome) or POSCAR." };
        var outFile = new Option<string?>("--out") { Description = "File to write; default: NAME.yaml in the current folder." };
        var occupancy = new Option<string[]>("--occupancy") { Description = "Another variant, e.g. Ti@2a=0.875,Ti@4g=0.0625; may repeat. Default: the file's occupancies." };
        var mobile = new Option<string?>("--mobile") { Description = "Mobile species; default Li, else Na, K, Ag, Mg." };
        var command = new Verb(
            "init", "Write a campaign file for a crystal structure: its sites, supercells that hold the occupancies, k-meshes.",
            ["init config/structures/Li3TiCl6.cif --out li3ticl6.yaml --occupancy Ti@2a=0.875,Ti@4g=0.0625"],
            "The file is commented and valid as it is; 'campaign validate' and 'campaign plan' come next.") { structure, outFile, occupancy, mobile };
        command.SetAction(parse => Run(parse.GetValue(structure)!, parse.GetValue(outFile), parse.GetValue(occupancy) ?? [], parse.GetValue(mobile),
            parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error));
        return command;
    }

    internal static int Run(string path, string? outFile, IReadOnlyList<string> occupancies, string? mobile, TextWriter output, TextWriter error)
    {
        if (InputFile.Refusal(path, 64 << 20) is { } refusal)
        {
            error.WriteLine($"{path}:1:1: {refusal.Problem} {refusal.Mend}");
            return 2;
        }
        AverageStructure structure;
        try
        {
            structure = CampaignFile.ReadStructure(path);
        }
        catch (Exception e) when (e is FormatException or StructureFormatException or VariantException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine(e.Message);
            return 2;
        }
        if (Overlaps.Closest(structure) is { } o)
        {
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}:1:1: {o.First} and {o.Second} are {o.DistanceA:0.00} Å apart; atoms come no closer than {o.LimitA:0.0} Å. Check coordinates, occupancies and cell lengths (Å)."));
            return 2;
        }
        string target = outFile ?? CampaignTemplate.NameOf(path) + ".yaml";
        if (File.Exists(target))
        {
            error.WriteLine($"{target} exists already. Give another name with --out, or remove it.");
            return 2;
        }
        mobile ??= new[] { "Li", "Na", "K", "Ag", "Mg" }.FirstOrDefault(structure.Composition.ContainsKey);
        if (mobile is null || !structure.Composition.ContainsKey(mobile))
        {
            error.WriteLine($"The structure holds {string.Join(", ", structure.Composition.Keys)}; which of them moves? Give --mobile SPECIES.");
            return 2;
        }
        try
        {
            List<IReadOnlyDictionary<string, double>> requests = [.. occupancies.Select(ParseOccupancy)];
            if (requests.Count == 0)
                requests.Add(new Dictionary<string, double>());
            string folder = Path.GetDirectoryName(Path.GetFullPath(target))!;
            Directory.CreateDirectory(folder);
            File.WriteAllText(target, CampaignTemplate.Write(structure, path, folder, mobile, requests));
        }
        catch (Exception e) when (e is VariantException or FormatException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine(e.Message);
            return 2;
        }
        output.WriteLine($"Wrote {target}. Next: campaign validate {target}");
        return 0;
    }

    private static IReadOnlyDictionary<string, double> ParseOccupancy(string text)
    {
        var occupancy = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] sides = part.Split('=');
            if (sides.Length != 2 || !double.TryParse(sides[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
                throw new FormatException($"'{part}' is not SPECIES@SITE=VALUE. Write for example Ti@2a=0.875,Ti@4g=0.0625.");
            occupancy[sides[0]] = value;
        }
        return occupancy;
    }
}
