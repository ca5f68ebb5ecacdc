namespace Campaign.Compute.Transport;

/// <summary>In-place radix-2 complex Fourier transform with tables made once per length.</summary>
internal sealed class Fft
{
    private readonly double[] _cos, _sin;
    private readonly int[] _reverse;

    /// <param name="length">A power of two.</param>
    public Fft(int length)
    {
        Length = length;
        _cos = new double[length / 2];
        _sin = new double[length / 2];
        for (int i = 0; i < length / 2; i++)
            (_sin[i], _cos[i]) = Math.SinCos(-2 * Math.PI * i / length);
        _reverse = new int[length];
        int bits = int.Log2(length);
        for (int i = 0; i < length; i++)
        {
            int r = 0;
            for (int b = 0; b < bits; b++)
                r |= ((i >> b) & 1) << (bits - 1 - b);
            _reverse[i] = r;
        }
    }

    public int Length { get; }

    /// <summary>The smallest power of two that holds a linear correlation of n samples without wrap-around.</summary>
    public static int PaddedLength(int n) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, 2 * n));

    /// <summary>Forward transform, exp(-2πi jk/n), unnormalised.</summary>
    public void Forward(double[] re, double[] im)
    {
        for (int i = 0; i < Length; i++)
        {
            int j = _reverse[i];
            if (j > i)
            {
                (re[i], re[j]) = (re[j], re[i]);
                (im[i], im[j]) = (im[j], im[i]);
            }
        }
        for (int half = 1, stride = Length / 2; half < Length; half *= 2, stride /= 2)
            for (int start = 0; start < Length; start += 2 * half)
                for (int k = 0, t = 0; k < half; k++, t += stride)
                {
                    int p = start + k, q = p + half;
                    double c = _cos[t], s = _sin[t];
                    double xr = re[q] * c - im[q] * s, xi = re[q] * s + im[q] * c;
                    re[q] = re[p] - xr;
                    im[q] = im[p] - xi;
                    re[p] += xr;
                    im[p] += xi;
                }
    }
}
