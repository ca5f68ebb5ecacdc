namespace Campaign.Actors.Hosting;

/// <summary>Threads for work that touches files, so that the default dispatcher never waits for a disk.</summary>
internal static class Dispatchers
{
    public const string Tasks = "campaign.task-dispatcher";

    public const string Hocon = """
        campaign.task-dispatcher {
          type = ForkJoinDispatcher
          throughput = 10
          dedicated-thread-pool { thread-count = 2, threadtype = background }
        }
        """;
}
