using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Stages;
using Campaign.Workflows.Tasks;

namespace Campaign.Persistence.Serialization;

/// <summary>
/// Journal events as JSON, each under a manifest that names its kind and version. What was once written stays readable:
/// a changed shape gets a new manifest beside the old one. Anything unknown is an error, never skipped.
/// </summary>
public static class EventCodec
{
    private static readonly EventJson Json = EventJson.Default;

    // What describes a type to the serializer is made when it is first met: all of them at once would delay every command.
    private static readonly (string Manifest, Type Type, Func<JsonTypeInfo> Json)[] Known =
    [
        ("task.intended.v1", typeof(TaskEvents.Intended), () => Json.TaskIntended),
        ("task.submitted.v1", typeof(TaskEvents.Submitted), () => Json.TaskSubmitted),
        ("task.jobEnded.v1", typeof(TaskEvents.JobEnded), () => Json.TaskJobEnded),
        ("task.running.v1", typeof(TaskEvents.Running), () => Json.TaskRunning),
        ("task.exited.v1", typeof(TaskEvents.Exited), () => Json.TaskExited),
        ("task.diagnosed.v1", typeof(TaskEvents.Diagnosed), () => Json.TaskDiagnosed),
        ("task.collected.v1", typeof(TaskEvents.Collected), () => Json.TaskCollected),
        ("task.done.v1", typeof(TaskEvents.Done), () => Json.TaskDone),
        ("task.reused.v1", typeof(TaskEvents.Reused), () => Json.TaskReused),
        ("task.interrupted.v1", typeof(TaskEvents.Interrupted), () => Json.TaskInterrupted),
        ("task.inputDamaged.v1", typeof(TaskEvents.InputDamaged), () => Json.TaskInputDamaged),
        ("task.retryScheduled.v1", typeof(TaskEvents.RetryScheduled), () => Json.TaskRetryScheduled),
        ("task.correctionApplied.v1", typeof(TaskEvents.CorrectionApplied), () => Json.TaskCorrectionApplied),
        ("task.memoryRaised.v1", typeof(TaskEvents.MemoryRaised), () => Json.TaskMemoryRaised),
        ("task.failed.v1", typeof(TaskEvents.Failed), () => Json.TaskFailed),
        ("task.cancelled.v1", typeof(TaskEvents.Cancelled), () => Json.TaskCancelled),
        ("task.paused.v1", typeof(TaskEvents.Paused), () => Json.TaskPaused),
        ("task.continued.v1", typeof(TaskEvents.Continued), () => Json.TaskContinued),
        ("task.reopened.v1", typeof(TaskEvents.Reopened), () => Json.TaskReopened),
        ("stage.opened.v1", typeof(StageEvents.Opened), () => Json.StageOpened),
        ("stage.taskConcluded.v1", typeof(StageEvents.TaskConcluded), () => Json.StageTaskConcluded),
        ("stage.taskReopened.v1", typeof(StageEvents.TaskReopened), () => Json.StageTaskReopened),
        ("campaign.opened.v1", typeof(CampaignEvents.Opened), () => Json.CampaignOpened),
        ("campaign.replanned.v1", typeof(CampaignEvents.Replanned), () => Json.CampaignReplanned),
        ("campaign.parameterSet.v1", typeof(CampaignEvents.ParameterSet), () => Json.CampaignParameterSet),
        ("campaign.taskParameterSet.v1", typeof(CampaignEvents.TaskParameterSet), () => Json.CampaignTaskParameterSet),
        ("campaign.parameterUnset.v1", typeof(CampaignEvents.ParameterUnset), () => Json.CampaignParameterUnset),
        ("campaign.started.v1", typeof(CampaignEvents.Started), () => Json.CampaignStarted),
        ("campaign.stopped.v1", typeof(CampaignEvents.Stopped), () => Json.CampaignStopped),
        ("campaign.paused.v1", typeof(CampaignEvents.Paused), () => Json.CampaignPaused),
        ("campaign.continued.v1", typeof(CampaignEvents.Continued), () => Json.CampaignContinued),
        ("campaign.cancelled.v1", typeof(CampaignEvents.Cancelled), () => Json.CampaignCancelled),
        ("campaign.reopened.v1", typeof(CampaignEvents.Reopened), () => Json.CampaignReopened),
        ("campaign.stageConcluded.v1", typeof(CampaignEvents.StageConcluded), () => Json.CampaignStageConcluded),
        ("campaign.concluded.v1", typeof(CampaignEvents.Concluded), () => Json.CampaignConcluded),
    ];

    private static readonly Dictionary<Type, (string Manifest, Func<JsonTypeInfo> Json)> ByType = Known.ToDictionary(k => k.Type, k => (k.Manifest, k.Json));
    private static readonly Dictionary<string, Func<JsonTypeInfo>> ByManifest = Known.ToDictionary(k => k.Manifest, k => k.Json);

    public static IEnumerable<string> Manifests => Known.Select(k => k.Manifest);

    public static bool Knows(Type type) => ByType.ContainsKey(type);

    /// <exception cref="ArgumentException">The type has no manifest.</exception>
    public static string Manifest(object happened) => Entry(happened).Manifest;

    /// <exception cref="ArgumentException">The type has no manifest.</exception>
    public static byte[] Encode(object happened) => JsonSerializer.SerializeToUtf8Bytes(happened, Entry(happened).Json());

