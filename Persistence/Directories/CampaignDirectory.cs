using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Campaign.Files;
using Campaign.Workflows.Graph;

namespace Campaign.Persistence.Directories;

/// <summary>Where everything of one campaign lies.</summary>
/// <param name="Root">Absolute path of the campaign's directory.</param>
public sealed record CampaignDirectory(string Root)
{
    /// <summary>In the directory of an attempt: the file that says it is being, or was, executed.</summary>
    public const string Claim = ".claim";

    /// <summary>In the directory of an attempt: its log.</summary>
    public const string Log = "attempt.log";

    /// <summary>In the directory of an attempt that was given up: whoever comes back to it, however late, ends at once.</summary>
    public const string Fence = ".fence";

    /// <summary>In the directory of an attempt that a job executed: how it ended.</summary>
    public const string Exit = "exit.json";

    public static CampaignDirectory At(string path) => new(Path.GetFullPath(path));

    public string Journal => Path.Combine(Root, "journal.db");

    public string Identity => Path.Combine(Root, "campaign.json");

    public string Control => Path.Combine(Root, "control");

    /// <summary>Names the shared store the campaign was started with, if any.</summary>
    public string StorePointer => Path.Combine(Root, "store");

    /// <summary>Held by the process that drives the campaign.</summary>
    public string Lock => Path.Combine(Root, ".lock");

    /// <summary>Says in words who that is.</summary>
    public string LockNotice => Path.Combine(Root, "campaign.lock");

    /// <summary>Says whether a site's scheduler answers.</summary>
    public string SiteNotice(string site) => Path.Combine(Root, "sites", $"{site}.json");

    /// <summary>The site file the campaign was started with.</summary>
    public string SiteFile(string site) => Path.Combine(Root, "sites", $"{site}.yaml");

    /// <summary>Where the jobs of a site of this machine that has no scheduler are listed.</summary>
    public string SiteRegister(string site) => Path.Combine(Root, "sites", $"{site}.jobs");

    public bool Exists => File.Exists(Identity);

    /// <summary>Has the directories of all attempts.</summary>
    public string Runs => Path.Combine(Root, "runs");

    /// <summary>What stays of an attempt that is over: a few small files that keep it from being executed twice, and tell of it.</summary>
    public static bool Stays(string entry) => Path.GetFileName(entry) is Claim or Log or Fence or Exit;

    /// <summary>Attempts that others of the same task followed, with what they left behind beside what stays.</summary>
    public IEnumerable<(string Attempt, IReadOnlyList<string> Scratch)> Followed()
    {
        if (!Directory.Exists(Runs))
            return [];
        return from attempt in Directory.EnumerateDirectories(Runs, "a*", SearchOption.AllDirectories)
               let number = NumberOf(attempt)
               where number > 0 && Path.Exists(Path.Combine(attempt, Claim))
               group (attempt, number) by Path.GetDirectoryName(attempt) into task
               from one in task
               where one.number < task.Max(t => t.number)
               let scratch = Directory.EnumerateFileSystemEntries(one.attempt).Where(e => !Stays(e)).ToArray()
               where scratch.Length > 0
               select (one.attempt, (IReadOnlyList<string>)scratch);
    }

    private static int NumberOf(string attempt) =>
        int.TryParse(Path.GetFileName(attempt).AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0;

    /// <summary>The directory of one attempt: <c>runs/&lt;task id&gt;/a&lt;n&gt;</c>.</summary>
    public string Run(TaskId task, int attempt) => Path.Combine(Runs, task.Value, $"a{attempt}");

    public string LogOf(TaskId task, int attempt) => Path.Combine(Run(task, attempt), Log);

    /// <summary>
    /// Checkpoints of a task, shared by its attempts. The fingerprint is part of the path: a task whose parameters
    /// or inputs changed must not carry on from where the old one was.
    /// </summary>
    public string Checkpoints(TaskId task, string fingerprint) => Path.Combine(AllCheckpointsRoot, task.Value, fingerprint[..16]);

    /// <summary>Has the checkpoints of all tasks.</summary>
    public string AllCheckpointsRoot => Path.Combine(Root, "checkpoints");

    /// <summary>Checkpoints of a task for whatever it computed, also of parameters or inputs it has no longer.</summary>
    public IEnumerable<string> AllCheckpoints(TaskId task)
    {
        string folder = Path.Combine(AllCheckpointsRoot, task.Value);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Where(d => IsFingerprint(Path.GetFileName(d))) : [];
    }

    /// <summary>Every task that has checkpoints.</summary>
    public IEnumerable<TaskId> TasksWithCheckpoints()
    {
        string root = AllCheckpointsRoot;
        if (!Directory.Exists(root))
            return [];
        return from folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories)
               where IsFingerprint(Path.GetFileName(folder)) && TaskId.TryParse(Path.GetRelativePath(root, Path.GetDirectoryName(folder)!), out _)
               group folder by TaskId.Parse(Path.GetRelativePath(root, Path.GetDirectoryName(folder)!)) into task
               select task.Key;
    }

    private static bool IsFingerprint(string name) => name.Length == 16 && name.All(char.IsAsciiHexDigitLower);

    /// <summary>Why no campaign can be started here, or null: a file of that name, or a folder with things that are not a campaign's.</summary>
    public string? Refusal()
    {
        if (File.Exists(Root))
            return $"{Root} is a file. Name a directory, new or of a campaign.";
        if (Exists || !Directory.Exists(Root))
            return null;
        // A process killed in its first moments leaves its lock and no identity yet.
        string? foreign = Directory.EnumerateFileSystemEntries(Root).Select(e => Path.GetFileName(e)!).Order(StringComparer.Ordinal)
            .FirstOrDefault(n => n != Path.GetFileName(Lock) && n != Path.GetFileName(LockNotice) && !n.StartsWith("campaign.json", StringComparison.Ordinal));
        return foreign is null ? null : $"{Root} is not empty and holds no campaign (it has '{foreign}'). Name another directory; a campaign gets one of its own.";
    }

    /// <summary>Reads the campaign's random id, or draws one for a new directory.</summary>
    /// <exception cref="InvalidDataException">The identity file is damaged.</exception>
    public string EnsureId()
    {
        AtomicFile.CreateDirectory(Root);
        if (!File.Exists(Identity))
        {
            string id = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 8);
            AtomicFile.Write(Identity, System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["format"] = 1, ["id"] = id }.ToJsonString() + "\n"));
        }
        return ReadId();
    }

    /// <exception cref="InvalidDataException">This is no campaign's directory, or its identity file is damaged.</exception>
    public string ReadId()
    {
        if (!File.Exists(Identity))
            throw new InvalidDataException($"{Root} is not a campaign's directory (it has no campaign.json). Start one with 'campaign run FILE --dir {Root}'.");
        try
        {
            string? id = JsonNode.Parse(File.ReadAllText(Identity))?["id"]?.GetValue<string>();
            if (id is { Length: 8 } && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
                return id;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{Identity} is damaged: {e.Message}", e);
        }
        throw new InvalidDataException($"{Identity} holds no campaign id of eight letters and digits.");
    }
}
