using System.Globalization;

namespace Campaign.LongProgram;

/// <summary>Where the program is. Every step enters the checksum in its turn: one left out or done twice changes all that follow.</summary>
public readonly record struct Progress(int Step, ulong Checksum)
{
    public static Progress Start(ulong seed) => new(0, Mix(seed));

    public Progress Next() => new(Step + 1, Mix(Checksum + (ulong)Step + 1));

    /// <summary>What an undisturbed run comes to.</summary>
    public static Progress After(int steps, ulong seed)
    {
        Progress progress = Start(seed);
        while (progress.Step < steps)
            progress = progress.Next();
        return progress;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Step} {Checksum:x16}");

    /// <exception cref="FormatException"/>
    public static Progress Parse(string line) =>
        line.Split(' ') is [var step, { Length: 16 } sum]
            && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int done)
            && ulong.TryParse(sum, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong checksum)
            ? new Progress(done, checksum)
            : throw new FormatException($"'{line}' is not a step and a checksum.");

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).</summary>
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
