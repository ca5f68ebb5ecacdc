using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Inference;

/// <summary>
/// DeepPot-SE for one set of atoms. Atoms are taken a block of one type at a time: environment rows, embedding, descriptor,
/// fitting net for all of them at once, then back through the descriptor to the pair vectors. What lives between forward and
/// backward pass is one block, so it stays in cache whatever the number of atoms.
/// </summary>
/// <remarks>
/// Empty slots are constant rows (s0, 0, 0, 0), s0 = -davg/dstd: they add n_empty · s0 · G(s0) to the first column of T
/// and exert no force. Buffers only grow; a step in which they suffice allocates nothing.
/// </remarks>
internal sealed unsafe class DeepPotentialCalculator<T> : IDeepCalculator where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // exact embeddings keep G of every pair of a block; large products want many rows
    private const int ExactBlock = Simd<T>.Rows, TabulatedBlock = 64, ProductBlock = 256;

    private readonly DeepPotential _model;
    private readonly int _types, _width, _descriptorLength;
    private readonly DescriptorWorkspace<T> _work;
    private readonly int[] _atomTypes, _order, _typeStart;
    private readonly NeighborList _list;
    private readonly EmbeddingCurve<T>[] _curves;      // [ti * types + tj]
    private readonly PairEmbedding<T>[] _embeddings;   // same index
    private readonly Pinned<T>[] _padding;             // same index: s0 · G(s0)
    private readonly FittingBatch<T> _fitting;
    private readonly double[] _atomEnergies;
    private readonly Action<long> _outsideTables;

    // neighbours of the list, grouped by type within each atom
    private readonly int[] _groupStart;
    private int[] _groupAtom = [];
    private Vec3[] _groupShift = [];

    // one block
    private readonly int _blockAtoms;
    private readonly int[] _pairStart;
    private readonly int[] _segmentCount;
    private readonly Pinned<T> _t, _gt, _scratch;

    /// <param name="tables">Of the embedding nets; a net without one is evaluated itself.</param>
    /// <param name="outsideTables">Told at the end how many pairs no table held.</param>
    public DeepPotentialCalculator(
        DeepPotential model, int[] atomTypes, double skinA, IReadOnlyDictionary<DenseNet, EmbeddingTable<T>> tables, Action<long> outsideTables)
    {
        _outsideTables = outsideTables;
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

        var made = new Dictionary<DenseNet, (EmbeddingCurve<T> Curve, PairEmbedding<T> Embedding)>(ReferenceEqualityComparer.Instance);
        _curves = new EmbeddingCurve<T>[_types * _types];
        _embeddings = new PairEmbedding<T>[_types * _types];
        for (int ti = 0; ti < _types; ti++)
            for (int tj = 0; tj < _types; tj++)
            {
                DenseNet net = model.Embedding(ti, tj);
                if (!made.TryGetValue(net, out var pair))
                {
                    var curve = new EmbeddingCurve<T>(net);
                    made[net] = pair = (curve, tables.TryGetValue(net, out EmbeddingTable<T>? table) ? new TabulatedEmbedding<T>(table) : new ExactEmbedding<T>(curve));
                }
                (_curves[ti * _types + tj], _embeddings[ti * _types + tj]) = pair;
            }
        _width = _embeddings[0].Width;
        _work = new DescriptorWorkspace<T>(model.Descriptor, _width);
        _descriptorLength = _work.DescriptorLength;
        int[] descriptorAt = DescriptorWorkspace<T>.PackedIndices(model.Descriptor, _width);
        _fitting = tables.Count > 0 && TorchFittingBatch<T>.Pays(model) ? new TorchFittingBatch<T>(model, descriptorAt, _descriptorLength, ProductBlock)
            : new SmallFittingBatch<T>(model, descriptorAt, _descriptorLength, tables.Count > 0 ? TabulatedBlock : ExactBlock);
        _blockAtoms = _fitting.Atoms;
        _pairStart = new int[_blockAtoms + 1];
        _segmentCount = new int[_blockAtoms * _types];

        _scratch = new Pinned<T>(_curves.Max(c => c.ScratchLength));
        _t = new Pinned<T>(_blockAtoms * 4 * _width);
        _gt = new Pinned<T>(4 * _width);
        _padding = [.. Enumerable.Range(0, _types * _types).Select(PaddingRow)];
    }

    public ReadOnlySpan<double> AtomEnergiesEv => _atomEnergies;

    public void Dispose()
    {
        _fitting.Dispose();
        _outsideTables(_work.OutsideTable);
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
            for (int first = _typeStart[type]; first < _typeStart[type + 1]; first += _blockAtoms)
            {
                int atoms = Math.Min(_blockAtoms, _typeStart[type + 1] - first);
                _work.NextBlock();
                Forward(type, first, atoms, positions);
                _fitting.Evaluate(type, atoms);
                for (int r = 0; r < atoms; r++)
                    _atomEnergies[_order[first + r]] = double.CreateChecked(_fitting.Energies[r]) + _model.AtomBiasEv[type] + _model.OutBiasEv[type];
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

        _work.Reserve(DescriptorWorkspace<T>.PairsNeeded(_blockAtoms, _blockAtoms * longest));
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
        _curves[index].Evaluate(s, 1, g.Pointer, dg.Pointer, _scratch.Pointer);
        GC.KeepAlive(dg); // a pointer alone keeps no array
        for (int m = 0; m < _width; m++)
            g.Pointer[m] *= T.CreateSaturating(s0);
        return g;
    }

    private void Forward(int type, int first, int atoms, ReadOnlySpan<Vec3> positions)
    {
        int pair = 0;
        for (int r = 0; r < atoms; r++)
        {
            _pairStart[r] = pair;
            int end = Gather(r, _order[first + r], pair, positions);
            _work.EnvironmentRows(pair, end, _model.Statistics[type]);

            T* t = _t.Pointer + r * 4 * _width;
            new Span<T>(t, 4 * _width).Clear();
            int at = pair;
            for (int tj = 0; tj < _types; tj++)
            {
                int count = _segmentCount[r * _types + tj];
                int empty = _model.Descriptor.Sel[tj] - count;
                _work.AddScaled(t, _padding[type * _types + tj].Pointer, T.CreateChecked(empty));
                if (count == 0)
                    continue;
                _embeddings[type * _types + tj].Accumulate(_work, t, at, count);
                at += count;
            }
            for (int v = 0; v < 4 * _width; v += Vector<T>.Count)
                (Vector.Load(t + v) * new Vector<T>(_work.Scale)).Store(t + v);
            _work.Descriptor(t, _fitting.Descriptors + r * _descriptorLength);
            // the next atom starts on a vector of its own, because rows are made and unmade a vector at a time
            pair = Simd<T>.Pad(end);
        }
        _pairStart[atoms] = pair;
    }

    /// <summary>Writes the pair vectors within the cutoff, grouped by type; returns the end of the atom's pairs.</summary>
    private int Gather(int r, int i, int pair, ReadOnlySpan<Vec3> positions)
    {
        Vec3 ri = positions[i];
        double cutoff2 = _model.Descriptor.CutoffA * _model.Descriptor.CutoffA;
        T* x = _work.X, y = _work.Y, z = _work.Z;
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
                _work.PairAtom[pair++] = j;
            }
            _segmentCount[r * _types + tj] = pair - begin;
            if (pair - begin > _model.Descriptor.Sel[tj])
                throw new NeighborOverflowException(i, _model.TypeMap[_atomTypes[i]], _model.TypeMap[tj], pair - begin, _model.Descriptor.Sel[tj]);
        }
        _work.Seal(pair);
        return pair;
    }

    private void Backward(int type, int first, int atoms, Span<Vec3> forces, ref Virial virial)
    {
        for (int r = 0; r < atoms; r++)
        {
            _work.DescriptorGradient(_t.Pointer + r * 4 * _width, _fitting.Gradients + r * _descriptorLength, _gt.Pointer);
            int begin = _pairStart[r], end = begin;
            for (int tj = 0; tj < _types; tj++)
            {
                int count = _segmentCount[r * _types + tj];
                _embeddings[type * _types + tj].RowGradients(_work, _gt.Pointer, end, count);
                end += count;
            }
            _work.PairGradients(begin, end);
            Scatter(_order[first + r], begin, end, forces, ref virial);
        }
    }

    private void Scatter(int i, int begin, int end, Span<Vec3> forces, ref Virial virial)
    {
        T* x = _work.X, y = _work.Y, z = _work.Z, gx = _work.GradX, gy = _work.GradY, gz = _work.GradZ;
        var total = Vec3.Zero;
        for (int p = begin; p < end; p++)
        {
            var g = new Vec3(double.CreateTruncating(gx[p]), double.CreateTruncating(gy[p]), double.CreateTruncating(gz[p]));
            forces[_work.PairAtom[p]] -= g;
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
