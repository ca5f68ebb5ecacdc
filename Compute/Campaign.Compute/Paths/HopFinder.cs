using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>How a mobile ion moves.</summary>
public enum HopMechanism
{
    /// <summary>Into a site that is vacated first (ionic vacancy: no electrons are added or taken).</summary>
    Vacancy,

    /// <summary>Into a site that is empty in the crystal; from a full sublattice this forms a Frenkel pair.</summary>
    EmptySite,
}

/// <summary>Which hops are looked for.</summary>
public sealed record HopOptions
{
    /// <summary>Longest elementary hop (Å).</summary>
    public double MaxDistanceA { get; init; } = 4.6;

    /// <summary>Largest angle between an elementary hop and the requested direction (degrees).</summary>
    public double DirectionToleranceDeg { get; init; } = 25;

    /// <summary>Largest angle between the net displacement of two successive hops and the requested direction (degrees).</summary>
    public double CompositeToleranceDeg { get; init; } = 10;

    /// <summary>Host cations within this distance (Å) of the middle of a hop are its environment.</summary>
    public double EnvironmentRadiusA { get; init; } = 4.2;

    /// <summary>Paths computed per class (site labels, layer change); spread over the environments of the class.</summary>
    public int HopsPerClass { get; init; } = 2;
}

/// <summary>One elementary hop between two sites.</summary>
/// <param name="From">Index of a site held by a mobile ion.</param>
/// <param name="To">Index of the target site.</param>
/// <param name="IdealA">Displacement between the parent sites (Å).</param>
/// <param name="MoveA">Displacement from the ion to where it will sit (Å).</param>
/// <param name="HostNeighbors">Host cations near its middle.</param>
public sealed record Hop(int From, int To, Vec3 IdealA, Vec3 MoveA, int HostNeighbors);

/// <summary>A path of one or two elementary hops along a requested direction.</summary>
/// <param name="Sites">Site indices passed, in the sense of the net displacement.</param>
/// <param name="Labels">Their labels, e.g. "4h-2d".</param>
/// <param name="Mechanism">How the ions move.</param>
/// <param name="Removed">Atom removed to make the vacancy; null for a hop into an empty site.</param>
/// <param name="Moves">Atoms and displacements, one elementary hop after the other.</param>
/// <param name="DisplacementA">Net displacement between parent sites (Å).</param>
/// <param name="Cosine">Of the angle to the requested direction.</param>
/// <param name="LayerChange">Layers crossed by the net displacement; 0 for a hop inside a layer, null in a crystal without layers.</param>
/// <param name="InterLayer">Whether an elementary step leaves its layer; null in a crystal without layers.</param>
/// <param name="Environment">Host cations near the middle of every step, e.g. "3" or "2+3".</param>
public sealed record HopPath(
    IReadOnlyList<int> Sites,
    string Labels,
    HopMechanism Mechanism,
    int? Removed,
    IReadOnlyList<(int Atom, Vec3 MoveA)> Moves,
    Vec3 DisplacementA,
    double Cosine,
    int? LayerChange,
    bool? InterLayer,
    string Environment)
{
    public bool Composite => Moves.Count > 1;

    /// <summary>Paths of one class are alike but for their environment.</summary>
    public string Class => $"{Labels}/{Layer}/{Mechanism}";

    /// <summary>"intra" or "inter"; null in a crystal without layers.</summary>
    public string? Layer => InterLayer switch { true => "inter", false => "intra", null => null };
}

/// <summary>The paths found along one direction.</summary>
/// <param name="Paths">Single hops, or pairs of hops where no single one runs along the direction.</param>
/// <param name="Notes">What was not found, and what was taken instead.</param>
public sealed record DirectionPaths(Miller Direction, IReadOnlyList<HopPath> Paths, IReadOnlyList<string> Notes);

/// <summary>Finds hops of mobile ions between parent sites by geometry. Never names a direction that no hop has.</summary>
public static class HopFinder
{
    /// <summary>All elementary hops up to the longest distance, in the order of the sites.</summary>
    public static IReadOnlyList<Hop> Elementary(Cell cell, IReadOnlyList<HopSite> sites, HopOptions options)
    {
        Vec3[] ideal = [.. sites.Select(s => s.Ideal)];
        var list = new NeighborList(options.MaxDistanceA, 0);
        list.Update(cell, ideal);
        HopSite[] host = [.. sites.Where(s => s.Atom is not null && !s.Mobile)];
        var hops = new List<Hop>();
        for (int i = 0; i < sites.Count; i++)
        {
            if (!sites[i].Mobile)
                continue;
            for (int k = list.Start[i]; k < list.Start[i + 1]; k++)
            {
                int j = list.Neighbors[k];
                if (j == i || (sites[j].Atom is not null && !sites[j].Mobile))
                    continue;
                Vec3 shift = list.Shifts[k], d = ideal[j] + shift - ideal[i], middle = ideal[i] + 0.5 * d;
                int near = host.Count(h => cell.MinimumImage(h.Ideal - middle).Norm <= options.EnvironmentRadiusA);
                hops.Add(new Hop(i, j, d, sites[j].Position + shift - sites[i].Position, near));
            }
        }
        return [.. hops.OrderBy(h => h.From).ThenBy(h => h.To).ThenBy(h => h.IdealA.X).ThenBy(h => h.IdealA.Y).ThenBy(h => h.IdealA.Z)];
    }

