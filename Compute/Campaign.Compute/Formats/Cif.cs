using System.Globalization;
using System.Text;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Formats;

/// <summary>
/// Crystallographic Information Files (CIF 1.1). The reader takes the symmetry operations listed in the file, never from tables,
/// so any setting works; the writer writes ordered structures in P1.
/// </summary>
public static class Cif
{
    private static readonly string[] OperationTags =
        ["_space_group_symop_operation_xyz", "_space_group_symop.operation_xyz", "_symmetry_equiv_pos_as_xyz", "_symmetry_equiv.pos_as_xyz"];

    /// <summary>Reads the first data block that holds atom sites. Bad content is a <see cref="StructureFormatException"/>.</summary>
    public static AverageStructure Read(string text, string fileName)
    {
        IReadOnlyList<CifBlock> blocks = CifBlock.Parse(text, fileName);
        CifBlock block = blocks.FirstOrDefault(b => b.LoopWith("_atom_site_fract_x", "_atom_site_label") is not null)
            ?? throw new StructureFormatException(fileName, blocks.Count == 0 ? 0 : blocks[0].Line, "No data block lists atom sites with fractional coordinates.",
                blocks.Any(b => b.LoopWith("_atom_site.cartn_x") is not null)
                    ? "This is an mmCIF (Cartesian coordinates, as for proteins); give a crystal's CIF, or convert it with another program."
                    : "A structure needs a loop with _atom_site_label, _atom_site_fract_x, _y and _z.");
        var messages = new List<string>();
        if (blocks.Count(b => b.LoopWith("_atom_site_fract_x") is not null) > 1)
            messages.Add($"The file holds several structures; '{block.Name}' (line {block.Line}) was read.");
        Cell cell = ReadCell(block, fileName);
        string? group = block.Item("_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group.name_h-m_alt")?.Text.Trim();
        IReadOnlyList<SymmetryOperation> operations = ReadOperations(block, group, fileName, messages);
        IReadOnlyList<AverageSite> sites = CifSites.Read(block, cell, operations, fileName, messages);
        return new AverageStructure(block.Name, cell, sites, operations, group, messages);
    }

    public static AverageStructure ReadFile(string path) => Read(TextFiles.ReadAllText(path), path);

    /// <summary>Writes an ordered structure in P1. A left-handed cell comes back right-handed with the same distances.</summary>
    public static string Write(Structure structure, string name)
    {
        LatticeParameters p = LatticeParameters.Of(structure.Cell);
        var text = new StringBuilder();
        text.Append($"data_{(name.Length == 0 ? "structure" : string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_')))}\n");
        foreach ((string tag, double value) in new[]
                 {
                     ("length_a", p.A), ("length_b", p.B), ("length_c", p.C), ("angle_alpha", p.AlphaDeg), ("angle_beta", p.BetaDeg), ("angle_gamma", p.GammaDeg),
                 })
            text.Append(CultureInfo.InvariantCulture, $"_cell_{tag} {value:R}\n");
        text.Append("_symmetry_space_group_name_H-M 'P 1'\n_symmetry_Int_Tables_number 1\nloop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n");
        text.Append("loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\n");
        var seen = new int[structure.TypeMap.Count];
        for (int i = 0; i < structure.Count; i++)
        {
            string symbol = structure.SpeciesOf(i);
            Vec3 f = structure.Cell.ToFractional(structure.Positions[i]);
            text.Append(CultureInfo.InvariantCulture, $"{symbol}{++seen[structure.Types[i]]} {symbol} {f.X:R} {f.Y:R} {f.Z:R} 1\n");
        }
        return text.ToString();
    }

    /// <summary>A number with an optional standard uncertainty: 1.234(5). Null if it is not one.</summary>
    internal static double? Number(string text)
    {
        ReadOnlySpan<char> digits = text;
        int bracket = digits.IndexOf('(');
        if (bracket >= 0)
        {
            ReadOnlySpan<char> uncertainty = digits[(bracket + 1)..];
            if (uncertainty.Length < 2 || uncertainty[^1] != ')' || uncertainty[..^1].ContainsAnyExceptInRange('.', '9'))
                return null;
            digits = digits[..bracket];
        }
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
    }

    private static Cell ReadCell(CifBlock block, string fileName)
    {
        double[] lengths = [.. new[] { "a", "b", "c" }.Select(x => Required($"_cell_length_{x}", $"_cell.length_{x}", 0.1, 1e5))];
        double[] angles = [.. new[] { "alpha", "beta", "gamma" }.Select(x => Required($"_cell_angle_{x}", $"_cell.angle_{x}", 1, 179))];
        try
        {
            return Cell.FromParameters(lengths[0], lengths[1], lengths[2], angles[0], angles[1], angles[2]);
        }
        catch (ArgumentException e)
        {
            throw new StructureFormatException(fileName, block.Line, e.Message, "Check the cell angles.");
        }

        double Required(string tag, string alternative, double lowest, double highest)
        {
            CifToken token = block.Item(tag, alternative)
                ?? throw new StructureFormatException(fileName, block.Line, $"{tag} is missing.", "Add the six cell parameters to the data block.");
            double value = Number(token.Text)
                ?? throw new StructureFormatException(fileName, token, $"{tag} '{CifBlock.Shorten(token.Text)}' is not a number.", "Write it as 1.234 or 1.234(5).");
            if (!(value >= lowest && value <= highest))
                throw new StructureFormatException(fileName, token, $"{tag} {value:g6} is out of range.", $"It must lie between {lowest} and {highest}.");
            return value;
        }
    }

    private static IReadOnlyList<SymmetryOperation> ReadOperations(CifBlock block, string? group, string fileName, List<string> messages)
    {
        CifLoop? loop = block.LoopWith(OperationTags);
        if (loop is null || loop.Rows.Length == 0)
        {
            string? number = block.Item("_space_group_it_number", "_symmetry_int_tables_number")?.Text.Trim();
            bool p1 = group?.Replace(" ", "", StringComparison.Ordinal) is "P1" || number == "1";
            if (!p1 && (group is not null || number is not null))
                throw new StructureFormatException(fileName, block.Line, $"Space group {group ?? number} is named but its operations are not listed.",
                    "Add a loop with _space_group_symop_operation_xyz (most crystallography programs write it).");
            if (!p1)
                messages.Add("No symmetry operations and no space group in the file: read as P1.");
            return [SymmetryOperation.Identity];
        }
        int column = loop.Column(OperationTags);
        var operations = new List<SymmetryOperation>(loop.Rows.Length);
        foreach (CifToken[] row in loop.Rows)
        {
            if (!SymmetryOperation.TryParse(row[column].Text, out SymmetryOperation operation))
                throw new StructureFormatException(fileName, row[column], $"'{CifBlock.Shorten(row[column].Text)}' is not a symmetry operation.", "Write it as 'x+1/2,-y,z'.");
            operations.Add(operation);
        }
        if (operations.Count > 1000)
            throw new StructureFormatException(fileName, loop.Line, $"{operations.Count} symmetry operations.", "No space group has more than 192; check the loop.");
        return operations;
    }
}
