namespace Campaign.Workflows.Tasks;

/// <summary>An attempt's job outside, which may exist and write.</summary>
/// <param name="Token">Names the attempt, and its job where it has one to itself.</param>
/// <param name="Id">The scheduler's id; null while it is not known whether there is one.</param>
/// <param name="SubmittedAt">By the scheduler's clock.</param>
/// <param name="IntendedAt">When the attempt was put on record: nothing of that name is older.</param>
public sealed record JobRef(int Attempt, string Site, string Token, string? Id, DateTimeOffset? SubmittedAt, DateTimeOffset IntendedAt)
{
    /// <summary>The name of the job where it is a pack that the attempt shares with others; null where the attempt has a job to itself.</summary>
    public string? Pack { get; init; }

    /// <summary>What the scheduler calls it.</summary>
    public string Name => Pack ?? Token;
}
