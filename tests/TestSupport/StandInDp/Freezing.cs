namespace Campaign.StandInDp;

/// <summary><c>dp freeze</c>: the model of the newest checkpoint.</summary>
internal static class Freezing
{
    private const string State = "standin-frozen", Input = "input.json";

    public static void Run(string folder, string output)
    {
        Say.Banner();
        if (Directory.Exists(State))
            Directory.Delete(State, recursive: true);
        CheckpointFile.Load(CheckpointFile.Newest(folder), State);
        ModelFiles.Write(Training.Model(Input, State), Path.ChangeExtension(output, ".pth"));
        Directory.Delete(State, recursive: true);
    }
}
