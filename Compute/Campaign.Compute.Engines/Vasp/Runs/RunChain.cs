using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Runs;

/// <summary>A frame of a chain of runs.</summary>
/// <param name="Run">Index of its run.</param>
/// <param name="Step">Steps done when it was made, counted from 1 over the whole chain.</param>
/// <param name="TimeFs">Since the start of the chain, each run's steps with its own POTIM.</param>
/// <param name="Frame">Its positions go on where those of the frame before were: an atom that leaves the cell is not put back.</param>
public sealed record ChainFrame(int Run, int Step, double TimeFs, VaspFrame Frame);

/// <summary>
/// Runs of which each goes on from the CONTCAR of the one before, read as one trajectory. A run that was killed between writing a step and
/// its CONTCAR makes the next one begin with a step that is there already: what the later run makes of it counts, and no step is there twice.
/// </summary>
public static class RunChain
{
    /// <summary>CONTCAR holds more digits than OUTCAR's five decimals show.</summary>
    private const double SamePlaceA = 2e-5;

    /// <param name="directories">Of the runs, oldest first.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IEnumerable<ChainFrame> Read(IReadOnlyList<string> directories)
    {
        int steps = 0;
        double timeFs = 0;
        Vec3[]? before = null;
        for (int run = 0; run < directories.Count; run++)
        {
            VaspFrame? goesOn = directories.Skip(run + 1).Select(d => RunFrames.Read(d).FirstOrDefault()).FirstOrDefault(f => f is not null);
            double stepFs = TimeStepFs(directories[run]) ?? 0;
            int done = 0;
            foreach (VaspFrame frame in RunFrames.Read(directories[run]))
            {
                if (goesOn is not null && goesOn.PositionsA.Length == frame.PositionsA.Length && RunFrames.ArePlacesSame(frame.Cell, goesOn.PositionsA, frame.PositionsA, SamePlaceA))
                    break;
                done = frame.Step;
                Vec3[] unwrapped = before is null ? frame.PositionsA : Unwrapped(frame.Cell, before, frame.PositionsA);
                before = unwrapped;
                yield return new ChainFrame(run, steps + frame.Step, timeFs + frame.Step * stepFs, frame with { PositionsA = unwrapped });
            }
            steps += done;
            timeFs += done * stepFs;
        }
    }

    /// <summary>POTIM of a run, fs; null where its OUTCAR does not say.</summary>
    public static double? TimeStepFs(string directory)
    {
        using Stream? stream = RunFrames.Open(directory, RunFrames.Outcar);
        if (stream is null)
            return null;
        using var reader = new OutcarReader(stream);
        reader.Read(); // the header is complete with the first frame
        return reader.Header.Number("POTIM");
    }

    /// <summary>The images nearest to where the atoms were: steps are short.</summary>
    private static Vec3[] Unwrapped(Cell cell, Vec3[] before, Vec3[] now)
    {
        var unwrapped = new Vec3[now.Length];
        for (int i = 0; i < now.Length; i++)
            unwrapped[i] = before[i] + cell.MinimumImage(now[i] - before[i]);
        return unwrapped;
    }
}
