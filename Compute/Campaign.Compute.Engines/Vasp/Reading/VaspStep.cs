using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>What was read of an ionic step so far, and whether that makes a frame.</summary>
internal sealed class VaspStep
{
    public bool MachineLearned, CellIsNew;
    public double? FreeEnergyEv, WithoutEntropyEv, SigmaZeroEv, TemperatureK;
    public Mat3? StressKb;
    public Vec3[]? Positions, Forces;
    public double[]? Moments;
    public int ElectronicSteps;
    public double? EnergyChangeEv, EigenvalueChangeEv;

    /// <summary>What VASP 6 says of it; VASP 5 says "reached" also when the steps ran out.</summary>
    public bool? Said;

    /// <summary>Anything that a step prints at its end: without it there was no end.</summary>
    public bool IsEmpty => FreeEnergyEv is null && Positions is null && StressKb is null && ElectronicSteps == 0;

    /// <returns>The frame, or why there is none.</returns>
    public (VaspFrame? Frame, string? Missing) Close(int step, Cell? cell, int? atoms, int? nelm, double? ediff)
    {
        string? missing =
            FreeEnergyEv is not { } f ? "its energy"
            : !double.IsFinite(f) ? "its energy (stars or no number)"
            : cell is null ? "its cell"
            : Positions is null || Forces is null ? "positions and forces of all atoms"
            : atoms is null ? "the number of atoms"
            : Positions.Length != atoms || Forces.Length != atoms ? $"positions and forces of all {atoms} atoms"
            : !Array.TrueForAll(Positions, IsFinite) || !Array.TrueForAll(Forces, IsFinite) ? "numbers (there are stars)"
            : null;
        if (missing is not null)
            return (null, missing);
        return (new VaspFrame(step, FreeEnergyEv!.Value, WithoutEntropyEv, SigmaZeroEv, cell!, Positions!, Forces!)
        {
            StressKb = StressKb is { } s && Array.TrueForAll(s.ToRowMajor(), double.IsFinite) ? s : null,
            Moments = Moments is { } m && m.Length == atoms ? m : null,
            ElectronicSteps = ElectronicSteps,
            ElectronsConverged = MachineLearned ? null : Converged(nelm, ediff),
            TemperatureK = TemperatureK,
            MachineLearned = MachineLearned,
        }, null);
    }

    /// <summary>Fewer steps than allowed; or VASP 6's own word; or both changes of the last step below EDIFF.</summary>
    private bool? Converged(int? nelm, double? ediff)
    {
        if (Said == false)
            return false;
        if (ElectronicSteps == 0 || nelm is null)
            return null; // "reached" is no evidence
        if (ElectronicSteps < nelm)
            return true;
        return EnergyChangeEv is { } dE && EigenvalueChangeEv is { } dEps && ediff is { } limit && Math.Abs(dE) < limit && Math.Abs(dEps) < limit;
    }

    private static bool IsFinite(Vec3 v) => double.IsFinite(v.X) && double.IsFinite(v.Y) && double.IsFinite(v.Z);
}
