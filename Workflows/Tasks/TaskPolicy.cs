using Campaign.Workflows.Corrections;

namespace Campaign.Workflows.Tasks;

/// <summary>How a task treats what goes wrong.</summary>
public sealed record TaskPolicy(RetryPolicy Retries, CorrectionPolicy Corrections);
