namespace Campaign.Compute.Engines.Scheduling;

/// <summary>The scheduler, or the way to it, does not answer. Nothing follows from that about any job.</summary>
public sealed class SchedulerUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
