using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Runs;

namespace Campaign.Compute.Engines.Vasp.Relabelling;

/// <summary>What a run left in the directory of one frame.</summary>
/// <param name="Run">Of the run, above that of the frame.</param>
internal sealed record FrameRun(string Run, int Index, VaspSummary Summary)
{
    /// <summary>Settings that change no result, and the one that the job itself appends.</summary>
    private static readonly string[] NoMatter = ["NCORE", "KPAR", "NELECT"];

    public string Directory => Path.Combine(Run, FramesStep.Directory(Index));

    /// <summary>VASP has nothing more to say of it.</summary>
    public bool IsOver => Summary is { Finished: true, Last: not null };

    public bool Converged => IsOver && Summary.Last!.ElectronsConverged == true;

    /// <returns>Null where the run did not come to this frame.</returns>
    public static FrameRun? In(string run, int index)
    {
        string directory = Path.Combine(run, FramesStep.Directory(index));
        return File.Exists(Path.Combine(directory, RunFrames.Outcar)) ? new FrameRun(run, index, VaspRun.Summary(directory)) : null;
    }

    /// <summary>The last run that came to an end of the frame.</summary>
    /// <param name="runs">Oldest first.</param>
    public static FrameRun? LastOver(IReadOnlyList<string> runs, int index) => runs.Reverse().Select(r => In(r, index)).FirstOrDefault(f => f?.IsOver == true);

    /// <summary>Whether it is worth computing again: its electrons did not converge, and the settings have changed since.</summary>
    public bool IsWorthAnother(Incar now)
    {
        string path = Path.Combine(Run, VaspRun.Incar);
        return !Converged && File.Exists(path) && !Settings(Incar.Parse(File.ReadAllText(path))).SetEquals(Settings(now));
    }

    private static HashSet<(string, string)> Settings(Incar incar) => [.. incar.Tags.Where(t => !NoMatter.Contains(t.Tag))];
}
