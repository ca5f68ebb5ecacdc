using System.Text.Json.Serialization;

namespace Campaign.Cli.Report;

/// <summary>One ordered cell made from the disordered structure.</summary>
/// <param name="Counts">Atoms per element, e.g. Li 48.</param>
/// <param name="EwaldEv">Electrostatic energy of the chosen draw with formal charges, eV per cell.</param>
/// <param name="EwaldRank">1 = lowest of <paramref name="Draws"/>.</param>
/// <param name="Messages">Rounding of occupancies, symmetry-equivalent draws, anything the reader must know.</param>
public sealed record VariantRow(
    string Name, int Atoms, int[] Supercell, int[] KMesh, IReadOnlyList<ElementCount> Counts,
    IReadOnlyList<OccupancyRow> Occupancies, double? MinCationDistanceA, double? EwaldEv, int? EwaldRank, int? Draws,
    IReadOnlyList<string> Messages, IReadOnlyList<string> Source);

public sealed record ElementCount(string Element, int Count);

/// <param name="Site">Label and Wyckoff letter, e.g. "2a".</param>
public sealed record OccupancyRow(string Species, string Site, double Target, double Achieved);

/// <summary>Cell parameters of one relaxed variant per conventional cell, beside the reference.</summary>
public sealed record LatticeRow(
    string Variant, string Level, Q A, Q B, Q C, Q Beta, Q Volume, LatticeReference? Reference, Q? Alpha = null, Q? Gamma = null)
{
    /// <summary>Deviations from the reference in percent (angles too: percent of the angle), null where there is none.</summary>
    public CellDeviation? DeviationPercent => Reference is { } r
        ? new(Percent(A, r.A), Percent(B, r.B), Percent(C, r.C), Percent(Beta, r.Beta), Percent(Volume, r.Volume), Percent(Alpha, r.Alpha), Percent(Gamma, r.Gamma))
        : null;

    private static double? Percent(Q? q, double? reference) =>
        q is { IsUsable: true } && reference is double r && r != 0 ? 100 * (q.Value!.Value - r) / r : null;
}

/// <summary>Reference cell in Å and degrees.</summary>
/// <param name="Label">Where it comes from, e.g. "experiment, 0.754/0.123".</param>
public sealed record LatticeReference(string Label, double? A, double? B, double? C, double? Beta, double? Volume, double? Alpha = null, double? Gamma = null)
{
    /// <summary>α or γ is not a right angle and deserves a column.</summary>
    [JsonIgnore]
    public bool IsOblique => Math.Abs((Alpha ?? 90) - 90) > RightAngleDeg || Math.Abs((Gamma ?? 90) - 90) > RightAngleDeg;

    private const double RightAngleDeg = 0.05;
}

/// <summary>Deviations in percent; what has no reference is null.</summary>
public sealed record CellDeviation(double? A, double? B, double? C, double? Beta, double? Volume, double? Alpha = null, double? Gamma = null);
