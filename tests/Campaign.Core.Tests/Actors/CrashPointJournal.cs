using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Persistence.Sql.Journal;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Campaigns;

namespace Campaign.Core.Tests.Actors;

/// <summary>What becomes of one commit.</summary>
internal enum Fate
{
    Durable,

    /// <summary>The process dies, and nothing of the commit is on the disk.</summary>
    DiesBefore,

    /// <summary>The process dies, but the commit is on the disk.</summary>
    DiesAfter,

    /// <summary>An error, and nothing of the commit is on the disk.</summary>
    Fails,

    /// <summary>An error, although the commit is on the disk: only the answer was lost.</summary>
    FailsAfter,

    /// <summary>The journal says that it will not have this.</summary>
    Rejected,
}

/// <summary>Events that become durable together.</summary>
/// <param name="Stream">Whose, without the campaign's random id. Within a stream the order never varies; between streams it may.</param>
/// <param name="First">Number of the first of them in its stream, from 1.</param>
internal sealed record Commit(string Stream, long First, int Events)
{
    public static Commit Of(AtomicWrite write) => new(write.PersistenceId.Split('/', 2)[1], write.LowestSequenceNr, write.Size);

    public static IEnumerable<IPersistentRepresentation> RowsOf(AtomicWrite write) => (IEnumerable<IPersistentRepresentation>)write.Payload;
}

/// <summary>What outlives the orchestrator: the rows on the disk, and the plan of what becomes of each commit.</summary>
internal sealed class CrashStore
{
    public static ConcurrentDictionary<string, CrashStore> All { get; } = new();

    private readonly List<(string Stream, IJournalEvent Event)> _log = [];
    private readonly List<Commit> _commits = [];
    private int _writing;
    private int _askedInVain;

    public ConcurrentDictionary<string, ImmutableList<IPersistentRepresentation>> Rows { get; } = new();

    public Func<Commit, Fate> Plan { get; set; } = _ => Fate.Durable;

    /// <summary>Nothing can be read or written at present.</summary>
    public Func<bool> IsAway { get; set; } = () => false;

    /// <summary>What a commit has to wait for.</summary>
    public Func<Commit, Task> Gate { get; set; } = _ => Task.CompletedTask;

    /// <summary>How often something was asked of the journal while it was away.</summary>
    public int AskedInVain => _askedInVain;

    /// <summary>Commits that became durable, in their order.</summary>
    public IReadOnlyList<Commit> Commits
    {
        get
        {
            lock (_log)
                return [.. _commits];
        }
    }

    /// <summary>The commit in which the process died.</summary>
    public Commit? Struck { get; private set; }

    public TaskCompletionSource Crashed { get; private set; } = New();

    /// <summary>Everything durable, in its order.</summary>
    public IReadOnlyList<(string Stream, IJournalEvent Event)> Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    /// <summary>A new process begins, once the disk has done what the dead one asked for. The plan held for that one only.</summary>
    public async Task RestartAsync()
    {
        while (Volatile.Read(ref _writing) > 0)
            await Task.Delay(1);
        Plan = _ => Fate.Durable;
        Crashed = New();
    }

    /// <summary>
    /// Does with the writes of one actor what the plan says. <paramref name="makeDurable"/> is called once at most, and before anything
    /// is waited for: an SQL journal keeps account of its writes in the actor.
    /// </summary>
    /// <returns>By write: null when it is durable, else why it was rejected.</returns>
    public async Task<IImmutableList<Exception>> WriteAsync(IReadOnlyList<AtomicWrite> writes, Func<IReadOnlyList<AtomicWrite>, Task> makeDurable)
    {
        if (Crashed.Task.IsCompleted)
            await Task.Delay(Timeout.Infinite); // nothing of a dead process reaches the disk
        Commit[] commits = [.. writes.Select(Commit.Of)];
        foreach (Commit commit in commits)
            await Gate(commit);
        MustBeThere();
        Fate[] fates = [.. commits.Select(Plan)];
        int stop = Array.FindIndex(fates, f => f is not (Fate.Durable or Fate.Rejected));
        int end = stop < 0 ? writes.Count : fates[stop] is Fate.DiesAfter or Fate.FailsAfter ? stop + 1 : stop;
        await KeepAsync([.. Enumerable.Range(0, end).Where(i => fates[i] != Fate.Rejected).Select(i => writes[i])], makeDurable);
        if (stop >= 0 && fates[stop] is Fate.DiesBefore or Fate.DiesAfter)
            await Die(commits[stop]);
        if (stop >= 0)
            throw new IOException("failed on purpose");
        return ImmutableList.CreateRange(fates.Select(f => f is Fate.Rejected ? new NotSupportedException("rejected on purpose") : (Exception)null!));
    }

    private async Task KeepAsync(AtomicWrite[] writes, Func<IReadOnlyList<AtomicWrite>, Task> makeDurable)
    {
        if (writes.Length == 0)
            return;
        Interlocked.Increment(ref _writing);
        try
        {
            await makeDurable(writes);
            lock (_log)
            {
                _commits.AddRange(writes.Select(Commit.Of));
                _log.AddRange(writes.SelectMany(Commit.RowsOf).Select(r => (r.PersistenceId, (IJournalEvent)r.Payload)));
            }
        }
        finally
        {
            Interlocked.Decrement(ref _writing);
        }
    }

    public void MustBeThere()
    {
        if (!IsAway())
            return;
        Interlocked.Increment(ref _askedInVain);
        throw new IOException("the journal is away");
    }

    private async Task Die(Commit commit)
    {
        Struck = commit;
        Crashed.TrySetResult();
        await Task.Delay(Timeout.Infinite);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A journal in memory that does with each commit what its store's plan says. Events pass through the real codec, so that what cannot be read back fails here.</summary>
internal sealed class CrashPointJournal(Config config) : AsyncWriteJournal
{
    private readonly CrashStore _store = CrashStore.All[config.GetString("store")];

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken) =>
        _store.WriteAsync([.. messages], writes =>
        {
            foreach (AtomicWrite write in writes)
                Append(Commit.RowsOf(write));
            return Task.CompletedTask;
        });

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Journals are never deleted from.");

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        _store.MustBeThere();
        return Task.FromResult(_store.Rows.TryGetValue(persistenceId, out ImmutableList<IPersistentRepresentation>? rows) ? rows[^1].SequenceNr : 0L);
    }

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        _store.MustBeThere();
        if (_store.Rows.TryGetValue(persistenceId, out ImmutableList<IPersistentRepresentation>? rows))
            foreach (IPersistentRepresentation row in rows.Where(r => r.SequenceNr >= fromSequenceNr && r.SequenceNr <= toSequenceNr).Take((int)Math.Min(max, int.MaxValue)))
                recoveryCallback(row);
        return Task.CompletedTask;
    }

    private void Append(IEnumerable<IPersistentRepresentation> rows)
    {
        foreach (IPersistentRepresentation row in rows)
        {
            IPersistentRepresentation read = row.WithPayload(EventCodec.Decode(EventCodec.Manifest(row.Payload), EventCodec.Encode(row.Payload)));
            _store.Rows.AddOrUpdate(row.PersistenceId, [read], (_, known) => known.Add(read));
        }
    }
}

/// <summary>The journal of a real campaign, SQLite or PostgreSQL, under the same plan.</summary>
internal sealed class CrashPointSqlJournal(Config config) : SqlWriteJournal(config)
{
    private readonly CrashStore _store = CrashStore.All[config.GetString("store")];

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken) =>
        _store.WriteAsync([.. messages], writes => base.WriteMessagesAsync(writes, cancellationToken));
}
