using Campaign.Compute.Structures;

namespace Campaign.Compute.Potentials;

/// <summary>Energy, forces and virial of a sum of tabulated pair functions plus a constant, over half of a neighbour list.</summary>
public sealed class PairCalculator : ICalculator
{
    private readonly PairTable _table;
    private readonly int[] _types;
    private readonly double _constantEv;
    private readonly NeighborList _list;
    private int[] _start = [], _neighbors = [];
    private Vec3[] _shifts = [];

    /// <param name="table">Pair functions by type.</param>
    /// <param name="types">Type of every atom, an index of the table.</param>
    /// <param name="constantEv">Energy that does not depend on positions, such as the Coulomb self energy.</param>
    /// <param name="skinA">Skin of the neighbour list in Å.</param>
    public PairCalculator(PairTable table, int[] types, double constantEv, double skinA = 1.0)
    {
        (_table, _types, _constantEv) = (table, types, constantEv);
        _list = new NeighborList(table.CutoffA, skinA);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Wrong number of atoms, unusable positions, or atoms on top of each other.</exception>
    public unsafe EnergyAndVirial Compute(Cell cell, ReadOnlySpan<Vec3> positions, Span<Vec3> forces)
    {
        int n = _types.Length, typeCount = _table.TypeCount;
        if (positions.Length != n || forces.Length != n)
            throw new ArgumentException($"The calculator was made for {n} atoms, not {positions.Length} positions and {forces.Length} forces.");
        if (_list.Update(cell, positions))
            TakeHalf();

        forces.Clear();
        double energy = 0, xx = 0, yy = 0, zz = 0, xy = 0, xz = 0, yz = 0;
        double cutoff2 = _table.CutoffA * _table.CutoffA, tableStart = _table.Start, inverseWidth = _table.InverseWidth;
        fixed (Vec3* r = positions, f = forces, shift = _shifts)
        fixed (int* neighbors = _neighbors, types = _types, offsets = _table.Offsets)
        fixed (double* coefficients = _table.Coefficients)
        {
            for (int i = 0; i < n; i++)
            {
                double rx = r[i].X, ry = r[i].Y, rz = r[i].Z, fx = 0, fy = 0, fz = 0;
                int* row = offsets + types[i] * typeCount;
                int end = _start[i + 1];
                for (int k = _start[i]; k < end; k++)
                {
                    int j = neighbors[k];
                    double dx = r[j].X + shift[k].X - rx, dy = r[j].Y + shift[k].Y - ry, dz = r[j].Z + shift[k].Z - rz;
                    double s = dx * dx + dy * dy + dz * dz;
                    if (s >= cutoff2)
                        continue;
                    double u = (s - tableStart) * inverseWidth;
                    if (!(u >= 0))
                        throw new CollisionException(i, j, Math.Sqrt(s));
                    int interval = Math.Min((int)u, PairTable.Intervals - 1);
                    double t = u - interval;
                    double* c = coefficients + row[types[j]] + interval * PairTable.CoefficientsPerInterval;
                    energy += c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * (c[4] + t * c[5]))));
                    // dV/dr_j = 2 V'(s) d
                    double g = 2 * inverseWidth * (c[1] + t * (2 * c[2] + t * (3 * c[3] + t * (4 * c[4] + t * 5 * c[5]))));
                    double gx = g * dx, gy = g * dy, gz = g * dz;
                    fx += gx;
                    fy += gy;
                    fz += gz;
                    f[j] = new Vec3(f[j].X - gx, f[j].Y - gy, f[j].Z - gz);
                    xx -= gx * dx;
                    yy -= gy * dy;
                    zz -= gz * dz;
                    xy -= gx * dy;
                    xz -= gx * dz;
                    yz -= gy * dz;
                }
                f[i] = new Vec3(f[i].X + fx, f[i].Y + fy, f[i].Z + fz);
            }
        }
        return new EnergyAndVirial(energy + _constantEv, new Mat3(xx, xy, xz, xy, yy, yz, xz, yz, zz));
    }

    public void Dispose()
    {
        // nothing but managed memory
    }

    /// <summary>Keeps j &gt; i, and one of the two opposite images an atom sees of itself.</summary>
    private void TakeHalf()
    {
        ReadOnlySpan<int> start = _list.Start, neighbors = _list.Neighbors;
        ReadOnlySpan<Vec3> shifts = _list.Shifts;
        int n = start.Length - 1, count = 0;
        if (_start.Length != n + 1)
            _start = new int[n + 1];
        if (_neighbors.Length < neighbors.Length / 2 + 1)
        {
            _neighbors = new int[neighbors.Length * 5 / 8 + 1];
            _shifts = new Vec3[_neighbors.Length];
        }
        for (int i = 0; i < n; i++)
        {
            for (int k = start[i]; k < start[i + 1]; k++)
                if (neighbors[k] > i || (neighbors[k] == i && IsFirstOfTwo(shifts[k])))
                {
                    _neighbors[count] = neighbors[k];
                    _shifts[count++] = shifts[k];
                }
            _start[i + 1] = count;
        }
    }

    private static bool IsFirstOfTwo(Vec3 s) => s.X != 0 ? s.X > 0 : s.Y != 0 ? s.Y > 0 : s.Z > 0;
}
