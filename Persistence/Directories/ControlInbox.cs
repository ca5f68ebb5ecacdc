using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Campaign.Files;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Persistence.Directories;

/// <summary>What somebody asks of a campaign, or of one of its tasks.</summary>
/// <param name="Id">Sorts by time, unique.</param>
/// <param name="Task">Null for the whole campaign.</param>
/// <param name="Change">What to set, with <see cref="CampaignVerb.Set"/>.</param>
public sealed record ControlCommand(string Id, CampaignVerb Verb, TaskId? Task, string By, DateTimeOffset At, ParameterChange? Change = null);

/// <param name="Accepted">False: nothing happened, and the message says why.</param>
public sealed record ControlReply(bool Accepted, string Message);

/// <summary>
/// Requests to the process that drives a campaign, one file each in <c>control/</c>, written whole or not at all.
/// A file goes only after its effect is in the journal, so a request survives a crash of either side.
/// </summary>
public sealed class ControlInbox(CampaignDirectory directory)
{
    public static ControlCommand NewCommand(CampaignVerb verb, TaskId? task, TimeProvider time, ParameterChange? change = null)
    {
        DateTimeOffset now = time.GetUtcNow();
        string id = string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMddHHmmssfffffff}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        return new ControlCommand(id, verb, task, $"{Environment.UserName}@{Environment.MachineName}", now, change);
    }

    public void Post(ControlCommand command)
    {
        AtomicFile.CreateDirectory(directory.Control);
        AtomicFile.Write(PathOf(command.Id, ".json"), JsonSerializer.SerializeToUtf8Bytes(command, ControlJson.Default.ControlCommand));
    }

    /// <summary>Requests not answered yet, oldest first. A file that is none is set aside as <c>.rejected</c>.</summary>
    public IReadOnlyList<ControlCommand> Pending()
    {
        foreach ((string path, _) in Files().Where(f => f.Command is null).ToArray())
            File.Move(path, path + ".rejected", overwrite: true);
        return Waiting();
    }

    /// <summary>The same, without touching anything.</summary>
    public IReadOnlyList<ControlCommand> Waiting() => [.. Files().Select(f => f.Command).OfType<ControlCommand>()];

    public void Answer(string id, ControlReply reply)
    {
        AtomicFile.Write(PathOf(id, ".reply.json"), JsonSerializer.SerializeToUtf8Bytes(reply, ControlJson.Default.ControlReply));
        File.Delete(PathOf(id, ".json"));
    }

    /// <summary>Takes the answer away, if there is one.</summary>
    public ControlReply? TakeReply(string id)
    {
        string path = PathOf(id, ".reply.json");
        if (!File.Exists(path))
            return null;
        ControlReply? reply = JsonSerializer.Deserialize(File.ReadAllBytes(path), ControlJson.Default.ControlReply);
        File.Delete(path);
        return reply;
    }

    /// <summary>Withdraws a request that nobody has taken up.</summary>
    public void Withdraw(string id) => File.Delete(PathOf(id, ".json"));

    private IEnumerable<(string Path, ControlCommand? Command)> Files() =>
        Directory.Exists(directory.Control)
            ? Directory.EnumerateFiles(directory.Control, "*.json").Where(p => !p.EndsWith(".reply.json", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).Select(p => (p, Read(p)))
            : [];

    private ControlCommand? Read(string path)
    {
        try
        {
            ControlCommand? command = JsonSerializer.Deserialize(File.ReadAllBytes(path), ControlJson.Default.ControlCommand);
            return command is not null && path == PathOf(command.Id, ".json") ? command : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string PathOf(string id, string suffix) => Path.Combine(directory.Control, id + suffix);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(TaskIdJsonConverter)])]
[JsonSerializable(typeof(ControlCommand))]
[JsonSerializable(typeof(ControlReply))]
internal sealed partial class ControlJson : JsonSerializerContext;
