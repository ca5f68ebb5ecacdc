using System.Collections.Concurrent;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Hosting;

/// <summary>Threads that compute at this moment. They may outlive their actors by the second a checkpoint takes.</summary>
internal sealed class LiveAttempts
{
    private readonly ConcurrentDictionary<TaskId, Task> _threads = new();

    public bool IsEmpty => _threads.IsEmpty;

    public bool Contains(TaskId task) => _threads.ContainsKey(task);

    public void Add(TaskId task, Task thread) => _threads[task] = thread;

    public void Remove(TaskId task) => _threads.TryRemove(task, out _);

    /// <summary>Ends when every thread has.</summary>
    public Task Drained() => Task.WhenAll(_threads.Values);
}
