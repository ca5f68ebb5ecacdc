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
    private readonly PackedLayer<T>[][] _layers; // embeddings, then fittings
    private readonly GradientWorker<T>[] _workers;
    private readonly ParallelOptions _parallel;

    public AnalyticGradient(DeepPotential model, int threads)
    {
        DescriptorShape shape = model.Descriptor;
        int width = Simd<T>.Pad(shape.EmbeddingWidth);
        int[] descriptorAt = DescriptorWorkspace<T>.PackedIndices(shape, width);
        _layers =
        [
            .. model.Embeddings.Select(n => n.Layers.Select(PackedLayer<T>.Contiguous).ToArray()),
            .. model.Fittings.Select(n => FittingGradient<T>.Pack(n, descriptorAt, shape.AxisNeurons * width)),
        ];
        _workers = [.. Enumerable.Range(0, threads).Select(w => new GradientWorker<T>(model, _layers, w, threads))];
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
        foreach (GradientWorker<T> worker in _workers)
            worker.RefreshPadding();
    }

    public void AddGradient(IReadOnlyList<TrainingFrame> batch, Prefactors p, Span<double> gradient, ErrorSums errors)
    {
        foreach (TrainingFrame frame in batch)
        {
            LossResidual residual = Predict(frame, p, errors);
            residual.Scale(1.0 / batch.Count);
            ForEachWorker(w => w.Differentiate(frame, residual));
        }
        foreach (GradientWorker<T> worker in _workers)
            worker.Collect(gradient);
    }

    public void AddErrors(IEnumerable<TrainingFrame> frames, Prefactors p, ErrorSums errors)
    {
        foreach (TrainingFrame frame in frames)
            Predict(frame, p, errors);
    }

    private void ForEachWorker(Action<GradientWorker<T>> work)
    {
        if (_workers.Length == 1)
            work(_workers[0]);
        else
            Parallel.ForEach(_workers, _parallel, work);
    }

    private LossResidual Predict(TrainingFrame frame, Prefactors p, ErrorSums errors)
    {
        ForEachWorker(w => w.Predict(frame));
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
