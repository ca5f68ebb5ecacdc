using System.Globalization;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.Cli.Tools;

/// <summary>What <c>structure variants</c> says of one ordered cell; <see cref="File"/> is the POSCAR.</summary>
internal sealed record VariantSummary(
    string Name, int Atoms, int[] Supercell, int[] KMesh, IReadOnlyDictionary<string, int> Counts, VariantSummary.Occupancy[] Occupancies,
    double? MinCationDistanceA, double? EwaldEv, int EwaldRank, int Draws, string File, IReadOnlyList<string> Messages)
{
    internal sealed record Occupancy(string Species, string Site, double Target, double Achieved);

    public static VariantSummary Write(VariantResult v, IReadOnlyList<int>? kMesh, string directory)
    {
        if (v.Name.AsSpan().IndexOfAny('/', '\\') >= 0 || v.Name is "" or "." or "..")
            throw new ToolInputException($"'{v.Name}' is no name for a file. Use letters, digits, dot, dash and underscore.");
        string poscar = Path.Combine(directory, v.Name + ".vasp");
        StructureFiles.Write(poscar, v.Structure, v.Name);
        StructureFiles.Write(Path.Combine(directory, v.Name + ".extxyz"), v.Structure);
        return new VariantSummary(v.Name, v.Structure.Count, [v.Supercell.Na, v.Supercell.Nb, v.Supercell.Nc], kMesh?.ToArray() ?? v.KMesh.ToArray(), v.Counts,
            [.. v.Occupancies.Select(o => new Occupancy(o.Species, o.Site, o.Target, o.Achieved))],
            v.MinCationDistanceA, v.EwaldEv, v.Rank, v.Draws, poscar, v.Messages);
    }

    public string ToText() => string.Join("\n", (string[])
    [
        string.Create(CultureInfo.InvariantCulture, $"{Name}: {Atoms} atoms ({string.Join(", ", Counts.Select(c => $"{c.Key} {c.Value}"))}), supercell {string.Join('x', Supercell)}, k-mesh {string.Join('x', KMesh)}"),
        .. Occupancies.Select(o => string.Create(CultureInfo.InvariantCulture, $"  {o.Species} on {o.Site}: {o.Target:0.######} asked, {o.Achieved:0.######} reached")),
        string.Create(CultureInfo.InvariantCulture, $"  closest cations {MinCationDistanceA:0.000} Å, Ewald energy {EwaldEv:0.000} eV (rank {EwaldRank} of {Draws})"),
        .. Messages.Select(m => "  " + m),
        $"  written to {File}",
    ]);
}
