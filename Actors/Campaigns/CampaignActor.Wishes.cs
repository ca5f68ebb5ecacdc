using Akka.Actor;
using Campaign.Actors.Hosting;
using Campaign.Actors.Stages;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Campaigns;

/// <summary>What people ask of the campaign while it is driven, or while nobody drives it: granted or refused, journaled, answered.</summary>
internal sealed partial class CampaignActor
{
    private void OnWish(ControlCommand wish, IActorRef asker)
    {
        if (_finished)
            return; // this process ends; the wish stays in its file for whoever holds the campaign next
        if (_frontier is null || !_began)
        {
            Stash.Stash();
            return;
        }
        string reason = $"{wish.Verb.ToString().ToLowerInvariant()} by {wish.By}";
        if (wish.Task is { } task)
            OnTaskWish(wish, task, reason, asker);
        else
            OnCampaignWish(wish.Verb, reason, asker);
    }

    private void OnTaskWish(ControlCommand wish, TaskId task, string reason, IActorRef asker)
    {
        CampaignVerb verb = wish.Verb;
        if (!_order.Graph.Contains(task) || Stage(task) is not { } stage)
        {
            asker.Tell(new ControlReply(false, $"There is no task {task}. 'status' lists them."));
            return;
        }
        if (verb == CampaignVerb.Set)
        {
            OnSet(task, wish, asker);
            return;
        }
        if (_frontier![task] is Verdict.Blocked blocked)
        {
            asker.Tell(new ControlReply(false, $"{task} is blocked: {blocked.Reason}. Retry {blocked.By} instead."));
            return;
        }
        if (verb == CampaignVerb.Retry && _state.Phase is CampaignPhase.Cancelled or CampaignPhase.Concluded)
        {
            bool cancelled = _state.Phase == CampaignPhase.Cancelled;
            Commit([new CampaignEvents.Reopened(reason, _runtime.Now)], () =>
            {
                _answering = (asker, $"{(cancelled ? " The campaign was cancelled and is open again: all that is not done goes on." : "")}{After(verb)}");
                if (IsConcluded(task))
                    ReopenFor(stage, task, reason);
                else
                    Self.Tell(new ControlReply(true, $"{task} goes on."));
                Drive();
            });
            return;
        }
        _answering = (asker, After(verb));
        if (verb == CampaignVerb.Retry && IsConcluded(task))
            ReopenFor(stage, task, reason);
        else
            stage.Tell(new StageMessages.Control(task, verb, reason, Self));
    }

    /// <summary>Until its stage has answered, the campaign must not conclude without it.</summary>
    private void ReopenFor(IActorRef stage, TaskId task, string reason)
    {
        _reopening.Add(task);
        stage.Tell(new StageMessages.Reopen(task, reason, Self));
    }

    private void OnSet(TaskId task, ControlCommand wish, IActorRef asker)
    {
        if (wish.Change is not { } change)
        {
            asker.Tell(new ControlReply(false, "Nothing to set: no KEY=VALUE came with the wish."));
            return;
        }
        (CampaignEvents.TaskParameterSet? happened, string? refusal) = CampaignDecider.Set(_state, _order.Graph, _frontier![task], task, change, wish.By, _runtime.Now);
        if (happened is null)
        {
            asker.Tell(new ControlReply(false, $"{refusal}."));
            return;
        }
        Commit([happened], () =>
        {
            _frontier = _frontier!.Over(_state.Settings.Applied(_order.Graph));
            _released.Remove(task); // it is given to its stage again, with the new value
            string said = $"{task}: {change}.";
            _runtime.Progress.Report(new CampaignProgress.Notice(said));
            asker.Tell(new ControlReply(true, said + After(CampaignVerb.Set)));
            Drive();
        });
    }

    private void OnCampaignWish(CampaignVerb verb, string reason, IActorRef asker)
    {
        TaskId[] again = [.. _frontier!.Failed.Select(p => p.Task)];
        TaskId[] waiting = [.. _released.Where(r => r.Value == TaskPhase.RetryScheduled).Select(r => r.Key)];
        (ICampaignEvent? happened, string? refusal) = CampaignDecider.Decide(_state, verb, again.Length + waiting.Length, reason, _runtime.Now);
        if (refusal is not null)
        {
            asker.Tell(new ControlReply(false, $"Nothing to do: {refusal}."));
            return;
        }
        string said = CampaignAnswer.To(verb, _state.Phase, verb == CampaignVerb.Retry ? [.. again, .. waiting] : Working(), _order.Graph.Tasks.Count - Done()) + After(verb);
        if (verb == CampaignVerb.Retry)
        {
            foreach (TaskId task in again.Where(_reopening.Add))
                Stage(task)?.Tell(new StageMessages.Reopen(task, reason, null));
            foreach (TaskId task in waiting)
                Stage(task)?.Tell(new StageMessages.Control(task, verb, reason, ActorRefs.Nobody));
        }
        Commit(happened is null ? [] : [happened], () =>
        {
            _runtime.Progress.Report(new CampaignProgress.Notice(said));
            _onReopened = () => asker.Tell(new ControlReply(true, said)); // not before it is all in the journal
            WhenReopened();
            Drive();
        });
    }

    private TaskId[] Working() => [.. _released.Where(r => r.Value == TaskPhase.Running).Select(r => r.Key)];

    private int Done() => _order.Graph.Stages.Sum(s => _frontier!.Tally(s).Done);

    /// <summary>What an answer must add: who goes on, and whether anything else is in the way.</summary>
    private string After(CampaignVerb verb)
    {
        if (verb is CampaignVerb.Pause or CampaignVerb.Cancel)
            return "";
        string root = _runtime.Directory.Root;
        bool held = _state.Phase == CampaignPhase.Paused && verb != CampaignVerb.Continue;
        return (held ? $" The campaign is paused: 'campaign continue {root}' lets it go on." : "")
            + (!_order.WorkWanted ? $" Nobody drives the campaign: 'campaign resume {root}' does."
                : _draining is not null ? $" The process that drives the campaign is stopping: 'campaign resume {root}' goes on."
                : "");
    }

    private void WhenReopened()
    {
        if (_reopening.Count > 0 || _onReopened is not { } then)
            return;
        _onReopened = null;
        then();
    }

    private bool IsConcluded(TaskId task) =>
        _frontier![task] is Verdict.Done or Verdict.Failed or Verdict.Cancelled or Verdict.Stale;
}
