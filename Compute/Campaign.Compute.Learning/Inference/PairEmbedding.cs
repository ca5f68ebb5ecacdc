using System.Numerics;

namespace Campaign.Compute.Learning.Inference;

/// <summary>What the neighbours of one type give to T, and what the gradient by T gives back to them.</summary>
internal abstract unsafe class PairEmbedding<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>M1 padded to the register width.</summary>
    public abstract int Width { get; }

    /// <summary>T += Gᵀ R~ for a run of pairs.</summary>
    public abstract void Accumulate(DescriptorWorkspace<T> work, T* t, int begin, int count);

    /// <summary>dE/dR~ of the same pairs, after <see cref="Accumulate"/>.</summary>
    public abstract void RowGradients(DescriptorWorkspace<T> work, T* gt, int begin, int count);
}

/// <summary>Through the net itself; G and its slope of every pair are kept from the way there for the way back.</summary>
internal sealed unsafe class ExactEmbedding<T>(EmbeddingCurve<T> curve) : PairEmbedding<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Pinned<T> _scratch = new(curve.ScratchLength);

    public override int Width => curve.Width;

    public override void Accumulate(DescriptorWorkspace<T> work, T* t, int begin, int count)
    {
        work.KeepCurves();
        curve.Evaluate(work.S + begin, count, work.G(begin), work.SlopeOfG(begin), _scratch.Pointer);
        work.Accumulate(t, begin, count);
    }

    public override void RowGradients(DescriptorWorkspace<T> work, T* gt, int begin, int count) => work.RowGradients(gt, begin, begin + count);
}

/// <summary>Through a table: both ways read the pair's row of it, and nothing of G is stored.</summary>
internal sealed unsafe class TabulatedEmbedding<T>(EmbeddingTable<T> table) : PairEmbedding<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override int Width => table.Width;

    public override void Accumulate(DescriptorWorkspace<T> work, T* t, int begin, int count)
    {
        Locate(work, begin, count);
        int width = table.Width;
        T* t1 = t + width, t2 = t1 + width, t3 = t2 + width;
        T* place = work.Place, rs = work.S, rx = work.Rx, ry = work.Ry, rz = work.Rz;
        nint[] rows = work.TableRow;
        for (int p = begin; p < begin + count; p++)
        {
            T* a = (T*)rows[p];
            Vector<T> u = new(place[p]), s = new(rs[p]), x = new(rx[p]), y = new(ry[p]), z = new(rz[p]);
            for (int v = 0; v < width; v += Vector<T>.Count, a += 6 * Vector<T>.Count)
            {
                Vector<T> g = Simd<T>.MulAdd(Vector.Load(a + 5 * Vector<T>.Count), u, Vector.Load(a + 4 * Vector<T>.Count));
                g = Simd<T>.MulAdd(g, u, Vector.Load(a + 3 * Vector<T>.Count));
                g = Simd<T>.MulAdd(g, u, Vector.Load(a + 2 * Vector<T>.Count));
                g = Simd<T>.MulAdd(g, u, Vector.Load(a + Vector<T>.Count));
                g = Simd<T>.MulAdd(g, u, Vector.Load(a));
                Simd<T>.MulAdd(g, s, Vector.Load(t + v)).Store(t + v);
                Simd<T>.MulAdd(g, x, Vector.Load(t1 + v)).Store(t1 + v);
                Simd<T>.MulAdd(g, y, Vector.Load(t2 + v)).Store(t2 + v);
                Simd<T>.MulAdd(g, z, Vector.Load(t3 + v)).Store(t3 + v);
            }
        }
    }

    public override void RowGradients(DescriptorWorkspace<T> work, T* gt, int begin, int count)
    {
        int width = table.Width;
        T* gt1 = gt + width, gt2 = gt1 + width, gt3 = gt2 + width;
        T* place = work.Place, rs = work.S, rx = work.Rx, ry = work.Ry, rz = work.Rz;
        T* gradS = work.GradS, gradX = work.GradX, gradY = work.GradY, gradZ = work.GradZ;
        nint[] rows = work.TableRow;
        T intervalsPerUnit = table.IntervalsPerUnit;
        for (int p = begin; p < begin + count; p++)
        {
            T* a = (T*)rows[p];
            Vector<T> u = new(place[p]), s = new(rs[p]), x = new(rx[p]), y = new(ry[p]), z = new(rz[p]);
            Vector<T> sumSlope = default, sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int v = 0; v < width; v += Vector<T>.Count, a += 6 * Vector<T>.Count)
            {
                Vector<T> slope = Vector.Load(a + 5 * Vector<T>.Count);
                Vector<T> value = Simd<T>.MulAdd(slope, u, Vector.Load(a + 4 * Vector<T>.Count));
                slope = Simd<T>.MulAdd(slope, u, value);
                value = Simd<T>.MulAdd(value, u, Vector.Load(a + 3 * Vector<T>.Count));
                slope = Simd<T>.MulAdd(slope, u, value);
                value = Simd<T>.MulAdd(value, u, Vector.Load(a + 2 * Vector<T>.Count));
                slope = Simd<T>.MulAdd(slope, u, value);
                value = Simd<T>.MulAdd(value, u, Vector.Load(a + Vector<T>.Count));
                slope = Simd<T>.MulAdd(slope, u, value);
                value = Simd<T>.MulAdd(value, u, Vector.Load(a));
                Vector<T> t0 = Vector.Load(gt + v), t1 = Vector.Load(gt1 + v), t2 = Vector.Load(gt2 + v), t3 = Vector.Load(gt3 + v);
                Vector<T> through = Simd<T>.MulAdd(t3, z, Simd<T>.MulAdd(t2, y, Simd<T>.MulAdd(t1, x, t0 * s)));
                sumSlope = Simd<T>.MulAdd(slope, through, sumSlope);
                sum0 = Simd<T>.MulAdd(value, t0, sum0);
                sum1 = Simd<T>.MulAdd(value, t1, sum1);
                sum2 = Simd<T>.MulAdd(value, t2, sum2);
                sum3 = Simd<T>.MulAdd(value, t3, sum3);
            }
            gradS[p] = Vector.Sum(sum0) + Vector.Sum(sumSlope) * intervalsPerUnit;
            gradX[p] = Vector.Sum(sum1);
            gradY[p] = Vector.Sum(sum2);
            gradZ[p] = Vector.Sum(sum3);
        }
    }

    /// <summary>Finds every pair's row and its place in the interval; a pair outside gets a row of its own from the net.</summary>
    private void Locate(DescriptorWorkspace<T> work, int begin, int count)
    {
        T end = T.CreateTruncating(table.Intervals), lower = table.Lower, intervalsPerUnit = table.IntervalsPerUnit;
        T* s = work.S, place = work.Place, first = table.Row(0);
        int length = table.RowLength;
        nint[] rows = work.TableRow;
        for (int p = begin; p < begin + count; p++)
        {
            T at = (s[p] - lower) * intervalsPerUnit;
            if (at >= T.Zero && at < end)
            {
                int interval = int.CreateTruncating(at);
                rows[p] = (nint)(first + (long)interval * length);
                place[p] = at - T.CreateTruncating(interval);
            }
            else
            {
                T* row = work.OutsideRow(length);
                table.WriteExact(double.CreateTruncating(s[p]), row);
                rows[p] = (nint)row;
                place[p] = T.Zero;
            }
        }
    }
}
