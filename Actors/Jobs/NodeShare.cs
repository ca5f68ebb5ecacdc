namespace Campaign.Actors.Jobs;

/// <summary>How a task's cores are asked for.</summary>
/// <param name="TasksPerNode">Processes on each node.</param>
/// <param name="CpusPerTask">Cores of each process.</param>
public readonly record struct NodeShare(int Nodes, int TasksPerNode, int CpusPerTask)
{
    /// <param name="rankPerCore">The program is one of many processes (MPI); else it is one process with threads, which stays on one node.</param>
    /// <param name="coresPerNode">Null: one node, whatever it has.</param>
    /// <exception cref="InvalidDataException">The nodes cannot share the cores evenly; the message says what to write.</exception>
    public static NodeShare Of(int cores, bool rankPerCore, int? coresPerNode)
    {
        if (!rankPerCore)
            return new NodeShare(1, 1, cores);
        int nodes = coresPerNode is { } perNode ? (cores + perNode - 1) / perNode : 1;
        return cores % nodes == 0
            ? new NodeShare(nodes, cores / nodes, 1)
            : throw new InvalidDataException($"{cores} cores cannot be shared evenly among {nodes} nodes of {coresPerNode} cores. Give the level {cores / nodes * nodes} cores, or a multiple of {coresPerNode}.");
    }
}
