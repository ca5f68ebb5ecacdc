using System.Data.Common;
using System.Text.Json;
using Akka.Configuration;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using Campaign.Persistence.Serialization;
using LinqToDB;
using LinqToDB.Interceptors;
using Microsoft.Data.Sqlite;

namespace Campaign.Persistence.Journal;

/// <summary>The SQLite journal of a campaign that runs in one process: write-ahead log, every commit on the disk before it counts.</summary>
public static class JournalFile
{
    private const int Corrupt = 11, NotADatabase = 26; // SQLITE_CORRUPT, SQLITE_NOTADB
    private const int Busy = 5, ReadOnly = 8, InputOutput = 10, Full = 13, CannotOpen = 14; // SQLITE_BUSY, ..._READONLY, ..._IOERR, ..._FULL, ..._CANTOPEN

    /// <summary>
    /// Creates the file if need be, looks through all its pages (some 0.1 s for 10,000 tasks), and makes it use a write-ahead log, which lets
    /// others read while one writes.
    /// </summary>
    /// <exception cref="DamagedJournalException">Some page is not as it was written. Writing on would make it worse.</exception>
    public static void Prepare(string path)
    {
        try
        {
            using var connection = new SqliteConnection(ConnectionString(path));
            connection.Open();
            UseWriteAheadLog(connection, path);
            using SqliteCommand check = connection.CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            if (check.ExecuteScalar() is not "ok" and var found)
                throw new DamagedJournalException(path, $"SQLite finds: {found}");
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            throw DamagedJournalException.Of(path, e);
        }
    }

    private static void UseWriteAheadLog(SqliteConnection connection, string path)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL";
        if (command.ExecuteScalar() is not "wal")
            throw new InvalidDataException($"{path} cannot use a write-ahead log: its file system does not support SQLite's shared memory. Put the campaign on a local disk.");
    }

    /// <summary>Whether an error says that a journal can never be read: damaged, or of a newer version. Trying again would not help.</summary>
    public static bool IsUnreadable(Exception error) => error.GetBaseException() is InvalidDataException || IsDamage(error);

    /// <summary>Whether an error says that bytes of a journal are not those that were written: its pages, or the text of an event.</summary>
    public static bool IsDamage(Exception error) =>
        error.GetBaseException() is JsonException or InvalidCastException or SqliteException { SqliteErrorCode: Corrupt or NotADatabase };

    /// <summary>Whether an error says that a journal lies where nothing may be written.</summary>
    internal static bool IsNotWritable(Exception error) => error.GetBaseException() is SqliteException { SqliteErrorCode: ReadOnly or CannotOpen };

    /// <summary>Whether an error says that the disk or the file system fails just now: full, read-only, away, or locked for too long.</summary>
    public static bool IsEnvironment(Exception error) =>
        error.GetBaseException() is SqliteException { SqliteErrorCode: Busy or ReadOnly or InputOutput or Full or CannotOpen };

    /// <summary>How Akka.Persistence uses the file.</summary>
    public static Config Hocon(string path) => ConfigurationFactory.ParseString($$"""
        akka.persistence.journal {
          plugin = "akka.persistence.journal.sql"
          sql {
            provider-name = "{{ProviderName.SQLiteMS}}"
            connection-string = "{{ConnectionString(path).Replace("\\", "\\\\").Replace("\"", "\\\"")}}"
            parallelism = 1 # more writers collapse on SQLite's single lock
            # What the driver calls this begins a transaction without the write lock, which a recovering actor must not take from the
            # writer. Nothing uncommitted is ever seen: a write-ahead log gives every reader a snapshot.
            read-isolation-level = read-uncommitted
            auto-initialize = on
          }
        }
        """).WithFallback(SerializerHocon).WithFallback(SqlPersistence.DefaultConfiguration);

    /// <summary>Binds every journal event to <see cref="EventSerializer"/>; nothing may fall back to a serializer that writes class names.</summary>
    public static Config SerializerHocon { get; } = ConfigurationFactory.ParseString($$"""
        akka.actor {
          serializers.campaign-events = "{{typeof(EventSerializer).FullName}}, {{typeof(EventSerializer).Assembly.GetName().Name}}"
          serialization-bindings."Campaign.Workflows.Campaigns.IJournalEvent, Campaign.Workflows" = campaign-events
          serialization-identifiers."{{typeof(EventSerializer).FullName}}, {{typeof(EventSerializer).Assembly.GetName().Name}}" = {{EventSerializer.Id}}
        }
        """);

    /// <summary>Connection options that HOCON cannot say.</summary>
    public static DataOptionsSetup Options(string path) => new DataOptionsSetup(
        new DataOptions().UseConnectionString(ProviderName.SQLiteMS, ConnectionString(path)).UseInterceptor(new Durable()));

    /// <summary>Closes the connections that are kept for reuse. Without them a process that drives many campaigns holds the files of those that have ended.</summary>
    public static void Release(string path)
    {
        using var connection = new SqliteConnection(ConnectionString(path));
        SqliteConnection.ClearPool(connection);
    }

    /// <param name="readOnly">
    /// For a reader, which makes no file and keeps no connection open. The file is opened for writing all the same: SQLite cannot read a
    /// write-ahead log without.
    /// </param>
    internal static string ConnectionString(string path, bool readOnly = false) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = readOnly ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadWriteCreate,
        Pooling = !readOnly,
        DefaultTimeout = 30,
    }.ConnectionString;

    private sealed class Durable : ConnectionInterceptor
    {
        // SQLite's driver does all its work before its calls return. Without this the journal's stream would stand still for a whole commit, and
        // find one write waiting afterwards; now it goes on collecting, and the next commit takes all that came meanwhile. Whoever wrote
        // still hears of it only once that commit is on the disk.
        public override async Task ConnectionOpeningAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken) =>
            await Task.Yield();

        public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection) => Apply(connection);

        public override Task ConnectionOpenedAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken)
        {
            Apply(connection);
            return Task.CompletedTask;
        }

        private static void Apply(DbConnection connection)
        {
            using DbCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous=FULL";
            command.ExecuteNonQuery();
        }
    }
}
