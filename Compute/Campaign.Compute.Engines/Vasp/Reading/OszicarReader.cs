namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>An ionic step as OSZICAR sums it up. Energies have 8 significant digits there: for watching, not for labels.</summary>
/// <param name="EnergyChangeEv">Of the last electronic step, eV.</param>
/// <param name="EigenvalueChangeEv">The same of the eigenvalues.</param>
/// <param name="Moment">Of the whole cell, Bohr magnetons; null without spin.</param>
public sealed record OszicarStep(
    int Step, int ElectronicSteps, double? EnergyChangeEv, double? EigenvalueChangeEv, double? FreeEnergyEv, double? SigmaZeroEnergyEv, double? TemperatureK, double? Moment);

/// <summary>Reads an OSZICAR, in constant memory.</summary>
public sealed class OszicarReader(Stream stream) : IDisposable
{
    private readonly ByteLines _lines = new(stream);
    private int _electronic;
    private double? _change, _eigenvalueChange;

    /// <summary>Electronic steps of an ionic step that has not ended.</summary>
    public int OpenElectronicSteps => _electronic;

    /// <summary>The next finished ionic step; null at the end.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public OszicarStep? Read()
    {
        while (_lines.TryRead(out ReadOnlySpan<byte> line) && _lines.IsWhole)
        {
            ReadOnlySpan<byte> text = line.TrimStart((byte)' ');
            if (text.Length > 4 && text[3] == ':')
            {
                Electronic(text[4..]);
            }
            else if (text.IndexOf("F="u8) > 0 && Decimals.Integer(text) is { } step)
            {
                var done = new OszicarStep(step, _electronic, _change, _eigenvalueChange, After(text, " F="u8), After(text, "E0="u8), After(text, " T="u8), After(text, "mag="u8));
                (_electronic, _change, _eigenvalueChange) = (0, null, null);
                return done;
            }
        }
        return null;
    }

    public void Dispose() => _lines.Dispose();

    /// <summary><c>DAV:   1  E  dE  deps  ncg  rms</c></summary>
    private void Electronic(ReadOnlySpan<byte> text)
    {
        Span<double> row = stackalloc double[4];
        if (!Decimals.Take(ref text, row))
            return;
        _electronic = double.IsFinite(row[0]) ? (int)row[0] : _electronic + 1;
        (_change, _eigenvalueChange) = (Finite(row[2]), Finite(row[3]));
    }

    private static double? After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        int at = text.IndexOf(word);
        if (at < 0)
            return null;
        ReadOnlySpan<byte> rest = text[(at + word.Length)..];
        return Decimals.Take(ref rest, out double value) ? Finite(value) : null;
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
