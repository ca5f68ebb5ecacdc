using System.Text.Json;
using System.Text.Json.Serialization;

namespace Campaign.Compute.Engines.Scheduling;

/// <summary>A job's own word about its end: <c>exit.json</c>.</summary>
/// <param name="Code">Of the program; 128 + the signal when one ended it.</param>
public sealed record JobExit(string JobId, string Host, int Code, int? Signal, JobExitReason Reason, DateTimeOffset StartedAt, DateTimeOffset EndedAt)
{
    /// <summary>Ended by SIGKILL, and not by its own job script: the system does that when memory runs out.</summary>
    public bool KilledByStranger => Signal == 9 && Reason == JobExitReason.Ended;

    /// <summary>Null when the text is no whole exit record: then the job has not spoken.</summary>
    public static JobExit? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<JobExit>(json, JobJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

public enum JobExitReason
{
    /// <summary>The program ended of itself, or was killed by somebody else.</summary>
    Ended,

    /// <summary>The program was asked to stop because the walltime ran out.</summary>
    Walltime,

    /// <summary>The program was asked to stop by the orchestrator, or the job by whoever cancelled it.</summary>
    Stopped,

    /// <summary>The attempt was given up; its program was killed.</summary>
    Fenced,
}

/// <summary>Who may work in a run directory: <c>.claim/owner.json</c>.</summary>
/// <param name="Restart">How often the scheduler had started the job before.</param>
public sealed record JobClaim(string JobId, string Host, int Pid, int Restart, DateTimeOffset At)
{
    /// <summary>Null when the text is no whole claim.</summary>
    public static JobClaim? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<JobClaim>(json, JobJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal static class JobJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };
}
