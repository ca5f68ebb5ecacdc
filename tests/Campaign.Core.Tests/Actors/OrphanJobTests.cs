using Campaign.Actors.Hosting;
using Campaign.Actors.Jobs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Graph;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>Live jobs with the campaign's name that no task waits for are found while nobody drives it, and ended before anything else.</summary>
[Collection("actors")]
public sealed class OrphanJobTests : IDisposable
{
    private static readonly WorkflowGraph Graph = new([.. Graphs.Pair.Tasks.Select(t => t with { Site = "cluster" })]);
    private readonly CampaignFixture _campaign = new();
    private readonly FakeCluster _cluster;

    public OrphanJobTests() => _cluster = new FakeCluster(TimeProvider.System, [_campaign.Work, new FakeReport(_campaign.Work)]);

    public void Dispose() => _campaign.Dispose();

    [Fact]
    public async Task A_job_that_no_task_waits_for_is_cancelled_at_the_next_start_and_no_other_is()
    {
        Assert.Equal(0, (await RunAsync()).ExitCode);
        string id = _campaign.Directory.ReadId();
        Put($"{id}-0badcafe-a1");
        Put("somebody-else-a1");

        Assert.Equal([$"{id}-0badcafe-a1"], Orphans());
        Assert.Equal(0, (await RunAsync()).ExitCode);

        Assert.Empty(Orphans());
        Assert.Contains(_campaign.Told.OfType<CampaignProgress.Notice>(), n => n.Text.Contains($"({id}-0badcafe-a1)", StringComparison.Ordinal));
        Assert.Single(_cluster.Find(JobName.Parse("somebody-else-a1"), default, CancellationToken.None), j => !j.State.IsOver());
    }

    [Fact]
    public async Task A_job_whose_task_waits_for_it_is_none()
    {
        _cluster.Endless = _ => true;
        using var stop = new CancellationTokenSource();
        Task<CampaignOutcome> driven = RunAsync(stop.Token);
        while (_cluster.AtWork == 0)
            await Task.Delay(20);
        await stop.CancelAsync();
        await driven;

        Assert.Empty(Orphans());
    }

    [Fact]
    public async Task A_site_that_does_not_answer_keeps_no_campaign_from_starting()
    {
        Assert.Equal(0, (await RunAsync()).ExitCode);
        _cluster.BeforeCall = _ => throw new SchedulerUnavailableException("away");

        Assert.Equal(0, (await RunAsync()).ExitCode);

        Assert.Contains(_campaign.Told.OfType<CampaignProgress.Notice>(), n => n.Text.Contains("asked at the next start: away", StringComparison.Ordinal));
    }

    private Task<CampaignOutcome> RunAsync(CancellationToken stop = default) =>
        CampaignHost.RunAsync(_campaign.Order(Graph) with { Sites = _ => [Site] }, stop).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);

    private JobSite Site => _cluster.Site with { PollInterval = TimeSpan.FromMilliseconds(50) };

    private string[] Orphans() => [.. new OrphanJobs(_campaign.Directory, CampaignSnapshot.Read(_campaign.Directory), Graph).At(Site, CancellationToken.None).Select(j => j.Name)];

    private void Put(string name)
    {
        _cluster.Endless = _ => true;
        string directory = Path.Combine(_campaign.Directory.Root, "outside", name);
        _cluster.Submit(new JobRequest(JobName.Parse(name), directory, new JobResources(TimeSpan.FromHours(1)), ["true"]), CancellationToken.None);
    }
}
