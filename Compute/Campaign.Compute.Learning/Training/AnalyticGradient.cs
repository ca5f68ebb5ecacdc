using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Training;

/// <summary>
/// Loss gradient without a graph. Errors of forces and virial contract with dE/dd of every pair, so their gradient is that of the
/// directional derivative of E along a displacement of the pair vectors; energy errors weigh E itself. One pass on
/// values with tangents and its reverse give both (see <see cref="DualNet{T}"/>). Atoms are divided among a fixed number of
/// workers whose sums are added in order, so that equal options give equal bits.
/// </summary>
internal sealed class AnalyticGradient<T> : ILossGradient where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Fewer parameters are moved faster than a second thread wakes.</summary>
    private const int ManyParameters = 200_000;

    private readonly (PackedLayer<T> Layer, int At)[] _pieces; // and where their parameters begin
    private readonly int[] _netAt;                             // the same of every net: embeddings, then fittings
    private readonly GradientWorker<T>[] _workers;
    private readonly ParallelOptions _overAtoms, _overParameters;

    public AnalyticGradient(DeepPotential model, int threads)
    {
        DescriptorShape shape = model.Descriptor;
        int width = Simd<T>.Pad(shape.EmbeddingWidth);
        int[] descriptorAt = DescriptorWorkspace<T>.PackedIndices(shape, width);
        PackedLayer<T>[][] nets =
        [
            .. model.Embeddings.Select(n => n.Layers.Select(PackedLayer<T>.Contiguous).ToArray()),
            .. model.Fittings.Select(n => FittingGradient<T>.Pack(n, descriptorAt, shape.AxisNeurons * width)),
        ];
        _pieces = new (PackedLayer<T>, int)[nets.Sum(n => n.Length)];
        _netAt = new int[nets.Length];
        int at = 0;
        for (int net = 0, piece = 0; net < nets.Length; net++)
        {
            _netAt[net] = at;
            foreach (PackedLayer<T> layer in nets[net])
            {
                _pieces[piece++] = (layer, at);
                at += layer.ParameterCount;
            }
        }
        _workers = [.. Enumerable.Range(0, threads).Select(w => new GradientWorker<T>(model, nets, w, threads))];
        _overAtoms = new ParallelOptions { MaxDegreeOfParallelism = threads };
        _overParameters = new ParallelOptions { MaxDegreeOfParallelism = at < ManyParameters ? 1 : threads };
    }

    public void Dispose()
    {
        // Buffers are managed memory; nothing is held outside.
    }

    public void Load(double[] parameters)
    {
        Parallel.For(0, _pieces.Length, _overParameters, k =>
        {
            (PackedLayer<T> layer, int at) = _pieces[k];
            int weights = layer.Inputs * layer.Outputs;
            ReadOnlySpan<double> rest = parameters.AsSpan(at + weights);
            layer.Load(parameters.AsSpan(at, weights), rest[..layer.Outputs], layer.HasTimeStep ? rest.Slice(layer.Outputs, layer.Outputs) : []);
        });
        Parallel.ForEach(_workers, _overParameters, w => w.RefreshPadding());
    }

    public void AddGradient(IReadOnlyList<TrainingFrame> batch, Prefactors p, double[] gradient, ErrorSums errors)
    {
        foreach (TrainingFrame frame in batch)
        {
            LossResidual residual = Predict(frame, p, errors);
            residual.Scale(1.0 / batch.Count);
            Parallel.ForEach(_workers, _overAtoms, w => w.Differentiate(frame, residual));
        }
        Parallel.ForEach(_workers, _overParameters, w => w.DifferentiatePadding());
        // a net at a time: every sum over the workers is in their order, whoever forms it
        Parallel.For(0, _netAt.Length, _overParameters, net =>
        {
            foreach (GradientWorker<T> worker in _workers)
                worker.Collect(net, gradient.AsSpan(_netAt[net]));
        });
    }

    public void AddErrors(IEnumerable<TrainingFrame> frames, Prefactors p, ErrorSums errors)
    {
        foreach (TrainingFrame frame in frames)
            Predict(frame, p, errors);
    }

    private LossResidual Predict(TrainingFrame frame, Prefactors p, ErrorSums errors)
    {
        Parallel.ForEach(_workers, _overAtoms, w => w.Predict(frame));
        double energy = 0;
        var forces = new Vec3[frame.Atoms];
        var virial = new double[9];
        foreach (GradientWorker<T> w in _workers)
        {
            energy += w.EnergyEv;
            for (int i = 0; i < forces.Length; i++)
                forces[i] += w.Forces[i];
            for (int c = 0; c < 9; c++)
                virial[c] += w.Virial[c];
        }
        return LossResidual.Of(frame, energy, forces, virial, p, errors);
    }
}
