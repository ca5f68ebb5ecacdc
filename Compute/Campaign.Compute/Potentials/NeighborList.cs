using System.Runtime.InteropServices;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Potentials;

/// <summary>
/// Full neighbour list (every pair appears at both atoms) in compressed rows, with explicit periodic images: the cell
/// may be smaller than twice the cutoff, and an atom may neighbour its own images. Atoms are sorted into cells about
/// half the range wide, so the work is O(N). Positions may lie outside the cell; oblique cells are binned in
/// fractional coordinates. The order depends on cell and positions only.
/// </summary>
/// <param name="cutoffA">Interaction radius in Å.</param>
/// <param name="skinA">Extra radius in Å; the list stays valid while no atom has moved further than half of it.</param>
public sealed class NeighborList(double cutoffA, double skinA)
{
    private const double BinsPerAtom = 64;

    private readonly double _range = cutoffA > 0 && skinA >= 0
        ? cutoffA + skinA
        : throw new ArgumentOutOfRangeException(nameof(cutoffA), "The cutoff must be positive and the skin not negative.");

    private readonly List<int> _neighbors = [];
    private readonly List<Vec3> _shifts = [];
    private int[] _start = [];
    private Vec3[] _builtAt = [];
    private Cell? _cell;

    /// <summary>Interaction radius in Å.</summary>
    public double CutoffA => cutoffA;

    /// <summary>Extra radius in Å.</summary>
    public double SkinA => skinA;

    /// <summary>Row i holds entries Start[i] … Start[i+1]-1; N+1 numbers.</summary>
    public ReadOnlySpan<int> Start => _start;

    /// <summary>Atom index j of every entry.</summary>
    public ReadOnlySpan<int> Neighbors => CollectionsMarshal.AsSpan(_neighbors);

    /// <summary>Lattice translation in Å of every entry: r_ij = r_j + shift - r_i. Entries reach to cutoff + skin.</summary>
    public ReadOnlySpan<Vec3> Shifts => CollectionsMarshal.AsSpan(_shifts);

    /// <summary>
    /// Makes the list valid for these positions: rebuilds it when the cell or the number of atoms changed, or when twice the
    /// largest displacement since the last build exceeds the skin. True when it was rebuilt.
    /// </summary>
    /// <exception cref="ArgumentException">A position is not a finite number.</exception>
    public bool Update(Cell cell, ReadOnlySpan<Vec3> positions)
    {
        if (_cell is not null && SameCell(_cell, cell) && positions.Length == _builtAt.Length && !MovedTooFar(positions))
            return false;
        Build(cell, positions);
        return true;
    }

    private static bool SameCell(Cell a, Cell b) => ReferenceEquals(a, b) || (a.A == b.A && a.B == b.B && a.C == b.C);

    private bool MovedTooFar(ReadOnlySpan<Vec3> positions)
    {
        double limit = 0.25 * skinA * skinA;
        for (int i = 0; i < positions.Length; i++)
            if (!((positions[i] - _builtAt[i]).NormSquared <= limit)) // NaN counts as moved
                return true;
        return false;
    }

