using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Training;

/// <summary>A fixed share of the atoms: every n-th block of eight atoms of one type.</summary>
internal sealed unsafe class GradientWorker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockAtoms = Simd<T>.Rows;

    private readonly DeepPotential _model;
    private readonly int _index, _workers, _types, _width;
    private readonly DescriptorWorkspace<T> _work;
    private readonly DescriptorTangents<T> _tangents;
    private readonly EmbeddingCurve<T>[] _curves;
    private readonly FittingGradient<T>[] _fittings;
    private readonly DualNet<T>[] _dualEmbeddings, _dualFittings;
    private readonly Pinned<T>[] _padding;     // [ti * types + tj]: s0 · G(s0)
    private readonly Pinned<T> _paddingSlope;
    private readonly Pinned<T>[] _paddingGrad; // dS/d(that sum)
    private readonly Pinned<T> _t = new(), _tTangent, _gt, _gtTangent, _temporary, _d, _gd, _scratch, _energies = new(BlockAtoms);
    private int[]? _preparedTypes;
    private List<int[]> _blocks = [];
    private int[] _pairStart = [];

    public GradientWorker(DeepPotential model, PackedLayer<T>[][] layers, int index, int workers)
    {
        _model = model;
        (_index, _workers) = (index, workers);
        _types = model.Types;
        int embeddings = model.Embeddings.Count;
        _curves = [.. layers[..embeddings].Select(l => new EmbeddingCurve<T>(l))];
        _fittings = [.. layers[embeddings..].Select(l => new FittingGradient<T>(l))];
        _dualEmbeddings = [.. layers[..embeddings].Select(l => new DualNet<T>(l))];
        _dualFittings = [.. layers[embeddings..].Select(l => new DualNet<T>(l))];
        _width = _curves[0].Width;
        _work = new DescriptorWorkspace<T>(model.Descriptor, _width);
        _tangents = new DescriptorTangents<T>(_work, _width, model.Descriptor.AxisNeurons);
        (_tTangent, _gt, _gtTangent, _temporary) = (new Pinned<T>(DualNet<T>.Tile * 4 * _width), new Pinned<T>(4 * _width), new Pinned<T>(4 * _width), new Pinned<T>(4 * _width));
        (_d, _gd) = (new Pinned<T>(BlockAtoms * _work.DescriptorLength), new Pinned<T>(BlockAtoms * _work.DescriptorLength));
        _scratch = new Pinned<T>(Math.Max(_curves.Max(c => c.ScratchLength), _fittings.Max(f => f.ScratchLength)));
        _padding = [.. Enumerable.Range(0, _types * _types).Select(_ => new Pinned<T>(EmbeddingCurve<T>.Tile * _width))];
        _paddingSlope = new Pinned<T>(EmbeddingCurve<T>.Tile * _width);
        _paddingGrad = [.. Enumerable.Range(0, _types * _types).Select(_ => new Pinned<T>(_width))];
        RefreshPadding();
    }

    public double EnergyEv { get; private set; }

    public Vec3[] Forces { get; private set; } = [];

    public double[] Virial { get; } = new double[9];

    private int Net(int ti, int tj) => _model.Descriptor.TypeOneSide ? tj : ti + tj * _types;

    private double PaddingInput(int ti) => -_model.Statistics[ti].Mean / _model.Statistics[ti].Std;

    public void RefreshPadding()
    {
        T* s = stackalloc T[EmbeddingCurve<T>.Tile];
        for (int k = 0; k < _padding.Length; k++)
        {
            T s0 = T.CreateChecked(PaddingInput(k / _types));
            new Span<T>(s, EmbeddingCurve<T>.Tile).Fill(s0);
            _curves[Net(k / _types, k % _types)].Evaluate(s, 1, _padding[k].Pointer, _paddingSlope.Pointer, _scratch.Pointer);
            for (int m = 0; m < _width; m++)
                _padding[k].Pointer[m] *= s0;
        }
    }

    /// <summary>This worker's part of energy, forces and virial; keeps T, G and G' for <see cref="Differentiate"/>.</summary>
    public void Predict(TrainingFrame frame)
    {
        Prepare(frame);
        EnergyEv = 0;
        Array.Clear(Forces);
        Array.Clear(Virial);
        int slot = 0, pair = 0;
        foreach (int[] block in _blocks)
        {
            int type = frame.Types[block[0]], firstSlot = slot;
            foreach (int i in block)
            {
                _pairStart[slot] = pair;
                pair = Simd<T>.Pad(Forward(frame, i, slot++, pair));
            }
            for (int r = 0; r < block.Length; r++)
                _work.Descriptor(T4(firstSlot + r), _d.Pointer + r * _work.DescriptorLength);
            new Span<T>(_d.Pointer + block.Length * _work.DescriptorLength, (BlockAtoms - block.Length) * _work.DescriptorLength).Clear();
            _fittings[type].Evaluate(_d.Pointer, _work.DescriptorLength, _energies.Pointer, _gd.Pointer, _scratch.Pointer);
            for (int r = 0; r < block.Length; r++)
            {
                EnergyEv += double.CreateChecked(_energies.Pointer[r]) + _model.AtomBiasEv[type] + _model.OutBiasEv[type];
                _work.DescriptorGradient(T4(firstSlot + r), _gd.Pointer + r * _work.DescriptorLength, _gt.Pointer);
                int begin = _pairStart[firstSlot + r], end = begin + Pairs(frame, block[r]);
                _work.RowGradients(_gt.Pointer, begin, end);
                _work.PairGradients(begin, end);
                Scatter(block[r], begin, end);
            }
        }
    }

    /// <summary>Adds to the parameter gradients of this worker's nets. Follows <see cref="Predict"/> on the same frame.</summary>
    public void Differentiate(TrainingFrame frame, LossResidual residual)
    {
        const int Tile = DualNet<T>.Tile;
        int length = _work.DescriptorLength, slot = 0;
        foreach (int[] block in _blocks)
        {
            int type = frame.Types[block[0]];
            DualNet<T> fitting = _dualFittings[type];
            for (int first = 0; first < block.Length; first += Tile)
            {
                int atoms = Math.Min(Tile, block.Length - first);
                new Span<T>(fitting.Input, 2 * Tile * length).Clear();
                new Span<T>(fitting.OutputGradient, 2 * Tile * fitting.OutputLength).Clear();
                for (int r = 0; r < atoms; r++)
                {
                    int begin = _pairStart[slot + r], count = Pairs(frame, block[first + r]);
                    _tangents.OfRows(block[first + r], begin, begin + count, residual);
                    T* tangent = _tTangent.Pointer + r * 4 * _width;
                    _tangents.OfT(tangent, begin, count);
                    _work.Descriptor(T4(slot + r), fitting.Input + r * length);
                    _tangents.OfDescriptor(T4(slot + r), tangent, fitting.Input + (r + Tile) * length);
                    fitting.OutputGradient[r * fitting.OutputLength] = T.CreateChecked(residual.Energy);
                    fitting.OutputGradient[(r + Tile) * fitting.OutputLength] = T.One;
                }
                fitting.Forward();
                T* gd = fitting.Backward(wantInputGradient: true);
                for (int r = 0; r < atoms; r++)
                {
                    _work.DescriptorGradient(T4(slot + r), gd + r * length, _gt.Pointer);
                    _work.DescriptorGradient(_tTangent.Pointer + r * 4 * _width, gd + (r + Tile) * length, _temporary.Pointer);
                    for (int v = 0; v < 4 * _width; v += Vector<T>.Count)
                        (Vector.Load(_gt.Pointer + v) + Vector.Load(_temporary.Pointer + v)).Store(_gt.Pointer + v);
                    _work.DescriptorGradient(T4(slot + r), gd + (r + Tile) * length, _gtTangent.Pointer);
                    DifferentiatePairs(frame, block[first + r], _pairStart[slot + r]);
                }
                slot += atoms;
            }
        }
    }

    /// <summary>From the gradients by the empty slots to the embedding parameters; after the last frame of a batch.</summary>
    public void DifferentiatePadding()
    {
        for (int k = 0; k < _padding.Length; k++)
        {
            DualNet<T> net = _dualEmbeddings[Net(k / _types, k % _types)];
            T s0 = T.CreateChecked(PaddingInput(k / _types));
            for (int r = 0; r < DualNet<T>.Tile; r++)
                (net.Input[r], net.Input[r + DualNet<T>.Tile]) = (s0, T.Zero);
            new Span<T>(net.OutputGradient, 2 * DualNet<T>.Tile * _width).Clear();
            for (int m = 0; m < _width; m++)
                net.OutputGradient[m] = _paddingGrad[k].Pointer[m] * s0;
            net.Forward();
            net.Backward(wantInputGradient: false);
            _paddingGrad[k].Clear();
        }
    }

    /// <summary>Moves the gradient of one net, of the embeddings and then the fittings, into its piece of the parameter vector.</summary>
    public void Collect(int net, Span<double> gradient) =>
        (net < _dualEmbeddings.Length ? _dualEmbeddings[net] : _dualFittings[net - _dualEmbeddings.Length]).Collect(gradient);

    private T* T4(int slot) => _t.Pointer + slot * 4 * _width;

    private int Pairs(TrainingFrame frame, int i) => frame.Start[(i + 1) * _types] - frame.Start[i * _types];

    private void Prepare(TrainingFrame frame)
    {
        if (!ReferenceEquals(_preparedTypes, frame.Types))
        {
            _preparedTypes = frame.Types;
            _blocks = [.. Enumerable.Range(0, _types)
                .SelectMany(t => Enumerable.Range(0, frame.Atoms).Where(i => frame.Types[i] == t).Chunk(BlockAtoms))
                .Where((_, k) => k % _workers == _index)];
            Forces = new Vec3[frame.Atoms];
            int atoms = _blocks.Sum(b => b.Length);
            _pairStart = new int[atoms];
            _t.Reserve(Math.Max(1, atoms) * 4 * _width);
        }
        _work.Reserve(DescriptorWorkspace<T>.PairsNeeded(_pairStart.Length, _blocks.Sum(b => b.Sum(i => Pairs(frame, i)))));
        _work.KeepCurves();
    }

    /// <summary>T of one atom; returns the end of its pairs.</summary>
    private int Forward(TrainingFrame frame, int i, int slot, int begin)
    {
        int type = frame.Types[i], pair = begin;
        for (int k = frame.Start[i * _types]; k < frame.Start[(i + 1) * _types]; k++, pair++)
        {
            Vec3 d = frame.PairVector(i, k);
            (_work.X[pair], _work.Y[pair], _work.Z[pair]) = (T.CreateTruncating(d.X), T.CreateTruncating(d.Y), T.CreateTruncating(d.Z));
            _work.PairAtom[pair] = frame.Neighbor[k];
        }
        _work.Seal(pair);
        _work.EnvironmentRows(begin, pair, _model.Statistics[type]);
        T* t = T4(slot);
        new Span<T>(t, 4 * _width).Clear();
        int at = begin;
        for (int tj = 0; tj < _types; tj++)
        {
            int count = frame.Start[i * _types + tj + 1] - frame.Start[i * _types + tj];
            int empty = _model.Descriptor.Sel[tj] - count;
            if (empty < 0)
                throw new NeighborOverflowException(i, _model.TypeMap[type], _model.TypeMap[tj], count, count + empty);
            _work.AddScaled(t, _padding[type * _types + tj].Pointer, T.CreateChecked(empty));
            if (count == 0)
                continue;
            _curves[Net(type, tj)].Evaluate(_work.S + at, count, _work.G(at), _work.SlopeOfG(at), _scratch.Pointer);
            _work.Accumulate(t, at, count);
            at += count;
        }
        var scale = new Vector<T>(_work.Scale);
        for (int v = 0; v < 4 * _width; v += Vector<T>.Count)
            (Vector.Load(t + v) * scale).Store(t + v);
        return pair;
    }

    private void Scatter(int i, int begin, int end)
    {
        var total = Vec3.Zero;
        for (int p = begin; p < end; p++)
        {
            var g = new Vec3(double.CreateTruncating(_work.GradX[p]), double.CreateTruncating(_work.GradY[p]), double.CreateTruncating(_work.GradZ[p]));
            var d = new Vec3(double.CreateTruncating(_work.X[p]), double.CreateTruncating(_work.Y[p]), double.CreateTruncating(_work.Z[p]));
            Forces[_work.PairAtom[p]] -= g;
            total += g;
            for (int a = 0; a < 3; a++)
            {
                double da = a == 0 ? d.X : a == 1 ? d.Y : d.Z;
                Virial[3 * a] -= da * g.X;
                Virial[3 * a + 1] -= da * g.Y;
                Virial[3 * a + 2] -= da * g.Z;
            }
        }
        Forces[i] += total;
    }

    /// <summary>From dS/dT and dS/dT' of an atom to the embedding parameters: dS/dG = R~·gT + R~'·gT', dS/dG' = s~' R~·gT'.</summary>
    private void DifferentiatePairs(TrainingFrame frame, int i, int begin)
    {
        const int Tile = DualNet<T>.Tile;
        int type = frame.Types[i], at = begin;
        T* gt = _gt.Pointer;
        T* gtTangent = _gtTangent.Pointer;
        for (int tj = 0; tj < _types; tj++)
        {
            int count = frame.Start[i * _types + tj + 1] - frame.Start[i * _types + tj];
            _work.AddScaled(_paddingGrad[type * _types + tj].Pointer, gt, T.CreateChecked(_model.Descriptor.Sel[tj] - count));
            DualNet<T> net = _dualEmbeddings[Net(type, tj)];
            for (int first = at; first < at + count; first += Tile)
            {
                for (int r = 0; r < Tile; r++)
                {
                    bool used = first + r < at + count;
                    int p = used ? first + r : first;
                    (net.Input[r], net.Input[r + Tile]) = (_work.S[p], T.One);
                    T* value = net.OutputGradient + r * _width, slope = value + Tile * _width;
                    if (!used)
                    {
                        new Span<T>(value, _width).Clear();
                        new Span<T>(slope, _width).Clear();
                        continue;
                    }
                    Vector<T> s = new(_work.S[p]), x = new(_work.Rx[p]), y = new(_work.Ry[p]), z = new(_work.Rz[p]);
                    Vector<T> ds = new(_work.TangentS[p]), dx = new(_work.TangentX[p]), dy = new(_work.TangentY[p]), dz = new(_work.TangentZ[p]);
                    for (int v = 0; v < _width; v += Vector<T>.Count)
                    {
                        Vector<T> u0 = Vector.Load(gtTangent + v), u1 = Vector.Load(gtTangent + _width + v),
                            u2 = Vector.Load(gtTangent + 2 * _width + v), u3 = Vector.Load(gtTangent + 3 * _width + v);
                        Vector<T> through = Simd<T>.MulAdd(u3, z, Simd<T>.MulAdd(u2, y, Simd<T>.MulAdd(u1, x, u0 * s)));
                        (through * ds).Store(slope + v);
                        Vector<T> sum = Simd<T>.MulAdd(u3, dz, Simd<T>.MulAdd(u2, dy, Simd<T>.MulAdd(u1, dx, u0 * ds)));
                        sum = Simd<T>.MulAdd(Vector.Load(gt + v), s, sum);
                        sum = Simd<T>.MulAdd(Vector.Load(gt + _width + v), x, sum);
                        sum = Simd<T>.MulAdd(Vector.Load(gt + 2 * _width + v), y, sum);
                        sum = Simd<T>.MulAdd(Vector.Load(gt + 3 * _width + v), z, sum);
                        sum.Store(value + v);
                    }
                }
                net.Forward();
                net.Backward(wantInputGradient: false);
            }
            at += count;
        }
    }
}
