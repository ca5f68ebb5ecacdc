using System.CommandLine;
using System.Globalization;
using Campaign.Cli.Help;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.Cli.Tools;

/// <summary><c>structure info | variants | convert</c>: the structure code of the tasks, one file at a time.</summary>
public static class StructureCommand
{
    private static readonly CultureInfo Inv = CultureInfo.InvariantCulture;

    public static Command Create() => new("structure", "Looks at, orders and converts structure files.") { Info(), Variants(), Convert() };

    private static Command Info()
    {
        Argument<string> file = new("file") { Description = "CIF, POSCAR, extxyz, LAMMPS data or a DeePMD system." };
        Option<bool> json = JsonOption();
        Command command = new Verb("info", "Cell, sites and occupancies of a structure file.", ["structure info config/structures/Li3TiCl6.cif --json"]) { file, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            StructureInfo info = StructureInfo.Of(StructureFiles.ReadAverage(parse.GetValue(file)!));
            output.WriteLine(parse.GetValue(json) ? ToolOutput.Json(info) : info.ToText());
            return ToolOutput.Done;
        }));
        return command;
    }

    private static Command Convert()
    {
        Argument<string> input = new("in") { Description = "File to read; the last frame of a trajectory unless both sides hold frames (extxyz, DeePMD)." };
        Argument<string> target = new("out") { Description = "File to write: .cif, .extxyz, .data (LAMMPS), .vasp or POSCAR*, or a directory ending in / (DeePMD system)." };
        Option<bool> json = JsonOption();
        Command command = new Verb("convert", "Converts between formats, told by extension or name.", ["structure convert POSCAR cell.extxyz"]) { input, target, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            (string from, string to) = (parse.GetValue(input)!, parse.GetValue(target)!);
            if (string.Equals(Path.GetFullPath(from), Path.GetFullPath(to), StringComparison.Ordinal))
                throw new ToolInputException($"{from}: input and output are the same file. Name another output.");
            StructureFiles.Convert(from, to);
            output.WriteLine(parse.GetValue(json) ? ToolOutput.Json(new { input = from, output = to }) : $"written to {to}");
            return ToolOutput.Done;
        }));
        return command;
    }

    private static Command Variants()
    {
        Argument<string> file = new("file") { Description = "A structure with partial occupancies, or a campaign file (all its variants)." };
        Option<string> target = new("--out") { Description = "Directory for the ordered cells (POSCAR and extxyz).", Required = true };
        Option<string> supercell = new("--supercell") { Description = "Repeats such as 2x2x2; default: the smallest near-cubic one that holds the occupancies." };
        Option<string[]> occupancy = new("--occupancy") { Description = "Species@site=value, e.g. Ti@2a=0.875; others keep the file's. May be repeated.", AllowMultipleArgumentsPerToken = true };
        Option<string> name = new("--name") { Description = "Name of the variant; default: the file's." };
        Option<int> draws = new("--draws") { Description = "Seeded arrangements ranked by electrostatic energy.", DefaultValueFactory = _ => 200 };
        Option<long> seed = new("--seed") { Description = "Of the draws.", DefaultValueFactory = _ => 1 };
        Option<bool> json = JsonOption();
        Command command = new Verb(
            "variants", "Builds ordered supercells of a disordered structure.",
            ["structure variants config/structures/Li3TiCl6.cif --out cells --occupancy Ti@2a=0.875 --occupancy Ti@4g=0.0625 --draws 200"]) { file, target, supercell, occupancy, name, draws, seed, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            string path = parse.GetValue(file)!;
            (AverageStructure parent, IReadOnlyList<VariantOrder> orders) = VariantRequests.IsCampaign(path)
                ? VariantRequests.OfCampaign(path)
                : VariantRequests.OfStructure(path, parse.GetValue(supercell), parse.GetValue(occupancy) ?? [], parse.GetValue(name), parse.GetValue(draws), parse.GetValue(seed));
            string directory = parse.GetValue(target)!;
            if (File.Exists(directory))
                throw new ToolInputException($"--out {directory}: this is a file. Name a directory.");
            if (Overlaps.Closest(parent) is { } overlap)
                throw new ToolInputException(string.Create(Inv, $"{path}:1:1: {overlap.First} and {overlap.Second} are {overlap.DistanceA:0.00} Å apart; atoms come no closer than {overlap.LimitA:0.0} Å. Check coordinates, occupancies and cell lengths (Å)."));
            (VariantResult Result, IReadOnlyList<int>? KMesh)[] variants = [.. orders.Select(o => (VariantBuilder.Build(parent, o.Request), o.KMesh))];
            Directory.CreateDirectory(directory);
            VariantSummary[] built = [.. variants.Select(v => VariantSummary.Write(v.Result, v.KMesh, directory))];
            output.WriteLine(parse.GetValue(json) ? ToolOutput.Json(built) : string.Join("\n", built.Select(b => b.ToText())));
            return ToolOutput.Done;
        }));
        return command;
    }

    internal static Option<bool> JsonOption() => new("--json") { Description = "One JSON document on standard output." };

    /// <summary>Numbers in a row for people.</summary>
    internal static string Row(params IEnumerable<double> values) => string.Join("  ", values.Select(v => v.ToString("0.0000", Inv)));
}
