using System.Numerics;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Training;

/// <summary>How rows, T and descriptor of an atom change along the displacement of its pair vectors that the errors of forces and virial ask for.</summary>
/// <param name="work">Holds the atom's pairs, and takes the tangents of their rows.</param>
/// <param name="width">Padded width of the embedding.</param>
/// <param name="axisNeurons">Columns of the descriptor.</param>
internal sealed unsafe class DescriptorTangents<T>(DescriptorWorkspace<T> work, int width, int axisNeurons) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Displacements of an atom's pair vectors along which E must be differentiated, d' = λF_i - λF_j - λVᵀd, turned into tangents of rows.
    /// </summary>
    public void OfRows(int i, int begin, int end, LossResidual residual)
    {
        double[] lv = residual.Virial;
        for (int p = begin; p < end; p++)
        {
            Vec3 force = residual.Forces[i] - residual.Forces[work.PairAtom[p]];
            double x = double.CreateTruncating(work.X[p]), y = double.CreateTruncating(work.Y[p]), z = double.CreateTruncating(work.Z[p]);
            work.TangentX[p] = T.CreateTruncating(force.X - lv[0] * x - lv[3] * y - lv[6] * z);
            work.TangentY[p] = T.CreateTruncating(force.Y - lv[1] * x - lv[4] * y - lv[7] * z);
            work.TangentZ[p] = T.CreateTruncating(force.Z - lv[2] * x - lv[5] * y - lv[8] * z);
        }
        for (int p = begin; p < end; p += Vector<T>.Count)
        {
            Vector<T> x = Vector.Load(work.X + p), y = Vector.Load(work.Y + p), z = Vector.Load(work.Z + p);
            Vector<T> dx = Vector.Load(work.TangentX + p), dy = Vector.Load(work.TangentY + p), dz = Vector.Load(work.TangentZ + p);
            Vector<T> along = x * dx + y * dy + z * dz;
            Vector<T> h = Vector.Load(work.RowOverD + p), slope = Vector.Load(work.RowSlopeOverR + p) * along;
            (Vector.Load(work.SlopeOverR + p) * along).Store(work.TangentS + p);
            (h * dx + slope * x).Store(work.TangentX + p);
            (h * dy + slope * y).Store(work.TangentY + p);
            (h * dz + slope * z).Store(work.TangentZ + p);
        }
    }

    /// <summary>T' = (1/Nsel) Σ G ⊗ R~' + s~' G' ⊗ R~.</summary>
    public void OfT(T* tangent, int begin, int count)
    {
        var scale = new Vector<T>(work.Scale);
        for (int v = 0; v < width; v += Vector<T>.Count)
        {
            Vector<T> t0 = default, t1 = default, t2 = default, t3 = default;
            for (int p = begin; p < begin + count; p++)
            {
                Vector<T> g = Vector.Load(work.G(p) + v), dg = Vector.Load(work.SlopeOfG(p) + v) * new Vector<T>(work.TangentS[p]);
                t0 = Simd<T>.MulAdd(g, new Vector<T>(work.TangentS[p]), Simd<T>.MulAdd(dg, new Vector<T>(work.S[p]), t0));
                t1 = Simd<T>.MulAdd(g, new Vector<T>(work.TangentX[p]), Simd<T>.MulAdd(dg, new Vector<T>(work.Rx[p]), t1));
                t2 = Simd<T>.MulAdd(g, new Vector<T>(work.TangentY[p]), Simd<T>.MulAdd(dg, new Vector<T>(work.Ry[p]), t2));
                t3 = Simd<T>.MulAdd(g, new Vector<T>(work.TangentZ[p]), Simd<T>.MulAdd(dg, new Vector<T>(work.Rz[p]), t3));
            }
            (t0 * scale).Store(tangent + v);
            (t1 * scale).Store(tangent + width + v);
            (t2 * scale).Store(tangent + 2 * width + v);
            (t3 * scale).Store(tangent + 3 * width + v);
        }
    }

    /// <summary>D'[b, a] = Σ_c T'[c, a] T[c, b] + T[c, a] T'[c, b].</summary>
    public void OfDescriptor(T* t, T* tangent, T* d)
    {
        for (int b = 0; b < axisNeurons; b++)
            for (int v = 0; v < width; v += Vector<T>.Count)
            {
                Vector<T> sum = default;
                for (int c = 0; c < 4; c++)
                {
                    sum = Simd<T>.MulAdd(Vector.Load(tangent + c * width + v), new Vector<T>(t[c * width + b]), sum);
                    sum = Simd<T>.MulAdd(Vector.Load(t + c * width + v), new Vector<T>(tangent[c * width + b]), sum);
                }
                sum.Store(d + b * width + v);
            }
    }
}
