namespace Campaign.Actors.Hosting;

/// <summary>How the actors are spread over processes.</summary>
public enum ExecutionMode
{
    /// <summary>One process.</summary>
    Embedded,

    /// <summary>Several processes that form an Akka cluster.</summary>
    Clustered,
}

public enum JournalKind
{
    Sqlite,
    PostgreSql,
}

/// <summary>Mode and journal must fit each other.</summary>
public sealed record HostingOptions(ExecutionMode Mode, JournalKind Journal)
{
    public static HostingOptions Default { get; } = new(ExecutionMode.Embedded, JournalKind.Sqlite);

    /// <exception cref="NotSupportedException">The two do not fit, or are not built yet.</exception>
    public void Validate()
    {
        if (Mode == ExecutionMode.Clustered && Journal == JournalKind.Sqlite)
            throw new NotSupportedException("A clustered campaign needs a PostgreSQL journal: SQLite allows one process only.");
        if (this != Default)
            throw new NotSupportedException("This version runs embedded, with a SQLite journal.");
    }
}
