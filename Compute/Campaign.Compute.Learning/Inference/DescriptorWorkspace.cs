using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;

namespace Campaign.Compute.Learning.Inference;

/// <summary>
/// Pairs of some atoms and the steps of the descriptor over them: environment rows, T = Σ G ⊗ R~, D = T Tᵀ, and the way back.
/// Every T holds four rows of the padded embedding width; every D holds D transposed, b · width + a, so that vectors run along a.
/// </summary>
internal sealed unsafe class DescriptorWorkspace<T>(DescriptorShape shape, int width) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int PairFields = 19;

    private readonly int _width = width;
    private readonly int _axis = shape.AxisNeurons;
    private readonly Pinned<T> _pairs = new(), _g = new(), _dg = new();
    private readonly List<Pinned<T>> _outside = [];
    private int _pairCapacity, _outsideUsed;

    /// <summary>Pairs so far that lay outside a table.</summary>
    public long OutsideTable { get; private set; }

    /// <summary>Atom j of every pair.</summary>
    public int[] PairAtom { get; private set; } = [];

    /// <summary>Where every pair's row of coefficients lies, where there are tables.</summary>
    public nint[] TableRow { get; private set; } = [];

    /// <summary>Length of a packed row of the descriptor.</summary>
    public int DescriptorLength => _axis * _width;

    /// <summary>Where element a · M2 + b of DeePMD-kit's descriptor lies in a packed row.</summary>
    public static int[] PackedIndices(DescriptorShape shape, int width)
    {
        var at = new int[shape.DescriptorWidth];
        for (int a = 0; a < shape.EmbeddingWidth; a++)
            for (int b = 0; b < shape.AxisNeurons; b++)
                at[a * shape.AxisNeurons + b] = b * width + a;
        return at;
    }

    /// <summary>1/Nsel.</summary>
    public T Scale { get; } = T.One / T.CreateChecked(shape.Slots);

    /// <summary>Room for pairs of some atoms, each atom's run starting on a vector of its own.</summary>
    public static int PairsNeeded(int atoms, int neighbors) => neighbors + atoms * (2 * Simd<T>.Lanes + EmbeddingCurve<T>.Tile) + 2 * Simd<T>.Lanes;

    /// <summary>Makes room; what was there is lost when it must grow.</summary>
    public void Reserve(int pairs)
    {
        if (pairs <= _pairCapacity)
            return;
        _pairCapacity = Simd<T>.Pad(pairs * 5 / 4);
        _pairs.Reserve(PairFields * _pairCapacity);
        PairAtom = new int[_pairCapacity];
        TableRow = new nint[_pairCapacity];
    }

    /// <summary>Makes room for G and its slope of every pair, which only embeddings that keep them ask for.</summary>
    public void KeepCurves()
    {
        _g.Reserve(_pairCapacity * _width);
        _dg.Reserve(_pairCapacity * _width);
    }

    /// <summary>A row of coefficients for a pair that no table holds, good until the next block.</summary>
    public T* OutsideRow(int length)
    {
        OutsideTable++;
        if (_outsideUsed == _outside.Count)
            _outside.Add(new Pinned<T>(length));
        return _outside[_outsideUsed++].Pointer;
    }

    public void NextBlock() => _outsideUsed = 0;

    /// <summary>G of a pair.</summary>
    public T* G(int pair) => _g.Pointer + pair * _width;

    /// <summary>dG/ds~ of a pair.</summary>
    public T* SlopeOfG(int pair) => _dg.Pointer + pair * _width;

    // Fields of a pair, one array each: d, then the row R~, then what turns a gradient by the row into one by d.
    public T* X => _pairs.Pointer;
    public T* Y => X + _pairCapacity;
    public T* Z => X + 2 * _pairCapacity;
    public T* S => X + 3 * _pairCapacity;
    public T* Rx => X + 4 * _pairCapacity;
    public T* Ry => X + 5 * _pairCapacity;
    public T* Rz => X + 6 * _pairCapacity;
    public T* RowOverD => X + 7 * _pairCapacity;        // h: R~ = h d
    public T* RowSlopeOverR => X + 8 * _pairCapacity;   // h'/r
    public T* SlopeOverR => X + 9 * _pairCapacity;      // (ds~/dr)/r
    public T* GradS => X + 10 * _pairCapacity;
    public T* GradX => X + 11 * _pairCapacity;
    public T* GradY => X + 12 * _pairCapacity;
    public T* GradZ => X + 13 * _pairCapacity;

    /// <summary>Place in the table's interval, 0 to 1.</summary>
    public T* Place => X + 18 * _pairCapacity;

    // Tangents of the row (first those of d, then turned into the row's), for training.
    public T* TangentS => X + 14 * _pairCapacity;
    public T* TangentX => X + 15 * _pairCapacity;
    public T* TangentY => X + 16 * _pairCapacity;
    public T* TangentZ => X + 17 * _pairCapacity;

    /// <summary>Fills the unused lanes behind the last pair with a harmless distance.</summary>
    public void Seal(int end)
    {
        T* x = X, y = Y, z = Z;
        for (int p = end; p < Simd<T>.Pad(end + EmbeddingCurve<T>.Tile); p++)
            (x[p], y[p], z[p]) = (T.One, T.One, T.One);
    }

    /// <summary>
    /// s = w(u)/r with w = 1 + u³(-6u² + 15u - 10), u = (r - rs)/(rc - rs) clamped to [0, 1]; rows and their slopes.
    /// </summary>
    public void EnvironmentRows(int begin, int end, EnvironmentStatistics stats)
    {
        var rs = new Vector<T>(T.CreateTruncating(shape.SmoothFromA));
        var inverseWidth = new Vector<T>(T.CreateTruncating(1 / (shape.CutoffA - shape.SmoothFromA)));
        var mean = new Vector<T>(T.CreateTruncating(stats.Mean));
        var inverseStd = new Vector<T>(T.CreateTruncating(1 / stats.Std));
        var inverseStdAngular = new Vector<T>(T.CreateTruncating(1 / stats.StdAngular));
        Vector<T> one = Vector<T>.One, six = new(T.CreateTruncating(6)), ten = new(T.CreateTruncating(10)),
            fifteen = new(T.CreateTruncating(15)), thirty = new(T.CreateTruncating(30));
        for (int p = begin; p < end; p += Vector<T>.Count)
        {
            Vector<T> x = Vector.Load(X + p), y = Vector.Load(Y + p), z = Vector.Load(Z + p);
            Vector<T> r = Vector.SquareRoot(x * x + y * y + z * z), inverse = one / r;
            Vector<T> u = Vector.Min(Vector.Max((r - rs) * inverseWidth, Vector<T>.Zero), one);
            Vector<T> u2 = u * u;
            Vector<T> w = one - u2 * u * (six * u2 - fifteen * u + ten);
            Vector<T> dw = -thirty * u2 * (u - one) * (u - one) * inverseWidth;
            Vector<T> s = w * inverse, ds = (dw - s) * inverse;
            Vector<T> h = s * inverse * inverseStdAngular;
            ((s - mean) * inverseStd).Store(S + p);
            (h * x).Store(Rx + p);
            (h * y).Store(Ry + p);
            (h * z).Store(Rz + p);
            h.Store(RowOverD + p);
            ((ds * inverseStdAngular - h) * inverse * inverse).Store(RowSlopeOverR + p);
            (ds * inverse * inverseStd).Store(SlopeOverR + p);
        }
    }

    public void AddScaled(T* t, T* row, T factor)
    {
        for (int v = 0; v < _width; v += Vector<T>.Count)
            Simd<T>.MulAdd(Vector.Load(row + v), new Vector<T>(factor), Vector.Load(t + v)).Store(t + v);
    }

    /// <summary>T += Gᵀ R~ for a run of pairs; T holds four rows of M1.</summary>
    public void Accumulate(T* t, int begin, int count)
    {
        T* s = S + begin, rx = Rx + begin, ry = Ry + begin, rz = Rz + begin;
        for (int v = 0; v < _width; v += Vector<T>.Count)
        {
            Vector<T> t0 = Vector.Load(t + v), t1 = Vector.Load(t + _width + v),
                t2 = Vector.Load(t + 2 * _width + v), t3 = Vector.Load(t + 3 * _width + v);
            T* g = G(begin) + v;
            for (int p = 0; p < count; p++, g += _width)
            {
                Vector<T> row = Vector.Load(g);
                t0 = Simd<T>.MulAdd(row, new Vector<T>(s[p]), t0);
                t1 = Simd<T>.MulAdd(row, new Vector<T>(rx[p]), t1);
                t2 = Simd<T>.MulAdd(row, new Vector<T>(ry[p]), t2);
                t3 = Simd<T>.MulAdd(row, new Vector<T>(rz[p]), t3);
            }
            t0.Store(t + v);
            t1.Store(t + _width + v);
            t2.Store(t + 2 * _width + v);
            t3.Store(t + 3 * _width + v);
        }
    }

    /// <summary>D[b, a] = Σ_c T[c, a] T[c, b] for b below the axis width.</summary>
    public void Descriptor(T* t, T* d)
    {
        for (int b = 0; b < _axis; b++)
        {
            Vector<T> b0 = new(t[b]), b1 = new(t[_width + b]), b2 = new(t[2 * _width + b]), b3 = new(t[3 * _width + b]);
            for (int v = 0; v < _width; v += Vector<T>.Count)
            {
                Vector<T> sum = b0 * Vector.Load(t + v);
                sum = Simd<T>.MulAdd(b1, Vector.Load(t + _width + v), sum);
                sum = Simd<T>.MulAdd(b2, Vector.Load(t + 2 * _width + v), sum);
                sum = Simd<T>.MulAdd(b3, Vector.Load(t + 3 * _width + v), sum);
                sum.Store(d + b * _width + v);
            }
        }
    }

    /// <summary>dE/dT, with the 1/Nsel of T already in it.</summary>
    public void DescriptorGradient(T* t, T* gd, T* gt)
    {
        var scale = new Vector<T>(Scale);
        for (int c = 0; c < 4; c++)
        {
            T* row = t + c * _width, result = gt + c * _width;
            for (int v = 0; v < _width; v += Vector<T>.Count)
            {
                Vector<T> sum = default;
                for (int b = 0; b < _axis; b++)
                    sum = Simd<T>.MulAdd(Vector.Load(gd + b * _width + v), new Vector<T>(row[b]), sum);
                sum.Store(result + v);
            }
            for (int b = 0; b < _axis; b++)
            {
                Vector<T> sum = default;
                for (int v = 0; v < _width; v += Vector<T>.Count)
                    sum = Simd<T>.MulAdd(Vector.Load(gd + b * _width + v), Vector.Load(row + v), sum);
                result[b] += Vector.Sum(sum);
            }
            for (int v = 0; v < _width; v += Vector<T>.Count)
                (Vector.Load(result + v) * scale).Store(result + v);
        }
    }

    /// <summary>dE/dR~ of every pair; the first component also carries the way through G(s~).</summary>
    public void RowGradients(T* gt, int begin, int end)
    {
        T* s = S, rx = Rx, ry = Ry, rz = Rz;
        T* gs = GradS, gx = GradX, gy = GradY, gz = GradZ;
        T* gt0 = gt, gt1 = gt0 + _width, gt2 = gt1 + _width, gt3 = gt2 + _width;
        for (int p = begin; p < end; p++)
        {
            T* g = G(p);
            T* dg = SlopeOfG(p);
            Vector<T> s0 = new(s[p]), x0 = new(rx[p]), y0 = new(ry[p]), z0 = new(rz[p]);
            Vector<T> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int v = 0; v < _width; v += Vector<T>.Count)
            {
                Vector<T> t0 = Vector.Load(gt0 + v), t1 = Vector.Load(gt1 + v), t2 = Vector.Load(gt2 + v), t3 = Vector.Load(gt3 + v);
                Vector<T> value = Vector.Load(g + v);
                Vector<T> through = Simd<T>.MulAdd(t3, z0, Simd<T>.MulAdd(t2, y0, Simd<T>.MulAdd(t1, x0, t0 * s0)));
                sum0 = Simd<T>.MulAdd(value, t0, Simd<T>.MulAdd(Vector.Load(dg + v), through, sum0));
                sum1 = Simd<T>.MulAdd(value, t1, sum1);
                sum2 = Simd<T>.MulAdd(value, t2, sum2);
                sum3 = Simd<T>.MulAdd(value, t3, sum3);
            }
            gs[p] = Vector.Sum(sum0);
            gx[p] = Vector.Sum(sum1);
            gy[p] = Vector.Sum(sum2);
            gz[p] = Vector.Sum(sum3);
        }
    }

    /// <summary>dE/dd of every pair, in place of the row gradients.</summary>
    public void PairGradients(int begin, int end)
    {
        for (int p = begin; p < end; p += Vector<T>.Count)
        {
            Vector<T> x = Vector.Load(X + p), y = Vector.Load(Y + p), z = Vector.Load(Z + p);
            Vector<T> gx = Vector.Load(GradX + p), gy = Vector.Load(GradY + p), gz = Vector.Load(GradZ + p);
            Vector<T> along = Vector.Load(GradS + p) * Vector.Load(SlopeOverR + p)
                + Vector.Load(RowSlopeOverR + p) * (gx * x + gy * y + gz * z);
            Vector<T> h = Vector.Load(RowOverD + p);
            (along * x + h * gx).Store(GradX + p);
            (along * y + h * gy).Store(GradY + p);
            (along * z + h * gz).Store(GradZ + p);
        }
    }
}
