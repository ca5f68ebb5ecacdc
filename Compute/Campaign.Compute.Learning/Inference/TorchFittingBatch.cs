using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Campaign.Compute.Learning.DeepPotSe;
using TorchSharp;
using static TorchSharp.torch;

namespace Campaign.Compute.Learning.Inference;

/// <summary>
/// Large fitting nets by libtorch's matrix products over many atoms at once; what lies between the products is done here in one sweep each.
/// All buffers are made once: a step allocates no memory of a size that matters.
/// </summary>
internal sealed unsafe class TorchFittingBatch<T> : FittingBatch<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LargeLayer = 32 * 1024; // weights
    private readonly Net[] _nets;
    private readonly Rows _descriptors, _gradients;
    private readonly Rows[] _kept, _values; // per layer: tanh, output
    private readonly Pinned<T> _energies;
    private readonly List<Rows> _all = [];

    public TorchFittingBatch(DeepPotential model, int[] descriptorAt, int descriptorLength, int atoms)
        : base(atoms)
    {
        set_num_threads(1); // a calculator is one thread's; libtorch would take every core for each of them
        _nets = [.. model.Fittings.Select(f => new Net(f, FittingGradient<T>.Pack(f, descriptorAt, descriptorLength)))];
        int[] widths = [.. _nets[0].Layers[..^1].Select(l => l.PackedOutputs)];
        _descriptors = Made(descriptorLength);
        _gradients = Made(descriptorLength);
        _kept = [.. widths.Select(Made)];
        _values = [.. widths.Select(Made)];
        _energies = new Pinned<T>(atoms);
    }

    /// <summary>Whether nets of this shape are better served here than eight atoms at a time: large, and each like the others.</summary>
    public static bool Pays(DeepPotential model)
    {
        IReadOnlyList<DenseLayer> first = model.Fittings[0].Layers;
        return first.Count > 1 && (long)first[0].Inputs * first[0].Outputs > LargeLayer
            && model.Fittings.All(f => f.Layers.Count == first.Count && f.Layers[^1].Skip == SkipConnection.None
                && f.Layers.SkipLast(1).Zip(first).All(p => p.First.Tanh && p.First.Outputs == p.Second.Outputs));
    }

    public override T* Descriptors => _descriptors.Pointer;

    public override T* Energies => _energies.Pointer;

    public override T* Gradients => _gradients.Pointer;

    public override void Evaluate(int type, int atoms)
    {
        using DisposeScope scope = NewDisposeScope();
        Net net = _nets[type];
        int hidden = net.Layers.Length - 1;
        for (int l = 0; l < hidden; l++)
        {
            Rows x = l == 0 ? _descriptors : _values[l - 1];
            _values[l].Product(x, net.Weights[l], atoms);
            Activate(net.Layers[l], x, l, atoms);
        }

        PackedLayer<T> last = net.Layers[hidden];
        Rows y = _values[hidden - 1];
        for (int r = 0; r < atoms; r++)
        {
            T sum = last.Bias[0];
            for (int i = 0; i < last.Inputs; i++)
                sum += y.Row(r)[i] * last.Transposed[i];
            _energies.Pointer[r] = sum;
            // linear with one output: its weights are the gradient by its inputs, the same for every row
            new Span<T>(last.Transposed, last.Inputs).CopyTo(new Span<T>(y.Row(r), y.Columns));
        }

        for (int l = hidden - 1; l >= 0; l--)
        {
            PackedLayer<T> layer = net.Layers[l];
            Rows result = l == 0 ? _gradients : _values[l - 1];
            ThroughActivation(layer, l, atoms);
            result.Product(_kept[l], net.Transposed[l], atoms);
            for (int r = 0; r < atoms; r++)
                layer.AddSkipGradient(_values[l].Row(r), result.Row(r));
        }
    }

    public override void Dispose()
    {
        foreach (Rows rows in _all)
            rows.Tensor.Dispose();
        foreach (Net net in _nets)
            foreach (Tensor tensor in net.Weights.Concat(net.Transposed))
                tensor.Dispose();
    }

    /// <summary>y = idt · tanh(y + b) + skip(x); the tanh is kept.</summary>
    private void Activate(PackedLayer<T> layer, Rows x, int l, int atoms)
    {
        for (int r = 0; r < atoms; r++)
        {
            T* y = _values[l].Row(r), kept = _kept[l].Row(r);
            for (int v = 0; v < layer.PackedOutputs; v += Vector<T>.Count)
            {
                Vector<T> t = Simd<T>.Tanh(Vector.Load(y + v) + Vector.Load(layer.Bias + v));
                t.Store(kept + v);
                (t * Vector.Load(layer.TimeStep + v)).Store(y + v);
            }
            layer.AddSkip(x.Row(r), y);
        }
    }

    /// <summary>The gradient by the layer's sums takes the place of its tanh.</summary>
    private void ThroughActivation(PackedLayer<T> layer, int l, int atoms)
    {
        for (int r = 0; r < atoms; r++)
        {
            T* g = _values[l].Row(r), kept = _kept[l].Row(r);
            for (int v = 0; v < layer.PackedOutputs; v += Vector<T>.Count)
            {
                Vector<T> t = Vector.Load(kept + v);
                (Vector.Load(g + v) * Vector.Load(layer.TimeStep + v) * (Vector<T>.One - t * t)).Store(kept + v);
            }
        }
    }

    private Rows Made(int columns)
    {
        var rows = new Rows(Atoms, columns);
        _all.Add(rows);
        return rows;
    }

    /// <summary>A tensor of one row per atom, and where its numbers lie.</summary>
    private sealed class Rows
    {
        public Rows(int rows, int columns)
        {
            Columns = columns;
            using DisposeScope scope = NewDisposeScope();
            Tensor = zeros(rows, columns, typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64).DetachFromDisposeScope();
            Pointer = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Tensor.bytes));
        }

        public int Columns { get; }

        public Tensor Tensor { get; }

        public T* Pointer { get; }

        public T* Row(int r) => Pointer + (long)r * Columns;

        /// <summary>This = a · b for the first rows.</summary>
        public void Product(Rows a, Tensor b, int rows)
        {
            Tensor.narrow(0, 0, rows).addmm_(a.Tensor.narrow(0, 0, rows), b, beta: 0);
        }
    }

    /// <summary>One net: its layers, and the products' right sides with zero rows where the layer before is padded.</summary>
    private sealed class Net
    {
        public Net(DenseNet net, PackedLayer<T>[] layers)
        {
            Layers = layers;
            var weights = new List<Tensor>();
            var transposed = new List<Tensor>();
            for (int l = 0; l < net.Layers.Count - 1; l++)
            {
                PackedLayer<T> layer = layers[l];
                int inputs = l == 0 ? layer.PackedInputs : layers[l - 1].PackedOutputs;
                var w = new Rows(inputs, layer.PackedOutputs);
                new Span<T>(layer.Weights, layer.PackedInputs * layer.PackedOutputs).CopyTo(new Span<T>(w.Pointer, inputs * layer.PackedOutputs));
                var back = new Rows(layer.PackedOutputs, inputs);
                for (int o = 0; o < layer.Outputs; o++)
                    new Span<T>(layer.Transposed + o * layer.TransposedStride, layer.PackedInputs).CopyTo(new Span<T>(back.Row(o), inputs));
                weights.Add(w.Tensor);
                transposed.Add(back.Tensor);
            }
            Weights = [.. weights];
            Transposed = [.. transposed];
        }

        public PackedLayer<T>[] Layers { get; }

        /// <summary>(inputs, outputs) of every layer but the last.</summary>
        public Tensor[] Weights { get; }

        /// <summary>(outputs, inputs).</summary>
        public Tensor[] Transposed { get; }
    }
}
