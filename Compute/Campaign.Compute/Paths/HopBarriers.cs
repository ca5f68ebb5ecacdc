using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>A point of an energy profile.</summary>
/// <param name="Reaction">Fraction of the path, 0 to 1.</param>
/// <param name="EnergyEv">Energy above the start (eV).</param>
/// <param name="MaxForceEvPerA">Largest nudged force on an atom (eV/Å).</param>
public sealed record ProfilePoint(double Reaction, double EnergyEv, double MaxForceEvPerA);

/// <summary>A point of the interpolated profile: fraction of the path and energy above the start (eV).</summary>
public sealed record SplinePoint(double Reaction, double EnergyEv);

/// <summary>The outcome for one path. Barriers are null where there is no path to have one; the notes say why.</summary>
/// <param name="Key">Identity of the path within its structure and direction.</param>
/// <param name="SitePair">Labels of the sites passed, e.g. "4h-2d" or "4h-4h-2d".</param>
/// <param name="Layer">"intra" or "inter", from the layer index of the sites; null in a crystal without layers.</param>
/// <param name="LayerChange">Layers crossed by the net displacement; null in a crystal without layers.</param>
/// <param name="Mechanism">How the ion moves.</param>
/// <param name="Steps">Elementary hops in the path.</param>
/// <param name="DisplacementA">Length of the net displacement between parent sites (Å).</param>
/// <param name="Cosine">Of the angle between it and the requested direction.</param>
/// <param name="Environment">Host cations near the middle of every step.</param>
/// <param name="ClassSize">Paths of this class in the structure, computed or not.</param>
/// <param name="BarrierForwardEv">Highest image above the start (eV).</param>
/// <param name="BarrierReverseEv">Highest image above the end (eV); forward - reverse = energy difference.</param>
/// <param name="EnergyDifferenceEv">End above start (eV); for a hop into an empty site of a full crystal the Frenkel formation energy of this pair.</param>
/// <param name="SplineBarrierForwardEv">Maximum of the force-based spline above the start (eV).</param>
/// <param name="Images">All images of all steps.</param>
/// <param name="Spline">Interpolated profile for plotting.</param>
/// <param name="Converged">Ends and band of every step.</param>
/// <param name="FirstOrderSaddle">Whether every saddle has exactly one negative curvature; null when undecided.</param>
/// <param name="Iterations">Band iterations of all steps.</param>
/// <param name="Notes">What a reader must know to judge the numbers.</param>
public sealed record HopBarrier(
    string Key,
    string SitePair,
    string? Layer,
    int? LayerChange,
    HopMechanism Mechanism,
    int Steps,
    double DisplacementA,
    double Cosine,
    string Environment,
    int ClassSize,
    double? BarrierForwardEv,
    double? BarrierReverseEv,
    double? EnergyDifferenceEv,
    double? SplineBarrierForwardEv,
    IReadOnlyList<ProfilePoint> Images,
    IReadOnlyList<SplinePoint> Spline,
    bool Converged,
    bool? FirstOrderSaddle,
    int Iterations,
    IReadOnlyList<string> Notes);

/// <summary>Lowest, median and highest of the converged forward barriers (eV).</summary>
public sealed record BarrierSpread(double MinEv, double MedianEv, double MaxEv, int Count);

/// <summary>All paths computed along one direction. A disordered cell has a distribution of barriers, not one.</summary>
public sealed record DirectionResult(Miller Direction, IReadOnlyList<HopBarrier> Hops, BarrierSpread? Spread, IReadOnlyList<string> Notes);

/// <summary>Barriers of hops along a lattice direction in a relaxed, possibly disordered supercell.</summary>
/// <param name="search">How end points and paths are relaxed.</param>
/// <param name="hops">Which hops.</param>
public sealed class HopBarriers(IPathSearch search, HopOptions hops)
{
    /// <summary>An ion further than this (Å) from where it was put has left its site.</summary>
    private const double SiteRadiusA = 1.3;

