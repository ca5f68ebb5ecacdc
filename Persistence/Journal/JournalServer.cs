using Akka.Configuration;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using Npgsql;

namespace Campaign.Persistence.Journal;

/// <summary>
/// A journal in PostgreSQL: the tables, manifests and bytes of <see cref="JournalFile"/>, in one database for many campaigns. A commit
/// counts once the server has it on its disk, whatever the server's own default is.
/// </summary>
public static class JournalServer
{
    /// <summary>Older servers lack what the journal's statements use.</summary>
    public const string Provider = ProviderName.PostgreSQL15;

    /// <summary>How Akka.Persistence uses the database. Tables are created at the first use.</summary>
    public static Config Hocon(string connectionString) => ConfigurationFactory.ParseString($$"""
        akka.persistence.journal {
          plugin = "akka.persistence.journal.sql"
          sql {
            provider-name = "{{Provider}}"
            connection-string = "{{Durable(connectionString).Replace("\\", "\\\\").Replace("\"", "\\\"")}}"
            parallelism = 3
            auto-initialize = on
          }
        }
        """).WithFallback(JournalFile.SerializerHocon).WithFallback(SqlPersistence.DefaultConfiguration);

    public static DataOptionsSetup Options(string connectionString) => new(new DataOptions().UseConnectionString(Provider, Durable(connectionString)));

    private static string Durable(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"-c synchronous_commit=on {builder.Options}".Trim();
        return builder.ConnectionString;
    }
}
