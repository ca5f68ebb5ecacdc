using Campaign.Compute.Structures;

namespace Campaign.Compute.Dynamics;

/// <summary>When a minimisation counts as done, and when it gives up.</summary>
public sealed record RelaxationOptions
{
    /// <summary>Largest force on any atom in eV/Å.</summary>
    public double MaxForceEvPerA { get; init; } = 0.01;

    /// <summary>Largest component of the stress in GPa, where the cell is free.</summary>
    public double MaxStressGpa { get; init; } = 0.01;

    public int MaxSteps { get; init; } = 2000;

    /// <summary>Longest move of any atom in one step in Å.</summary>
    public double MaxMoveA { get; init; } = 0.1;

    /// <summary>False keeps the cell and relaxes positions only.</summary>
    public bool RelaxCell { get; init; } = true;
}

/// <summary>Where a relaxation stands after a step.</summary>
public readonly record struct RelaxationStep(int Step, double EnergyEv, double MaxForceEvPerA, double MaxStressGpa);

/// <summary>The end of a relaxation.</summary>
/// <param name="Structure">The relaxed structure (the best one found when not converged).</param>
/// <param name="Converged">All tolerances met.</param>
/// <param name="Message">Why it stopped, for people.</param>
/// <param name="Steps">Accepted steps.</param>
/// <param name="Evaluations">Force evaluations.</param>
/// <param name="EnergyEv">Potential energy.</param>
/// <param name="MaxForceEvPerA">Largest force on an atom.</param>
/// <param name="StressKbar">Stress -virial/V in kbar, negative under compression.</param>
public sealed record RelaxationResult(
    Structure Structure, bool Converged, string Message, int Steps, int Evaluations, double EnergyEv, double MaxForceEvPerA, Mat3 StressKbar)
{
    /// <summary>Largest component of the stress in GPa.</summary>
    public double MaxStressGpa => StressKbar.ToRowMajor().Max(Math.Abs) / 10;
}
