using System.Globalization;
using Campaign.Compute.Engines.Scheduling;

namespace Campaign.Compute.Engines.Programs;

/// <summary>A run that has ended.</summary>
/// <param name="Directory">Has what there is of <see cref="ProgramRun.Outputs"/>, and the job's log.</param>
/// <param name="Segments">Directories of what earlier runs left, oldest first.</param>
/// <param name="Exit">The job's own word about its end; null when it left none.</param>
public sealed record EngineEnd(string Directory, IReadOnlyList<string> Segments, JobExit? Exit);

/// <summary>What came out of a run.</summary>
/// <typeparam name="TResult">What the engine computes, once all of it is done.</typeparam>
public abstract record EngineOutcome<TResult>
{
    private EngineOutcome()
    {
    }

    public sealed record Done(TResult Result) : EngineOutcome<TResult>;

    /// <summary>It ended in order, before all was done: the next run goes on.</summary>
    public sealed record Unfinished(string Reason) : EngineOutcome<TResult>;

    /// <summary>It had too little memory; the same request would have again.</summary>
    public sealed record OutOfMemory(string Reason) : EngineOutcome<TResult>;

    /// <summary>The same inputs would fail again, unless a correction answers the finding.</summary>
    public sealed record Failed(EngineFinding Finding) : EngineOutcome<TResult>;
}

/// <summary>What is wrong with a run, and where that can be read.</summary>
/// <param name="Key">Stable name, by which a correction answers, e.g. <c>vasp.brmix</c>.</param>
/// <param name="Message">For people: what it means and what to do.</param>
public sealed record EngineFinding(string Key, string Message, EngineEvidence? Evidence = null)
{
    public override string ToString() => Evidence is null ? Message : $"{Message} ({Evidence})";
}

/// <param name="Line">From 1.</param>
public sealed record EngineEvidence(string File, int Line, string Text)
{
    private const int Longest = 200;

    /// <summary>The last line of a file that has one; null where there is no such file or nothing in it.</summary>
    public static EngineEvidence? LastLine(string directory, string file)
    {
        string path = Path.Combine(directory, file);
        if (!System.IO.File.Exists(path))
            return null;
        EngineEvidence? last = null;
        int number = 0;
        foreach (string line in System.IO.File.ReadLines(path))
        {
            number++;
            if (line.Trim().Length > 0)
                last = new EngineEvidence(file, number, line.Trim());
        }
        return last;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}: {(Text.Length > Longest ? Text[..Longest] + "…" : Text)}");
}
