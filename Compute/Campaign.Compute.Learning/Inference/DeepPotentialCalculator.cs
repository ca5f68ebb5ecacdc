using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Inference;

/// <summary>
/// DeepPot-SE for one set of atoms. Atoms are taken eight of one type at a time: environment rows, embedding with
/// derivative, descriptor, fitting net for all eight at once, then back through the descriptor to the pair vectors.
/// What lives between forward and backward pass is one block, so it stays in cache whatever the number of atoms.
/// </summary>
/// <remarks>
/// Empty slots are constant rows (s0, 0, 0, 0), s0 = -davg/dstd: they add n_empty · s0 · G(s0) to the first column of T
/// and exert no force. Buffers only grow; a step in which they suffice allocates nothing.
/// </remarks>
internal sealed unsafe class DeepPotentialCalculator<T> : IDeepCalculator where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockAtoms = Simd<T>.Rows;
    private const int PairFields = 14;

    private readonly DeepPotential _model;
    private readonly int _types, _width, _axis, _descriptorLength;
    private readonly int[] _atomTypes, _order, _typeStart;
    private readonly NeighborList _list;
    private readonly EmbeddingCurve<T>[] _embeddings; // [ti * types + tj]
    private readonly Pinned<T>[] _padding;             // same index: s0 · G(s0)
    private readonly FittingGradient<T>[] _fittings;
    private readonly double[] _atomEnergies;

    // neighbours of the list, grouped by type within each atom
    private readonly int[] _groupStart;
    private int[] _groupAtom = [];
    private Vec3[] _groupShift = [];

    // one block
    private readonly int[] _pairStart = new int[BlockAtoms + 1];
    private readonly int[] _segmentCount;
    private int[] _pairAtom = [];
    private int _pairCapacity;
    private readonly Pinned<T> _pairs = new(), _g = new(), _dg = new();
    private readonly Pinned<T> _t, _gt, _d, _gd, _scratch;
    private readonly Pinned<T> _energies = new(BlockAtoms);

    public DeepPotentialCalculator(DeepPotential model, int[] atomTypes, double skinA)
    {
        _model = model;
        _types = model.Types;
        _atomTypes = atomTypes;
        _atomEnergies = new double[atomTypes.Length];
        _list = new NeighborList(model.Descriptor.CutoffA, skinA);
        _order = [.. Enumerable.Range(0, atomTypes.Length).OrderBy(i => atomTypes[i])];
        _typeStart = new int[_types + 1];
        foreach (int t in atomTypes)
            _typeStart[t + 1]++;
        for (int t = 0; t < _types; t++)
            _typeStart[t + 1] += _typeStart[t];
        _groupStart = new int[atomTypes.Length * _types + 1];
        _segmentCount = new int[BlockAtoms * _types];

        var curves = new Dictionary<DenseNet, EmbeddingCurve<T>>(ReferenceEqualityComparer.Instance);
        _embeddings = new EmbeddingCurve<T>[_types * _types];
        for (int ti = 0; ti < _types; ti++)
            for (int tj = 0; tj < _types; tj++)
            {
                DenseNet net = model.Embedding(ti, tj);
                if (!curves.TryGetValue(net, out EmbeddingCurve<T>? curve))
                    curves[net] = curve = new EmbeddingCurve<T>(net);
                _embeddings[ti * _types + tj] = curve;
            }
        _width = _embeddings[0].Width;
        _axis = model.Descriptor.AxisNeurons;
        _descriptorLength = _axis * _width;

        // A packed row of the descriptor holds D transposed, b · width + a, so that vectors run along a.
        int m1 = model.Descriptor.EmbeddingWidth;
        var descriptorAt = new int[m1 * _axis];
        for (int a = 0; a < m1; a++)
            for (int b = 0; b < _axis; b++)
                descriptorAt[a * _axis + b] = b * _width + a;
        _fittings = [.. model.Fittings.Select(f => new FittingGradient<T>(f, descriptorAt, _descriptorLength))];

        _scratch = new Pinned<T>(Math.Max(curves.Values.Max(c => c.ScratchLength), _fittings.Max(f => f.ScratchLength)));
        _t = new Pinned<T>(BlockAtoms * 4 * _width);
        _gt = new Pinned<T>(4 * _width);
        _d = new Pinned<T>(BlockAtoms * _descriptorLength);
        _gd = new Pinned<T>(BlockAtoms * _descriptorLength);
        _padding = [.. Enumerable.Range(0, _types * _types).Select(PaddingRow)];
    }

    public ReadOnlySpan<double> AtomEnergiesEv => _atomEnergies;

    public void Dispose()
    {
        // Buffers are managed memory; nothing is held outside.
    }

    /// <exception cref="NeighborOverflowException">More neighbours than the model's sel.</exception>
    public EnergyAndVirial Compute(Cell cell, ReadOnlySpan<Vec3> positions, Span<Vec3> forces)
    {
        if (positions.Length != _atomTypes.Length || forces.Length != _atomTypes.Length)
            throw new ArgumentException($"The calculator was made for {_atomTypes.Length} atoms, not {positions.Length}.");
        if (_list.Update(cell, positions))
            GroupByType();
        forces.Clear();
        var virial = default(Virial);
        for (int type = 0; type < _types; type++)
            for (int first = _typeStart[type]; first < _typeStart[type + 1]; first += BlockAtoms)
            {
                int atoms = Math.Min(BlockAtoms, _typeStart[type + 1] - first);
                Forward(type, first, atoms, positions);
                _fittings[type].Evaluate(_d.Pointer, _descriptorLength, _energies.Pointer, _gd.Pointer, _scratch.Pointer);
                for (int r = 0; r < atoms; r++)
                    _atomEnergies[_order[first + r]] = double.CreateChecked(_energies.Pointer[r]) + _model.AtomBiasEv[type] + _model.OutBiasEv[type];
                Backward(type, first, atoms, forces, ref virial);
            }
        double energy = 0;
        foreach (double e in _atomEnergies)
            energy += e;
        return new EnergyAndVirial(energy, virial.ToMat3());
    }

    private void GroupByType()
    {
        ReadOnlySpan<int> start = _list.Start, neighbors = _list.Neighbors;
        ReadOnlySpan<Vec3> shifts = _list.Shifts;
        if (_groupAtom.Length < neighbors.Length)
        {
            _groupAtom = new int[neighbors.Length * 5 / 4];
            _groupShift = new Vec3[_groupAtom.Length];
        }
        int at = 0, longest = 0;
        for (int i = 0; i < _atomTypes.Length; i++)
        {
            for (int t = 0; t < _types; t++)
            {
                _groupStart[i * _types + t] = at;
                for (int k = start[i]; k < start[i + 1]; k++)
                    if (_atomTypes[neighbors[k]] == t)
                    {
                        _groupAtom[at] = neighbors[k];
                        _groupShift[at++] = shifts[k];
                    }
            }
            longest = Math.Max(longest, start[i + 1] - start[i]);
        }
        _groupStart[^1] = at;

        int capacity = BlockAtoms * Simd<T>.Pad(longest + EmbeddingCurve<T>.Tile) + 2 * Simd<T>.Lanes;
        if (capacity > _pairCapacity)
        {
            _pairCapacity = Simd<T>.Pad(capacity * 5 / 4);
            _pairs.Reserve(PairFields * _pairCapacity);
            _g.Reserve(_pairCapacity * _width);
            _dg.Reserve(_pairCapacity * _width);
            _pairAtom = new int[_pairCapacity];
        }
    }

    /// <summary>s0 · G(s0) for the empty slots of one (centre, neighbour) pair of types.</summary>
    private Pinned<T> PaddingRow(int index)
    {
        EnvironmentStatistics stats = _model.Statistics[index / _types];
        double s0 = -stats.Mean / stats.Std;
        T* s = stackalloc T[EmbeddingCurve<T>.Tile];
        new Span<T>(s, EmbeddingCurve<T>.Tile).Fill(T.CreateSaturating(s0));
        var g = new Pinned<T>(EmbeddingCurve<T>.Tile * _width);
        var dg = new Pinned<T>(EmbeddingCurve<T>.Tile * _width);
        _embeddings[index].Evaluate(s, 1, g.Pointer, dg.Pointer, _scratch.Pointer);
        for (int m = 0; m < _width; m++)
            g.Pointer[m] *= T.CreateSaturating(s0);
        return g;
    }

    // Fields of a pair, one array each: d, then the row R~, then what turns a gradient by the row into one by d.
    private T* X => _pairs.Pointer;
    private T* Y => X + _pairCapacity;
    private T* Z => X + 2 * _pairCapacity;
    private T* S => X + 3 * _pairCapacity;
    private T* Rx => X + 4 * _pairCapacity;
    private T* Ry => X + 5 * _pairCapacity;
    private T* Rz => X + 6 * _pairCapacity;
    private T* RowOverD => X + 7 * _pairCapacity;        // h: R~ = h d
    private T* RowSlopeOverR => X + 8 * _pairCapacity;   // h'/r
    private T* SlopeOverR => X + 9 * _pairCapacity;      // (ds~/dr)/r
    private T* GradS => X + 10 * _pairCapacity;
    private T* GradX => X + 11 * _pairCapacity;
    private T* GradY => X + 12 * _pairCapacity;
    private T* GradZ => X + 13 * _pairCapacity;

    private void Forward(int type, int first, int atoms, ReadOnlySpan<Vec3> positions)
    {
        T scale = T.One / T.CreateChecked(_model.Descriptor.Slots);
        int pair = 0;
        for (int r = 0; r < atoms; r++)
        {
            _pairStart[r] = pair;
            int end = Gather(r, _order[first + r], pair, positions);
            EnvironmentRows(pair, end, _model.Statistics[type]);

            T* t = _t.Pointer + r * 4 * _width;
            new Span<T>(t, 4 * _width).Clear();
            int at = pair;
            for (int tj = 0; tj < _types; tj++)
            {
                int count = _segmentCount[r * _types + tj];
                int empty = _model.Descriptor.Sel[tj] - count;
                AddScaled(t, _padding[type * _types + tj].Pointer, T.CreateChecked(empty));
                if (count == 0)
                    continue;
                _embeddings[type * _types + tj].Evaluate(S + at, count, _g.Pointer + at * _width, _dg.Pointer + at * _width, _scratch.Pointer);
                Accumulate(t, at, count);
                at += count;
            }
            for (int v = 0; v < 4 * _width; v += Vector<T>.Count)
                (Vector.Load(t + v) * new Vector<T>(scale)).Store(t + v);
            Descriptor(t, _d.Pointer + r * _descriptorLength);
            // the next atom starts on a vector of its own, because rows are made and unmade a vector at a time
            pair = Simd<T>.Pad(end);
        }
        _pairStart[atoms] = pair;
        new Span<T>(_d.Pointer + atoms * _descriptorLength, (BlockAtoms - atoms) * _descriptorLength).Clear();
    }

    /// <summary>Writes the pair vectors within the cutoff, grouped by type; returns the end of the atom's pairs.</summary>
    private int Gather(int r, int i, int pair, ReadOnlySpan<Vec3> positions)
    {
        Vec3 ri = positions[i];
        double cutoff2 = _model.Descriptor.CutoffA * _model.Descriptor.CutoffA;
        T* x = X, y = Y, z = Z;
        for (int tj = 0; tj < _types; tj++)
        {
            int begin = pair;
            for (int k = _groupStart[i * _types + tj]; k < _groupStart[i * _types + tj + 1]; k++)
            {
                int j = _groupAtom[k];
                Vec3 d = positions[j] + _groupShift[k] - ri;
                if (d.NormSquared >= cutoff2)
                    continue;
                x[pair] = T.CreateTruncating(d.X);
                y[pair] = T.CreateTruncating(d.Y);
                z[pair] = T.CreateTruncating(d.Z);
                _pairAtom[pair++] = j;
            }
            _segmentCount[r * _types + tj] = pair - begin;
            if (pair - begin > _model.Descriptor.Sel[tj])
                throw new NeighborOverflowException(i, _model.TypeMap[_atomTypes[i]], _model.TypeMap[tj], pair - begin, _model.Descriptor.Sel[tj]);
        }
        // the unused lanes of the last vector hold a harmless distance
        for (int p = pair; p < Simd<T>.Pad(pair + EmbeddingCurve<T>.Tile); p++)
            (x[p], y[p], z[p]) = (T.One, T.One, T.One);
        return pair;
    }

    /// <summary>
    /// s = w(u)/r with w = 1 + u³(-6u² + 15u - 10), u = (r - rs)/(rc - rs) clamped to [0, 1]; rows and their slopes.
    /// </summary>
    private void EnvironmentRows(int begin, int end, EnvironmentStatistics stats)
    {
        DescriptorShape shape = _model.Descriptor;
        var rs = new Vector<T>(T.CreateTruncating(shape.SmoothFromA));
        var inverseWidth = new Vector<T>(T.CreateTruncating(1 / (shape.CutoffA - shape.SmoothFromA)));
        var mean = new Vector<T>(T.CreateTruncating(stats.Mean));
        var inverseStd = new Vector<T>(T.CreateTruncating(1 / stats.Std));
        var inverseStdAngular = new Vector<T>(T.CreateTruncating(1 / stats.StdAngular));
        Vector<T> one = Vector<T>.One, six = new(T.CreateTruncating(6)), ten = new(T.CreateTruncating(10)),
            fifteen = new(T.CreateTruncating(15)), thirty = new(T.CreateTruncating(30));
        for (int p = begin; p < end; p += Vector<T>.Count)
        {
            Vector<T> x = Vector.Load(X + p), y = Vector.Load(Y + p), z = Vector.Load(Z + p);
            Vector<T> r = Vector.SquareRoot(x * x + y * y + z * z), inverse = one / r;
            Vector<T> u = Vector.Min(Vector.Max((r - rs) * inverseWidth, Vector<T>.Zero), one);
            Vector<T> u2 = u * u;
            Vector<T> w = one - u2 * u * (six * u2 - fifteen * u + ten);
            Vector<T> dw = -thirty * u2 * (u - one) * (u - one) * inverseWidth;
            Vector<T> s = w * inverse, ds = (dw - s) * inverse;
            Vector<T> h = s * inverse * inverseStdAngular;
            ((s - mean) * inverseStd).Store(S + p);
            (h * x).Store(Rx + p);
            (h * y).Store(Ry + p);
            (h * z).Store(Rz + p);
            h.Store(RowOverD + p);
            ((ds * inverseStdAngular - h) * inverse * inverse).Store(RowSlopeOverR + p);
            (ds * inverse * inverseStd).Store(SlopeOverR + p);
        }
    }

    private void AddScaled(T* t, T* row, T factor)
    {
        for (int v = 0; v < _width; v += Vector<T>.Count)
            Simd<T>.MulAdd(Vector.Load(row + v), new Vector<T>(factor), Vector.Load(t + v)).Store(t + v);
    }

    /// <summary>T += Gᵀ R~ for a run of pairs; T holds four rows of M1.</summary>
    private void Accumulate(T* t, int begin, int count)
    {
        T* s = S + begin, rx = Rx + begin, ry = Ry + begin, rz = Rz + begin;
        for (int v = 0; v < _width; v += Vector<T>.Count)
        {
            Vector<T> t0 = Vector.Load(t + v), t1 = Vector.Load(t + _width + v),
                t2 = Vector.Load(t + 2 * _width + v), t3 = Vector.Load(t + 3 * _width + v);
            T* g = _g.Pointer + begin * _width + v;
            for (int p = 0; p < count; p++, g += _width)
            {
                Vector<T> row = Vector.Load(g);
                t0 = Simd<T>.MulAdd(row, new Vector<T>(s[p]), t0);
                t1 = Simd<T>.MulAdd(row, new Vector<T>(rx[p]), t1);
                t2 = Simd<T>.MulAdd(row, new Vector<T>(ry[p]), t2);
                t3 = Simd<T>.MulAdd(row, new Vector<T>(rz[p]), t3);
            }
            t0.Store(t + v);
            t1.Store(t + _width + v);
            t2.Store(t + 2 * _width + v);
            t3.Store(t + 3 * _width + v);
        }
    }

    /// <summary>D[b, a] = Σ_c T[c, a] T[c, b] for b below the axis width.</summary>
    private void Descriptor(T* t, T* d)
    {
        for (int b = 0; b < _axis; b++)
        {
            Vector<T> b0 = new(t[b]), b1 = new(t[_width + b]), b2 = new(t[2 * _width + b]), b3 = new(t[3 * _width + b]);
            for (int v = 0; v < _width; v += Vector<T>.Count)
            {
                Vector<T> sum = b0 * Vector.Load(t + v);
                sum = Simd<T>.MulAdd(b1, Vector.Load(t + _width + v), sum);
                sum = Simd<T>.MulAdd(b2, Vector.Load(t + 2 * _width + v), sum);
                sum = Simd<T>.MulAdd(b3, Vector.Load(t + 3 * _width + v), sum);
                sum.Store(d + b * _width + v);
            }
        }
    }

    private void Backward(int type, int first, int atoms, Span<Vec3> forces, ref Virial virial)
    {
        for (int r = 0; r < atoms; r++)
        {
            DescriptorGradient(_t.Pointer + r * 4 * _width, _gd.Pointer + r * _descriptorLength, _gt.Pointer);
            int begin = _pairStart[r], end = begin;
            for (int tj = 0; tj < _types; tj++)
                end += _segmentCount[r * _types + tj];
            RowGradients(begin, end);
            PairGradients(begin, end);
            Scatter(_order[first + r], begin, end, forces, ref virial);
        }
    }

    /// <summary>dE/dT, with the 1/Nsel of T already in it.</summary>
    private void DescriptorGradient(T* t, T* gd, T* gt)
    {
        var scale = new Vector<T>(T.One / T.CreateChecked(_model.Descriptor.Slots));
        for (int c = 0; c < 4; c++)
        {
            T* row = t + c * _width, result = gt + c * _width;
            for (int v = 0; v < _width; v += Vector<T>.Count)
            {
                Vector<T> sum = default;
                for (int b = 0; b < _axis; b++)
                    sum = Simd<T>.MulAdd(Vector.Load(gd + b * _width + v), new Vector<T>(row[b]), sum);
                sum.Store(result + v);
            }
            for (int b = 0; b < _axis; b++)
            {
                Vector<T> sum = default;
                for (int v = 0; v < _width; v += Vector<T>.Count)
                    sum = Simd<T>.MulAdd(Vector.Load(gd + b * _width + v), Vector.Load(row + v), sum);
                result[b] += Vector.Sum(sum);
            }
            for (int v = 0; v < _width; v += Vector<T>.Count)
                (Vector.Load(result + v) * scale).Store(result + v);
        }
    }

    /// <summary>dE/dR~ of every pair; the first component also carries the way through G(s~).</summary>
    private void RowGradients(int begin, int end)
    {
        T* s = S, rx = Rx, ry = Ry, rz = Rz;
        T* gs = GradS, gx = GradX, gy = GradY, gz = GradZ;
        T* gt0 = _gt.Pointer, gt1 = gt0 + _width, gt2 = gt1 + _width, gt3 = gt2 + _width;
        for (int p = begin; p < end; p++)
        {
            T* g = _g.Pointer + p * _width;
            T* dg = _dg.Pointer + p * _width;
            Vector<T> s0 = new(s[p]), x0 = new(rx[p]), y0 = new(ry[p]), z0 = new(rz[p]);
            Vector<T> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int v = 0; v < _width; v += Vector<T>.Count)
            {
                Vector<T> t0 = Vector.Load(gt0 + v), t1 = Vector.Load(gt1 + v), t2 = Vector.Load(gt2 + v), t3 = Vector.Load(gt3 + v);
                Vector<T> value = Vector.Load(g + v);
                Vector<T> through = Simd<T>.MulAdd(t3, z0, Simd<T>.MulAdd(t2, y0, Simd<T>.MulAdd(t1, x0, t0 * s0)));
                sum0 = Simd<T>.MulAdd(value, t0, Simd<T>.MulAdd(Vector.Load(dg + v), through, sum0));
                sum1 = Simd<T>.MulAdd(value, t1, sum1);
                sum2 = Simd<T>.MulAdd(value, t2, sum2);
                sum3 = Simd<T>.MulAdd(value, t3, sum3);
            }
            gs[p] = Vector.Sum(sum0);
            gx[p] = Vector.Sum(sum1);
            gy[p] = Vector.Sum(sum2);
            gz[p] = Vector.Sum(sum3);
        }
    }

    /// <summary>dE/dd of every pair, in place of the row gradients.</summary>
    private void PairGradients(int begin, int end)
    {
        for (int p = begin; p < end; p += Vector<T>.Count)
        {
            Vector<T> x = Vector.Load(X + p), y = Vector.Load(Y + p), z = Vector.Load(Z + p);
            Vector<T> gx = Vector.Load(GradX + p), gy = Vector.Load(GradY + p), gz = Vector.Load(GradZ + p);
            Vector<T> along = Vector.Load(GradS + p) * Vector.Load(SlopeOverR + p)
                + Vector.Load(RowSlopeOverR + p) * (gx * x + gy * y + gz * z);
            Vector<T> h = Vector.Load(RowOverD + p);
            (along * x + h * gx).Store(GradX + p);
            (along * y + h * gy).Store(GradY + p);
            (along * z + h * gz).Store(GradZ + p);
        }
    }

    private void Scatter(int i, int begin, int end, Span<Vec3> forces, ref Virial virial)
    {
        T* x = X, y = Y, z = Z, gx = GradX, gy = GradY, gz = GradZ;
        var total = Vec3.Zero;
        for (int p = begin; p < end; p++)
        {
            var g = new Vec3(double.CreateTruncating(gx[p]), double.CreateTruncating(gy[p]), double.CreateTruncating(gz[p]));
            forces[_pairAtom[p]] -= g;
            total += g;
            virial.Subtract(new Vec3(double.CreateTruncating(x[p]), double.CreateTruncating(y[p]), double.CreateTruncating(z[p])), g);
        }
        forces[i] += total;
    }

    /// <summary>-Σ d ⊗ dE/dd, accumulated without copying a matrix per pair.</summary>
    private struct Virial
    {
        private double _xx, _xy, _xz, _yx, _yy, _yz, _zx, _zy, _zz;

        public void Subtract(Vec3 d, Vec3 g)
        {
            _xx -= d.X * g.X;
            _xy -= d.X * g.Y;
            _xz -= d.X * g.Z;
            _yx -= d.Y * g.X;
            _yy -= d.Y * g.Y;
            _yz -= d.Y * g.Z;
            _zx -= d.Z * g.X;
            _zy -= d.Z * g.Y;
            _zz -= d.Z * g.Z;
        }

        public readonly Mat3 ToMat3() => new(_xx, _xy, _xz, _yx, _yy, _yz, _zx, _zy, _zz);
    }
}
