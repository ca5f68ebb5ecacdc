namespace Campaign.Workflows.Artifacts;

/// <summary>Names an immutable file by the SHA-256 of its bytes. Messages and events carry this, never the bytes.</summary>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="Kind">File name suffix that tells readers the format, e.g. "extxyz", "dp", "json".</param>
/// <param name="Bytes">Length of the file.</param>
public sealed record ArtifactRef(string Sha256, string Kind, long Bytes);
