using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;

namespace Campaign.Compute.Learning.Inference;

/// <summary>A fitting net with its backward pass: atomic energies and their gradient by the descriptor, for eight atoms of one type.</summary>
internal sealed unsafe class FittingGradient<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = Simd<T>.Rows;
    private readonly PackedLayer<T>[] _layers;
    private readonly int[] _tanhAt; // where each layer's tanh values lie in the scratch space
    private readonly int _width;

    /// <param name="net">The net.</param>
    /// <param name="descriptorAt">Where element a·M2 + b of the descriptor lies in a packed row.</param>
    /// <param name="packedDescriptor">Length of a packed row, a multiple of the register width.</param>
    public FittingGradient(DenseNet net, int[] descriptorAt, int packedDescriptor)
        : this(Pack(net, descriptorAt, packedDescriptor))
    {
    }

    public FittingGradient(PackedLayer<T>[] layers)
    {
        _layers = layers;
        int packedDescriptor = layers[0].PackedInputs;
        _tanhAt = new int[_layers.Length];
        int at = 0;
        for (int l = 0; l < _layers.Length; l++)
        {
            _tanhAt[l] = at;
            at += Rows * _layers[l].PackedOutputs;
        }
        _width = Math.Max(packedDescriptor, _layers.Max(l => Math.Max(l.PackedOutputs, Simd<T>.Pad(l.PackedInputs))));
        ScratchLength = at + 2 * Rows * _width;
    }

    /// <summary>Numbers of scratch space that <see cref="Evaluate"/> needs.</summary>
    public int ScratchLength { get; }

    /// <summary>The layers of a net whose inputs are a packed row of the descriptor.</summary>
    public static PackedLayer<T>[] Pack(DenseNet net, int[] descriptorAt, int packedDescriptor)
    {
        var layers = new PackedLayer<T>[net.Layers.Count];
        layers[0] = new PackedLayer<T>(net.Layers[0], descriptorAt, packedDescriptor);
        for (int l = 1; l < layers.Length; l++)
            layers[l] = PackedLayer<T>.Contiguous(net.Layers[l]);
        return layers;
    }

    /// <summary>Energies of eight rows of descriptors, without biases, and the gradients in the same layout.</summary>
    public void Evaluate(T* descriptors, int stride, T* energies, T* gradients, T* scratch)
    {
        T* ping = scratch + _tanhAt[^1] + Rows * _layers[^1].PackedOutputs, pong = ping + Rows * _width;
        T* x = descriptors, y = ping;
        int xStride = stride;
        for (int l = 0; l < _layers.Length; l++)
        {
            PackedLayer<T> layer = _layers[l];
            int width = layer.PackedOutputs;
            Simd<T>.Multiply(x, xStride, layer.Weights, y, layer.PackedInputs, width);
            T* kept = scratch + _tanhAt[l];
            for (int r = 0; r < Rows; r++)
            {
                for (int v = 0; v < width; v += Vector<T>.Count)
                {
                    Vector<T> pre = Vector.Load(y + r * width + v) + Vector.Load(layer.Bias + v);
                    if (layer.Tanh)
                    {
                        Vector<T> t = Simd<T>.Tanh(pre);
                        t.Store(kept + r * width + v);
                        pre = t * Vector.Load(layer.TimeStep + v);
                    }
                    pre.Store(y + r * width + v);
                }
                layer.AddSkip(x + r * xStride, y + r * width);
            }
            x = y;
            y = y == ping ? pong : ping;
            xStride = width;
        }
        for (int r = 0; r < Rows; r++)
            energies[r] = x[r * xStride];

        // The last layer is linear with one output: its weights are the gradient by its inputs, the same for every row.
        PackedLayer<T> lastLayer = _layers[^1];
        int gStride = Simd<T>.Pad(lastLayer.PackedInputs);
        T* g = _layers.Length == 1 ? gradients : ping;
        T* next = pong;
        for (int r = 0; r < Rows; r++)
            Buffer.MemoryCopy(lastLayer.Transposed, g + r * gStride, gStride * (long)sizeof(T), gStride * (long)sizeof(T));
        for (int l = _layers.Length - 2; l >= 0; l--)
        {
            PackedLayer<T> layer = _layers[l];
            int width = layer.PackedOutputs, inputs = Simd<T>.Pad(layer.PackedInputs);
            T* kept = scratch + _tanhAt[l];
            T* result = l == 0 ? gradients : next;
            // dE/d(pre-activation) overwrites the kept tanh
            for (int r = 0; r < Rows; r++)
                for (int v = 0; v < width; v += Vector<T>.Count)
                {
                    Vector<T> t = Vector.Load(kept + r * width + v);
                    (Vector.Load(g + r * width + v) * Vector.Load(layer.TimeStep + v) * (Vector<T>.One - t * t)).Store(kept + r * width + v);
                }
            Simd<T>.Multiply(kept, width, layer.Transposed, result, layer.Outputs, inputs);
            for (int r = 0; r < Rows; r++)
                layer.AddSkipGradient(g + r * width, result + r * inputs);
            next = g;
            g = result;
        }
    }
}
