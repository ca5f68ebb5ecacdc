using MathNet.Numerics;

namespace Campaign.Compute.Structures;

/// <summary>
/// Electrostatic potential of a unit point charge repeated by a lattice, in a neutralising background (P. P. Ewald, Ann. Phys. 369, 253 (1921)):
/// φ(r) = Σ_L erfc(α|r+L|)/|r+L| + 4π/V Σ_{G≠0} exp(-G²/4α²)/G² cos(G·r) - π/(Vα²), in 1/Å, conducting surroundings.
/// For a neutral cell E = K/2 Σ_ij q_i q_j φ_ij with φ_ii = <see cref="SelfPotential"/>. The result does not depend on α.
/// </summary>
public sealed class EwaldPotential
{
    /// <summary>erfc(x) and exp(-x²) at this x are below 1e-14.</summary>
    private const double Reach = 5.7;

    private readonly Cell _cell;
    private readonly double _alpha, _background, _realCutoff;
    private readonly Vec3[] _lattice;
    private readonly (Vec3 G, double Weight)[] _waves;

    /// <param name="cell">The periodic cell.</param>
    /// <param name="alphaPerA">Splitting parameter in 1/Å; the default balances both sums.</param>
    public EwaldPotential(Cell cell, double? alphaPerA = null)
    {
        _cell = cell;
        _alpha = alphaPerA ?? Math.Sqrt(Math.PI) / Math.Cbrt(cell.Volume);
        _realCutoff = Reach / _alpha;
        _background = Math.PI / (cell.Volume * _alpha * _alpha);
        double farthest = 0.5 * (cell.A.Norm + cell.B.Norm + cell.C.Norm);
        _lattice = [.. VectorsWithin(cell.A, cell.B, cell.C, _realCutoff + farthest)];
        (Vec3 ra, Vec3 rb, Vec3 rc) = cell.Reciprocal;
        double tau = 2 * Math.PI, factor = 2 * 4 * Math.PI / cell.Volume; // 2: each G stands for -G too
        _waves = [.. VectorsWithin(tau * ra, tau * rb, tau * rc, 2 * _alpha * Reach)
            .Where(IsUpperHalf)
            .Select(g => (g, factor * Math.Exp(-g.NormSquared / (4 * _alpha * _alpha)) / g.NormSquared))];
        SelfPotential = _lattice.Where(l => l != Vec3.Zero && l.Norm < _realCutoff).Sum(l => SpecialFunctions.Erfc(_alpha * l.Norm) / l.Norm)
            + _waves.Sum(w => w.Weight) - 2 * _alpha / Math.Sqrt(Math.PI) - _background;
    }

    /// <summary>Potential in 1/Å of a charge's own images and background at its place.</summary>
    public double SelfPotential { get; }

    /// <summary>Potential in 1/Å at a displacement r (Å) from the charge; r must not be a lattice vector.</summary>
    public double At(Vec3 r)
    {
        r = _cell.MinimumImage(r);
        double sum = -_background, cutoff2 = _realCutoff * _realCutoff;
        foreach (Vec3 l in _lattice)
        {
            double d2 = (r + l).NormSquared;
            if (d2 >= cutoff2)
                continue;
            double d = Math.Sqrt(d2);
            sum += SpecialFunctions.Erfc(_alpha * d) / d;
        }
        foreach ((Vec3 g, double weight) in _waves)
            sum += weight * Math.Cos(Vec3.Dot(g, r));
        return sum;
    }

    /// <summary>Electrostatic energy in eV of point charges (in e), one per position; quadratic cost, meant for a few hundred atoms.</summary>
    public double EnergyEv(ReadOnlySpan<Vec3> positions, ReadOnlySpan<double> charges)
    {
        double energy = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            energy += 0.5 * charges[i] * charges[i] * SelfPotential;
            for (int j = 0; j < i; j++)
                energy += charges[i] * charges[j] * At(positions[i] - positions[j]);
        }
        return energy * PhysicalConstants.CoulombEvA;
    }

    private static bool IsUpperHalf(Vec3 g) => g.Z > 0 || (g.Z == 0 && (g.Y > 0 || (g.Y == 0 && g.X > 0)));

    private static IEnumerable<Vec3> VectorsWithin(Vec3 a, Vec3 b, Vec3 c, double radius)
    {
        Vec3 w = new Cell(a, b, c).PerpendicularWidths;
        int na = (int)(radius / w.X), nb = (int)(radius / w.Y), nc = (int)(radius / w.Z);
        for (int i = -na; i <= na; i++)
            for (int j = -nb; j <= nb; j++)
                for (int k = -nc; k <= nc; k++)
                {
                    Vec3 v = i * a + j * b + k * c;
                    if (v.NormSquared <= radius * radius)
                        yield return v;
                }
    }
}
