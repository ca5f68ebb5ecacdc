namespace Campaign.Compute.Engines.Scheduling;

/// <summary>What is known of an attempt's job.</summary>
/// <param name="Job">As accepted; null while the reply to the submission is unknown.</param>
/// <param name="Sighting">Newest from the scheduler; null when it does not know the job.</param>
/// <param name="Absence">How long a healthy scheduler has not known the job, queue and history; null when it knows it or does not answer.</param>
/// <param name="OverFor">Since the scheduler was first seen to call the job over: the job's files may be seen later than that.</param>
public sealed record JobEvidence(JobIdentity? Job, JobSighting? Sighting, JobTraces Traces, JobAbsence? Absence = null, TimeSpan OverFor = default)
{
    /// <summary>What the pack that runs the attempt left in its own directory; null for an attempt with a job to itself.</summary>
    public JobTraces? Pack { get; init; }
}

/// <param name="Looks">Times a healthy scheduler was asked, and answered without the job.</param>
/// <param name="Lasting">Between the first of them and the last.</param>
public sealed record JobAbsence(int Looks, TimeSpan Lasting);

/// <summary>When silence is believed.</summary>
/// <param name="Heartbeat">A job silent for longer is taken for dead, once the scheduler does not call it running.</param>
/// <param name="Settle">A job absent for longer was never accepted; schedulers and their accounting lag.</param>
public sealed record JobPatience(TimeSpan Heartbeat, TimeSpan Settle)
{
    public static readonly JobPatience Default = new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(2));
}
