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

    private readonly int[] _inputAt;

    /// <param name="layer">The layer.</param>
    /// <param name="inputAt">Where each input lies in the packed row of inputs.</param>
    /// <param name="packedInputs">Length of that row.</param>
    public PackedLayer(DenseLayer layer, int[] inputAt, int packedInputs)
    {
        Inputs = layer.Inputs;
        Outputs = layer.Outputs;
        PackedInputs = packedInputs;
        PackedOutputs = Simd<T>.Pad(layer.Outputs);
        TransposedStride = Simd<T>.Pad(packedInputs);
        Tanh = layer.Tanh;
        Skip = layer.Skip;
        HasTimeStep = layer.TimeStep is not null;
        _inputAt = inputAt;
        _weights = new Pinned<T>(packedInputs * PackedOutputs);
        _transposed = new Pinned<T>(TransposedStride * layer.Outputs);
        _bias = new Pinned<T>(PackedOutputs);
        _timeStep = new Pinned<T>(PackedOutputs);
        Load(layer.Weights, layer.Bias, layer.TimeStep);
    }

    /// <summary>Takes new parameters; an empty time step means ones.</summary>
    public void Load(ReadOnlySpan<double> weights, ReadOnlySpan<double> bias, ReadOnlySpan<double> timeStep)
    {
        for (int i = 0; i < Inputs; i++)
        {
            T* row = Weights + _inputAt[i] * PackedOutputs;
            for (int o = 0; o < Outputs; o++)
                row[o] = T.CreateSaturating(weights[i * Outputs + o]);
        }
        Transpose();
        for (int o = 0; o < Outputs; o++)
        {
            Bias[o] = T.CreateSaturating(bias[o]);
            TimeStep[o] = timeStep.IsEmpty ? T.One : T.CreateSaturating(timeStep[o]);
        }
    }

    /// <summary>A few rows at a time: rows of the transpose lie so far apart that they drive each other out of the cache.</summary>
    private void Transpose()
    {
        const int rows = 4, columns = 64;
        for (int from = 0; from < PackedInputs; from += columns)
            for (int first = 0; first < Outputs; first += rows)
                for (int o = first; o < Math.Min(first + rows, Outputs); o++)
                    for (int i = from; i < Math.Min(from + columns, PackedInputs); i++)
                        Transposed[o * TransposedStride + i] = Weights[i * PackedOutputs + o];
    }

    /// <summary>Adds a packed gradient of the weights to one in the layer's own order.</summary>
    public void AddWeightGradient(T* packed, Span<double> gradient)
    {
        for (int i = 0; i < Inputs; i++)
            for (int o = 0; o < Outputs; o++)
                gradient[i * Outputs + o] += double.CreateChecked(packed[_inputAt[i] * PackedOutputs + o]);
    }

    /// <summary>A layer whose inputs lie side by side.</summary>
    public static PackedLayer<T> Contiguous(DenseLayer layer) =>
        new(layer, [.. Enumerable.Range(0, layer.Inputs)], layer.Inputs);

    public int Inputs { get; }

    public int Outputs { get; }

    public int PackedInputs { get; }

    public int PackedOutputs { get; }

    /// <summary>Row length of <see cref="Transposed"/>.</summary>
    public int TransposedStride { get; }

    public bool HasTimeStep { get; }

    public int ParameterCount => Inputs * Outputs + (HasTimeStep ? 2 : 1) * Outputs;

    public bool Tanh { get; }

    public SkipConnection Skip { get; }

    /// <summary>W, (PackedInputs, PackedOutputs).</summary>
    public T* Weights => _weights.Pointer;

    /// <summary>Wᵀ, (Outputs, TransposedStride).</summary>
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
