using System.Collections.Immutable;
using Campaign.Actors.Jobs;
using Campaign.Actors.Operations;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Hosting;

/// <summary>A campaign to be driven to its end.</summary>
public sealed record CampaignRun
{
    public required string Name { get; init; }

    public required WorkflowGraph Graph { get; init; }

    /// <summary>The campaign file as it was read; kept so that 'resume' needs nothing else.</summary>
    public required string SpecText { get; init; }

    /// <summary>Paths of file inputs are relative to this folder; null when it is not known, as after 'resume'.</summary>
    public required string? SpecFolder { get; init; }

    /// <summary>The campaign's directory.</summary>
    public required string Directory { get; init; }

    /// <summary>Where artifacts and fingerprints lie; null for the campaign's own directory (or the store it was started with).</summary>
    public string? Store { get; init; }

    public required IReadOnlyList<IOperation> Operations { get; init; }

    /// <summary>Sites whose schedulers take jobs; given the campaign's id, with which the names of its jobs begin.</summary>
    public Func<string, IReadOnlyList<JobSite>> Sites { get; init; } = _ => [];

    /// <summary>Operations that programs carry out in jobs of their own.</summary>
    public IReadOnlyList<IJobOperation> JobOperations { get; init; } = [];

    /// <summary>Core slots of this machine that attempts may use.</summary>
    public int Cores { get; init; } = Environment.ProcessorCount;

    public CampaignPolicy Policy { get; init; } = CampaignPolicy.Default;

    /// <summary>Values given in place of the file's, for the record; the graph is already planned with them.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Keys given in place of the file's before, for which the file's value holds again.</summary>
    public IReadOnlyList<string> Unset { get; init; } = [];

    /// <summary>Carry on although the plan differs from the stored one.</summary>
    public bool AcceptChanges { get; init; }

    public HostingOptions Hosting { get; init; } = HostingOptions.Default;

    public RestartBackoff Backoff { get; init; } = RestartBackoff.Default;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IProgress<CampaignProgress>? Progress { get; init; }
}
