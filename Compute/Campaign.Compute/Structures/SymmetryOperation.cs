using System.Globalization;

namespace Campaign.Compute.Structures;

/// <summary>A space-group operation in fractional coordinates: r' = W r + w, with W given by its integer rows.</summary>
public sealed record SymmetryOperation(Vec3 RowX, Vec3 RowY, Vec3 RowZ, Vec3 Translation)
{
    public static readonly SymmetryOperation Identity = new(new Vec3(1, 0, 0), new Vec3(0, 1, 0), new Vec3(0, 0, 1), Vec3.Zero);

    /// <summary>W as a matrix whose rows are the rows of W.</summary>
    public Mat3 Rotation => new(RowX.X, RowX.Y, RowX.Z, RowY.X, RowY.Y, RowY.Z, RowZ.X, RowZ.Y, RowZ.Z);

    public Vec3 Apply(Vec3 fractional) =>
        new Vec3(Vec3.Dot(RowX, fractional), Vec3.Dot(RowY, fractional), Vec3.Dot(RowZ, fractional)) + Translation;

    /// <summary>Reads the Jones-faithful notation of CIF ("-x+1/2, y, z"). False when the text is not one.</summary>
    public static bool TryParse(string text, out SymmetryOperation operation)
    {
        operation = Identity;
        string[] parts = text.Split(',');
        if (parts.Length != 3 || !TryRow(parts[0], out Vec3 rx, out double tx) || !TryRow(parts[1], out Vec3 ry, out double ty)
            || !TryRow(parts[2], out Vec3 rz, out double tz))
            return false;
        double determinant = Vec3.Dot(rx, Vec3.Cross(ry, rz));
        if (Math.Abs(Math.Abs(determinant) - 1) > 1e-9)
            return false;
        operation = new SymmetryOperation(rx, ry, rz, new Vec3(tx, ty, tz));
        return true;
    }

    private static bool TryRow(string text, out Vec3 row, out double translation)
    {
        row = Vec3.Zero;
        translation = 0;
        int i = 0, terms = 0;
        while (true)
        {
            while (i < text.Length && char.IsWhiteSpace(text[i]))
                i++;
            if (i == text.Length)
                return terms > 0;
            double sign = 1;
            if (text[i] is '+' or '-')
                sign = text[i++] == '-' ? -1 : 1;
            else if (terms > 0)
                return false;
            while (i < text.Length && char.IsWhiteSpace(text[i]))
                i++;
            if (i == text.Length)
                return false;
            char letter = char.ToLowerInvariant(text[i]);
            if (letter is 'x' or 'y' or 'z')
            {
                row += sign * new Vec3(letter == 'x' ? 1 : 0, letter == 'y' ? 1 : 0, letter == 'z' ? 1 : 0);
                i++;
            }
            else if (TryFraction(text, ref i, out double value))
            {
                translation += sign * value;
            }
            else
            {
                return false;
            }
            terms++;
        }
    }

    private static bool TryFraction(string text, ref int i, out double value)
    {
        if (!TryUnsigned(text, ref i, out value))
            return false;
        if (i >= text.Length || text[i] != '/')
            return true;
        i++;
        if (!TryUnsigned(text, ref i, out double denominator) || denominator == 0)
            return false;
        value /= denominator;
        return true;
    }

    private static bool TryUnsigned(string text, ref int i, out double value)
    {
        int start = i;
        while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.'))
            i++;
        return double.TryParse(text.AsSpan(start, i - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
            && value < 1e6;
    }
}