    /// <summary>
    /// Paths along a direction: single hops within the tolerance; without any, pairs of successive hops whose net displacement
    /// runs along it (the shortest such); without these, none and a note.
    /// </summary>
    /// <param name="cell">The supercell.</param>
    /// <param name="lattice">Its cation sites and the frame of its parent.</param>
    /// <param name="direction">What is asked for.</param>
    /// <param name="options">Limits.</param>
    public static DirectionPaths Along(Cell cell, HopLattice lattice, Miller direction, HopOptions options)
    {
        (IReadOnlyList<HopSite> sites, ParentFrame frame) = (lattice.Sites, lattice.Frame);
        IReadOnlyList<Hop> hops = Elementary(cell, sites, options);
        double limit = Math.Cos(options.DirectionToleranceDeg * Math.PI / 180);
        HopPath[] single = [.. hops.Select(h => Single(h, sites, frame, direction)).OfType<HopPath>().Where(p => p.Cosine >= limit)];
        if (single.Length > 0)
            return new DirectionPaths(direction, single, []);

        var notes = new List<string> { FormattableString.Invariant($"no hop of up to {options.MaxDistanceA:F1} Å lies within {options.DirectionToleranceDeg:F0}° of {direction}") };
        double strict = Math.Cos(options.CompositeToleranceDeg * Math.PI / 180);
        ILookup<int, Hop> from = hops.ToLookup(h => h.From), to = hops.ToLookup(h => h.To);
        HopPath[] pairs =
        [
            .. hops.SelectMany(first => from[first.To].Select(second => Chain(first, second, sites, frame, direction)))
                .Concat(hops.Where(h => sites[h.To].Atom is null).SelectMany(into => to[into.To].Select(other => ThroughEmpty(into, other, sites, frame, direction))))
                .OfType<HopPath>().Where(p => p.Cosine >= strict),
        ];
        if (pairs.Length == 0)
        {
            notes.Add($"nor do two successive hops lead along {direction}");
            return new DirectionPaths(direction, [], notes);
        }
        double shortest = pairs.Min(p => p.DisplacementA.Norm);
        notes.Add($"{direction} is a net direction: two successive hops, each relaxed as a path of its own, lead along it");
        return new DirectionPaths(direction, [.. pairs.Where(p => p.DisplacementA.Norm < shortest + 0.3)], notes);
    }

    /// <summary>At most k paths per class, taken in turn from its environments, the most frequent first. Deterministic.</summary>
    public static IReadOnlyList<(HopPath Path, int ClassSize)> Sample(IReadOnlyList<HopPath> paths, int perClass) =>
    [
        .. paths.GroupBy(p => p.Class).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(ofClass =>
        {
            HopPath[][] byEnvironment =
            [
                .. ofClass.GroupBy(p => p.Environment)
                    .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => g.ToArray()),
            ];
            int size = ofClass.Count();
            return Enumerable.Range(0, byEnvironment.Max(e => e.Length))
                .SelectMany(turn => byEnvironment.Where(e => turn < e.Length).Select(e => e[turn]))
                .Take(perClass)
                .Select(p => (p, size));
        }),
    ];

    /// <summary>A vacancy hop and its reverse are one path; kept from the lower site to the higher.</summary>
    private static HopPath? Single(Hop hop, IReadOnlyList<HopSite> sites, ParentFrame frame, Miller direction)
    {
        HopSite from = sites[hop.From], to = sites[hop.To];
        if (to.Atom is not null && hop.To < hop.From)
            return null;
        return Path([hop.From, hop.To], [hop], to.Atom, [(from.Atom!.Value, hop.MoveA)], sites, frame, direction);
    }

    /// <summary>Two vacancy hops in a row: the vacancy runs from the last site to the first.</summary>
    private static HopPath? Chain(Hop first, Hop second, IReadOnlyList<HopSite> sites, ParentFrame frame, Miller direction)
    {
        if (sites[second.To].Atom is not { } removed || second.To <= first.From)
            return null;
        return Path(
            [first.From, first.To, second.To], [first, second], removed,
            [(sites[second.From].Atom!.Value, second.MoveA), (sites[first.From].Atom!.Value, first.MoveA)],
            sites, frame, direction);
    }

    /// <summary>One ion through an empty site into a vacancy on the other side.</summary>
    private static HopPath? ThroughEmpty(Hop into, Hop other, IReadOnlyList<HopSite> sites, ParentFrame frame, Miller direction)
    {
        if (other.From <= into.From)
            return null;
        var onward = new Hop(into.To, other.From, -other.IdealA, -other.MoveA, other.HostNeighbors);
        int ion = sites[into.From].Atom!.Value;
        return Path(
            [into.From, into.To, other.From], [into, onward], sites[other.From].Atom,
            [(ion, into.MoveA), (ion, onward.MoveA)], sites, frame, direction);
    }

    private static HopPath Path(
        int[] passed, Hop[] steps, int? removed, (int, Vec3)[] moves, IReadOnlyList<HopSite> sites, ParentFrame frame, Miller direction)
    {
        Vec3 net = steps.Aggregate(Vec3.Zero, (sum, h) => sum + h.IdealA);
        return new HopPath(
            passed,
            string.Join('-', passed.Select(s => sites[s].Label)),
            removed is null ? HopMechanism.EmptySite : HopMechanism.Vacancy,
            removed,
            moves,
            net,
            net.Norm < 1e-6 ? 0 : frame.Cosine(direction, net),
            frame.LayerChange(net),
            frame.LayerSpacingA is null ? null : steps.Any(h => frame.LayerChange(h.IdealA) != 0),
            string.Join('+', steps.Select(h => h.HostNeighbors)));
    }
}
