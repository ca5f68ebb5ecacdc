using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Training;

/// <summary>Gives predictions and the gradient of the loss for parameters that change from step to step.</summary>
public interface ILossGradient : IDisposable
{
    /// <summary>Takes new parameters, in the order of <see cref="ParameterVector"/>.</summary>
    void Load(ReadOnlySpan<double> parameters);

    /// <summary>Adds the errors of the frames to the sums and the loss's gradient (mean over these frames) to <paramref name="gradient"/>.</summary>
    void AddGradient(IReadOnlyList<TrainingFrame> batch, Prefactors p, Span<double> gradient, ErrorSums errors);

    /// <summary>Adds the errors of the frames to the sums.</summary>
    void AddErrors(IEnumerable<TrainingFrame> frames, Prefactors p, ErrorSums errors);
}

/// <summary>
/// Loss gradient without a graph. Errors of forces and virial contract with dE/dd of every pair, so their gradient is that of the
/// directional derivative of E along a displacement of the pair vectors; energy errors weigh E itself. One pass on
/// values with tangents and its reverse give both (see <see cref="DualNet{T}"/>). Atoms are divided among a fixed number of
/// workers whose sums are added in order, so that equal options give equal bits.
/// </summary>
internal sealed unsafe class AnalyticGradient<T> : ILossGradient where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DeepPotential _model;
    private readonly PackedLayer<T>[][] _layers; // embeddings, then fittings
    private readonly Worker[] _workers;
    private readonly ParallelOptions _parallel;

    public AnalyticGradient(DeepPotential model, int threads)
    {
        _model = model;
        DescriptorShape shape = model.Descriptor;
        int width = Simd<T>.Pad(shape.EmbeddingWidth);
        int[] descriptorAt = DescriptorWorkspace<T>.PackedIndices(shape, width);
        _layers =
        [
            .. model.Embeddings.Select(n => n.Layers.Select(PackedLayer<T>.Contiguous).ToArray()),
            .. model.Fittings.Select(n => FittingGradient<T>.Pack(n, descriptorAt, shape.AxisNeurons * width)),
        ];
        _workers = [.. Enumerable.Range(0, threads).Select(w => new Worker(this, w, threads))];
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
    }

    public void Dispose()
    {
        // Buffers are managed memory; nothing is held outside.
    }

    public void Load(ReadOnlySpan<double> parameters)
    {
        int at = 0;
        foreach (PackedLayer<T> layer in _layers.SelectMany(l => l))
        {
            int weights = layer.Inputs * layer.Outputs, steps = layer.HasTimeStep ? layer.Outputs : 0;
            layer.Load(parameters.Slice(at, weights), parameters.Slice(at + weights, layer.Outputs), parameters.Slice(at + weights + layer.Outputs, steps));
            at += weights + layer.Outputs + steps;
        }
        foreach (Worker worker in _workers)
            worker.RefreshPadding();
    }

    public void AddGradient(IReadOnlyList<TrainingFrame> batch, Prefactors p, Span<double> gradient, ErrorSums errors)
    {
        foreach (TrainingFrame frame in batch)
        {
            Residual residual = Predict(frame, p, errors);
            residual.Scale(1.0 / batch.Count);
            ForEachWorker(w => w.Differentiate(frame, residual));
        }
        foreach (Worker worker in _workers)
            worker.Collect(gradient);
    }

    public void AddErrors(IEnumerable<TrainingFrame> frames, Prefactors p, ErrorSums errors)
    {
        foreach (TrainingFrame frame in frames)
            Predict(frame, p, errors);
    }

    private void ForEachWorker(Action<Worker> work)
    {
        if (_workers.Length == 1)
            work(_workers[0]);
        else
            Parallel.ForEach(_workers, _parallel, work);
    }

    /// <summary>Derivative of the loss by energy, forces and virial of a frame.</summary>
    private Residual Predict(TrainingFrame frame, Prefactors p, ErrorSums errors)
    {
        ForEachWorker(w => w.Predict(frame));
        int n = frame.Atoms;
        double energy = 0;
        var forces = new Vec3[n];
        var virial = new double[9];
        foreach (Worker w in _workers)
        {
            energy += w.EnergyEv;
            for (int i = 0; i < n; i++)
                forces[i] += w.Forces[i];
            for (int c = 0; c < 9; c++)
                virial[c] += w.Virial[c];
        }
        double energyError = energy - frame.EnergyEv, forceSquares = 0, virialSquares = 0;
        for (int i = 0; i < n; i++)
        {
            forces[i] -= new Vec3(frame.ForcesEvPerA[3 * i], frame.ForcesEvPerA[3 * i + 1], frame.ForcesEvPerA[3 * i + 2]);
            forceSquares += forces[i].NormSquared;
            forces[i] *= 2 * p.Force / (3.0 * n);
        }
        for (int c = 0; c < 9; c++)
        {
            double error = frame.VirialEv is { } label ? virial[c] - label[c] : 0;
            virialSquares += error * error;
            virial[c] = 2 * p.Virial / (9.0 * n) * error;
        }
        errors.Add(n, energyError, forceSquares, frame.VirialEv is null ? null : virialSquares, p);
        return new Residual(2 * p.Energy / n * energyError, forces, virial);
    }

    private sealed class Residual(double energy, Vec3[] forces, double[] virial)
    {
        public double Energy { get; private set; } = energy;

        public Vec3[] Forces => forces;

        public double[] Virial => virial;

        public void Scale(double factor)
        {
            Energy *= factor;
            for (int i = 0; i < forces.Length; i++)
                forces[i] *= factor;
            for (int c = 0; c < 9; c++)
                virial[c] *= factor;
        }
    }

    /// <summary>A fixed share of the atoms: every n-th block of eight atoms of one type.</summary>
    private sealed class Worker
    {
        private const int BlockAtoms = Simd<T>.Rows;

        private readonly AnalyticGradient<T> _owner;
        private readonly int _index, _workers, _types, _width;
        private readonly DescriptorWorkspace<T> _work;
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

        public Worker(AnalyticGradient<T> owner, int index, int workers)
        {
            _owner = owner;
            (_index, _workers) = (index, workers);
            DeepPotential model = owner._model;
            _types = model.Types;
            int embeddings = model.Embeddings.Count;
            _curves = [.. owner._layers[..embeddings].Select(l => new EmbeddingCurve<T>(l))];
            _fittings = [.. owner._layers[embeddings..].Select(l => new FittingGradient<T>(l))];
            _dualEmbeddings = [.. owner._layers[..embeddings].Select(l => new DualNet<T>(l))];
            _dualFittings = [.. owner._layers[embeddings..].Select(l => new DualNet<T>(l))];
            _width = _curves[0].Width;
            _work = new DescriptorWorkspace<T>(model.Descriptor, _width);
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

        private int Net(int ti, int tj) => _owner._model.Descriptor.TypeOneSide ? tj : ti + tj * _types;

        private double PaddingInput(int ti) => -_owner._model.Statistics[ti].Mean / _owner._model.Statistics[ti].Std;

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
                    EnergyEv += double.CreateChecked(_energies.Pointer[r]) + _owner._model.AtomBiasEv[type] + _owner._model.OutBiasEv[type];
                    _work.DescriptorGradient(T4(firstSlot + r), _gd.Pointer + r * _work.DescriptorLength, _gt.Pointer);
                    int begin = _pairStart[firstSlot + r], end = begin + Pairs(frame, block[r]);
                    _work.RowGradients(_gt.Pointer, begin, end);
                    _work.PairGradients(begin, end);
                    Scatter(block[r], begin, end);
                }
            }
        }

        /// <summary>Adds to the parameter gradients of this worker's nets. Follows <see cref="Predict"/> on the same frame.</summary>
        public void Differentiate(TrainingFrame frame, Residual residual)
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
                        Tangents(frame, block[first + r], _pairStart[slot + r], residual);
                        T* tangent = _tTangent.Pointer + r * 4 * _width;
                        AccumulateTangent(tangent, _pairStart[slot + r], Pairs(frame, block[first + r]));
                        _work.Descriptor(T4(slot + r), fitting.Input + r * length);
                        DescriptorTangent(T4(slot + r), tangent, fitting.Input + (r + Tile) * length);
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

        /// <summary>Moves the gradients into the parameter vector.</summary>
        public void Collect(Span<double> gradient)
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
            int at = 0;
            foreach (DualNet<T> net in _dualEmbeddings.Concat(_dualFittings))
                at += net.Collect(gradient[at..]);
        }

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
            _work.EnvironmentRows(begin, pair, _owner._model.Statistics[type]);
            T* t = T4(slot);
            new Span<T>(t, 4 * _width).Clear();
            int at = begin;
            for (int tj = 0; tj < _types; tj++)
            {
                int count = frame.Start[i * _types + tj + 1] - frame.Start[i * _types + tj];
                int empty = _owner._model.Descriptor.Sel[tj] - count;
                if (empty < 0)
                    throw new NeighborOverflowException(i, _owner._model.TypeMap[type], _owner._model.TypeMap[tj], count, count + empty);
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

        /// <summary>
        /// Displacements of an atom's pair vectors along which E must be differentiated, d' = λF_i - λF_j - λVᵀd, turned into tangents of rows.
        /// </summary>
        private void Tangents(TrainingFrame frame, int i, int begin, Residual residual)
        {
            int end = begin + Pairs(frame, i);
            double[] lv = residual.Virial;
            for (int p = begin; p < end; p++)
            {
                Vec3 force = residual.Forces[i] - residual.Forces[_work.PairAtom[p]];
                double x = double.CreateTruncating(_work.X[p]), y = double.CreateTruncating(_work.Y[p]), z = double.CreateTruncating(_work.Z[p]);
                _work.TangentX[p] = T.CreateTruncating(force.X - lv[0] * x - lv[3] * y - lv[6] * z);
                _work.TangentY[p] = T.CreateTruncating(force.Y - lv[1] * x - lv[4] * y - lv[7] * z);
                _work.TangentZ[p] = T.CreateTruncating(force.Z - lv[2] * x - lv[5] * y - lv[8] * z);
            }
            for (int p = begin; p < end; p += Vector<T>.Count)
            {
                Vector<T> x = Vector.Load(_work.X + p), y = Vector.Load(_work.Y + p), z = Vector.Load(_work.Z + p);
                Vector<T> dx = Vector.Load(_work.TangentX + p), dy = Vector.Load(_work.TangentY + p), dz = Vector.Load(_work.TangentZ + p);
                Vector<T> along = x * dx + y * dy + z * dz;
                Vector<T> h = Vector.Load(_work.RowOverD + p), slope = Vector.Load(_work.RowSlopeOverR + p) * along;
                (Vector.Load(_work.SlopeOverR + p) * along).Store(_work.TangentS + p);
                (h * dx + slope * x).Store(_work.TangentX + p);
                (h * dy + slope * y).Store(_work.TangentY + p);
                (h * dz + slope * z).Store(_work.TangentZ + p);
            }
        }

        /// <summary>T' = (1/Nsel) Σ G ⊗ R~' + s~' G' ⊗ R~.</summary>
        private void AccumulateTangent(T* tangent, int begin, int count)
        {
            var scale = new Vector<T>(_work.Scale);
            for (int v = 0; v < _width; v += Vector<T>.Count)
            {
                Vector<T> t0 = default, t1 = default, t2 = default, t3 = default;
                for (int p = begin; p < begin + count; p++)
                {
                    Vector<T> g = Vector.Load(_work.G(p) + v), dg = Vector.Load(_work.SlopeOfG(p) + v) * new Vector<T>(_work.TangentS[p]);
                    t0 = Simd<T>.MulAdd(g, new Vector<T>(_work.TangentS[p]), Simd<T>.MulAdd(dg, new Vector<T>(_work.S[p]), t0));
                    t1 = Simd<T>.MulAdd(g, new Vector<T>(_work.TangentX[p]), Simd<T>.MulAdd(dg, new Vector<T>(_work.Rx[p]), t1));
                    t2 = Simd<T>.MulAdd(g, new Vector<T>(_work.TangentY[p]), Simd<T>.MulAdd(dg, new Vector<T>(_work.Ry[p]), t2));
                    t3 = Simd<T>.MulAdd(g, new Vector<T>(_work.TangentZ[p]), Simd<T>.MulAdd(dg, new Vector<T>(_work.Rz[p]), t3));
                }
                (t0 * scale).Store(tangent + v);
                (t1 * scale).Store(tangent + _width + v);
                (t2 * scale).Store(tangent + 2 * _width + v);
                (t3 * scale).Store(tangent + 3 * _width + v);
            }
        }

        /// <summary>D'[b, a] = Σ_c T'[c, a] T[c, b] + T[c, a] T'[c, b].</summary>
        private void DescriptorTangent(T* t, T* tangent, T* d)
        {
            for (int b = 0; b < _owner._model.Descriptor.AxisNeurons; b++)
                for (int v = 0; v < _width; v += Vector<T>.Count)
                {
                    Vector<T> sum = default;
                    for (int c = 0; c < 4; c++)
                    {
                        sum = Simd<T>.MulAdd(Vector.Load(tangent + c * _width + v), new Vector<T>(t[c * _width + b]), sum);
                        sum = Simd<T>.MulAdd(Vector.Load(t + c * _width + v), new Vector<T>(tangent[c * _width + b]), sum);
                    }
                    sum.Store(d + b * _width + v);
                }
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
                _work.AddScaled(_paddingGrad[type * _types + tj].Pointer, gt, T.CreateChecked(_owner._model.Descriptor.Sel[tj] - count));
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
}
