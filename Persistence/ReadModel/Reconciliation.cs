using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Campaign.Files;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Persistence.ReadModel;

/// <summary>Something on which the journal and the world outside do not agree.</summary>
/// <param name="Task">Null where no task is concerned.</param>
/// <param name="Journal">What the journal says; null when it says nothing.</param>
/// <param name="Scheduler">What a scheduler says of the attempt's job; null for local attempts.</param>
/// <param name="Disk">What is there.</param>
/// <param name="Action">What will happen about it, and by whom.</param>
public sealed record Difference(TaskId? Task, string? Journal, string? Scheduler, string? Disk, string Action);

/// <summary>Compares a campaign's journal with processes and files. Reads only.</summary>
public sealed class Reconciliation
{
    private const string Goes = "Nothing reads it; the next 'run' or 'resume' clears it away.";

    private readonly CampaignDirectory _directory;
    private readonly CampaignSnapshot _snapshot;
    private readonly ArtifactStore _store;
    private readonly Dictionary<TaskId, TaskState> _states = [];
    private readonly List<Difference> _found = [];

    private Reconciliation(CampaignDirectory directory, CampaignSnapshot snapshot)
    {
        (_directory, _snapshot) = (directory, snapshot);
        _store = new ArtifactStore(CampaignSnapshot.StoreOf(directory));
        using var journal = new JournalReader(directory.Journal);
        foreach (TaskRow row in snapshot.Tasks.Where(t => !t.Phase.IsTerminal() || (t.Phase == TaskPhase.Done && snapshot.Conclusion(t.Spec.Id) is null)))
            _states[row.Spec.Id] = journal.Stream(PersistenceIds.OfTask(snapshot.Id, row.Spec.Id)).Aggregate(TaskState.New, (s, e) => s.Apply((ITaskEvent)e.Event));
    }

    /// <param name="verify">Read every artifact and compare it with its name; else only presence and length are looked at.</param>
    /// <exception cref="InvalidDataException">No campaign there, or its journal cannot be read.</exception>
    public static IReadOnlyList<Difference> Of(CampaignDirectory directory, CampaignSnapshot snapshot, bool verify)
    {
        var reconciliation = new Reconciliation(directory, snapshot);
        reconciliation.Driver();
        reconciliation.Attempts();
        reconciliation.RunDirectories();
        reconciliation.Scratch();
        reconciliation.Checkpoints();
        reconciliation.Artifacts(verify);
        reconciliation.Leftovers();
        return reconciliation._found;
    }

    private void Driver()
    {
        string notice = _directory.LockNotice;
        if (_snapshot.Owner is null && File.Exists(notice))
            Add(null, null, $"{Shown(notice)} names process {File.ReadAllText(notice).Trim()}, which does not hold the campaign", "None needed: the process is gone, and the next one takes its place.");
    }

    /// <summary>Attempts that the journal has under way, and whether anybody works on them.</summary>
    private void Attempts()
    {
        foreach ((TaskId task, TaskState state) in _states)
        {
            if (state.Phase is not (TaskPhase.Running or TaskPhase.Exited or TaskPhase.Diagnosed or TaskPhase.Collected) || state.Job is not null)
                continue; // of jobs the scheduler knows
            string journal = $"attempt {state.Attempt} {state.Phase.Display()} under lease {state.Lease}";
            string[] lease = (state.Lease ?? "").Split(':');
            bool driven = _snapshot.Owner is { } o && lease is [var host, var pid] && host == o.Host && pid == o.ProcessId.ToString(CultureInfo.InvariantCulture);
            if (driven)
                continue;
            string process = lease is [var h, var p] && int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                ? h != Environment.MachineName ? $"a process of {h}, which cannot be seen from here" : Lives(id) ? $"process {id} lives, but does not drive this campaign" : $"no process {id}"
                : "no process is named";
            Add(task, journal, $"{process}; {Checkpoint(task, state)}",
                $"'resume' records the attempt as interrupted, and attempt {state.Attempt + 1} goes on from the checkpoint.");
        }
    }

