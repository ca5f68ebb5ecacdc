using System.Buffers.Binary;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Persistence;
using Campaign.Actors.Hosting;
using Campaign.Persistence.Journal;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Stages;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>What actors write to the SQLite journal while it is busy becomes durable in one commit, and fails in one.</summary>
[Collection("actors")]
public sealed class GroupCommitTests
{
    private const string Unwritable = "b/t07";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Tasks that may all start at once, and a report of them.</summary>
    private static WorkflowGraph Wide
    {
        get
        {
            string[] tasks = [.. Enumerable.Range(0, 24).Select(i => $"b/t{i:d2}")];
            return new WorkflowGraph([.. tasks.Select(t => Graphs.Task(t)), Graphs.Task("report/report", 1, tasks, "report")]);
        }
    }

    [Fact]
    public async Task What_many_actors_write_while_the_journal_is_busy_is_one_commit_and_not_many()
    {
        const int many = 32;
        using var campaign = new CampaignFixture();
        string file = campaign.Directory.Journal;
        JournalFile.Prepare(file);
        using ActorSystem system = ActorSystem.Create("group", BootstrapSetup.Create().WithConfig(JournalFile.Hocon(file)).And(JournalFile.Options(file)));
        using var asked = new CountdownEvent(many);
        using var durable = new CountdownEvent(many);
        IActorRef[] writers = [.. Enumerable.Range(0, many).Select(i => system.ActorOf(Props.Create(() => new Writer($"{i}", asked, durable))))];
        void AllWrite() => Array.ForEach(writers, w => w.Tell(new StageEvents.Opened("b", DateTimeOffset.UnixEpoch)));
        AllWrite();
        Assert.True(durable.Wait(Patience));
        int before = CommitsIn(file + "-wal");
        asked.Reset();
        durable.Reset();

        using (SqliteConnection busy = Open(file))
        using (busy.BeginTransaction())
        {
            AllWrite();
            Assert.True(asked.Wait(Patience));
            Assert.Equal(many, durable.CurrentCount);
        }

        Assert.True(durable.Wait(Patience));
        Assert.InRange(CommitsIn(file + "-wal") - before, 1, many / 2);
        await system.Terminate();
        JournalFile.Release(file);
    }

    [Fact]
    public async Task A_row_that_cannot_be_written_costs_those_it_shares_a_commit_with_time_and_nothing_else()
    {
        IReadOnlyList<string> expected;
        using (Story undisturbed = Begin())
        {
            Assert.Equal(CampaignResult.Done, (await undisturbed.LiveAsync()).Result);
            expected = undisturbed.Results;
        }
        TimeSpan? broken = null;
        using Story story = Begin(s =>
        [
            new Story.Act.Simply(() => s.Campaign.Work.IsWaiting, () =>
            {
                Execute(s, $"CREATE TRIGGER broken BEFORE INSERT ON journal WHEN NEW.persistence_id LIKE '%/task/{Unwritable}' BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END");
                broken = s.Time.Elapsed;
                s.Campaign.Work.LetGo.Set();
            }),
            new Story.Act.Simply(() => s.Time.Elapsed > broken + TimeSpan.FromSeconds(20), () => Execute(s, "DROP TRIGGER broken")),
        ]);
        foreach (TaskSpec task in Wide.Tasks)
            story.Campaign.Work.Endless[task.Id.Value] = true; // none is done before the trigger is there

        CampaignOutcome.Concluded end = await story.LiveAsync();

        Assert.Equal(CampaignResult.Done, end.Result);
        story.EverythingHappenedOnce("after a row that could not be written");
        Assert.Equal(expected, story.Results);
        Assert.True(story.Time.Elapsed > broken + TimeSpan.FromSeconds(20));
    }

    private static Story Begin(Func<Story, IEnumerable<Story.Act>>? acts = null) => new(Wide, new TestedJournal.Sqlite(), new CrashStore(), acts);

    private static void Execute(Story story, string statement)
    {
        using SqliteConnection connection = Open(story.Campaign.Directory.Journal);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Default Timeout=30;Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>Commits in a write-ahead log, which was not begun anew since it is shorter than that (sqlite.org/fileformat2.html, section 4).</summary>
    private static int CommitsIn(string log)
    {
        const int header = 32, frameHeader = 24;
        using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        int frame = frameHeader + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(8));
        Assert.True((bytes.Length - header) / frame < 1000, "the log was begun anew"); // SQLite's default
        return Enumerable.Range(0, (bytes.Length - header) / frame).Count(i => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(header + i * frame + 4)) != 0);
    }

    private sealed class Writer : ReceivePersistentActor
    {
        public Writer(string id, CountdownEvent asked, CountdownEvent durable)
        {
            PersistenceId = id;
            Command<StageEvents.Opened>(e =>
            {
                Persist(e, _ => durable.Signal());
                asked.Signal();
            });
        }

        public override string PersistenceId { get; }
    }
}
