using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;

namespace Campaign.Workflows.Tasks;

/// <summary>Names what a task computes: operation, version, engine, canonical parameters and the hashes of its inputs.</summary>
public static class Fingerprint
{
    /// <summary>
    /// Neither the task's id nor its site, cores or estimates take part: they do not change the result.
    /// </summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(TaskSpec task, IReadOnlyList<ResolvedInput> inputs)
    {
        var text = new ArrayBufferWriter<byte>(512);
        Encoding.UTF8.GetBytes($"fingerprint 1\n{task.Operation}\n{task.Version}\n{task.Engine}\n", text);
        CanonicalJson.Encode(task.Parameters, text);
        foreach (ResolvedInput input in inputs)
            Encoding.UTF8.GetBytes($"\n{input.Name} {input.Artifact.Sha256} {input.Artifact.Kind}", text);
        return Convert.ToHexStringLower(SHA256.HashData(text.WrittenSpan));
    }
}

/// <summary>An input whose artifact is known.</summary>
/// <param name="From">The task that made it; null for a file of the campaign.</param>
public sealed record ResolvedInput(string Name, ArtifactRef Artifact, TaskId? From);

/// <summary>An input that will never come, and that the task can do without.</summary>
public sealed record MissingInput(string Name, TaskId From, string Reason);