    private void Build(Cell cell, ReadOnlySpan<Vec3> positions)
    {
        int n = positions.Length;
        _cell = null; // stays invalid should the build fail
        _neighbors.Clear();
        _shifts.Clear();
        _builtAt = positions.ToArray();
        _start = new int[n + 1];

        Vec3 w = cell.PerpendicularWidths;
        // nearly empty cells, such as a molecule in vacuum, need no more bins than their atoms fill
        double coarser = Math.Min(1, Math.Cbrt(BinsPerAtom * n * (_range / (2 * w.X)) * (_range / (2 * w.Y)) * (_range / (2 * w.Z))));
        Axis a = Axis.For(w.X, _range, coarser), b = Axis.For(w.Y, _range, coarser), c = Axis.For(w.Z, _range, coarser);
        var bins = new AtomBins(cell, positions, a.Bins, b.Bins, c.Bins);
        double range2 = _range * _range;
        for (int i = 0; i < n; i++)
        {
            (int ba, int bb, int bc) = bins.BinOf(i);
            Vec3 ri = bins.Wrapped[i];
            for (int ka = ba - a.Reach; ka <= ba + a.Reach; ka++)
                for (int kb = bb - b.Reach; kb <= bb + b.Reach; kb++)
                    for (int kc = bc - c.Reach; kc <= bc + c.Reach; kc++)
                    {
                        int ia = a.Image(ka), ib = b.Image(kb), ic = c.Image(kc);
                        Vec3 image = ia * cell.A + ib * cell.B + ic * cell.C;
                        Vec3 origin = ri - image;
                        foreach (int j in bins.Atoms(ka - ia * a.Bins, kb - ib * b.Bins, kc - ic * c.Bins))
                        {
                            if ((bins.Wrapped[j] - origin).NormSquared > range2 || (j == i && (ia | ib | ic) == 0))
                                continue;
                            _neighbors.Add(j);
                            // back from wrapped to given positions: both atoms' own images enter the shift
                            _shifts.Add(cell.ToCartesian(new Vec3(ia, ib, ic) + bins.Images[i] - bins.Images[j]));
                        }
                    }
            _start[i + 1] = _neighbors.Count;
        }
        _cell = cell;
    }

    /// <summary>Bins along one cell vector and how many of them the range spans on each side, counted through images.</summary>
    private readonly record struct Axis(int Bins, int Reach)
    {
        private const int MaxBins = 256; // bounds memory for nearly empty large cells

        public static Axis For(double widthA, double rangeA, double coarser)
        {
            int bins = Math.Clamp((int)(coarser * (2 * widthA / rangeA)), 1, MaxBins);
            // a hair more than the range, so that rounding of fractional coordinates loses no pair
            return new Axis(bins, (int)Math.Ceiling(rangeA * (1 + 1e-9) * bins / widthA));
        }

        public int Image(int k) => k >= 0 ? k / Bins : -((Bins - 1 - k) / Bins);
    }

    /// <summary>Atoms wrapped into the cell and counting-sorted by bin.</summary>
    private readonly struct AtomBins
    {
        private readonly int[] _first, _atoms, _bin;
        private readonly int _na, _nb, _nc;

        public AtomBins(Cell cell, ReadOnlySpan<Vec3> positions, int na, int nb, int nc)
        {
            (_na, _nb, _nc) = (na, nb, nc);
            int n = positions.Length;
            Wrapped = new Vec3[n];
            Images = new Vec3[n];
            _bin = new int[n];
            _first = new int[na * nb * nc + 1];
            _atoms = new int[n];
            for (int i = 0; i < n; i++)
            {
                Vec3 f = cell.ToFractional(positions[i]);
                if (!(f.NormSquared < 1e18))
                    throw new ArgumentException($"Atom {i} is at {positions[i]}: not a usable position.");
                Images[i] = f.Floor();
                Wrapped[i] = positions[i] - cell.ToCartesian(Images[i]);
                f -= Images[i];
                _bin[i] = (Index(f.X, na) * nb + Index(f.Y, nb)) * nc + Index(f.Z, nc);
                _first[_bin[i] + 1]++;
            }
            for (int k = 1; k < _first.Length; k++)
                _first[k] += _first[k - 1];
            int[] next = _first.AsSpan(0, _first.Length - 1).ToArray();
            for (int i = 0; i < n; i++)
                _atoms[next[_bin[i]]++] = i;
        }

        public Vec3[] Wrapped { get; }

        /// <summary>Integer cell translations taken off the given positions.</summary>
        public Vec3[] Images { get; }

        public (int A, int B, int C) BinOf(int atom) => (_bin[atom] / (_nb * _nc), _bin[atom] / _nc % _nb, _bin[atom] % _nc);

        public ReadOnlySpan<int> Atoms(int a, int b, int c)
        {
            int k = (a * _nb + b) * _nc + c;
            return _atoms.AsSpan(_first[k], _first[k + 1] - _first[k]);
        }

        private static int Index(double fraction, int bins) => Math.Min((int)(fraction * bins), bins - 1);
    }
}
