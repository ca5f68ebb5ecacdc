using Akka.Actor;
using Campaign.Actors.Hosting;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Scheduling;

internal static class BrokerMessages
{
    /// <summary>The sender wants cores; it will get <see cref="Granted"/>.</summary>
    public sealed record Ask(CoreClaim Claim) : INoSerializationVerificationNeeded;

    public sealed record Granted(TaskId Task, int Attempt) : INoSerializationVerificationNeeded;

    public sealed record Withdraw(TaskId Task) : INoSerializationVerificationNeeded;

    /// <summary>The cores of a task are free: its thread has ended, or it never used them.</summary>
    public sealed record Release(TaskId Task) : INoSerializationVerificationNeeded;
}

/// <summary>Hands the machine's cores to attempts. Its memory is rebuilt by asking: whoever wants cores asks again after a restart.</summary>
internal sealed class ResourceBroker : ReceiveActor
{
    private readonly CoreLedger _ledger;
    private readonly LiveAttempts _live;
    private readonly Dictionary<TaskId, IActorRef> _askers = [];

    public ResourceBroker(int cores, LiveAttempts live)
    {
        _ledger = new CoreLedger(cores);
        _live = live;
        Receive<BrokerMessages.Ask>(m =>
        {
            _askers[m.Claim.Task] = Sender;
            Context.Watch(Sender);
            _ledger.Ask(m.Claim);
            Serve();
        });
        Receive<BrokerMessages.Withdraw>(m => _ledger.Withdraw(m.Task));
        Receive<BrokerMessages.Release>(m =>
        {
            _ledger.Release(m.Task);
            Serve();
        });
        Receive<Terminated>(m =>
        {
            foreach (TaskId task in _askers.Where(a => a.Value.Equals(m.ActorRef)).Select(a => a.Key).ToArray())
            {
                _askers.Remove(task);
                _ledger.Withdraw(task);
                if (!_live.Contains(task)) // else the thread itself gives the cores back when it ends
                    _ledger.Release(task);
            }
            Serve();
        });
    }

    private void Serve()
    {
        foreach (CoreClaim claim in _ledger.Grant())
            _askers[claim.Task].Tell(new BrokerMessages.Granted(claim.Task, claim.Attempt));
    }
}
