using Campaign.Actors.Scheduling;
using Campaign.Workflows.Graph;
using Xunit;

namespace Campaign.Core.Tests.Actors;

public sealed class CoreLedgerTests
{
    [Fact]
    public void Claims_are_served_by_priority_and_never_beyond_the_cores()
    {
        var ledger = new CoreLedger(2);
        foreach (int i in new[] { 3, 1, 2 })
            ledger.Ask(Claim(i, 1));
        Assert.Equal([1, 2], ledger.Grant().Select(c => c.Priority));
        Assert.Empty(ledger.Grant());
        ledger.Release(Id(1));
        Assert.Equal([3], ledger.Grant().Select(c => c.Priority));
    }

    [Fact]
    public void A_claim_larger_than_the_machine_gets_the_whole_machine()
    {
        var ledger = new CoreLedger(2);
        ledger.Ask(Claim(1, 16));
        Assert.Single(ledger.Grant());
        Assert.Equal(0, ledger.Free);
    }

    [Fact]
    public void Small_claims_fill_gaps_but_do_not_starve_a_large_one()
    {
        var ledger = new CoreLedger(2);
        ledger.Ask(Claim(0, 1));
        Assert.Single(ledger.Grant());
        ledger.Ask(Claim(1, 2)); // must wait for both cores
        int overtakes = 0;
        for (int i = 2; i < 50; i++)
        {
            ledger.Ask(Claim(i, 1));
            if (ledger.Grant().Count == 0)
                break;
            overtakes++;
            ledger.Release(Id(i));
        }
        Assert.Equal(CoreLedger.MaxOvertakes, overtakes);
        ledger.Release(Id(0));
        Assert.Equal([1], ledger.Grant().Select(c => c.Priority));
    }

    [Fact]
    public void A_tasks_next_attempt_waits_until_the_former_has_given_its_cores_back()
    {
        var ledger = new CoreLedger(2);
        ledger.Ask(Claim(1, 1));
        ledger.Grant();
        ledger.Ask(Claim(1, 1));
        Assert.Empty(ledger.Grant());
        ledger.Ask(Claim(2, 1));
        Assert.Equal([2], ledger.Grant().Select(c => c.Priority));
        ledger.Release(Id(1));
        Assert.Equal([1], ledger.Grant().Select(c => c.Priority));
    }

    private static TaskId Id(int i) => TaskId.Parse($"s/t{i}");

    private static CoreClaim Claim(int i, int cores) => new(Id(i), 1, cores, i);
}
