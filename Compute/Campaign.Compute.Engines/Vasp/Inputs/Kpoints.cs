using System.Globalization;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>VASP's file of k-points, for regular meshes.</summary>
public static class Kpoints
{
    private const int MostDivisions = 10_000, LongestLine = 1000;

    /// <param name="mesh">Three divisions.</param>
    /// <exception cref="InvalidDataException">Not three divisions from 1 on.</exception>
    public static string Text(IReadOnlyList<int> mesh, bool gammaCentred)
    {
        KMesh divisions = Divisions(mesh);
        return string.Create(CultureInfo.InvariantCulture, $"{divisions}\n0\n{(gammaCentred ? "Gamma" : "Monkhorst-Pack")}\n{divisions.A} {divisions.B} {divisions.C}\n0 0 0\n");
    }

    /// <summary>The zone centre is the only k-point, so that the variant of VASP with real orbitals (<c>vasp_gam</c>) can be used.</summary>
    public static bool IsGammaOnly(IReadOnlyList<int> mesh) => mesh.Count == 3 && mesh.All(n => n == 1);

    /// <summary>Distances of the k-points along the three reciprocal vectors, 1/Å with the factor 2π.</summary>
    /// <exception cref="InvalidDataException">Not three divisions from 1 on.</exception>
    public static double[] SpacingPerA(Cell cell, IReadOnlyList<int> mesh)
    {
        Vec3 spacing = Divisions(mesh).SpacingPerA(cell);
        return [spacing.X, spacing.Y, spacing.Z];
    }

    /// <summary>Reads a KPOINTS file with a regular mesh. Null for all others: listed points, lines, a length, other lattices.</summary>
    public static RegularKpoints? Parse(string text)
    {
        string[][] lines = [.. text.Split('\n', 6).Take(5).Select(l => l[..Math.Min(l.Length, LongestLine)].Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))];
        if (lines is not [_, ["0", ..], [{ } kind, ..], [var a, var b, var c, ..], ..] || kind[0] is not ('G' or 'g' or 'M' or 'm'))
            return null;
        if (Division(a) is not { } n || Division(b) is not { } m || Division(c) is not { } k)
            return null;
        double[] shift = lines is [.., [_, _, _, ..]] && lines.Length == 5 ? [.. lines[4].Take(3).Select(Number)] : [0, 0, 0];
        return Array.TrueForAll(shift, double.IsFinite) ? new RegularKpoints([n, m, k], kind[0] is 'G' or 'g', shift) : null;
    }

    private static KMesh Divisions(IReadOnlyList<int> mesh) => mesh is [>= 1 and var a, >= 1 and var b, >= 1 and var c]
        ? new KMesh(a, b, c)
        : throw new InvalidDataException($"A k-mesh has three divisions from 1 on, and [{string.Join(", ", mesh)}] has not. Write kMesh: [4, 2, 4] or the like.");

    private static int? Division(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n is >= 1 and <= MostDivisions ? n : null;

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
}

/// <param name="Mesh">Three divisions.</param>
/// <param name="GammaCentred">As the file names it; a Monkhorst-Pack mesh with odd divisions has the zone centre too.</param>
/// <param name="Shift">In units of the mesh.</param>
public sealed record RegularKpoints(IReadOnlyList<int> Mesh, bool GammaCentred, IReadOnlyList<double> Shift);
