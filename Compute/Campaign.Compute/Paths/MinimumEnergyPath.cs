using Campaign.Compute.Dynamics;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>How a path between two structures is found.</summary>
public sealed record PathOptions
{
    public NebOptions Band { get; init; } = new();

    /// <summary>Largest force on an atom of a relaxed end point (eV/Å).</summary>
    public double EndPointMaxForceEvPerA { get; init; } = 0.01;

    public int EndPointMaxSteps { get; init; } = 3000;

    public PathGuess Guess { get; init; } = PathGuess.Auto;

    /// <summary>Counts the negative curvatures at the climbing image; a path on a ridge is pushed off it and relaxed again.</summary>
    public bool CheckSaddle { get; init; } = true;
}

/// <summary>A relaxed end point.</summary>
public sealed record EndPoint(Structure Structure, double EnergyEv, double MaxForceEvPerA, bool Converged, int Steps)
{
    /// <summary>What a reader of the path between two of them must know.</summary>
    public static IEnumerable<string> Notes(EndPoint initial, EndPoint final) =>
        from end in new[] { (Point: initial, Name: "initial"), (Point: final, Name: "final") }
        where !end.Point.Converged
        select FormattableString.Invariant($"{end.Name} end point not relaxed: largest force {end.Point.MaxForceEvPerA:F3} eV/Å");
}

/// <summary>Where a search stands; serialisable, continue with <see cref="MinimumEnergyPath.Continue"/>.</summary>
/// <param name="Pushes">How often the band was pushed off a ridge.</param>
/// <param name="Band">The band.</param>
/// <param name="Ridge">The band before the last push, to fall back on; null before the first.</param>
public sealed record PathState(int Pushes, NebState Band, double[][]? Ridge = null);

/// <summary>A minimum-energy path of atoms.</summary>
/// <param name="Band">Energies, forces and barriers.</param>
/// <param name="Saddle">Curvatures at the climbing image; null when not asked for or when nothing climbed.</param>
/// <param name="Notes">What a reader must know to judge the numbers, those of the band included.</param>
public sealed record PathResult(NebResult Band, Curvatures? Saddle, IReadOnlyList<string> Notes)
{
    /// <summary>True when a curvature analysis found exactly one negative; null when there was none.</summary>
    public bool? FirstOrderSaddle => Saddle is { Converged: true } s ? s.Negative == 1 : null;
}

/// <summary>Finds minimum-energy paths between structures in a fixed cell.</summary>
public sealed class MinimumEnergyPath(IPotential potential, PathOptions options) : IPathSearch
{
    private const int MaxPushes = 2;
    private const double PushA = 0.3;

    /// <summary>Relaxes a structure in its cell (end-point limits of the options).</summary>
    public EndPoint Relax(Structure structure, CancellationToken cancel = default)
    {
        RelaxationResult relaxed = ConjugateGradient.Minimise(
            potential,
            structure,
            new RelaxationOptions { MaxForceEvPerA = options.EndPointMaxForceEvPerA, MaxSteps = options.EndPointMaxSteps, RelaxCell = false },
            cancellation: cancel);
        return new EndPoint(relaxed.Structure, relaxed.EnergyEv, relaxed.MaxForceEvPerA, relaxed.Converged, relaxed.Steps);
    }

    /// <summary>Relaxes both ends, aligns them, and relaxes the band between them.</summary>
    /// <exception cref="ArgumentException">The end points do not belong together (<see cref="InitialPath.Align"/>) or relax into the same minimum.</exception>
    public PathResult Find(Structure initial, Structure final, Action<PathState>? checkpoint = null, Action<NebProgress>? progress = null, CancellationToken cancel = default)
    {
        EndPoint a = Relax(initial, cancel), b = Relax(InitialPath.Align(initial, final), cancel);
        return Between(a, b, checkpoint, progress, cancel);
    }

