using Campaign.Actors.Hosting;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Stages;
using Campaign.Workflows.Tasks;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>An artifact that is damaged or missing is made again by the task that made it, and by nobody else.</summary>
[Collection("actors")]
public sealed class DamagedArtifactTests : IDisposable
{
    private const int Page = 4096;

    private readonly CampaignFixture _campaign = new();

    public void Dispose() => _campaign.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_input_that_is_damaged_or_missing_is_made_again_and_nothing_else(bool missing)
    {
        await RunWithoutJoin();
        string left = PathOf("b/left");
        byte[] whole = File.ReadAllBytes(left);
        Damage(left, missing);

        CampaignOutcome outcome = await Retried("c/join");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(whole, File.ReadAllBytes(left));
        Assert.Equal(!missing, File.Exists(left + ".damaged"));
        Assert.Equal((1, 2, 1, 2), (
            _campaign.Work.CountOf("a/root"), _campaign.Work.CountOf("b/left"), _campaign.Work.CountOf("b/right"), _campaign.Work.CountOf("c/join")));
        TaskEvents.InputDamaged found = Assert.Single(_campaign.Journal().Select(e => e.Event).OfType<TaskEvents.InputDamaged>());
        Assert.Equal("b/left", found.Producer.Value);
        StageEvents.TaskReopened reopened = Assert.Single(_campaign.Journal().Select(e => e.Event).OfType<StageEvents.TaskReopened>(), r => r.Task.Value == "b/left");
        Assert.Matches("artifact [0-9a-f]{12} .txt. of task b/left is damaged: recomputed", reopened.Reason);
        Assert.EndsWith("b/left computed it again.", Assert.Single(MendedDamages.Read(_campaign.Directory)));
    }

    [Fact]
    public async Task A_damage_that_could_not_be_mended_is_not_said_to_be()
    {
        await RunWithoutJoin();
        Damage(PathOf("b/left"), missing: false);
        _campaign.Work.Instead = (task, n) => task == "b/left" && n == 2 ? new Campaign.Actors.Operations.OperationOutcome.Failed("not again") : null;

        await Retried("c/join");

        Assert.Equal("failed", _campaign.PhaseOf("b/left"));
        Assert.Empty(MendedDamages.Read(_campaign.Directory));
    }

    [Fact]
    public async Task No_wish_is_written_into_a_journal_with_a_damaged_page()
    {
        await _campaign.RunAsync(Graphs.Diamond);
        SqliteConnection.ClearAllPools();
        byte[] whole = File.ReadAllBytes(_campaign.Directory.Journal);
        int unnoticed = 0;
        for (int page = 1; page < whole.Length / Page; page++)
        {
            byte[] damaged = [.. whole];
            Array.Fill(damaged, (byte)0xa5, page * Page, Page);
            File.WriteAllBytes(_campaign.Directory.Journal, damaged);
            if (!CampaignCanBeRead())
                continue;
            unnoticed++;
            await Assert.ThrowsAsync<DamagedJournalException>(() => _campaign.WishAsync(CampaignVerb.Retry, "c/join"));
            SqliteConnection.ClearAllPools();
            Assert.Equal(damaged, File.ReadAllBytes(_campaign.Directory.Journal));
        }
        Assert.NotEqual(0, unnoticed);
    }

    private bool CampaignCanBeRead()
    {
        try
        {
            using var journal = new JournalReader(_campaign.Directory.Journal);
            return journal.Stream(PersistenceIds.OfCampaign(_campaign.Directory.ReadId())).Any();
        }
        catch (DamagedJournalException)
        {
            return false;
        }
    }

    [Fact]
    public async Task Damage_all_the_way_up_is_mended_from_the_top()
    {
        await RunWithoutJoin();
        foreach (string task in new[] { "a/root", "b/left", "b/right" })
            Damage(PathOf(task), missing: false);

        CampaignOutcome outcome = await Retried("c/join");

        Assert.Equal(0, outcome.ExitCode);
        Assert.All(_campaign.Phases().Values, phase => Assert.Equal("done", phase));
        Assert.Equal((2, 2, 2), (_campaign.Work.CountOf("a/root"), _campaign.Work.CountOf("b/left"), _campaign.Work.CountOf("b/right")));
    }

    [Fact]
    public async Task A_damaged_report_is_found_at_the_next_start_and_made_again()
    {
        await _campaign.RunAsync(Graphs.Diamond);
        string report = PathOf("report/report");
        byte[] whole = File.ReadAllBytes(report);
        Damage(report, missing: false);

        CampaignOutcome outcome = await _campaign.RunAsync(Graphs.Diamond);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(whole, File.ReadAllBytes(report));
        Assert.Equal(2, _campaign.Work.CountOf("report/report"));
        Assert.Equal(7, _campaign.Work.Executions.Count);
    }

    [Fact]
    public async Task An_input_lost_while_it_is_being_read_is_no_failure_of_the_work()
    {
        _campaign.Work.Instead = (task, n) =>
        {
            if (task != "c/join" || n > 1)
                return null;
            File.Delete(PathOf("b/right"));
            throw new FileNotFoundException("it was there a moment ago");
        };

        CampaignOutcome outcome = await _campaign.RunAsync(Graphs.Diamond);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(2, _campaign.Work.CountOf("b/right"));
        Assert.Equal(1, _campaign.Work.CountOf("b/left"));
    }

    [Fact]
    public async Task A_damaged_copy_of_a_users_file_is_taken_again_or_its_loss_is_explained()
    {
        string file = Path.Combine(_campaign.Directory.Root, "cell.txt");
        File.WriteAllText(file, "cell");
        var store = new ArtifactStore(_campaign.Directory.Root);
        ArtifactRef copy = store.AddFile(file, "txt");
        TaskSpec work = Graphs.Task("b/left") with { Inputs = [new TaskInput("cell", new InputSource.File("cell.txt", copy))] };
        _campaign.Work.Instead = (_, n) =>
        {
            if (n > 1)
                return null;
            Damage(store.PathOf(copy), missing: false);
            throw new IOException("and the disk stumbles");
        };

        Assert.Equal(0, (await _campaign.RunAsync(new WorkflowGraph([work]))).ExitCode);

        Assert.Equal("cell", File.ReadAllText(store.PathOf(copy)));
        Damage(store.PathOf(copy), missing: false);
        File.Delete(file);
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => _campaign.RunAsync(new WorkflowGraph([work])));
        Assert.Contains(file, e.Message);
    }

    /// <summary>The state in which only c/join and the report are to be done.</summary>
    private async Task RunWithoutJoin()
    {
        _campaign.Work.Instead = (task, n) => task == "c/join" && n == 1 ? new Campaign.Actors.Operations.OperationOutcome.Failed("not yet") : null;
        await _campaign.RunAsync(Graphs.Diamond);
    }

    private async Task<CampaignOutcome> Retried(string task)
    {
        ControlReply? reply = await _campaign.WishAsync(CampaignVerb.Retry, task);
        Assert.True(reply!.Accepted, reply.Message);
        return await _campaign.RunAsync(Graphs.Diamond);
    }

    private string PathOf(string task) => new ArtifactStore(_campaign.Directory.Root).PathOf(
        _campaign.Snapshot().Stages[TaskId.Parse(task).Stage].Concluded[TaskId.Parse(task)].Outputs["text"]);

    private static void Damage(string path, bool missing)
    {
        if (missing)
        {
            File.Delete(path);
            return;
        }
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
