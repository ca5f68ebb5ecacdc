namespace Campaign.Actors.Hosting;

/// <summary>Threads for work that touches files, so that the default dispatcher never waits for a disk.</summary>
internal static class Dispatchers
{
    public const string Tasks = "campaign.task-dispatcher";

    public static readonly string Hocon = $$"""
        campaign.task-dispatcher {
          type = Dispatcher
          executor = "{{typeof(FileThreads).FullName}}, {{typeof(FileThreads).Assembly.GetName().Name}}"
          throughput = 10
        }
        """;
}
