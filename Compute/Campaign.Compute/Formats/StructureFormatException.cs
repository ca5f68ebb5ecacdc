namespace Campaign.Compute.Formats;

/// <summary>
/// The only exception the readers of this namespace throw for bad content: where (file:line), what is wrong and how to mend it.
/// </summary>
public sealed class StructureFormatException(string file, int line, string problem, string mend)
    : FormatException($"{file}:{line}: {problem} {mend}")
{
    public string File { get; } = file;

    /// <summary>Line counted from 1; 0 when the file as a whole is meant.</summary>
    public int Line { get; } = line;

    public string Problem { get; } = problem;

    public string Mend { get; } = mend;
}
