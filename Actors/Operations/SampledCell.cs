using Campaign.Compute;
using Campaign.Compute.Structures;
using Campaign.Workflows.Operations;

namespace Campaign.Actors.Operations;

/// <summary>The cell that a task of the aimd stage samples: the relaxed one as it is, strained, or with ions taken out.</summary>
internal static class SampledCell
{
    /// <param name="rng">Draws the ions that are taken out.</param>
    public static Structure Of(Structure relaxed, SampleParameters p, Rng rng)
    {
        Structure structure = p.Strain is null ? relaxed : Strained(relaxed, p.Strain);
        return p.Vacancy is { } vacancy ? Without(structure, vacancy, rng) : structure;
    }

    /// <summary>Deforms cell and positions together by a Voigt strain xx, yy, zz, yz, xz, xy (engineering shears, shared evenly between the two off-diagonals).</summary>
    private static Structure Strained(Structure s, IReadOnlyList<double> e)
    {
        var strain = new Mat3(e[0], e[5] / 2, e[4] / 2, e[5] / 2, e[1], e[3] / 2, e[4] / 2, e[3] / 2, e[2]);
        Cell cell = s.Cell.Strained(strain);
        return s with { Cell = cell, Positions = Array.ConvertAll(s.Positions, r => cell.ToCartesian(s.Cell.ToFractional(r))) };
    }

    /// <summary>The structure with ions of one species taken out at random.</summary>
    private static Structure Without(Structure s, VacancyParameters vacancy, Rng rng)
    {
        var candidates = Enumerable.Range(0, s.Count).Where(i => s.SpeciesOf(i) == vacancy.Species).ToList();
        var removed = new HashSet<int>();
        while (removed.Count < Math.Min(vacancy.Count, candidates.Count))
            removed.Add(candidates[rng.NextInt(candidates.Count)]);
        return s with
        {
            Types = [.. s.Types.Where((_, i) => !removed.Contains(i))],
            Positions = [.. s.Positions.Where((_, i) => !removed.Contains(i))],
        };
    }
}
