namespace Campaign.Actors.Jobs;

/// <summary>Work that waits for disks, processes or networks, on a thread of its own.</summary>
internal static class Blocking
{
    public static Task<T> Run<T>(Func<T> work)
    {
        var task = new Task<T>(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach);
        task.Start(TaskScheduler.Default);
        return task;
    }
}
