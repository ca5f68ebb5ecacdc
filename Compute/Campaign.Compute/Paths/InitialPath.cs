using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>How the first guess of a path is made.</summary>
public enum PathGuess
{
    /// <summary>Straight, unless atoms come too close on the way.</summary>
    Auto,

    /// <summary>Straight lines between the end points.</summary>
    Linear,

    /// <summary>Interpolated pair distances (IDPP), relaxed along the band.</summary>
    PairDistances,
}

/// <summary>First guesses for the path between two ordered structures of the same atoms in the same cell.</summary>
public static class InitialPath
{
    /// <summary>A contact shorter than this fraction of the shortest one of its species pair is too close.</summary>
    public const double ClosestContactRatio = 0.7;

    private const double ContactRangeA = 6.0;

    private const double SameMinimumA = 0.1;

    /// <summary>
    /// The final structure moved onto the initial one: every atom to the periodic image nearest its initial position, the mean
    /// displacement removed.
    /// </summary>
    /// <exception cref="ArgumentException">Cells, atom counts or species differ, or an atom moves too far for its image to be known.</exception>
    public static Structure Align(Structure initial, Structure final)
    {
        if (initial.Count != final.Count)
            throw new ArgumentException($"The end points hold {initial.Count} and {final.Count} atoms.");
        for (int row = 0; row < 3; row++)
            if ((initial.Cell[row] - final.Cell[row]).Norm > 1e-6 * initial.Cell[row].Norm)
                throw new ArgumentException("The end points have different cells: relax both in the same one.");
        var positions = new Vec3[initial.Count];
        Vec3 widths = initial.Cell.PerpendicularWidths;
        double limit = 0.5 * Math.Min(widths.X, Math.Min(widths.Y, widths.Z));
        for (int i = 0; i < positions.Length; i++)
        {
            if (initial.SpeciesOf(i) != final.SpeciesOf(i))
                throw new ArgumentException($"Atom {i + 1} is {initial.SpeciesOf(i)} in the initial and {final.SpeciesOf(i)} in the final structure: the order must be the same.");
            Vec3 displacement = initial.Cell.MinimumImage(final.Positions[i] - initial.Positions[i]);
            if (displacement.Norm >= limit)
                throw new ArgumentException(FormattableString.Invariant($"Atom {i + 1} moves by {displacement.Norm:F2} Å, half the cell or more ({limit:F2} Å): its periodic image is ambiguous."));
            positions[i] = initial.Positions[i] + displacement;
        }
        return RemoveDrift(initial, initial with { Positions = positions });
    }

    /// <summary>The final structure without its mean displacement against the initial one. No atom may have been wrapped between them.</summary>
    public static Structure RemoveDrift(Structure initial, Structure final)
    {
        Vec3 drift = Vec3.Zero;
        for (int i = 0; i < initial.Count; i++)
            drift += final.Positions[i] - initial.Positions[i];
        drift /= initial.Count;
        return final with { Positions = Array.ConvertAll(final.Positions, r => r - drift) };
    }

    /// <summary>Points of the first guess between two relaxed end points, both included; no atom may have been wrapped between them.</summary>
    /// <exception cref="ArgumentException">Both are the same minimum.</exception>
    public static double[][] Between(EndPoint initial, EndPoint final, int movableImages, PathGuess guess)
    {
        Structure aligned = RemoveDrift(initial.Structure, final.Structure);
        double apart = Particles.Distance(AtomicSurface.Flatten(initial.Structure.Positions), AtomicSurface.Flatten(aligned.Positions));
        if (apart < SameMinimumA)
            throw new ArgumentException(FormattableString.Invariant($"Both end points relax into the same minimum (they lie {apart:F3} Å apart): there is no path between them."));
        return Between(initial.Structure, aligned, movableImages, guess).Points;
    }

    /// <summary>Points on the straight line, both ends included.</summary>
    public static double[][] Linear(double[] from, double[] to, int movableImages)
    {
        var path = new double[movableImages + 2][];
        for (int m = 0; m < path.Length; m++)
        {
            double x = (double)m / (path.Length - 1);
            path[m] = new double[from.Length];
            for (int k = 0; k < from.Length; k++)
                path[m][k] = (1 - x) * from[k] + x * to[k];
        }
        return path;
    }

    /// <summary>Images between two aligned structures, as flat points.</summary>
    /// <param name="initial">First end point.</param>
    /// <param name="final">Last end point, aligned to the first (<see cref="Align"/>).</param>
    /// <param name="movableImages">Number of images between them.</param>
    /// <param name="guess">How to interpolate.</param>
    /// <param name="idppForce">Limit of the nudged force on the pair-distance objective (Å⁻³).</param>
    /// <returns>The points and the kind of guess taken.</returns>
    public static (double[][] Points, PathGuess Taken) Between(Structure initial, Structure final, int movableImages, PathGuess guess = PathGuess.Auto, double idppForce = 0.02)
    {
        double[][] line = Linear(AtomicSurface.Flatten(initial.Positions), AtomicSurface.Flatten(final.Positions), movableImages);
        if (guess == PathGuess.Linear)
            return (line, PathGuess.Linear);
        ContactPairs pairs = ContactPairs.OnPath(initial, final, ContactRangeA);
        if (guess == PathGuess.Auto && !ComesTooClose(pairs, initial, final, line))
            return (line, PathGuess.Linear);

        double[] start = pairs.Distances(initial.Positions), end = pairs.Distances(final.Positions);
        ImageDependentPairPotential SurfaceOf(int image)
        {
            double x = (double)image / (movableImages + 1);
            return new ImageDependentPairPotential(pairs, [.. start.Zip(end, (a, b) => (1 - x) * a + x * b)], initial.Count);
        }
        var options = new NebOptions
        {
            Images = movableImages,
            Climb = false,
            SpringEvPerA2 = 0.1,
            MaxForceEvPerA = idppForce,
            MaxIterations = 500,
            CheckpointEvery = int.MaxValue,
        };
        return (new NudgedElasticBand(SurfaceOf, options).Run(NebState.Start(line)).Points, PathGuess.PairDistances);
    }

    /// <summary>
    /// Whether some pair comes closer than 0.7 of the shortest contact of its two species in the end points; that contact
    /// stands for the sum of their radii, so no table of radii is needed.
    /// </summary>
    private static bool ComesTooClose(ContactPairs pairs, Structure initial, Structure final, double[][] path)
    {
        int types = initial.TypeMap.Count;
        var contact = new double[types * types];
        Array.Fill(contact, double.PositiveInfinity);
        int Key(int pair)
        {
            int a = initial.Types[pairs.First[pair]], b = initial.Types[pairs.Second[pair]];
            return Math.Min(a, b) * types + Math.Max(a, b);
        }
        foreach (Vec3[] end in new[] { initial.Positions, final.Positions })
        {
            double[] d = pairs.Distances(end);
            for (int p = 0; p < d.Length; p++)
                contact[Key(p)] = Math.Min(contact[Key(p)], d[p]);
        }
        foreach (double[] image in path)
        {
            double[] d = pairs.Distances(AtomicSurface.Unflatten(image));
            for (int p = 0; p < d.Length; p++)
                if (d[p] < ClosestContactRatio * contact[Key(p)])
                    return true;
        }
        return false;
    }
}
