namespace Campaign.Compute.Paths;

/// <summary>How a band is relaxed. Units are those of the surface; for atoms eV and Å.</summary>
public sealed record NebOptions
{
    /// <summary>Movable images; an odd number puts one on the midpoint of a symmetric path.</summary>
    public int Images { get; init; } = 5;

    /// <summary>Spring constant (eV/Å²).</summary>
    public double SpringEvPerA2 { get; init; } = 5.0;

    /// <summary>The highest image starts to climb when the largest nudged force per atom falls below this (eV/Å).</summary>
    public double ClimbBelowEvPerA { get; init; } = 0.15;

    /// <summary>Converged when the largest nudged force per atom over all movable images is below this (eV/Å).</summary>
    public double MaxForceEvPerA { get; init; } = 0.03;

    public int MaxIterations { get; init; } = 1000;

    /// <summary>Without climbing the band is relaxed to <see cref="MaxForceEvPerA"/> as a plain one.</summary>
    public bool Climb { get; init; } = true;

    /// <summary>First and largest pseudo time step of FIRE (unit mass), and the longest step per atom (Å).</summary>
    public double TimeStep { get; init; } = 0.1;

    public double MaxTimeStep { get; init; } = 0.3;

    public double MaxStepA { get; init; } = 0.15;

    /// <summary>
    /// Iterations between checkpoints. Calculators are renewed there, so that a resumed band takes the same bits as an
    /// uninterrupted one (neighbour lists remember where they were built).
    /// </summary>
    public int CheckpointEvery { get; init; } = 50;

    /// <summary>Images evaluated at the same time; the result does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <exception cref="ArgumentException">A value makes no sense; the message names it.</exception>
    public void Validate()
    {
        if (Images < 1)
            throw new ArgumentException($"A band needs at least one movable image, not {Images}.");
        if (!(SpringEvPerA2 > 0 && MaxForceEvPerA > 0 && ClimbBelowEvPerA > 0 && TimeStep > 0 && MaxTimeStep >= TimeStep && MaxStepA > 0))
            throw new ArgumentException("Spring constant, force limits, time steps and step length of a band must be positive, and the largest time step not below the first.");
        if (MaxIterations < 0 || CheckpointEvery < 1 || Threads < 1)
            throw new ArgumentException("Iterations, checkpoint interval and threads of a band must be positive.");
    }
}

/// <summary>What the highest image of a band does.</summary>
public enum ClimbPhase
{
    /// <summary>It is held like the others until the band has settled.</summary>
    Waiting,

    /// <summary>It climbs.</summary>
    Climbing,

    /// <summary>It climbed far above the settled band, up a wall instead of to a saddle, and is held again.</summary>
    GivenUp,
}

/// <summary>A band between two iterations: everything needed to continue it.</summary>
/// <param name="Iteration">Iterations done.</param>
/// <param name="Phase">What the highest image does.</param>
/// <param name="CeilingEv">Absolute energy above which climbing is given up; set when it begins.</param>
/// <param name="Images">All points, both ends included.</param>
/// <param name="Optimiser">Memory of FIRE; null at the start.</param>
public sealed record NebState(int Iteration, ClimbPhase Phase, double CeilingEv, double[][] Images, FireState? Optimiser)
{
    public static NebState Start(double[][] path) => new(0, ClimbPhase.Waiting, 0, path, null);
}

/// <summary>Where a running band stands.</summary>
public readonly record struct NebProgress(int Iteration, ClimbPhase Phase, double MaxForceEvPerA, double HighestEv);
