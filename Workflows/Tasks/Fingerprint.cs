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
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"fingerprint 1\n{task.Operation}\n{task.Version}\n{task.Engine}\n"));
        hash.AppendData(CanonicalJson.Encode(task.Parameters));
        foreach (ResolvedInput input in inputs)
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{input.Name} {input.Artifact.Sha256} {input.Artifact.Kind}"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>An input whose artifact is known.</summary>
/// <param name="From">The task that made it; null for a file of the campaign.</param>
public sealed record ResolvedInput(string Name, ArtifactRef Artifact, TaskId? From);

/// <summary>An input that will never come, and that the task can do without.</summary>
public sealed record MissingInput(string Name, TaskId From, string Reason);
