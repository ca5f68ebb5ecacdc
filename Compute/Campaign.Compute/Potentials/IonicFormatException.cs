namespace Campaign.Compute.Potentials;

/// <summary>A parameter file of the ionic model that cannot be used: where (file:line:column), what is wrong and how to mend it.</summary>
public sealed class IonicFormatException(string file, int line, int column, string problem, string mend)
    : FormatException($"{file}:{line}:{column}: {problem} {mend}")
{
    public string File { get; } = file;

    /// <summary>From 1.</summary>
    public int Line { get; } = line;

    /// <summary>From 1.</summary>
    public int Column { get; } = column;

    public string Problem { get; } = problem;

    public string Mend { get; } = mend;
}
