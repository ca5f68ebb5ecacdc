using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;

namespace Campaign.Compute.Learning.Inference;

/// <summary>
/// A dense layer in working precision. Outputs are padded to the register width with zero weights, and inputs are placed
/// where the layer before left them.
/// </summary>
internal sealed unsafe class PackedLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Pinned<T> _weights, _transposed, _bias, _timeStep;

    /// <param name="layer">The layer.</param>
    /// <param name="inputAt">Where each input lies in the packed row of inputs.</param>
    /// <param name="packedInputs">Length of that row.</param>
    public PackedLayer(DenseLayer layer, ReadOnlySpan<int> inputAt, int packedInputs)
    {
        Inputs = layer.Inputs;
        Outputs = layer.Outputs;
        PackedInputs = packedInputs;
        PackedOutputs = Simd<T>.Pad(layer.Outputs);
        Tanh = layer.Tanh;
        Skip = layer.Skip;
        var w = new T[packedInputs * PackedOutputs];
        var wt = new T[Simd<T>.Pad(packedInputs) * layer.Outputs];
        for (int i = 0; i < layer.Inputs; i++)
            for (int o = 0; o < layer.Outputs; o++)
            {
                T value = T.CreateSaturating(layer.Weights[i * layer.Outputs + o]);
                w[inputAt[i] * PackedOutputs + o] = value;
                wt[o * Simd<T>.Pad(packedInputs) + inputAt[i]] = value;
            }
        var b = new T[PackedOutputs];
        var dt = new T[PackedOutputs];
        for (int o = 0; o < layer.Outputs; o++)
        {
            b[o] = T.CreateSaturating(layer.Bias[o]);
            dt[o] = T.CreateSaturating(layer.TimeStep?[o] ?? 1);
        }
        (_weights, _transposed, _bias, _timeStep) = (new Pinned<T>(w), new Pinned<T>(wt), new Pinned<T>(b), new Pinned<T>(dt));
    }

    /// <summary>A layer whose inputs lie side by side.</summary>
    public static PackedLayer<T> Contiguous(DenseLayer layer) =>
        new(layer, [.. Enumerable.Range(0, layer.Inputs)], layer.Inputs);

    public int Inputs { get; }

    public int Outputs { get; }

    public int PackedInputs { get; }

    public int PackedOutputs { get; }

    public bool Tanh { get; }

    public SkipConnection Skip { get; }

    /// <summary>W, (PackedInputs, PackedOutputs).</summary>
    public T* Weights => _weights.Pointer;

    /// <summary>Wᵀ, (Outputs, PackedInputs padded to the register width).</summary>
    public T* Transposed => _transposed.Pointer;

    public T* Bias => _bias.Pointer;

    /// <summary>idt, or ones.</summary>
    public T* TimeStep => _timeStep.Pointer;

    /// <summary>Adds the skip of one row: y += x or y += (x, x).</summary>
    public void AddSkip(T* x, T* y)
    {
        if (Skip == SkipConnection.None)
            return;
        Add(x, y, Inputs);
        if (Skip == SkipConnection.Doubling)
            Add(x, y + Inputs, Inputs);
    }

    /// <summary>The transpose of <see cref="AddSkip"/>: gx += gy, summed over both halves for a doubling skip.</summary>
    public void AddSkipGradient(T* gy, T* gx)
    {
        if (Skip == SkipConnection.None)
            return;
        Add(gy, gx, Inputs);
        if (Skip == SkipConnection.Doubling)
            Add(gy + Inputs, gx, Inputs);
    }

    private static void Add(T* x, T* y, int n)
    {
        int i = 0;
        for (; i <= n - Vector<T>.Count; i += Vector<T>.Count)
            (Vector.Load(y + i) + Vector.Load(x + i)).Store(y + i);
        for (; i < n; i++)
            y[i] += x[i];
    }
}
