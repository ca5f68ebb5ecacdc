using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
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
        {
            int n = Interlocked.Increment(ref _store.Writes);
            if (_store.Frozen)
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            bool crash = n == _store.CrashOn;
            if (crash && _store.Moment == CrashMoment.BeforeDurable)
                await Freeze();
            lock (_store.Log)
            {
                foreach (IPersistentRepresentation row in (IEnumerable<IPersistentRepresentation>)write.Payload)
                {
                    IJournalEvent read = EventCodec.Decode(EventCodec.Manifest(row.Payload), EventCodec.Encode(row.Payload));
                    _store.Rows.AddOrUpdate(row.PersistenceId, [row.WithPayload(read)], (_, rows) => rows.Add(row.WithPayload(read)));
                    _store.Log.Add((row.PersistenceId, read));
                }
            }
            if (crash)
                await Freeze();
        }
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

    private async Task Freeze()
    {
        _store.Frozen = true;
        _store.Crashed.TrySetResult();
        await Task.Delay(Timeout.Infinite);
    }
}
