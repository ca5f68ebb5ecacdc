using Akka.Actor;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Packs;

namespace Campaign.Actors.Jobs;

/// <summary>
/// Attempts that are to be submitted, and which of them next: the smallest priority first, and of those the one that came first. Where the
/// site packs, attempts of one kind wait for each other until there are enough of them, or the first has waited long enough.
/// </summary>
/// <param name="prefix">What all names of the campaign begin with.</param>
internal sealed class SubmissionQueue(Packing? packing, string prefix)
{
    private const string Alone = "";
    private readonly Dictionary<string, Kind> _kinds = [];
    private long _arrivals;

    /// <param name="Members">More than one only in a pack.</param>
    /// <param name="Pack">Null for an attempt with a job to itself.</param>
    public sealed record Batch(IReadOnlyList<Member> Members, JobName? Pack)
    {
        /// <summary>Of its job.</summary>
        public int Cores(int atOnce) => Members[0].Wish.Job.Resources.Cores * Math.Min(atOnce, Members.Count);
    }

    public sealed record Member(SiteMessages.Submit Wish, IActorRef Asker);

    public int Count => _kinds.Values.Sum(k => k.Waiting.Count);

    public void Add(SiteMessages.Submit wish, IActorRef asker, DateTimeOffset now)
    {
        string kind = wish.Pack is { } pack ? $"pack {pack}"
            : packing is null || wish.Alone || !PackPlan.CanBePacked(wish.Job) ? Alone
            : PackPlan.KindOf(wish.Job);
        if (!_kinds.TryGetValue(kind, out Kind? known))
            _kinds[kind] = known = new Kind(IsGathered: kind != Alone && wish.Pack is null, wish.Pack);
        known.Waiting.Add((wish.Priority, _arrivals++), (new Member(wish, asker), now));
    }

    /// <summary>When the next batch is ready; null when nobody waits.</summary>
    public DateTimeOffset? Due() => _kinds.Count == 0 ? null : _kinds.Values.Min(ReadyAt);

    /// <summary>The next batch that is ready; null when there is none. It stays until it is removed.</summary>
    public Batch? Next(DateTimeOffset now)
    {
        (string name, Kind? kind) = _kinds.Where(k => ReadyAt(k.Value) <= now).OrderBy(k => k.Value.Waiting.Keys.First()).FirstOrDefault();
        if (kind is null)
            return null;
        int many = name == Alone ? 1 : kind.IsGathered ? packing!.Tasks : kind.Waiting.Count;
        Member[] members = [.. kind.Waiting.Values.Take(many).Select(w => w.Member)];
        return new Batch(members, kind.IsGathered ? PackPlan.NameOf(prefix, members.Select(m => m.Wish.Job.Name)) : kind.Pack);
    }

    public void Remove(Batch batch)
    {
        var gone = batch.Members.ToHashSet(ReferenceEqualityComparer.Instance);
        RemoveWhere(gone.Contains);
    }

    /// <summary>Somebody is not there any more to be told.</summary>
    public void Remove(IActorRef asker) => RemoveWhere(m => m.Asker.Equals(asker));

    private void RemoveWhere(Func<Member, bool> gone)
    {
        foreach ((string name, Kind kind) in _kinds.ToArray())
        {
            foreach ((int, long) place in kind.Waiting.Where(w => gone(w.Value.Member)).Select(w => w.Key).ToArray())
                kind.Waiting.Remove(place);
            if (kind.Waiting.Count == 0)
                _kinds.Remove(name);
        }
    }

    private DateTimeOffset ReadyAt(Kind kind) =>
        !kind.IsGathered || kind.Waiting.Count >= packing!.Tasks ? DateTimeOffset.MinValue : kind.Waiting.Values.Min(w => w.AskedAt) + packing.Wait;

    private sealed record Kind(bool IsGathered, JobName? Pack)
    {
        public SortedDictionary<(int Priority, long Arrival), (Member Member, DateTimeOffset AskedAt)> Waiting { get; } = [];
    }
}
