using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Inference;

/// <summary>Atoms of one type that are evaluated together, as places in the order by type.</summary>
internal readonly record struct AtomBlock(int Type, int First, int Atoms);

/// <summary>
/// One thread's way through blocks of atoms: environment rows, embedding, descriptor, fitting net for all of a block at once, then back
/// through the descriptor to the pair vectors. What lives between forward and backward pass is one block, so it stays in cache whatever
/// the number of atoms.
/// </summary>
/// <remarks>
/// Empty slots are constant rows (s0, 0, 0, 0), s0 = -davg/dstd: they add n_empty · s0 · G(s0) to the first column of T
/// and exert no force.
/// </remarks>
internal sealed unsafe class BlockPass<T> : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // exact embeddings keep G of every pair of a block; large products want many rows
    private const int ExactBlock = Simd<T>.Rows, TabulatedBlock = 64, ProductBlock = 256;

    private readonly DeepPotential _model;
    private readonly int _types, _width, _descriptorLength;
    private readonly DescriptorWorkspace<T> _work;
    private readonly int[] _atomTypes, _order;
    private readonly NeighborGroups _neighbors;
    private readonly EmbeddingCurve<T>[] _curves;      // [ti * types + tj]
    private readonly PairEmbedding<T>[] _embeddings;   // same index
    private readonly Pinned<T>[] _padding;             // same index: s0 · G(s0)
    private readonly FittingBatch<T> _fitting;

    // one block
    private readonly int[] _pairStart;
    private readonly int[] _segmentCount;
    private readonly Pinned<T> _t, _gt, _scratch;

    /// <param name="order">Atoms by type.</param>
    /// <param name="tables">Of the embedding nets; a net without one is evaluated itself.</param>
    public BlockPass(DeepPotential model, int[] atomTypes, int[] order, NeighborGroups neighbors, IReadOnlyDictionary<DenseNet, EmbeddingTable<T>> tables)
    {
        _model = model;
        _types = model.Types;
        _atomTypes = atomTypes;
        _order = order;
        _neighbors = neighbors;
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
        _pairStart = new int[BlockAtoms + 1];
        _segmentCount = new int[BlockAtoms * _types];

        _scratch = new Pinned<T>(_curves.Max(c => c.ScratchLength));
        _t = new Pinned<T>(BlockAtoms * 4 * _width);
        _gt = new Pinned<T>(4 * _width);
        _padding = [.. Enumerable.Range(0, _types * _types).Select(PaddingRow)];
    }

    /// <summary>The most atoms of a block.</summary>
    public int BlockAtoms => _fitting.Atoms;

    /// <summary>Pairs so far that lay outside a table.</summary>
    public long OutsideTable => _work.OutsideTable;

    /// <summary>Virial of the blocks of the last run, eV.</summary>
    public Mat3 VirialEv { get; private set; }

    public void Dispose() => _fitting.Dispose();

    /// <summary>Makes room for the neighbours there are.</summary>
    public void Reserve() => _work.Reserve(DescriptorWorkspace<T>.PairsNeeded(BlockAtoms, BlockAtoms * _neighbors.Longest));

    /// <param name="blocks">None of more than <see cref="BlockAtoms"/>.</param>
    /// <param name="forces">Overwritten with what the blocks add, eV/Å.</param>
    /// <param name="atomEnergiesEv">Only those of the blocks' atoms are written.</param>
    /// <exception cref="NeighborOverflowException">More neighbours than the model's sel.</exception>
    /// <exception cref="CollisionException">Two atoms lie on each other.</exception>
    public void Run(IEnumerable<AtomBlock> blocks, ReadOnlySpan<Vec3> positions, Span<Vec3> forces, Span<double> atomEnergiesEv)
    {
        forces.Clear();
        VirialEv = Mat3.Zero;
        foreach (AtomBlock block in blocks)
        {
            _work.NextBlock();
            Forward(block, positions);
            _fitting.Evaluate(block.Type, block.Atoms);
            for (int r = 0; r < block.Atoms; r++)
                atomEnergiesEv[_order[block.First + r]] = double.CreateChecked(_fitting.Energies[r]) + _model.AtomBiasEv[block.Type] + _model.OutBiasEv[block.Type];
            Backward(block, forces);
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
        _curves[index].Evaluate(s, 1, g.Pointer, dg.Pointer, _scratch.Pointer);
        GC.KeepAlive(dg); // a pointer alone keeps no array
        for (int m = 0; m < _width; m++)
            g.Pointer[m] *= T.CreateSaturating(s0);
        return g;
    }

    private void Forward(AtomBlock block, ReadOnlySpan<Vec3> positions)
    {
        (int type, int first, int atoms) = block;
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
        int[] neighbor = _neighbors.Atom;
        Vec3[] shift = _neighbors.Shift;
        T* x = _work.X, y = _work.Y, z = _work.Z;
        int[] pairAtom = _work.PairAtom;
        for (int tj = 0; tj < _types; tj++)
        {
            int begin = pair;
            for (int k = _neighbors.Start[i * _types + tj]; k < _neighbors.Start[i * _types + tj + 1]; k++)
            {
                int j = neighbor[k];
                Vec3 d = positions[j] + shift[k] - ri;
                double distance2 = d.NormSquared;
                if (distance2 >= cutoff2)
                    continue;
                if (distance2 < CollisionException.ClosestA * CollisionException.ClosestA)
                    throw new CollisionException(i, j, Math.Sqrt(distance2));
                x[pair] = T.CreateTruncating(d.X);
                y[pair] = T.CreateTruncating(d.Y);
                z[pair] = T.CreateTruncating(d.Z);
                pairAtom[pair++] = j;
            }
            _segmentCount[r * _types + tj] = pair - begin;
            if (pair - begin > _model.Descriptor.Sel[tj])
                throw new NeighborOverflowException(i, _model.TypeMap[_atomTypes[i]], _model.TypeMap[tj], pair - begin, _model.Descriptor.Sel[tj]);
        }
        _work.Seal(pair);
        return pair;
    }

    private void Backward(AtomBlock block, Span<Vec3> forces)
    {
        (int type, int first, int atoms) = block;
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
            Scatter(_order[first + r], begin, end, forces);
        }
    }

    private void Scatter(int i, int begin, int end, Span<Vec3> forces)
    {
        T* x = _work.X, y = _work.Y, z = _work.Z, gx = _work.GradX, gy = _work.GradY, gz = _work.GradZ;
        int[] pairAtom = _work.PairAtom;
        var total = Vec3.Zero;
        double xx = 0, xy = 0, xz = 0, yx = 0, yy = 0, yz = 0, zx = 0, zy = 0, zz = 0;
        for (int p = begin; p < end; p++)
        {
            double dx = double.CreateTruncating(x[p]), dy = double.CreateTruncating(y[p]), dz = double.CreateTruncating(z[p]);
            var g = new Vec3(double.CreateTruncating(gx[p]), double.CreateTruncating(gy[p]), double.CreateTruncating(gz[p]));
            forces[pairAtom[p]] -= g;
            total += g;
            xx -= dx * g.X;
            xy -= dx * g.Y;
            xz -= dx * g.Z;
            yx -= dy * g.X;
            yy -= dy * g.Y;
            yz -= dy * g.Z;
            zx -= dz * g.X;
            zy -= dz * g.Y;
            zz -= dz * g.Z;
        }
        forces[i] += total;
        VirialEv += new Mat3(xx, xy, xz, yx, yy, yz, zx, zy, zz);
    }
}
