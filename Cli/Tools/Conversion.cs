using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.Cli.Tools;

/// <summary>One converted file. Trajectories and data sets keep all frames and labels when both formats can hold them.</summary>
internal sealed record Conversion(string File, int Atoms, int Frames)
{
    public static Conversion Run(string input, string output)
    {
        if (string.Equals(Path.GetFullPath(input), Path.GetFullPath(output), StringComparison.Ordinal))
            throw new ToolInputException($"{input}: input and output are the same file. Name another output.");
        if (Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(output))) is string folder)
            Directory.CreateDirectory(folder);
        bool fromSystem = DeepMdSystem.IsSystem(input), toSystem = IsSystemName(output);
        bool fromTrajectory = IsExtXyz(input), toTrajectory = IsExtXyz(output);
        if ((fromSystem || fromTrajectory) && (toSystem || toTrajectory))
        {
            IEnumerable<Frame> frames = fromSystem ? DeepMdSystem.Read(input).Frames : ExtXyz.Read(input);
            return toSystem ? WriteSystem(frames, input, output) : WriteTrajectory(frames, output);
        }
        Structure structure = StructureFiles.Read(input);
        StructureFiles.Write(output, structure);
        return new Conversion(output, structure.Count, 1);
    }

    private static Conversion WriteSystem(IEnumerable<Frame> frames, string input, string output)
    {
        Frame[] all = [.. frames];
        if (all.Length == 0)
            throw new ToolInputException($"{input}: the file holds no frame. Check that it was written completely.");
        DeepMdSystem.FromFrames(all).Write(output);
        return new Conversion(output, all[0].Structure.Count, all.Length);
    }

    private static Conversion WriteTrajectory(IEnumerable<Frame> frames, string output)
    {
        int count = 0, atoms = 0;
        using var writer = new ExtXyz.Writer(output);
        foreach (Frame frame in frames)
        {
            writer.Write(frame);
            (count, atoms) = (count + 1, frame.Structure.Count);
        }
        return new Conversion(output, atoms, count);
    }

    private static bool IsExtXyz(string path)
    {
        string plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(plain).ToLowerInvariant() is ".extxyz" or ".xyz";
    }

    private static bool IsSystemName(string path) =>
        path.EndsWith(Path.DirectorySeparatorChar) || path.EndsWith(".deepmd", StringComparison.OrdinalIgnoreCase) || Directory.Exists(path);
}
