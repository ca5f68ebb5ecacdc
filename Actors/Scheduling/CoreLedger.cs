using Campaign.Workflows.Graph;

namespace Campaign.Actors.Scheduling;

/// <summary>A wish for cores.</summary>
/// <param name="Cores">At most the machine's; a larger wish is granted with the whole machine.</param>
/// <param name="Priority">Smaller goes first.</param>
public sealed record CoreClaim(TaskId Task, int Attempt, int Cores, int Priority);

/// <summary>
/// Shares a machine's cores. Claims are served by priority; a smaller one may fill a gap in front of a larger that has to wait,
/// but only <see cref="MaxOvertakes"/> times, so that the larger one is not starved. A task holds at most one lease:
/// its next attempt waits until the former's thread has really ended.
/// </summary>
public sealed class CoreLedger(int cores)
{
    public const int MaxOvertakes = 8;

    private readonly Dictionary<TaskId, int> _held = [];
    private readonly List<(CoreClaim Claim, long Arrival)> _waiting = [];
    private long _arrivals;
    private (CoreClaim? Claim, int Count) _overtaken;

    public int Free => cores - _held.Values.Sum();

    public void Ask(CoreClaim claim)
    {
        Withdraw(claim.Task);
        _waiting.Add((claim, _arrivals++));
        _waiting.Sort((a, b) => (a.Claim.Priority, a.Arrival).CompareTo((b.Claim.Priority, b.Arrival)));
    }

    public void Withdraw(TaskId task) => _waiting.RemoveAll(w => w.Claim.Task == task);

    public void Release(TaskId task) => _held.Remove(task);

    /// <summary>Serves what can be served now.</summary>
    public IReadOnlyList<CoreClaim> Grant()
    {
        var granted = new List<CoreClaim>();
        CoreClaim? kept = null;
        int free = Free;
        foreach ((CoreClaim claim, _) in _waiting)
        {
            if (_held.ContainsKey(claim.Task))
                continue;
            int wanted = Wanted(claim);
            if (wanted > free)
            {
                kept ??= claim;
                continue;
            }
            if (kept is not null)
            {
                if (_overtaken.Claim != kept)
                    _overtaken = (kept, 0);
                if (_overtaken.Count >= MaxOvertakes)
                    break;
                _overtaken.Count++;
            }
            _held[claim.Task] = wanted;
            free -= wanted;
            granted.Add(claim);
        }
        _waiting.RemoveAll(w => granted.Contains(w.Claim));
        return granted;
    }

    private int Wanted(CoreClaim claim) => Math.Clamp(claim.Cores, 1, cores);
}
