using System.Globalization;
using System.IO.Compression;

namespace Campaign.StandInDp;

/// <summary>model.ckpt-STEP.pt: a zip, as PyTorch's is, of the training's own checkpoints. Beside it the link and the pointer that DeePMD-kit keeps.</summary>
internal static class CheckpointFile
{
    private const string Prefix = "model.ckpt", Pointer = "checkpoint";
    private const int Kept = 5;

    /// <param name="state">Folder of the training's checkpoints.</param>
    public static string Save(string state, int step)
    {
        string name = NameOf(step);
        File.Delete(name);
        ZipFile.CreateFromDirectory(state, name);
        string link = Prefix + ".pt";
        File.Delete(link);
        File.CreateSymbolicLink(link, name);
        File.WriteAllText(Pointer, name);
        foreach (string old in Directory.EnumerateFiles(".", Prefix + "-*.pt").OrderByDescending(StepOf).Skip(Kept))
            File.Delete(old);
        return name;
    }

    /// <summary>As a kill in the middle of writing leaves it: cut, and nothing leads to it.</summary>
    public static void SaveHalf(string state, int step)
    {
        ZipFile.CreateFromDirectory(state, NameOf(step));
        using FileStream file = File.OpenWrite(NameOf(step));
        file.SetLength(file.Length / 2);
    }

    /// <summary>Unpacks one.</summary>
    public static void Load(string path, string state)
    {
        try
        {
            ZipFile.ExtractToDirectory(path, state);
        }
        catch (InvalidDataException)
        {
            throw new DpStop("RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central directory");
        }
        catch (FileNotFoundException)
        {
            throw new DpStop($"FileNotFoundError: [Errno 2] No such file or directory: '{path}'");
        }
    }

    /// <summary>The file that a folder's pointer leads to.</summary>
    public static string Newest(string folder)
    {
        string pointer = Path.Combine(folder, Pointer);
        return File.Exists(pointer) ? Path.Combine(folder, File.ReadAllText(pointer).Trim()) : throw new DpStop($"FileNotFoundError: [Errno 2] No such file or directory: '{pointer}'");
    }

    private static string NameOf(int step) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{step}.pt");

    private static int StepOf(string path) => int.Parse(Path.GetFileNameWithoutExtension(path).Split('-')[^1], CultureInfo.InvariantCulture);
}
