using System.Text.Json.Nodes;
using Campaign.Core.Tests.Actors;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Campaign.Core.Tests.Persistence;

public sealed class StoreTests : IDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"store-{Guid.NewGuid():N}");

    public StoreTests() => Directory.CreateDirectory(_root);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void An_artifact_is_named_by_its_bytes_and_stored_once()
    {
        var store = new ArtifactStore(_root);
        ArtifactRef a = store.AddText("abc", "txt");
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", a.Sha256);
        Assert.Equal(a, store.AddText("abc", "txt"));
        Assert.Equal("abc", File.ReadAllText(store.Verified(a)));
        Assert.Single(Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_changed_or_missing_artifact_is_never_handed_out()
    {
        var store = new ArtifactStore(_root);
        ArtifactRef a = store.AddText("abc", "txt");
        File.WriteAllText(store.PathOf(a), "abd");
        Assert.Contains("have changed", Assert.Throws<DamagedArtifactException>(() => store.Verified(a)).Message);
        File.Delete(store.PathOf(a));
        Assert.False(store.Contains(a));
        Assert.Contains("missing", Assert.Throws<DamagedArtifactException>(() => store.Verified(a)).Message);
    }

    [Theory]
    [InlineData("../../etc/passwd", "txt")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", "txt")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "../x")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ".hidden")]
    public void No_reference_leads_out_of_the_store(string sha256, string kind) =>
        Assert.Throws<FormatException>(() => new ArtifactStore(_root).PathOf(new ArtifactRef(sha256, kind, 1)));

    [Fact]
    public void A_result_is_found_by_its_fingerprint_only_while_its_artifacts_exist()
    {
        var artifacts = new ArtifactStore(_root);
        var prints = new FingerprintStore(_root, artifacts);
        ArtifactRef a = artifacts.AddText("abc", "txt");
        string print = new('1', 64);
        prints.Put(new StoredResult(print, TaskId.Parse("a/b"), "join", new Dictionary<string, ArtifactRef> { ["text"] = a }, null, DateTimeOffset.UnixEpoch));
        Assert.Equal(a, prints.Find(print)!.Outputs["text"]);
        Assert.Null(prints.Find(new string('2', 64)));
        File.Delete(artifacts.PathOf(a));
        Assert.Null(prints.Find(print));
    }

    [Fact]
    public void A_record_with_any_bit_changed_or_without_its_seal_counts_as_none()
    {
        var artifacts = new ArtifactStore(_root);
        var prints = new FingerprintStore(_root, artifacts);
        string print = new('1', 64);
        prints.Put(new StoredResult(
            print, TaskId.Parse("a/b"), "join", new Dictionary<string, ArtifactRef> { ["text"] = artifacts.AddText("abc", "txt") },
            new JsonObject { ["sum"] = 12.5 }, DateTimeOffset.UnixEpoch));
        string path = Directory.EnumerateFiles(Path.Combine(_root, "fingerprints")).Single();
        byte[] whole = File.ReadAllBytes(path);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] flipped = [.. whole];
            flipped[i] ^= 1;
            File.WriteAllBytes(path, flipped);
            Assert.Null(prints.Find(print));
        }
        File.WriteAllBytes(path, whole[..^32]);
        Assert.Null(prints.Find(print));
        File.WriteAllBytes(path, whole);
        Assert.NotNull(prints.Find(print));
    }

    [Fact]
    public void A_damaged_artifact_that_many_add_again_is_mended_and_only_the_damage_is_set_aside()
    {
        var store = new ArtifactStore(_root);
        ArtifactRef a = store.AddText("abc", "txt");
        string path = store.PathOf(a);
        for (int round = 0; round < 20; round++)
        {
            File.WriteAllText(path, "abd");
            File.Delete(path + ".damaged");
            Parallel.For(0, 4, _ =>
            {
                store.AddText("abc", "txt");
                Assert.True(store.IsWhole(a));
            });
            Assert.Equal("abd", File.ReadAllText(path + ".damaged"));
        }
        Assert.Equal(2, Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public void Only_one_may_hold_the_lock_and_the_other_learns_who()
    {
        CampaignDirectory directory = CampaignDirectory.At(_root);
        using (CampaignLock? first = CampaignLock.TryAcquire(directory, TimeProvider.System, out _))
        {
            Assert.NotNull(first);
            Assert.Null(CampaignLock.TryAcquire(directory, TimeProvider.System, out LockOwner? owner));
            Assert.Equal((Environment.ProcessId, Environment.MachineName), (owner!.ProcessId, owner.Host));
            Assert.Equal(Environment.ProcessId, CampaignLock.Owner(directory)!.ProcessId);
        }
        Assert.Null(CampaignLock.Owner(directory));
        using CampaignLock? again = CampaignLock.TryAcquire(directory, TimeProvider.System, out _);
        Assert.NotNull(again);
    }

    [Fact]
    public void A_wish_waits_until_it_is_answered_and_rubbish_is_set_aside()
    {
        CampaignDirectory directory = CampaignDirectory.At(_root);
        var inbox = new ControlInbox(directory);
        ControlCommand wish = ControlInbox.NewCommand(CampaignVerb.Cancel, TaskId.Parse("a/b"), TimeProvider.System);
        inbox.Post(wish);
        File.WriteAllText(Path.Combine(directory.Control, "0-rubbish.json"), "{ not json");
        Assert.Equal(wish, Assert.Single(inbox.Pending()));
        Assert.Equal(wish, Assert.Single(inbox.Pending()));
        inbox.Answer(wish.Id, new ControlReply(true, "done"));
        Assert.Empty(inbox.Pending());
        Assert.Equal("done", inbox.TakeReply(wish.Id)!.Message);
        Assert.Null(inbox.TakeReply(wish.Id));
        Assert.True(File.Exists(Path.Combine(directory.Control, "0-rubbish.json.rejected")));
    }

    [Fact]
    public void A_plan_is_stored_and_read_back_the_same_to_the_byte()
    {
        var graph = new WorkflowGraph(
        [
            .. Graphs.Diamond.Tasks,
            Graphs.Task("z/file") with { Inputs = [new TaskInput("structure", new InputSource.File("structures/a.cif", new ArtifactRef(new string('a', 64), "cif", 5)))] },
        ]);
        byte[] bytes = PlanJson.Encode(new StoredPlan(graph, new Dictionary<string, double> { ["train"] = 0.75 }));
        StoredPlan read = PlanJson.Decode(bytes);
        Assert.Equal(bytes, PlanJson.Encode(read));
        Assert.True(PlanDifference.Between(graph, read.Graph).IsEmpty);
    }

    [Fact]
    public void The_journal_is_a_write_ahead_log_that_reaches_the_disk()
    {
        string path = Path.Combine(_root, "journal.db");
        JournalFile.Prepare(path);
        using var connection = new SqliteConnection($"Data Source={path}");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", command.ExecuteScalar());
    }
}