    /// <exception cref="InvalidDataException">The manifest is unknown (the journal is of a newer version), or the bytes are damaged.</exception>
    public static IJournalEvent Decode(string manifest, ReadOnlySpan<byte> bytes)
    {
        if (!ByManifest.TryGetValue(manifest, out Func<JsonTypeInfo>? json))
            throw new InvalidDataException(
                $"The journal holds an event '{manifest}' that this version does not know. It was written by a newer version: use that one.");
        try
        {
            return (IJournalEvent?)JsonSerializer.Deserialize(bytes, json())
                ?? throw new InvalidDataException($"An event '{manifest}' of the journal is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"An event '{manifest}' of the journal cannot be read: {e.Message}", e);
        }
    }

    private static (string Manifest, Func<JsonTypeInfo> Json) Entry(object happened) =>
        ByType.TryGetValue(happened.GetType(), out (string, Func<JsonTypeInfo>) entry)
            ? entry
            : throw new ArgumentException($"{happened.GetType().FullName} has no manifest and cannot enter the journal.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(TaskIdJsonConverter)])]
[JsonSerializable(typeof(TaskEvents.Intended), TypeInfoPropertyName = "TaskIntended")]
[JsonSerializable(typeof(TaskEvents.Submitted), TypeInfoPropertyName = "TaskSubmitted")]
[JsonSerializable(typeof(TaskEvents.JobEnded), TypeInfoPropertyName = "TaskJobEnded")]
[JsonSerializable(typeof(TaskEvents.MemoryRaised), TypeInfoPropertyName = "TaskMemoryRaised")]
[JsonSerializable(typeof(TaskEvents.Running), TypeInfoPropertyName = "TaskRunning")]
[JsonSerializable(typeof(TaskEvents.Exited), TypeInfoPropertyName = "TaskExited")]
[JsonSerializable(typeof(TaskEvents.Diagnosed), TypeInfoPropertyName = "TaskDiagnosed")]
[JsonSerializable(typeof(TaskEvents.Collected), TypeInfoPropertyName = "TaskCollected")]
[JsonSerializable(typeof(TaskEvents.Done), TypeInfoPropertyName = "TaskDone")]
[JsonSerializable(typeof(TaskEvents.Reused), TypeInfoPropertyName = "TaskReused")]
[JsonSerializable(typeof(TaskEvents.Interrupted), TypeInfoPropertyName = "TaskInterrupted")]
[JsonSerializable(typeof(TaskEvents.InputDamaged), TypeInfoPropertyName = "TaskInputDamaged")]
[JsonSerializable(typeof(TaskEvents.RetryScheduled), TypeInfoPropertyName = "TaskRetryScheduled")]
[JsonSerializable(typeof(TaskEvents.CorrectionApplied), TypeInfoPropertyName = "TaskCorrectionApplied")]
[JsonSerializable(typeof(TaskEvents.Failed), TypeInfoPropertyName = "TaskFailed")]
[JsonSerializable(typeof(TaskEvents.Cancelled), TypeInfoPropertyName = "TaskCancelled")]
[JsonSerializable(typeof(TaskEvents.Paused), TypeInfoPropertyName = "TaskPaused")]
[JsonSerializable(typeof(TaskEvents.Continued), TypeInfoPropertyName = "TaskContinued")]
[JsonSerializable(typeof(TaskEvents.Reopened), TypeInfoPropertyName = "TaskReopened")]
[JsonSerializable(typeof(StageEvents.Opened), TypeInfoPropertyName = "StageOpened")]
[JsonSerializable(typeof(StageEvents.TaskConcluded), TypeInfoPropertyName = "StageTaskConcluded")]
[JsonSerializable(typeof(StageEvents.TaskReopened), TypeInfoPropertyName = "StageTaskReopened")]
[JsonSerializable(typeof(CampaignEvents.Opened), TypeInfoPropertyName = "CampaignOpened")]
[JsonSerializable(typeof(CampaignEvents.Replanned), TypeInfoPropertyName = "CampaignReplanned")]
[JsonSerializable(typeof(CampaignEvents.ParameterSet), TypeInfoPropertyName = "CampaignParameterSet")]
[JsonSerializable(typeof(CampaignEvents.TaskParameterSet), TypeInfoPropertyName = "CampaignTaskParameterSet")]
[JsonSerializable(typeof(CampaignEvents.ParameterUnset), TypeInfoPropertyName = "CampaignParameterUnset")]
[JsonSerializable(typeof(CampaignEvents.Started), TypeInfoPropertyName = "CampaignStarted")]
[JsonSerializable(typeof(CampaignEvents.Stopped), TypeInfoPropertyName = "CampaignStopped")]
[JsonSerializable(typeof(CampaignEvents.Paused), TypeInfoPropertyName = "CampaignPaused")]
[JsonSerializable(typeof(CampaignEvents.Continued), TypeInfoPropertyName = "CampaignContinued")]
[JsonSerializable(typeof(CampaignEvents.Cancelled), TypeInfoPropertyName = "CampaignCancelled")]
[JsonSerializable(typeof(CampaignEvents.Reopened), TypeInfoPropertyName = "CampaignReopened")]
[JsonSerializable(typeof(CampaignEvents.StageConcluded), TypeInfoPropertyName = "CampaignStageConcluded")]
[JsonSerializable(typeof(CampaignEvents.Concluded), TypeInfoPropertyName = "CampaignConcluded")]
internal sealed partial class EventJson : JsonSerializerContext;
