using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Runs;

namespace Campaign.Compute.Engines.Vasp.Sampling;

/// <summary>A finished trajectory; its frames are read from the runs that made it.</summary>
/// <param name="Directories">Of the runs, oldest first.</param>
/// <param name="Theory">The level of theory as VASP printed it, the same in all runs.</param>
/// <param name="Program">Version and build as VASP printed them.</param>
public sealed record VaspTrajectory(VaspSampling Settings, IReadOnlyList<string> Directories, LevelOfTheory Theory, string Program)
{
    /// <summary>What is to be said of the potentials, for people.</summary>
    public IReadOnlyList<string> PotcarNotes { get; init; } = [];

    /// <summary>Headers and hashes of the potentials that were used; none where the run did not keep them.</summary>
    public IReadOnlyList<PotcarHeader> Potcars { get; init; } = [];

    public VaspAtoms Atoms { get; } = VaspAtoms.Of(Settings.Start);

    /// <summary>Steps of each run that count, and its time step.</summary>
    public IEnumerable<(int Steps, double TimeStepFs)> Segments() =>
        RunChain.Read(Directories).GroupBy(f => f.Run).Select(run => (run.Count(), RunChain.TimeStepFs(Directories[run.Key]) ?? Settings.TimeStepFs));

    /// <summary>Every frame that was asked for, in order, those to be left out among them.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IEnumerable<SampledFrame> Frames()
    {
        MomentWindow?[] watched = SampledFrame.Watched(Atoms, Settings.Moments);
        return RunChain.Read(Directories).Where(f => Settings.IsWanted(f.Step)).Select(f => SampledFrame.Of(f, watched));
    }
}
