using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Campaign.Compute.Engines.Programs;

namespace Campaign.Compute.Engines.DeepMd;

/// <summary>
/// A checkpoint that a run left: <c>model.ckpt</c> with the suffixes of its backend leads to the last whole one, and the small file
/// <c>checkpoint</c> names it by its step.
/// </summary>
/// <param name="Directory">Where its files are.</param>
internal sealed partial record Checkpoint(string Directory, DeepMdBackend Backend, int Step)
{
    /// <summary>The file that names the newest.</summary>
    public const string PointerFile = "checkpoint";

    /// <summary>Where a run that goes on from it finds it.</summary>
    private const string Begin = "begin";

    private const long Small = 64L << 10, Large = 16L << 30;

    /// <summary>What is kept of a run for the next.</summary>
    public static IEnumerable<RunFile> Files(DeepMdBackend backend) =>
        backend.CheckpointSuffixes.Select(s => new RunFile(TrainingInput.CheckpointName + s, Large)).Append(new RunFile(PointerFile, Small));

    /// <returns>Null where there is none that is whole.</returns>
    public static Checkpoint? In(string directory)
    {
        string pointer = Path.Combine(directory, PointerFile);
        if (!File.Exists(pointer) || Name().Match(File.ReadAllText(pointer)) is not { Success: true } name)
            return null;
        DeepMdBackend? backend = DeepMdBackend.All.FirstOrDefault(b => b.CheckpointSuffixes.All(s => File.Exists(Path.Combine(directory, TrainingInput.CheckpointName + s))));
        if (backend is null || backend.CheckpointSuffixes is [var only] && !IsWholeZip(Path.Combine(directory, TrainingInput.CheckpointName + only)))
            return null;
        return new Checkpoint(directory, backend, int.Parse(name.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>What <c>dp train --restart</c> is given in the next run.</summary>
    public string RestartName => $"{Begin}/{StepName}{Backend.RestartSuffix}";

    /// <summary>Its files as the next run needs them: under their own names, with a pointer beside them.</summary>
    public IEnumerable<(string Name, RunInput Input)> Inputs()
    {
        foreach (string suffix in Backend.CheckpointSuffixes)
            yield return ($"{Begin}/{StepName}{suffix}", RunInput.CopyOf(Path.Combine(Directory, TrainingInput.CheckpointName + suffix)));
        yield return ($"{Begin}/{PointerFile}", RunInput.CopyOf(Path.Combine(Directory, PointerFile)));
    }

    private string StepName => string.Create(CultureInfo.InvariantCulture, $"{TrainingInput.CheckpointName}-{Step}");

    /// <summary>PyTorch's checkpoints are zip files, whose directory is written last.</summary>
    private static bool IsWholeZip(string path)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            return zip.Entries.Count > 0;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>In the first line: PyTorch's pointer is the file's name, TensorFlow's begins with the newest.</summary>
    [GeneratedRegex(@"model\.ckpt-([0-9]{1,9})")]
    private static partial Regex Name();
}
