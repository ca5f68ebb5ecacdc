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
        Policy = CampaignPolicy.Default with { Tasks = new TaskPolicy(new RetryPolicy(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20)), Corrections) },
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
        System.IO.Directory.Delete(Directory.Root, recursive: true);
    }
}
