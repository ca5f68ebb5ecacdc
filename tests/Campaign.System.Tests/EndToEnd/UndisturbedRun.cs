using System.Text.Json.Nodes;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Graph;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>A tiny campaign that ran to its end without disturbance, for all tests to compare with. Its artifacts lie in a store of their own.</summary>
public sealed class UndisturbedRun : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("campaign-end-to-end-").FullName;

    /// <summary>The campaign file.</summary>
    public string File { get; private set; } = "";

    public string Folder => Path.Combine(_root, "undisturbed");

    public string Store => Path.Combine(_root, "store");

    /// <summary>The shipped campaign files and structures.</summary>
    internal string Config => Path.Combine(Repository(), "config");

    /// <summary>The file of a task's named output in the finished campaign.</summary>
    internal string OutputOf(string task, string name)
    {
        CampaignSnapshot snapshot = CampaignSnapshot.Read(CampaignDirectory.At(Folder));
        TaskId id = TaskId.Parse(task);
        return new ArtifactStore(Store).PathOf(snapshot.Stages[id.Stage].Concluded[id].Outputs[name]);
    }

    internal ProgramResult Result { get; private set; } = new(-1, "", "");

    internal JsonObject Report => ReportOf(Folder);

    /// <summary>The report without what may differ between runs.</summary>
    internal string Numbers => NumbersOf(Folder);

    public async Task InitializeAsync()
    {
        File = WriteFile("tiny.yaml");
        Result = await CampaignProgram.RunAsync("run", File, "--dir", Folder, "--store", Store);
        Assert.True(Result.ExitCode == 0, Result.ToString());
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A path for something new.</summary>
    public string New(string name) => Path.Combine(_root, $"{name}-{Guid.NewGuid():N}");

    /// <summary>A second copy of the finished campaign, which a test may change. It shares the store.</summary>
    internal string Copy() => Copied(Folder, New("copy"));

    /// <summary>The same with a copy of the store.</summary>
    internal (string Folder, string Store) CopyWithStore() => Copy(Folder, Store);

    /// <summary>A copy of a campaign that nobody drives, with a copy of its store.</summary>
    internal (string Folder, string Store) Copy(string from, string fromStore)
    {
        (string folder, string store) = (Copied(from, New("copy")), Copied(fromStore, New("store")));
        System.IO.File.WriteAllText(Path.Combine(folder, "store"), store + "\n");
        return (folder, store);
    }

    /// <summary>A copy of the store that does not know the result of one task: a campaign that uses it computes this one, and takes the others.</summary>
    internal string StoreWithout(string task, string at)
    {
        Copied(Store, at);
        string record = Directory.EnumerateFiles(Path.Combine(at, "fingerprints"))
            .Single(f => System.IO.File.ReadAllText(f).Contains($"\"task\":\"{task}\"", StringComparison.Ordinal));
        System.IO.File.Delete(record);
        return at;
    }

    private static string Copied(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            System.IO.File.Copy(file, target);
        }
        return to;
    }

    /// <summary>Writes the campaign file with one part replaced.</summary>
    internal string WriteFile(string name, string old = "campaign: tiny", string changed = "campaign: tiny")
    {
        string repository = Repository();
        string text = System.IO.File.ReadAllText(Path.Combine(repository, "tests", "data", "tiny.yaml"));
        Assert.Contains(old, text);
        string path = Path.Combine(_root, name);
        System.IO.File.WriteAllText(path, text
            .Replace("../../config", Path.Combine(repository, "config"), StringComparison.Ordinal)
            .Replace(old, changed, StringComparison.Ordinal));
        return path;
    }

    internal static JsonObject ReportOf(string directory) =>
        JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(directory, "report", "report.json")))!.AsObject();

    internal static string NumbersOf(string directory)
    {
        JsonObject report = ReportOf(directory);
        report.Remove("generatedAt");
        report.Remove("cost");
        foreach (JsonNode? stage in report["stages"]!.AsArray())
            stage!.AsObject().Remove("wallSeconds");
        return report.ToJsonString(new() { WriteIndented = true });
    }

    internal static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder, "Campaign.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("No Campaign.sln above the tests.");
    }
}

[CollectionDefinition("end to end")]
public sealed class EndToEnd : ICollectionFixture<UndisturbedRun>;

/// <summary>Campaigns that are stopped and go on; beside the others, since they wait more than they compute.</summary>
[CollectionDefinition("stopped")]
public sealed class Stopped : ICollectionFixture<UndisturbedRun>;
