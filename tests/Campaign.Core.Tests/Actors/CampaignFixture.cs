using System.Collections.Concurrent;
using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Core.Tests.Actors;

/// <summary>A campaign directory of its own, and the usual ways to run something in it.</summary>
internal sealed class CampaignFixture : IDisposable, IProgress<CampaignProgress>
{
    public CampaignFixture() => System.IO.Directory.CreateDirectory(Directory.Root);

    public CorrectionPolicy Corrections { get; set; } = CorrectionPolicy.Default;

    public FakeWork Work { get; } = new();

    /// <summary>How long a fault of the environment is waited out.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromMilliseconds(20);

    public CampaignDirectory Directory { get; } = CampaignDirectory.At(Path.Combine(Path.GetTempPath(), $"campaign-{Guid.NewGuid():N}"));

    public ConcurrentQueue<CampaignProgress> Told { get; } = new();

    public CampaignRun Order(WorkflowGraph graph) => new()
    {
        Name = "test",
        Graph = graph,
        SpecText = "campaign: test\n",
        SpecFolder = Directory.Root,
        Directory = Directory.Root,
        Operations = [Work, new FakeReport(Work)],
        Cores = 2,
        Policy = CampaignPolicy.Default with { Tasks = new TaskPolicy(new RetryPolicy(RetryAfter, RetryAfter), Corrections) },
        Backoff = new RestartBackoff(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1)),
        Progress = this,
    };

    public Task<CampaignOutcome> RunAsync(WorkflowGraph graph, CancellationToken cancellation = default) =>
        CampaignHost.RunAsync(Order(graph), cancellation).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);

    /// <summary>Asks something of the campaign while nobody drives it.</summary>
    public async Task<ControlReply?> WishAsync(CampaignVerb verb, string? task, ParameterChange? change = null)
    {
        var inbox = new ControlInbox(Directory);
        ControlCommand wish = ControlInbox.NewCommand(verb, task is null ? null : TaskId.Parse(task), TimeProvider.System, change);
        inbox.Post(wish);
        return await CampaignHost.ServeWishesAsync(Directory.Root, TimeProvider.System) ? inbox.TakeReply(wish.Id) : null;
    }

    /// <summary>Asks something of the campaign while it is driven.</summary>
    public async Task<ControlReply> WishRunningAsync(CampaignVerb verb, string? task)
    {
        var inbox = new ControlInbox(Directory);
        ControlCommand wish = ControlInbox.NewCommand(verb, task is null ? null : TaskId.Parse(task), TimeProvider.System);
        inbox.Post(wish);
        for (int i = 0; i < 600; i++)
        {
            if (inbox.TakeReply(wish.Id) is { } reply)
                return reply;
            await Task.Delay(50);
        }
        throw new TimeoutException($"{verb} {task} was not answered.");
    }

    /// <summary>Waits until a task is in a phase, as the watching person is told.</summary>
    public async Task ReachedAsync(string task, TaskPhase phase)
    {
        for (int i = 0; i < 600; i++)
        {
            if (Told.OfType<CampaignProgress.TaskMoved>().LastOrDefault(m => m.Task.Value == task)?.State.Phase == phase)
                return;
            await Task.Delay(50);
        }
        throw new TimeoutException($"{task} did not become {phase}.");
    }

    public CampaignSnapshot Snapshot() => CampaignSnapshot.Read(Directory);

    public string PhaseOf(string task) => Snapshot().Tasks.Single(t => t.Spec.Id.Value == task).Phase.Display();

    public Dictionary<string, string> Phases() => Snapshot().Tasks.ToDictionary(t => t.Spec.Id.Value, t => t.Phase.Display());

    public List<JournalEntry> Journal()
    {
        using var reader = new JournalReader(Directory.Journal);
        return [.. reader.All()];
    }

    public void Report(CampaignProgress value) => Told.Enqueue(value);

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        for (int tries = 1; ; tries++)
            try
            {
                System.IO.Directory.Delete(Directory.Root, recursive: true);
                return;
            }
            catch (IOException) when (tries < 20)
            {
                // an actor system that has ended may still write the last lines of its log
            }
    }
}
