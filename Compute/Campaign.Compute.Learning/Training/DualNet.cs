using System.Numerics;
using Campaign.Compute.Learning.Inference;

namespace Campaign.Compute.Learning.Training;

/// <summary>
/// A net on values with tangents, (x, x') → (y, y'), and the reverse pass over both. It is what second-order training
/// needs: the gradient of a force error by the parameters is the gradient of a directional derivative (Pearlmutter,
/// Neural Computation 6 (1994) 147).
/// </summary>
/// <remarks>
/// With p = xW + b, t = tanh p, p' = x'W:  y = t·idt + skip(x),  y' = (1 - t²)·idt·p' + skip(x').
/// Four items at a time: rows 0-3 hold values, rows 4-7 tangents. Parameter gradients add up until collected.
/// </remarks>
internal sealed unsafe class DualNet<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Items per pass.</summary>
    public const int Tile = Rows / 2;

    private const int Rows = Simd<T>.Rows;
    private readonly PackedLayer<T>[] _layers;
    private readonly Pinned<T>[] _x;               // inputs of every layer and, last, the outputs: 8 rows
    private readonly Pinned<T>[] _tanh, _preSlope; // 4 rows
    private readonly Pinned<T>[] _gW, _gB, _gDt;
    private readonly Pinned<T> _gPre, _ping, _pong;

    public DualNet(PackedLayer<T>[] layers)
    {
        _layers = layers;
        OutputLength = layers[^1].PackedOutputs;
        _x = [.. layers.Select((_, l) => new Pinned<T>(Rows * InputStride(l))), new Pinned<T>(Rows * OutputLength)];
        _tanh = [.. layers.Select(l => new Pinned<T>(Tile * l.PackedOutputs))];
        _preSlope = [.. layers.Select(l => new Pinned<T>(Tile * l.PackedOutputs))];
        _gW = [.. layers.Select(l => new Pinned<T>(l.PackedInputs * l.PackedOutputs))];
        _gB = [.. layers.Select(l => new Pinned<T>(l.PackedOutputs))];
        _gDt = [.. layers.Select(l => new Pinned<T>(l.PackedOutputs))];
        int widest = layers.Max(l => Math.Max(l.PackedOutputs, l.TransposedStride));
        (_gPre, _ping, _pong) = (new Pinned<T>(Rows * widest), new Pinned<T>(Rows * widest), new Pinned<T>(Rows * widest));
    }

    /// <summary>Row stride of <see cref="Input"/>.</summary>
    public int InputLength => InputStride(0);

    /// <summary>Row stride of <see cref="OutputGradient"/>.</summary>
    public int OutputLength { get; }

    public T* Input => _x[0].Pointer;

    /// <summary>dS/dy (rows 0-3) and dS/dy' (rows 4-7), to be filled before <see cref="Backward"/>, which spoils it.</summary>
    public T* OutputGradient => _ping.Pointer;

    /// <summary>Fills outputs and what the reverse pass needs.</summary>
    public void Forward()
    {
        for (int l = 0; l < _layers.Length; l++)
        {
            PackedLayer<T> layer = _layers[l];
            int width = layer.PackedOutputs, stride = InputStride(l);
            T* x = _x[l].Pointer, y = _x[l + 1].Pointer;
            Simd<T>.Multiply(x, stride, layer.Weights, y, layer.PackedInputs, width);
            for (int r = 0; r < Tile; r++)
            {
                T* value = y + r * width, slope = value + Tile * width;
                T* t = _tanh[l].Pointer + r * width, pre = _preSlope[l].Pointer + r * width;
                for (int v = 0; v < width; v += Vector<T>.Count)
                {
                    Vector<T> p = Vector.Load(value + v) + Vector.Load(layer.Bias + v);
                    if (!layer.Tanh)
                    {
                        p.Store(value + v);
                        continue;
                    }
                    Vector<T> th = Simd<T>.Tanh(p), dt = Vector.Load(layer.TimeStep + v), dp = Vector.Load(slope + v);
                    th.Store(t + v);
                    dp.Store(pre + v);
                    (th * dt).Store(value + v);
                    ((Vector<T>.One - th * th) * dt * dp).Store(slope + v);
                }
                layer.AddSkip(x + r * stride, value);
                layer.AddSkip(x + (r + Tile) * stride, slope);
            }
        }
    }

    /// <summary>Adds to the parameter gradients; returns dS/dx and dS/dx' as eight rows, or null if not wanted.</summary>
    public T* Backward(bool wantInputGradient)
    {
        T* gy = _ping.Pointer;
        T* gx = _pong.Pointer;
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            PackedLayer<T> layer = _layers[l];
            int width = layer.PackedOutputs;
            T* gp = _gPre.Pointer;
            PreActivationGradient(l, gy, gp);
            AddOuterProducts(_x[l].Pointer, InputStride(l), gp, _gW[l].Pointer, layer.PackedInputs, width);
            if (l == 0 && !wantInputGradient)
                return null;
            Simd<T>.Multiply(gp, width, layer.Transposed, gx, layer.Outputs, layer.TransposedStride);
            for (int r = 0; r < Rows; r++)
                layer.AddSkipGradient(gy + r * width, gx + r * layer.TransposedStride);
            T* swap = gy;
            gy = gx;
            gx = swap;
        }
        return gy;
    }

    /// <summary>Adds the collected gradients to the net's piece of the parameter vector and clears them.</summary>
    public void Collect(Span<double> gradient)
    {
        int at = 0;
        for (int l = 0; l < _layers.Length; l++)
        {
            PackedLayer<T> layer = _layers[l];
            int weights = layer.Inputs * layer.Outputs;
            layer.AddWeightGradient(_gW[l].Pointer, gradient.Slice(at, weights));
            at += weights;
            at += AddVector(_gB[l].Pointer, gradient.Slice(at, layer.Outputs));
            if (layer.HasTimeStep)
                at += AddVector(_gDt[l].Pointer, gradient.Slice(at, layer.Outputs));
            _gW[l].Clear();
            _gB[l].Clear();
            _gDt[l].Clear();
        }
    }

    private int InputStride(int l) => l == 0 ? _layers[0].PackedInputs : _layers[l - 1].PackedOutputs;

    private static int AddVector(T* from, Span<double> to)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += double.CreateChecked(from[i]);
        return to.Length;
    }

    /// <summary>dS/dp and dS/dp' from dS/dy and dS/dy'; collects the gradients of bias and time step.</summary>
    private void PreActivationGradient(int l, T* gy, T* gp)
    {
        PackedLayer<T> layer = _layers[l];
        int width = layer.PackedOutputs;
        for (int v = 0; v < width; v += Vector<T>.Count)
        {
            Vector<T> gb = Vector.Load(_gB[l].Pointer + v), gdt = Vector.Load(_gDt[l].Pointer + v), dt = Vector.Load(layer.TimeStep + v);
            for (int r = 0; r < Tile; r++)
            {
                int value = r * width + v, slope = (r + Tile) * width + v;
                Vector<T> g = Vector.Load(gy + value), gs = Vector.Load(gy + slope);
                if (layer.Tanh)
                {
                    Vector<T> t = Vector.Load(_tanh[l].Pointer + value), pre = Vector.Load(_preSlope[l].Pointer + value);
                    Vector<T> flank = Vector<T>.One - t * t, gsFlank = gs * flank;
                    gdt += g * t + gsFlank * pre;
                    g = flank * dt * (g - (t + t) * pre * gs);
                    gs = gsFlank * dt;
                }
                gb += g;
                g.Store(gp + value);
                gs.Store(gp + slope);
            }
            gb.Store(_gB[l].Pointer + v);
            gdt.Store(_gDt[l].Pointer + v);
        }
    }

    /// <summary>gW += xᵀ gp over the eight rows.</summary>
    private static void AddOuterProducts(T* x, int xStride, T* gp, T* gw, int inputs, int width)
    {
        for (int v = 0; v < width; v += Vector<T>.Count)
        {
            Vector<T> g0 = Vector.Load(gp + v), g1 = Vector.Load(gp + width + v), g2 = Vector.Load(gp + 2 * width + v), g3 = Vector.Load(gp + 3 * width + v),
                g4 = Vector.Load(gp + 4 * width + v), g5 = Vector.Load(gp + 5 * width + v), g6 = Vector.Load(gp + 6 * width + v), g7 = Vector.Load(gp + 7 * width + v);
            T* at = gw + v;
            for (int i = 0; i < inputs; i++, at += width)
            {
                T* xi = x + i;
                Vector<T> sum = Vector.Load(at);
                Vector<T> other = new Vector<T>(xi[0]) * g0;
                sum = Simd<T>.MulAdd(new Vector<T>(xi[xStride]), g1, sum);
                other = Simd<T>.MulAdd(new Vector<T>(xi[2 * xStride]), g2, other);
                sum = Simd<T>.MulAdd(new Vector<T>(xi[3 * xStride]), g3, sum);
                other = Simd<T>.MulAdd(new Vector<T>(xi[4 * xStride]), g4, other);
                sum = Simd<T>.MulAdd(new Vector<T>(xi[5 * xStride]), g5, sum);
                other = Simd<T>.MulAdd(new Vector<T>(xi[6 * xStride]), g6, other);
                sum = Simd<T>.MulAdd(new Vector<T>(xi[7 * xStride]), g7, sum);
                (sum + other).Store(at);
            }
        }
    }
}
