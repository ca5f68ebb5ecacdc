using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Paths;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Bands;

/// <summary>Barriers of hops along a lattice direction, every end point and band of them computed by VASP.</summary>
/// <param name="Relaxed">The charge-neutral supercell, relaxed at the same level.</param>
/// <param name="Lattice">Its cation sites and the frame of its parent.</param>
/// <param name="Band">Images, spring and limits; VASP's own method climbs only where it was built with VTST.</param>
/// <param name="EndPointMaxForceEvPerA">Of the relaxed end points.</param>
/// <param name="VacancyElectrons">
/// Electrons added where a mobile ion is missing: its charge, so that it leaves as an ion (Li+: 1), or 0, so that the host is oxidised.
/// </param>
public sealed record VaspBarriers(
    VaspLevel Level, Structure Relaxed, HopLattice Lattice, Miller Direction, HopOptions Hops, NebOptions Band, double EndPointMaxForceEvPerA, double VacancyElectrons)
{
    /// <summary>Ionic steps of one end point, and of one band, in all their runs.</summary>
    public const int EndPointMaxSteps = 300, BandMaxSteps = 400;

    /// <summary>Electrons beyond those of its neutral atoms; null: none.</summary>
    public double? ElectronsOf(Structure structure) =>
        structure.Count < Relaxed.Count && VacancyElectrons != 0 ? (Relaxed.Count - structure.Count) * VacancyElectrons : null;
}
