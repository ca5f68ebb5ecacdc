using System.Globalization;
using Campaign.Compute.Structures;

namespace Campaign.StandInVasp;

/// <summary>The k-points of a run: an even mesh, of which the stand-in keeps one of k and -k, or an explicit list.</summary>
/// <param name="Mesh">Divisions; null for a list.</param>
/// <param name="Points">Fractional, with weights that add up to 1.</param>
internal sealed record KpointSet(string Comment, int[]? Mesh, bool Gamma, IReadOnlyList<(Vec3 Point, double Weight)> Points)
{
    public static KpointSet Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        string Line(int i) => i < lines.Length ? lines[i].Trim() : throw Bad();
        string comment = Line(0);
        if (!int.TryParse(Line(1).Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            throw Bad();
        if (count > 0)
            return new KpointSet(comment, null, false, Weighted([.. Enumerable.Range(3, count).Select(i => Four(Line(i)))]));
        bool gamma = Line(2) is [('G' or 'g'), ..] ? true : Line(2) is [('M' or 'm'), ..] ? false : throw Bad();
        int[] mesh = [.. Numbers(Line(3)).Take(3).Select(v => (int)v)];
        return mesh.Length == 3 && mesh.All(n => n > 0) ? Even(comment, mesh, gamma) : throw Bad();
    }

    /// <summary>Without KPOINTS: as many as KSPACING (1/Å, with 2π) asks for.</summary>
    public static KpointSet Spaced(Cell cell, double spacing)
    {
        (Vec3 a, Vec3 b, Vec3 c) = cell.Reciprocal;
        return Even("Automatic mesh by KSPACING", [Divisions(a), Divisions(b), Divisions(c)], gamma: true);

        int Divisions(Vec3 reciprocal) => Math.Max(1, (int)Math.Ceiling(2 * Math.PI * reciprocal.Norm / spacing));
    }

    private static KpointSet Even(string comment, int[] mesh, bool gamma)
    {
        var found = new Dictionary<(int, int, int), int>(); // in units of 1/(2 n), so that a shifted mesh is whole as well
        for (int k = 0; k < mesh[2]; k++)
            for (int j = 0; j < mesh[1]; j++)
                for (int i = 0; i < mesh[0]; i++)
                {
                    (int x, int y, int z) = (At(i, 0), At(j, 1), At(k, 2));
                    (int, int, int) inverse = (Modulo(-x, 0), Modulo(-y, 1), Modulo(-z, 2));
                    (int, int, int) key = found.ContainsKey(inverse) ? inverse : (x, y, z);
                    found[key] = found.GetValueOrDefault(key) + 1;
                }
        double all = mesh[0] * mesh[1] * mesh[2];
        return new KpointSet(comment, mesh, gamma, [.. found.Select(f => (new Vec3(Fraction(f.Key.Item1, 0), Fraction(f.Key.Item2, 1), Fraction(f.Key.Item3, 2)), f.Value / all))]);

        int At(int i, int axis) => Modulo(2 * i + (gamma || mesh[axis] % 2 == 1 ? 0 : 1), axis);
        int Modulo(int i, int axis) => (i % (2 * mesh[axis]) + 2 * mesh[axis]) % (2 * mesh[axis]);
        double Fraction(int i, int axis) => (i > mesh[axis] ? i - 2 * mesh[axis] : i) / (2.0 * mesh[axis]);
    }

    private static (Vec3, double)[] Weighted((Vec3 Point, double Weight)[] points)
    {
        double sum = points.Sum(p => p.Weight);
        return [.. points.Select(p => (p.Point, p.Weight / sum))];
    }

    private static (Vec3, double) Four(string line) => Numbers(line) is [var x, var y, var z, var w, ..] ? (new Vec3(x, y, z), w) : throw Bad();

    private static List<double> Numbers(string line) =>
        [.. line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).TakeWhile(w => Incar.TryNumber(w, out _)).Select(w => double.Parse(w, CultureInfo.InvariantCulture))];

    private static VaspStop Bad() => new(" Error reading KPOINTS file\n");
}
