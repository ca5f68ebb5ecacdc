namespace Campaign.Compute.Engines.Scheduling;

/// <summary>Names of files in a run directory.</summary>
public static class RunPath
{
    /// <summary>Whether a name stays inside the directory it is relative to, whatever lies there.</summary>
    public static bool IsInside(string path) => path.Length > 0 && !path.Contains('\0') && !path.Split('/').Any(p => p is "" or "." or "..");
}
