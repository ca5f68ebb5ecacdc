using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Interchange;

namespace Campaign.StandInDp;

/// <summary>Models by the suffix of their names. A frozen one holds the neutral form: nothing here runs TorchScript.</summary>
internal static class ModelFiles
{
    private static readonly string[] Frozen = [".pth", ".pb"];

    public static void Convert(string input, string output)
    {
        Say.Banner();
        Write(Read(input), output);
    }

    public static DeepPotential Read(string path)
    {
        if (!File.Exists(path))
            throw new DpStop($"FileNotFoundError: [Errno 2] No such file or directory: '{path}'");
        if (!Frozen.Contains(Path.GetExtension(path)))
            return DeepPotentialFile.Read(path);
        string neutral = path + ".dp";
        File.Copy(path, neutral, overwrite: true);
        try
        {
            return DeepPotentialFile.Read(neutral);
        }
        finally
        {
            File.Delete(neutral);
        }
    }

    public static void Write(DeepPotential model, string path)
    {
        if (!Frozen.Contains(Path.GetExtension(path)))
        {
            DeepPotentialFile.Write(model, path);
            return;
        }
        DeepPotentialFile.Write(model, path + ".dp");
        File.Move(path + ".dp", path, overwrite: true);
    }
}