    private const int SplinePoints = 61;

    /// <summary>Finds, samples and relaxes the paths along a direction.</summary>
    /// <param name="relaxed">The relaxed supercell, charge-neutral, at a fixed cell.</param>
    /// <param name="lattice">Its cation sites and the frame of its parent.</param>
    /// <param name="direction">Requested direction.</param>
    /// <param name="finished">Paths finished before an interruption; taken over by their key.</param>
    /// <param name="onFinished">Receives every newly finished path, to be kept for a restart.</param>
    /// <param name="progress">Called after every band iteration with the key of the path.</param>
    /// <param name="cancel">Cancels between two iterations.</param>
    public DirectionResult Compute(
        Structure relaxed,
        HopLattice lattice,
        Miller direction,
        IReadOnlyList<HopBarrier>? finished = null,
        Action<HopBarrier>? onFinished = null,
        Action<string, NebProgress>? progress = null,
        CancellationToken cancel = default)
    {
        DirectionPaths found = HopFinder.Along(relaxed.Cell, lattice, direction, hops);
        var results = new List<HopBarrier>();
        foreach ((HopPath path, int classSize) in HopFinder.Sample(found.Paths, hops.HopsPerClass))
        {
            string key = KeyOf(path);
            HopBarrier? done = finished?.FirstOrDefault(f => f.Key == key);
            if (done is null)
            {
                done = Relax(relaxed, path, key, classSize, p => progress?.Invoke(key, p), cancel);
                onFinished?.Invoke(done);
            }
            results.Add(done);
        }
        double[] barriers = [.. results.Where(r => r.Converged).Select(r => r.BarrierForwardEv).OfType<double>().Order()];
        BarrierSpread? spread = barriers.Length == 0 ? null : new BarrierSpread(barriers[0], Median(barriers), barriers[^1], barriers.Length);
        var notes = new List<string>([.. lattice.Notes, .. found.Notes]);
        if (results.Any(r => r.Mechanism == HopMechanism.Vacancy))
            notes.Add("vacancy hops: one mobile ion is removed with its charge (ionic vacancy); its formation energy is not part of the barrier");
        if (results.Any(r => r.Mechanism == HopMechanism.EmptySite))
            notes.Add("hops into an empty site: the energy difference of the ends is the formation energy of the pair left behind, the reverse barrier its recombination");
        return new DirectionResult(direction, results, spread, notes);
    }

    private HopBarrier Relax(Structure relaxed, HopPath path, string key, int classSize, Action<NebProgress> progress, CancellationToken cancel)
    {
        var notes = new List<string>();
        var segments = new List<PathResult>();
        bool complete = false, endsConverged = false;
        try
        {
            Structure crystal = Without(relaxed, path.Removed);
            var positions = (Vec3[])crystal.Positions.Clone();
            EndPoint here = search.Relax(crystal, cancel);
            endsConverged = here.Converged;
            foreach ((int atom, Vec3 move) in path.Moves)
            {
                int moved = path.Removed is { } r && atom > r ? atom - 1 : atom;
                positions[moved] += move;
                EndPoint there = search.Relax(crystal with { Positions = [.. positions] }, cancel);
                endsConverged &= there.Converged;
                if (Strayed(crystal.Cell, positions, here, there, moved) is { } reason)
                {
                    notes.Add(reason);
                    break;
                }
                segments.Add(search.Between(here, there, progress, cancel));
                here = there;
            }
            complete = segments.Count == path.Moves.Count;
        }
        catch (ArgumentException collision) // a potential refuses atoms on top of each other
        {
            notes.Add($"no path: {collision.Message}");
        }
        notes.AddRange(segments.SelectMany((s, i) => s.Notes.Select(n => segments.Count > 1 ? $"step {i + 1}: {n}" : n)));
        Profile? profile = complete ? Profile.Of(segments) : null;
        return new HopBarrier(
            key,
            path.Labels,
            path.Layer,
            path.LayerChange,
            path.Mechanism,
            path.Moves.Count,
            path.DisplacementA.Norm,
            path.Cosine,
            path.Environment,
            classSize,
            profile?.ForwardEv,
            profile?.ForwardEv - profile?.DifferenceEv,
            profile?.DifferenceEv,
            profile?.SplineForwardEv,
            profile?.Images ?? [],
            profile?.Spline ?? [],
            complete && endsConverged && segments.All(s => s.Band.Converged),
            segments.Any(s => s.FirstOrderSaddle is null) || !complete ? null : segments.All(s => s.FirstOrderSaddle == true),
            segments.Sum(s => s.Band.Iterations),
            notes);
    }

