using System.Collections.Immutable;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Campaigns;

public enum CampaignPhase
{
    New,
    Open,
    Paused,
    Cancelled,
    Concluded,
}

/// <summary>The fold of a campaign's own events.</summary>
public sealed record CampaignState(
    CampaignPhase Phase,
    string? Name,
    ArtifactRef? Spec,
    ArtifactRef? Plan,
    ImmutableDictionary<string, string> Overrides,
    ImmutableDictionary<string, CampaignEvents.StageConcluded> Stages,
    CampaignEvents.Concluded? End,
    string? Reason,
    DateTimeOffset? OpenedAt,
    DateTimeOffset? Since)
{
    /// <summary>Parameters of tasks given by hand.</summary>
    public TaskSettings Settings { get; private init; } = TaskSettings.None;

    public static CampaignState New { get; } = new(
        CampaignPhase.New, null, null, null,
        ImmutableDictionary<string, string>.Empty,
        ImmutableDictionary<string, CampaignEvents.StageConcluded>.Empty,
        null, null, null, null);

    /// <exception cref="ArgumentException">The event is of a kind this version does not know.</exception>
    public CampaignState Apply(ICampaignEvent happened) => happened switch
    {
        CampaignEvents.Opened e => this with
        {
            Phase = CampaignPhase.Open, Name = e.Name, Spec = e.Spec, Plan = e.Plan, OpenedAt = e.At, Since = e.At,
        },
        CampaignEvents.Replanned e => Reopen(null, e.At) with { Spec = e.Spec, Plan = e.Plan },
        CampaignEvents.ParameterSet e => this with { Overrides = Overrides.SetItem(e.Key, e.Value) },
        CampaignEvents.ParameterUnset e => this with { Overrides = Overrides.Remove(e.Key) },
        CampaignEvents.TaskParameterSet e => this with { Settings = Settings.With(e.Task, e.Change) },
        CampaignEvents.Started or CampaignEvents.Stopped => this,
        CampaignEvents.Paused e => this with { Phase = CampaignPhase.Paused, Reason = e.Reason, Since = e.At },
        CampaignEvents.Continued e => this with { Phase = CampaignPhase.Open, Reason = null, Since = e.At },
        CampaignEvents.Cancelled e => this with { Phase = CampaignPhase.Cancelled, Reason = e.Reason, Since = e.At },
        CampaignEvents.Reopened e => Reopen(e.Reason, e.At),
        CampaignEvents.StageConcluded e => this with { Stages = Stages.SetItem(e.Stage, e) },
        CampaignEvents.Concluded e => this with { Phase = CampaignPhase.Concluded, End = e, Reason = null, Since = e.At },
        _ => throw new ArgumentException($"A campaign does not know the event {happened.GetType().FullName}."),
    };

    private CampaignState Reopen(string? reason, DateTimeOffset at) => this with
    {
        Phase = Phase == CampaignPhase.Paused ? CampaignPhase.Paused : CampaignPhase.Open,
        Stages = ImmutableDictionary<string, CampaignEvents.StageConcluded>.Empty,
        End = null,
        Reason = reason,
        Since = at,
    };
}