    /// <summary>Run directories the journal knows nothing of.</summary>
    private void RunDirectories()
    {
        foreach ((TaskId? task, string path) in Folders(_directory.Runs, 'a'))
        {
            string name = Path.GetRelativePath(_directory.Root, path);
            if (task is not { } known || !_snapshot.Graph.Contains(known))
            {
                Add(task, "not in the plan", name, "None: it is of an earlier plan, and nothing reads it. It may be deleted.");
                continue;
            }
            int n = int.TryParse(Path.GetFileName(path)[1..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
            int last = _snapshot.Tasks.Single(t => t.Spec.Id == known).Attempt;
            string claim = Path.Combine(path, CampaignDirectory.Claim);
            bool begun = File.Exists(claim);
            if (n > last)
                Add(known, last == 0 ? "no attempt" : $"attempt {last} is the latest", $"{name}{(begun ? $", claimed by {File.ReadAllText(claim).Trim()}" : "")}",
                    begun ? $"Attempt {n} finds the claim, counts as interrupted and leaves the directory alone; attempt {n + 1} does the work." : "None: the attempt of that number uses it.");
            else if (begun && _states.TryGetValue(known, out TaskState? state) && state.Phase == TaskPhase.Intended && n == state.Attempt)
                Add(known, $"attempt {n} intended, not begun", $"{name} is claimed by {File.ReadAllText(claim).Trim()}",
                    $"Attempt {n} finds the claim, counts as interrupted and leaves the directory alone; attempt {n + 1} does the work.");
        }
    }

    /// <summary>What attempts left behind that others followed.</summary>
    private void Scratch()
    {
        foreach ((string attempt, _) in _directory.Followed())
            Add(TaskOf(_directory.Runs, attempt), "followed by a later attempt", $"{Shown(attempt)} has files beside its log ({Size(attempt)})", Goes);
    }

    private void Checkpoints()
    {
        foreach ((TaskId? task, string path) in Folders(_directory.AllCheckpointsRoot, null))
        {
            string name = Path.GetRelativePath(_directory.Root, path), size = Size(path);
            TaskRow? row = task is { } id ? _snapshot.Tasks.FirstOrDefault(t => t.Spec.Id == id) : null;
            if (row is null)
                Add(task, "not in the plan", $"{name} ({size})", task is null ? "None: nothing reads it. It may be deleted." : Goes);
            else if (row.Phase == TaskPhase.Done)
                Add(task, "done", $"{name} ({size})", Goes);
            else if (_states.GetValueOrDefault(row.Spec.Id)?.Fingerprint is { } fingerprint && !fingerprint.StartsWith(Path.GetFileName(path), StringComparison.Ordinal))
                Add(task, $"{row.Phase.Display()}, with other inputs or parameters", $"{name} ({size})", "Nothing reads it; it goes when the task is done.");
            foreach (string damaged in Directory.EnumerateFiles(path, "*.damaged", SearchOption.AllDirectories))
                Add(task, null, $"{Path.GetRelativePath(_directory.Root, damaged)} was set aside", "None: the checkpoint before it was used, or the work began anew. It goes when the task is done.");
        }
    }

    private void Artifacts(bool verify)
    {
        foreach (TaskRow row in _snapshot.Tasks.Where(t => t.Phase == TaskPhase.Done))
        {
            IReadOnlyDictionary<string, ArtifactRef> outputs = _snapshot.Conclusion(row.Spec.Id)?.Outputs
                ?? _states[row.Spec.Id].Outputs ?? ImmutableDictionary<string, ArtifactRef>.Empty;
            foreach ((string output, ArtifactRef artifact) in outputs.OrderBy(o => o.Key, StringComparer.Ordinal))
                if (Damage(artifact, verify) is { } damage)
                    Add(row.Spec.Id, $"done, output '{output}'", $"{_store.PathOf(artifact)} {damage}", $"The task that needs it has {row.Spec.Id} make it again; 'retry' of {row.Spec.Id} and 'resume' do so now.");
        }
        foreach (InputSource.File file in _snapshot.Graph.Tasks.SelectMany(t => t.Inputs).Select(i => i.Source).OfType<InputSource.File>().Distinct())
            if (Damage(file.Artifact, verify) is { } damage)
                Add(null, $"input file {file.Path}", $"{_store.PathOf(file.Artifact)} {damage}", "'run FILE' takes the file into the store again.");
    }

    private string? Damage(ArtifactRef artifact, bool verify) =>
        !File.Exists(_store.PathOf(artifact)) ? "is missing"
        : (verify ? _store.IsWhole(artifact) : _store.Contains(artifact)) ? null : "is damaged";

    /// <summary>What writers and askers left behind.</summary>
    private void Leftovers()
    {
        string[] roots = [.. new[] { _directory.Root, _store.Root }.Distinct()];
        string[] followed = [.. _directory.Followed().Select(f => f.Attempt)];
        foreach (string path in roots.SelectMany(r => Directory.EnumerateFiles(r, "*", SearchOption.AllDirectories)).Distinct().Where(AtomicFile.IsTemporary).Order(StringComparer.Ordinal))
            if (!followed.Any(f => IsIn(f, path)))
                Add(null, null, $"{Shown(path)}, not finished", EndOf(path));
        var inbox = new ControlInbox(_directory);
        foreach (ControlCommand wish in inbox.Waiting())
            Add(wish.Task, "not recorded", $"a wish in control/: {wish.Verb.ToString().ToLowerInvariant()} by {wish.By}, {wish.At:u}",
                _snapshot.Owner is null ? "The next command that drives or steers the campaign grants or refuses it." : "The process that drives the campaign answers it within a second.");
        if (Directory.Exists(_directory.Control))
            foreach (string path in Directory.EnumerateFiles(_directory.Control, "*.rejected").Order(StringComparer.Ordinal))
                Add(null, null, $"{Shown(path)} is no wish", "None: it was set aside. It may be deleted.");
    }

    /// <summary>What becomes of a file whose writing has not ended.</summary>
    private string EndOf(string temporary) =>
        IsIn(Path.Combine(_store.Root, "artifacts"), temporary) || IsIn(Path.Combine(_store.Root, "fingerprints"), temporary)
            ? "It may still be written by another campaign; when it is a day old, the next 'run' or 'resume' clears it away."
        : IsIn(_directory.Control, temporary) ? "Its asker may still be at it; when it is a day old, the next 'run' or 'resume' clears it away."
        : _snapshot.Owner is not null ? "None: its writer may still be at it."
        : IsIn(_directory.Runs, temporary) ? "None: its writer is gone, and nothing reads it. It may be deleted."
        : Goes;

    private static bool IsIn(string folder, string path) => path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private string Checkpoint(TaskId task, TaskState state)
    {
        string? newest = state.Fingerprint is { } f && Directory.Exists(_directory.Checkpoints(task, f))
            ? Directory.EnumerateFiles(_directory.Checkpoints(task, f), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).LastOrDefault(p => p.EndsWith(".ckpt", StringComparison.Ordinal))
            : null;
        return newest is null ? "no checkpoint" : $"checkpoint {Path.GetFileName(newest)}";
    }

    /// <summary>The innermost folders of a tree laid out as <c>TASK/name</c>, with their task; names may have to begin with a letter.</summary>
    private static IEnumerable<(TaskId? Task, string Path)> Folders(string root, char? initial)
    {
        if (!Directory.Exists(root))
            yield break;
        foreach (string path in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            bool isOne = initial is { } i
                ? name.Length > 1 && name[0] == i && name.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0
                : name.Length == 16 && name.All(char.IsAsciiHexDigitLower);
            if (isOne)
                yield return (TaskOf(root, path), path);
        }
    }

    private static TaskId? TaskOf(string root, string folder) =>
        TaskId.TryParse(Path.GetRelativePath(root, Path.GetDirectoryName(folder)!).Replace(Path.DirectorySeparatorChar, '/'), out TaskId id) ? id : null;

    private static bool Lives(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string Size(string folder) =>
        string.Create(CultureInfo.InvariantCulture, $"{Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length) / 1048576.0:0.#} MiB");

    private string Shown(string path) => path.StartsWith(_directory.Root, StringComparison.Ordinal) ? Path.GetRelativePath(_directory.Root, path) : path;

    private void Add(TaskId? task, string? journal, string? disk, string action) => _found.Add(new Difference(task, journal, null, disk, action));
}
