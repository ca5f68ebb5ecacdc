using System.Text;
using Campaign.Compute.Engines.Scheduling;

namespace Campaign.Compute.Engines.Programs;

/// <summary>What a program needs to run in a directory of its own. All names are relative to that directory and stay inside it.</summary>
public sealed record ProgramRun
{
    /// <summary>Which of the engine's builds to start, where the site has several; null for the usual one.</summary>
    public string? Build { get; init; }

    /// <summary>In front of the program's own words: what starts it, once or many times, such as a script among <see cref="Inputs"/>.</summary>
    public IReadOnlyList<string> Through { get; init; } = [];

    /// <summary>After the program's own words; never shell text.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Put there before the job is submitted, by name.</summary>
    public IReadOnlyDictionary<string, RunInput> Inputs { get; init; } = new Dictionary<string, RunInput>();

    /// <summary>Done in the job before the program starts: inputs that only the site has, or that must not leave it.</summary>
    public IReadOnlyList<JobStep> Before { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How the program is asked to save its state and end.</summary>
    public JobStop Stop { get; init; } = new();

    /// <summary>Their ends tell how far it is.</summary>
    public IReadOnlyList<WatchedFile> Watched { get; init; } = [];

    /// <summary>From these a later run goes on. None: every run begins anew, or sees to it itself.</summary>
    public IReadOnlyList<RunFile> Kept { get; init; } = [];

    /// <summary>Fetched when the run has ended, where they are there.</summary>
    public IReadOnlyList<RunFile> Outputs { get; init; } = [];
}

/// <summary>A file that a program leaves.</summary>
/// <param name="LimitBytes">More is not taken.</param>
/// <param name="Optional">The rest is of use without it.</param>
public sealed record RunFile(string Name, long LimitBytes, bool Optional = false);

/// <summary>A file that a program is given.</summary>
public sealed class RunInput
{
    private readonly Func<byte[]>? _make;
    private readonly string? _source;

    private RunInput(Func<byte[]>? make, string? source) => (_make, _source) = (make, source);

    public static RunInput Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    public static RunInput Bytes(byte[] bytes) => new(() => bytes, null);

    /// <summary>Bytes that take work to make: they are made when they are sent, and not when a run is only looked at again.</summary>
    public static RunInput Made(Func<byte[]> make) => new(make, null);

    /// <summary>The bytes of a file of this machine, as they are.</summary>
    public static RunInput CopyOf(string path) => new(null, path);

    /// <returns>One of them is null: small content, or the file that has it.</returns>
    public (byte[]? Bytes, string? Source) Content => (_make?.Invoke(), _source);
}
