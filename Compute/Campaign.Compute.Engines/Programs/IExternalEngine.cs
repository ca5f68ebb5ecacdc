namespace Campaign.Compute.Engines.Programs;

/// <summary>
/// A program of somebody else that does physics: what it is given, how it is watched and stopped, and what to make of what it leaves.
/// It starts nothing and writes nothing; it reads only the files it is shown. One engine, one folder beside this one.
/// </summary>
/// <typeparam name="TSettings">What it computes with; a record of its own, which an adapter fills from a task's parameters.</typeparam>
/// <typeparam name="TResult">What it computes; an adapter makes the task's artifacts of it.</typeparam>
/// <remarks>
/// An attempt that ends before its work does leaves a *segment*: the files named in <see cref="ProgramRun.Kept"/>, in a directory of its
/// own. Later attempts of the same computation are shown all segments, oldest first.
/// </remarks>
public interface IExternalEngine<TSettings, TResult>
{
    /// <summary>As site files name it, e.g. <c>vasp</c>; they say how it is started there.</summary>
    string Name { get; }

    /// <summary>The result, where what earlier runs left makes it up; null while there is anything left to run.</summary>
    /// <param name="segments">Directories of what earlier runs left, oldest first.</param>
    EngineOutcome<TResult>.Done? Finished(TSettings settings, IReadOnlyList<string> segments) => null;

    /// <summary>What one run needs. Called again with the same arguments it must come to the same.</summary>
    /// <exception cref="InvalidDataException">With these settings or inputs there is nothing to run; the message says why.</exception>
    ProgramRun Prepare(TSettings settings, EngineStart start);

    /// <summary>How far a run is, by the ends of its watched files; null when they do not tell.</summary>
    EngineProgress? Progress(TSettings settings, IReadOnlyDictionary<string, string> tails);

    /// <summary>Whether a run left, beyond what it began with, something whole to go on from.</summary>
    /// <param name="directory">Has the files of <see cref="ProgramRun.Kept"/> that there are.</param>
    bool LeftOff(TSettings settings, string directory);

    /// <summary>What came out of a run that has ended.</summary>
    EngineOutcome<TResult> Conclude(TSettings settings, EngineEnd end);
}

/// <summary>What a run begins with.</summary>
/// <param name="Inputs">Paths of the task's input files by their name in the task.</param>
/// <param name="Segments">Directories of what earlier runs left, oldest first.</param>
public sealed record EngineStart(IReadOnlyDictionary<string, IReadOnlyList<string>> Inputs, IReadOnlyList<string> Segments)
{
    /// <summary>Cores the run may use.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>What the site's file says about the engine as it is installed there.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}

/// <param name="Fraction">In [0, 1].</param>
public sealed record EngineProgress(double Fraction, string Note);