    /// <summary>Relaxes the band between two relaxed end points, between which no atom may have been wrapped.</summary>
    /// <exception cref="ArgumentException">Both are the same minimum.</exception>
    public PathResult Between(EndPoint initial, EndPoint final, Action<PathState>? checkpoint, Action<NebProgress>? progress = null, CancellationToken cancel = default)
    {
        double[][] points = InitialPath.Between(initial, final, options.Band.Images, options.Guess);
        PathResult result = Continue(initial.Structure, new PathState(0, NebState.Start(points)), checkpoint, progress, cancel);
        return result with { Notes = [.. result.Notes, .. EndPoint.Notes(initial, final)] };
    }

    /// <inheritdoc/>
    public PathResult Between(EndPoint initial, EndPoint final, Action<NebProgress>? progress = null, CancellationToken cancel = default) =>
        Between(initial, final, null, progress, cancel);

    /// <summary>Continues a search from a saved state; equals the uninterrupted search.</summary>
    /// <param name="atoms">Any structure with the atoms and the cell of the path; its positions are not used.</param>
    /// <param name="state">The saved state.</param>
    public PathResult Continue(Structure atoms, PathState state, Action<PathState>? checkpoint = null, Action<NebProgress>? progress = null, CancellationToken cancel = default)
    {
        var band = new NudgedElasticBand(_ => new AtomicSurface(potential, atoms), options.Band);
        for (int pushes = state.Pushes; ; pushes++)
        {
            int now = pushes;
            NebResult result = band.Run(state.Band, s => checkpoint?.Invoke(state with { Pushes = now, Band = s }), progress, cancel);
            Curvatures? saddle = options.CheckSaddle && options.Band.Climb && result.HasInnerMaximum ? Curvature(atoms, result) : null;
            if (saddle is { Negative: > 1 } && result.Converged && pushes < MaxPushes)
            {
                state = new PathState(pushes + 1, NebState.Start(Pushed(result, saddle.SecondMode)), result.Points);
                continue;
            }
            if (!result.Converged && state.Ridge is { } ridge)
                return OnRidge(atoms, band.Run(NebState.Start(ridge), null, progress, cancel));
            var notes = new List<string>(result.Notes);
            if (pushes > 0)
                notes.Add($"pushed off a ridge {pushes} time{(pushes > 1 ? "s" : "")}: the first path had a saddle of higher order");
            if (saddle is { Negative: 0 })
                notes.Add("no negative curvature at the highest image: it is not at a saddle");
            if (saddle is { Negative: > 1 })
                notes.Add(UpperBound(saddle));
            return new PathResult(result, saddle, notes);
        }
    }

    /// <summary>The path along the ridge, for which no path beside it was found.</summary>
    private PathResult OnRidge(Structure atoms, NebResult result)
    {
        Curvatures? saddle = result.HasInnerMaximum ? Curvature(atoms, result) : null;
        string[] notes = saddle is null ? [] : [UpperBound(saddle), "pushed off this ridge, the band found no rest"];
        return new PathResult(result, saddle, [.. result.Notes, .. notes]);
    }

    private static string UpperBound(Curvatures saddle) => $"{saddle.Negative} negative curvatures at the highest image: the barrier is an upper bound";

    private Curvatures Curvature(Structure atoms, NebResult result)
    {
        using var surface = new AtomicSurface(potential, atoms);
        var tangent = new double[result.Points[0].Length];
        BandForces.Tangent(result.Points, [.. result.Images.Select(i => i.EnergyEv)], result.HighestImage, tangent);
        return SaddleCheck.LowestCurvatures(surface, result.Points[result.HighestImage], tangent, atoms: true);
    }

    /// <summary>The movable images displaced along a mode, most where the highest image is.</summary>
    private static double[][] Pushed(NebResult result, double[] mode)
    {
        double top = result.Images[result.HighestImage].Reaction;
        return [.. result.Points.Select((p, i) =>
        {
            double x = result.Images[i].Reaction;
            double weight = PushA * (x <= top ? x / top : (1 - x) / (1 - top));
            return p.Select((value, k) => value + weight * mode[k]).ToArray();
        })];
    }
}
