using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>Numbers as Fortran writes them: columns that touch (<c>-1.5-2.5</c>), <c>.5</c>, <c>1.0E-03</c>, <c>1.0D-03</c>, and stars where they did not fit.</summary>
internal static class Decimals
{
    private const int ExactDigits = 15;

    private static readonly double[] PowersOfTen = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Takes the next number off the front of <paramref name="text"/>. Stars are NaN, and so is what is no number, which is left where it is.</summary>
    /// <returns>Whether a number, or stars, stood there.</returns>
    public static bool Take(ref ReadOnlySpan<byte> text, out double value)
    {
        ReadOnlySpan<byte> s = text.TrimStart(" \t"u8);
        value = double.NaN;
        if (s.IsEmpty)
            return false;
        if (s[0] == '*')
        {
            int stars = s.IndexOfAnyExcept((byte)'*');
            text = stars < 0 ? default : s[stars..];
            return true;
        }
        int i = s[0] is (byte)'-' or (byte)'+' ? 1 : 0, digits = 0, decimals = 0;
        bool negative = s[0] == '-', point = false;
        long mantissa = 0;
        for (; i < s.Length; i++)
        {
            int digit = s[i] - '0';
            if ((uint)digit <= 9)
            {
                digits++;
                if (digits <= 18)
                    mantissa = mantissa * 10 + digit;
                if (point)
                    decimals++;
            }
            else if (s[i] == '.' && !point)
            {
                point = true;
            }
            else
            {
                break;
            }
        }
        if (digits == 0)
            return false;
        int exponent = 0, end = i;
        if (i < s.Length && s[i] is (byte)'E' or (byte)'e' or (byte)'D' or (byte)'d' && TakeExponent(s[(i + 1)..], out exponent, out int length))
            end = i + 1 + length;
        if (end < s.Length && s[end] is not ((byte)' ' or (byte)'\t' or (byte)'-' or (byte)'+' or (byte)'<' or (byte)',' or (byte)';' or (byte)')' or (byte)'*'))
            return false; // 1.5x, 1.5.2: two columns that touch cannot be told apart
        int scale = exponent - decimals;
        if (digits <= ExactDigits && Math.Abs(scale) <= 22) // both exact in binary, so one rounding
        {
            value = scale < 0 ? mantissa / PowersOfTen[-scale] : mantissa * PowersOfTen[scale];
            value = negative ? -value : value;
        }
        else if (!TryParseSlowly(s[..end], out value))
        {
            return false;
        }
        text = s[end..];
        return true;
    }

    /// <summary>As many numbers as <paramref name="values"/> holds; false when there are fewer, or what stands there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Take(ref ReadOnlySpan<byte> text, scoped Span<double> values)
    {
        foreach (ref double value in values)
        {
            if (!Take(ref text, out value))
                return false;
        }
        return true;
    }

    /// <summary>The number that a text begins with, for settings.</summary>
    public static bool TryRead(string text, out double value)
    {
        ReadOnlySpan<byte> bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return Take(ref bytes, out value) && !double.IsNaN(value);
    }

    /// <summary>The first integer; null where there is none, or stars.</summary>
    public static int? Integer(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t"u8);
        return Utf8Parser.TryParse(text, out int value, out _) ? value : null;
    }

    private static bool TakeExponent(ReadOnlySpan<byte> text, out int exponent, out int length) =>
        Utf8Parser.TryParse(text, out exponent, out length) && Math.Abs(exponent) < 1000;

    private static bool TryParseSlowly(ReadOnlySpan<byte> text, out double value)
    {
        Span<byte> copy = stackalloc byte[64];
        if (text.Length > copy.Length)
        {
            value = double.NaN;
            return false;
        }
        text.CopyTo(copy);
        copy[..text.Length].Replace((byte)'D', (byte)'E');
        copy[..text.Length].Replace((byte)'d', (byte)'E');
        return double.TryParse(copy[..text.Length], System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out value);
    }
}
