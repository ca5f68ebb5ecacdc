using Akka.Configuration;
using Akka.Dispatch;

namespace Campaign.Actors.Hosting;

/// <summary>
/// A few threads of their own for actors that touch files. They sleep while there is nothing to do: Akka's own pool of dedicated threads
/// spins instead, which took a seventh of the processor time of a campaign of short tasks.
/// </summary>
public sealed class FileThreads(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    private const int Count = 2;

    public override ExecutorService Produce(string id) => new Threads(id);

    private sealed class Threads : ExecutorService
    {
        private readonly Queue<IRunnable> _waiting = new(); // its monitor guards all
        private bool _over;

        public Threads(string id)
            : base(id)
        {
            for (int i = 1; i <= Count; i++)
                new Thread(Work) { Name = $"{id}-{i}", IsBackground = true }.Start();
        }

        public override void Execute(IRunnable run)
        {
            lock (_waiting)
            {
                _waiting.Enqueue(run);
                Monitor.Pulse(_waiting);
            }
        }

        public override void Shutdown()
        {
            lock (_waiting)
            {
                _over = true;
                Monitor.PulseAll(_waiting);
            }
        }

        private void Work()
        {
            while (Next() is { } run)
                run.Run();
        }

        /// <returns>Null when all is done and there will be no more.</returns>
        private IRunnable? Next()
        {
            lock (_waiting)
            {
                IRunnable? run;
                while (!_waiting.TryDequeue(out run) && !_over)
                    Monitor.Wait(_waiting);
                return run;
            }
        }
    }
}