    /// <summary>Why the relaxed end of a hop is not the state it was meant to be; null when it is.</summary>
    private static string? Strayed(Cell cell, Vec3[] meant, EndPoint start, EndPoint end, int moved)
    {
        Vec3[] from = start.Structure.Positions, to = end.Structure.Positions;
        double fromTarget = (to[moved] - meant[moved]).Norm;
        if (fromTarget > SiteRadiusA)
        {
            double fromStart = cell.MinimumImage(to[moved] - from[moved]).Norm;
            return fromStart < SiteRadiusA
                ? "no minimum at the target site: the ion relaxes back to where it came from"
                : FormattableString.Invariant($"no minimum at the target site: the ion relaxes {fromTarget:F2} Å away from it");
        }
        for (int i = 0; i < to.Length; i++)
            if (i != moved && cell.MinimumImage(to[i] - from[i]).Norm > SiteRadiusA)
                return FormattableString.Invariant($"not a single hop: on relaxation {end.Structure.SpeciesOf(i)} {i + 1} moves too, by {cell.MinimumImage(to[i] - from[i]).Norm:F2} Å");
        return null;
    }

    private static Structure Without(Structure structure, int? removed) => removed is not { } r
        ? structure
        : structure with
        {
            Types = [.. structure.Types.Where((_, i) => i != r)],
            Positions = [.. structure.Positions.Where((_, i) => i != r)],
        };

    private static string KeyOf(HopPath path) => FormattableString.Invariant(
        $"{string.Join('-', path.Sites)}/{path.DisplacementA.X:F2},{path.DisplacementA.Y:F2},{path.DisplacementA.Z:F2}");

    private static double Median(double[] sorted) =>
        sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : 0.5 * (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]);

    /// <summary>The steps of a path one after the other, energies above its start.</summary>
    private sealed record Profile(double ForwardEv, double DifferenceEv, double SplineForwardEv, IReadOnlyList<ProfilePoint> Images, IReadOnlyList<SplinePoint> Spline)
    {
        public static Profile Of(IReadOnlyList<PathResult> segments)
        {
            double total = segments.Sum(s => s.Band.Spline.LengthA), before = 0, level = 0, top = 0, splineTop = 0;
            List<ProfilePoint> images = [];
            List<SplinePoint> spline = [];
            foreach (NebResult band in segments.Select(s => s.Band))
            {
                images.AddRange(band.Images.Skip(images.Count == 0 ? 0 : 1)
                    .Select(i => new ProfilePoint((before + i.PathLengthA) / total, level + i.EnergyEv, i.MaxForceEvPerA)));
                spline.AddRange(band.Spline.Sample(SplinePoints).Skip(spline.Count == 0 ? 0 : 1)
                    .Select(p => new SplinePoint((before + p.Reaction * band.Spline.LengthA) / total, level + p.EnergyEv)));
                top = Math.Max(top, level + band.BarrierForwardEv);
                splineTop = Math.Max(splineTop, level + band.SplineBarrierForwardEv);
                before += band.Spline.LengthA;
                level += band.EnergyDifferenceEv;
            }
            return new Profile(top, level, splineTop, images, spline);
        }
    }
}
