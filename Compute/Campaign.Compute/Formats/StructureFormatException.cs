namespace Campaign.Compute.Formats;

/// <summary>
/// The only exception the readers of this namespace throw for bad content: where (file:line:column), what is wrong and how to mend it.
/// </summary>
public sealed class StructureFormatException(string file, int line, string problem, string mend, int column = 1)
    : FormatException($"{file}:{Math.Max(line, 1)}:{column}: {problem} {mend}")
{
    internal StructureFormatException(string file, CifToken at, string problem, string mend)
        : this(file, at.Line, problem, mend, at.Column)
    {
    }

    public string File { get; } = file;

    /// <summary>Line counted from 1; 0 when the file as a whole is meant.</summary>
    public int Line { get; } = line;

    /// <summary>Column counted from 1.</summary>
    public int Column { get; } = column;

    public string Problem { get; } = problem;

    public string Mend { get; } = mend;
}
