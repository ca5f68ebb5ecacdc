using System.Collections.Frozen;
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

    private static readonly (string Manifest, JsonTypeInfo Type)[] Known =
    [
        ("task.intended.v1", Json.TaskIntended),
        ("task.running.v1", Json.TaskRunning),
        ("task.exited.v1", Json.TaskExited),
        ("task.diagnosed.v1", Json.TaskDiagnosed),
        ("task.collected.v1", Json.TaskCollected),
        ("task.done.v1", Json.TaskDone),
        ("task.reused.v1", Json.TaskReused),
        ("task.interrupted.v1", Json.TaskInterrupted),
        ("task.inputDamaged.v1", Json.TaskInputDamaged),
        ("task.retryScheduled.v1", Json.TaskRetryScheduled),
        ("task.correctionApplied.v1", Json.TaskCorrectionApplied),
        ("task.failed.v1", Json.TaskFailed),
        ("task.cancelled.v1", Json.TaskCancelled),
        ("task.paused.v1", Json.TaskPaused),
        ("task.continued.v1", Json.TaskContinued),
        ("task.reopened.v1", Json.TaskReopened),
        ("stage.opened.v1", Json.StageOpened),
        ("stage.taskConcluded.v1", Json.StageTaskConcluded),
        ("stage.taskReopened.v1", Json.StageTaskReopened),
        ("campaign.opened.v1", Json.CampaignOpened),
        ("campaign.replanned.v1", Json.CampaignReplanned),
        ("campaign.parameterSet.v1", Json.CampaignParameterSet),
        ("campaign.taskParameterSet.v1", Json.CampaignTaskParameterSet),
        ("campaign.parameterUnset.v1", Json.CampaignParameterUnset),
        ("campaign.started.v1", Json.CampaignStarted),
        ("campaign.stopped.v1", Json.CampaignStopped),
        ("campaign.paused.v1", Json.CampaignPaused),
        ("campaign.continued.v1", Json.CampaignContinued),
        ("campaign.cancelled.v1", Json.CampaignCancelled),
        ("campaign.reopened.v1", Json.CampaignReopened),
        ("campaign.stageConcluded.v1", Json.CampaignStageConcluded),
        ("campaign.concluded.v1", Json.CampaignConcluded),
    ];

    private static readonly FrozenDictionary<Type, (string Manifest, JsonTypeInfo Type)> ByType = Known.ToFrozenDictionary(k => k.Type.Type);
    private static readonly FrozenDictionary<string, JsonTypeInfo> ByManifest = Known.ToFrozenDictionary(k => k.Manifest, k => k.Type);

    public static IEnumerable<string> Manifests => Known.Select(k => k.Manifest);

    public static bool Knows(Type type) => ByType.ContainsKey(type);

    /// <exception cref="ArgumentException">The type has no manifest.</exception>
    public static string Manifest(object happened) => Entry(happened).Manifest;

    /// <exception cref="ArgumentException">The type has no manifest.</exception>
    public static byte[] Encode(object happened) => JsonSerializer.SerializeToUtf8Bytes(happened, Entry(happened).Type);

    /// <exception cref="InvalidDataException">The manifest is unknown (the journal is of a newer version), or the bytes are damaged.</exception>
    public static IJournalEvent Decode(string manifest, ReadOnlySpan<byte> bytes)
    {
        if (!ByManifest.TryGetValue(manifest, out JsonTypeInfo? type))
            throw new InvalidDataException(
                $"The journal holds an event '{manifest}' that this version does not know. It was written by a newer version: use that one.");
        try
        {
            return (IJournalEvent?)JsonSerializer.Deserialize(bytes, type)
                ?? throw new InvalidDataException($"An event '{manifest}' of the journal is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"An event '{manifest}' of the journal cannot be read: {e.Message}", e);
        }
    }

    private static (string Manifest, JsonTypeInfo Type) Entry(object happened) =>
        ByType.TryGetValue(happened.GetType(), out (string, JsonTypeInfo) entry)
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
