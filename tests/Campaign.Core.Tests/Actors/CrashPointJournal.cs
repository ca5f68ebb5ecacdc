using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Persistence.Sql.Journal;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Campaigns;

namespace Campaign.Core.Tests.Actors;

internal enum CrashMoment
{
    BeforeDurable,
    AfterDurable,
}

/// <summary>What outlives a crash: the rows on the disk, and the plan of when to crash.</summary>
internal sealed class CrashStore
{
    public static ConcurrentDictionary<string, CrashStore> All { get; } = new();

    public ConcurrentDictionary<string, ImmutableList<IPersistentRepresentation>> Rows { get; } = new();

    public List<(string Stream, IJournalEvent Event)> Log { get; } = [];

    public int Writes;

    /// <summary>Number of the write to crash at, from 1; 0 for never.</summary>
    public int CrashOn { get; set; }

    public CrashMoment Moment { get; set; }

    public TaskCompletionSource Crashed { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public volatile bool Frozen;

    /// <summary>Makes a write durable, or stops for ever before or after that, as the plan says.</summary>
    public async Task WriteAsync(Func<Task> makeDurable)
    {
        int n = Interlocked.Increment(ref Writes);
        if (Frozen)
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
        bool crash = n == CrashOn;
        if (crash && Moment == CrashMoment.BeforeDurable)
            await Freeze();
        await makeDurable();
        if (crash)
            await Freeze();
    }

    private async Task Freeze()
    {
        Frozen = true;
        Crashed.TrySetResult();
        await Task.Delay(Timeout.Infinite);
    }
}

/// <summary>
/// An in-memory journal that stops for ever at a chosen write, just before or just after it is durable, as a killed process does.
/// Events pass through the real codec, so that what cannot be read back fails here.
/// </summary>
internal sealed class CrashPointJournal : AsyncWriteJournal
{
    private readonly CrashStore _store;

    public CrashPointJournal(Akka.Configuration.Config config) => _store = CrashStore.All[config.GetString("store")];

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        foreach (AtomicWrite write in messages)
            await _store.WriteAsync(() =>
            {
                Append((IEnumerable<IPersistentRepresentation>)write.Payload);
                return Task.CompletedTask;
            });
        return null!;
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Journals are never deleted from.");

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        Task.FromResult(_store.Rows.TryGetValue(persistenceId, out ImmutableList<IPersistentRepresentation>? rows) ? rows[^1].SequenceNr : 0L);

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        if (_store.Rows.TryGetValue(persistenceId, out ImmutableList<IPersistentRepresentation>? rows))
            foreach (IPersistentRepresentation row in rows.Where(r => r.SequenceNr >= fromSequenceNr && r.SequenceNr <= toSequenceNr).Take((int)Math.Min(max, int.MaxValue)))
                recoveryCallback(row);
        return Task.CompletedTask;
    }

    private void Append(IEnumerable<IPersistentRepresentation> rows)
    {
        lock (_store.Log)
            foreach (IPersistentRepresentation row in rows)
            {
                IJournalEvent read = EventCodec.Decode(EventCodec.Manifest(row.Payload), EventCodec.Encode(row.Payload));
                _store.Rows.AddOrUpdate(row.PersistenceId, [row.WithPayload(read)], (_, known) => known.Add(row.WithPayload(read)));
                _store.Log.Add((row.PersistenceId, read));
            }
    }
}

/// <summary>The journal of a real campaign, which stops for ever at a chosen write.</summary>
internal sealed class CrashPointSqliteJournal(Akka.Configuration.Config config) : SqlWriteJournal(config)
{
    private readonly CrashStore _store = CrashStore.All[config.GetString("store")];

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        foreach (AtomicWrite write in messages)
            await _store.WriteAsync(() => base.WriteMessagesAsync([write], cancellationToken));
        return null!;
    }
}
