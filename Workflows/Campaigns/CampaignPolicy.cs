using System.Collections.Immutable;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Campaigns;

/// <summary>How a campaign treats failure.</summary>
/// <param name="Quorum">
/// Stage to the fraction of its tasks, in [0, 1], that suffices for those behind it; a stage not named needs all of them.
/// </param>
/// <param name="AcceptsMissing">Operations that run once their inputs have settled, with those that came.</param>
public sealed record CampaignPolicy(
    TaskPolicy Tasks,
    IReadOnlyDictionary<string, double> Quorum,
    IReadOnlySet<string> AcceptsMissing)
{
    public static CampaignPolicy Default { get; } =
        new(new TaskPolicy(RetryPolicy.Default, CorrectionPolicy.Default), ImmutableDictionary<string, double>.Empty, ImmutableHashSet.Create("report"));
}
