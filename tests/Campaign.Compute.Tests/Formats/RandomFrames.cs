using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Tests.Formats;

/// <summary>Structures and frames from a seed, with oblique cells, several species and positions outside the cell.</summary>
internal static class RandomFrames
{
    public static Frame Next(ulong seed, bool labels = true)
    {
        var rng = new Rng(seed);
        double Number() => rng.NextGaussian() * Math.Pow(10, rng.NextInt(9) - 4);
        Vec3 Vector() => new(Number(), Number(), Number());
        Cell cell = Cell.FromParameters(4 + 8 * rng.NextDouble(), 4 + 8 * rng.NextDouble(), 4 + 8 * rng.NextDouble(), 75 + 30 * rng.NextDouble(), 75 + 50 * rng.NextDouble(), 75 + 30 * rng.NextDouble());
        string[] map = [.. new[] { "Li", "Ti", "Cl" }.Take(1 + rng.NextInt(3))];
        int atoms = map.Length + rng.NextInt(20);
        int[] types = [.. Enumerable.Range(0, atoms).Select(i => i < map.Length ? i : rng.NextInt(map.Length))];
        Vec3[] positions = [.. types.Select(_ => cell.ToCartesian(new Vec3(3 * rng.NextDouble() - 1, 3 * rng.NextDouble() - 1, 3 * rng.NextDouble() - 1)))];
        var structure = new Structure(cell, map, types, positions);
        return labels
            ? new Frame(structure, Number(), [.. types.Select(_ => Vector())], Mat3.FromRowMajor([.. Enumerable.Range(0, 9).Select(_ => Number())]), Number(), [.. types.Select(_ => Vector())])
            : new Frame(structure);
    }

    public static bool SameAtoms(Structure a, Structure b, double toleranceA) =>
        a.Count == b.Count && Enumerable.Range(0, a.Count).All(i => a.SpeciesOf(i) == b.SpeciesOf(i) && (a.Positions[i] - b.Positions[i]).Norm <= toleranceA)
        && (a.Cell.A - b.Cell.A).Norm <= toleranceA && (a.Cell.B - b.Cell.B).Norm <= toleranceA && (a.Cell.C - b.Cell.C).Norm <= toleranceA;
}
