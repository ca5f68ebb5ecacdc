using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Campaign.Compute.Transport;

namespace Campaign.Cli.Tools;

/// <summary>Trajectories as the analysis tools take them: extended XYZ, plain or .gz.</summary>
internal static class TrajectoryInput
{
    public const string Help = "Trajectory in extended XYZ (.extxyz or .xyz, also .gz) with at least two frames.";
    public const string MemoryNote = "The positions of all frames are held in memory (24 bytes per atom and frame): every pair of frames is compared.";

    /// <summary>Streams the frames.</summary>
    /// <exception cref="StructureFormatException">Not a readable extended XYZ file.</exception>
    public static IEnumerable<Frame> Frames(string path)
    {
        string plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        if (Path.GetExtension(plain).ToLowerInvariant() is not (".extxyz" or ".xyz"))
            throw new ToolInputException($"{path}: trajectories are read as extended XYZ. 'campaign structure convert' makes one of a DeePMD system.");
        return ExtXyz.Read(path);
    }

    /// <summary>
    /// Reads a trajectory whole. Positions that all lie in their cell were folded, and are unwrapped; where nothing left its cell that changes nothing.
    /// </summary>
    /// <param name="spacingFs">Time between two frames; null for what the frames say (time_fs).</param>
    public static Trajectory Read(string path, double? spacingFs)
    {
        var structures = new List<Structure>();
        var times = new List<double>();
        bool folded = true;
        foreach (Frame frame in Frames(path))
        {
            structures.Add(frame.Structure);
            if (frame.TimeFs is { } time)
                times.Add(time);
            folded = folded && frame.Structure.Positions.All(p => IsInside(frame.Structure.Cell.ToFractional(p)));
        }
        if (structures.Count < 2)
            throw new ToolInputException($"{path}: {structures.Count} frame(s) hold no displacement. Give a trajectory of two frames at least.");
        return Trajectory.FromStructures(structures, spacingFs ?? Spacing(path, times, structures.Count), folded);
    }

    private static double Spacing(string path, List<double> times, int frames)
    {
        if (times.Count != frames)
            throw new ToolInputException($"{path}: the frames carry no time_fs. Give the time between two frames with --timestep-fs.");
        double spacing = (times[^1] - times[0]) / (frames - 1);
        for (int k = 1; k < frames; k++)
            if (!(Math.Abs(times[k] - times[k - 1] - spacing) <= 1e-6 * Math.Abs(spacing)) || spacing <= 0)
                throw new ToolInputException(FormattableString.Invariant(
                    $"{path}: frames {k - 1} and {k} are {times[k] - times[k - 1]:g6} fs apart, but {spacing:g6} fs on average. Give one evenly spaced run, or --timestep-fs."));
        return spacing;
    }

    private static bool IsInside(Vec3 f)
    {
        const double edge = 1e-6;
        return f.X is >= -edge and <= 1 + edge && f.Y is >= -edge and <= 1 + edge && f.Z is >= -edge and <= 1 + edge;
    }
}
