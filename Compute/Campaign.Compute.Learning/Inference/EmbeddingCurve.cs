using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;

namespace Campaign.Compute.Learning.Inference;

/// <summary>
/// An embedding net seen as a curve s → G(s): value and derivative together (forward mode), four neighbours at a time.
/// One weight load serves eight rows and nothing has to be kept for a backward pass.
/// </summary>
internal sealed unsafe class EmbeddingCurve<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Neighbours per tile; G and G' must have room for that many rows beyond the last.</summary>
    public const int Tile = Simd<T>.Rows / 2;

    private readonly PackedLayer<T>[] _layers;

    public EmbeddingCurve(DenseNet net)
        : this([.. net.Layers.Select(PackedLayer<T>.Contiguous)])
    {
    }

    public EmbeddingCurve(PackedLayer<T>[] layers)
    {
        _layers = layers;
        Width = _layers[^1].PackedOutputs;
        ScratchLength = 2 * Simd<T>.Rows * _layers.Max(l => Math.Max(l.PackedOutputs, l.Inputs));
    }

    /// <summary>M1 padded to the register width: the row stride of G and G'.</summary>
    public int Width { get; }

    /// <summary>Numbers of scratch space that <see cref="Evaluate"/> needs.</summary>
    public int ScratchLength { get; }

    /// <summary>G (count, Width) and dG/ds for the given s; reads s up to the next multiple of the tile.</summary>
    public void Evaluate(T* s, int count, T* g, T* dg, T* scratch)
    {
        T* x = scratch, y = scratch + ScratchLength / 2;
        for (int p = 0; p < count; p += Tile)
        {
            for (int r = 0; r < Tile; r++)
            {
                x[r] = s[p + r];
                x[r + Tile] = T.One;
            }
            int stride = 1;
            for (int l = 0; l < _layers.Length; l++)
            {
                PackedLayer<T> layer = _layers[l];
                int width = layer.PackedOutputs;
                Simd<T>.Multiply(x, stride, layer.Weights, y, layer.Inputs, width);
                bool last = l == _layers.Length - 1;
                for (int r = 0; r < Tile; r++)
                {
                    T* value = y + r * width, slope = value + Tile * width;
                    Activate(layer, value, slope);
                    layer.AddSkip(x + r * stride, value);
                    layer.AddSkip(x + (r + Tile) * stride, slope);
                    if (last)
                    {
                        Copy(value, g + (p + r) * width, width);
                        Copy(slope, dg + (p + r) * width, width);
                    }
                }
                T* swap = x;
                x = y;
                y = swap;
                stride = width;
            }
        }
    }

    private static void Activate(PackedLayer<T> layer, T* value, T* slope)
    {
        for (int v = 0; v < layer.PackedOutputs; v += Vector<T>.Count)
        {
            Vector<T> pre = Vector.Load(value + v) + Vector.Load(layer.Bias + v);
            if (!layer.Tanh)
            {
                pre.Store(value + v);
                continue;
            }
            Vector<T> dt = Vector.Load(layer.TimeStep + v), t = Simd<T>.Tanh(pre);
            (t * dt).Store(value + v);
            ((Vector<T>.One - t * t) * dt * Vector.Load(slope + v)).Store(slope + v);
        }
    }

    private static void Copy(T* from, T* to, int n)
    {
        for (int v = 0; v < n; v += Vector<T>.Count)
            Vector.Load(from + v).Store(to + v);
    }
}
