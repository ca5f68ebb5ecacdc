using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Campaign.Compute.Learning.Inference;

/// <summary>
/// The few vector operations behind inference, for float and double. The type test of every method is decided at
/// compile time, so each instantiation holds one branch only.
/// </summary>
internal static unsafe class Simd<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers per vector register.</summary>
    public static int Lanes => Vector<T>.Count;

    /// <summary>The smallest multiple of the register width that holds n numbers.</summary>
    public static int Pad(int n) => (n + Lanes - 1) / Lanes * Lanes;

    /// <summary>a·b + c, fused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> MulAdd(Vector<T> a, Vector<T> b, Vector<T> c)
    {
        if (typeof(T) == typeof(float))
            return Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>();
        return Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Tanh(Vector<T> x)
    {
        if (typeof(T) == typeof(float))
            return TanhSingle(x.As<T, float>()).As<float, T>();
        return TanhDouble(x.As<T, double>()).As<double, T>();
    }

    /// <summary>
    /// Rational approximation x·p(x²)/q(x²), fitted for least relative error (7e-10 in exact arithmetic) on |x| ≤ 8.5;
    /// beyond, tanh is 1 to float precision.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> TanhSingle(Vector<float> x)
    {
        x = Vector.Min(Vector.Max(x, new Vector<float>(-8.5f)), new Vector<float>(8.5f));
        Vector<float> z = x * x;
        Vector<float> p = new(-1.34536653844e-11f);
        p = Vector.FusedMultiplyAdd(p, z, new Vector<float>(3.2229161994e-8f));
        p = Vector.FusedMultiplyAdd(p, z, new Vector<float>(2.86803341576e-5f));
        p = Vector.FusedMultiplyAdd(p, z, new Vector<float>(3.90141933087e-3f));
        p = Vector.FusedMultiplyAdd(p, z, new Vector<float>(0.137062653066f));
        p = Vector.FusedMultiplyAdd(p, z, new Vector<float>(0.999999999766f));
        Vector<float> q = new(1.33470302515e-6f);
        q = Vector.FusedMultiplyAdd(q, z, new Vector<float>(3.99714862894e-4f));
        q = Vector.FusedMultiplyAdd(q, z, new Vector<float>(2.73667553658e-2f));
        q = Vector.FusedMultiplyAdd(q, z, new Vector<float>(0.470395981884f));
        q = Vector.FusedMultiplyAdd(q, z, Vector<float>.One);
        return x * p / q;
    }

    /// <summary>1 - 2/(exp(2|x|) + 1) with the sign of x: absolute error of the order of 1e-16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> TanhDouble(Vector<double> x)
    {
        Vector<double> magnitude = Vector.Min(Vector.Abs(x), new Vector<double>(20.0));
        Vector<double> t = Vector<double>.One - new Vector<double>(2.0) / (Vector.Exp(magnitude + magnitude) + Vector<double>.One);
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<double>.Zero), -t, t);
    }

    /// <summary>Rows that <see cref="Multiply"/> works on at once.</summary>
    public const int Rows = 8;

    /// <summary>
    /// C = A B for eight rows. A is (8, inner) with row stride lda, B (inner, columns) and C (8, columns), both with row
    /// stride <paramref name="columns"/>, a multiple of the register width.
    /// </summary>
    public static void Multiply(T* a, int lda, T* b, T* c, int inner, int columns)
    {
        T* a0 = a, a1 = a + lda, a2 = a + 2 * lda, a3 = a + 3 * lda, a4 = a + 4 * lda, a5 = a + 5 * lda, a6 = a + 6 * lda, a7 = a + 7 * lda;
        for (int v = 0; v < columns; v += Vector<T>.Count)
        {
            Vector<T> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
            T* row = b + v;
            for (int i = 0; i < inner; i++, row += columns)
            {
                Vector<T> w = Vector.Load(row);
                c0 = MulAdd(new Vector<T>(a0[i]), w, c0);
                c1 = MulAdd(new Vector<T>(a1[i]), w, c1);
                c2 = MulAdd(new Vector<T>(a2[i]), w, c2);
                c3 = MulAdd(new Vector<T>(a3[i]), w, c3);
                c4 = MulAdd(new Vector<T>(a4[i]), w, c4);
                c5 = MulAdd(new Vector<T>(a5[i]), w, c5);
                c6 = MulAdd(new Vector<T>(a6[i]), w, c6);
                c7 = MulAdd(new Vector<T>(a7[i]), w, c7);
            }
            T* o = c + v;
            c0.Store(o);
            c1.Store(o + columns);
            c2.Store(o + 2 * columns);
            c3.Store(o + 3 * columns);
            c4.Store(o + 4 * columns);
            c5.Store(o + 5 * columns);
            c6.Store(o + 6 * columns);
            c7.Store(o + 7 * columns);
        }
    }
}

/// <summary>A growing array that never moves, aligned to cache lines and zero at first.</summary>
internal sealed unsafe class Pinned<T> where T : unmanaged
{
    private const int Alignment = 64;
    private T[] _array = [];

    public Pinned(int length = 0)
    {
        if (length > 0)
            Reserve(length);
    }

    public Pinned(ReadOnlySpan<T> content)
        : this(content.Length) => content.CopyTo(new Span<T>(Pointer, content.Length));

    public T* Pointer { get; private set; }

    public int Length { get; private set; }

    public void Clear() => new Span<T>(Pointer, Length).Clear();

    /// <summary>Makes room for at least this many numbers; content is not kept when it must grow.</summary>
    public void Reserve(int length)
    {
        if (length <= Length)
            return;
        _array = GC.AllocateArray<T>(length + Alignment / sizeof(T), pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
        Pointer = (T*)((start + Alignment - 1) & -Alignment);
        Length = length;
    }
}
