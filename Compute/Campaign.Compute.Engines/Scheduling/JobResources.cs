namespace Campaign.Compute.Engines.Scheduling;

/// <summary>What a job asks the scheduler for.</summary>
/// <param name="Walltime">Rounded up to whole minutes by SLURM.</param>
/// <param name="MemoryMiB">Per node; null leaves it to the site.</param>
/// <param name="GpusPerNode">0: none.</param>
/// <param name="ExcludedNodes">Nodes that failed before.</param>
public sealed record JobResources(
    TimeSpan Walltime,
    int Nodes = 1,
    int TasksPerNode = 1,
    int CpusPerTask = 1,
    int? MemoryMiB = null,
    int GpusPerNode = 0,
    IReadOnlyList<string>? ExcludedNodes = null)
{
    public int Cores => Nodes * TasksPerNode * CpusPerTask;
}
