using Campaign.Compute.Structures;

namespace Campaign.StandInVasp;

/// <summary>The ions' own energies in a step of dynamics, eV.</summary>
internal sealed record IonEnergies(double KineticEv, double TemperatureK, double NosePotentialEv, double NoseKineticEv, double LargestMoveA);

/// <summary>One ionic step as all files tell it.</summary>
/// <param name="Number">From 1 in this run.</param>
internal sealed record IonicStep(int Number, ModelPoint Point, Electrons Electrons, double[]? Moments)
{
    public IonEnergies? Ions { get; init; }

    /// <summary>Lines that a band adds to OUTCAR.</summary>
    public string? BandText { get; init; }

    public Structure Structure => Point.Structure;

    /// <summary>F. Of a step that converged the model's own energy, to the last bit.</summary>
    public double FreeEnergyEv => Electrons.EnergyEv;

    public double TotalEv => FreeEnergyEv + (Ions is { } i ? i.KineticEv + i.NosePotentialEv + i.NoseKineticEv : 0);

    /// <summary>Fractional, within [0, 1).</summary>
    public Vec3[] Wrapped() => Array.ConvertAll(Structure.FractionalPositions(), f => f - f.Floor());
}
