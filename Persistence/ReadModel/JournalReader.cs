using Campaign.Persistence.Journal;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Campaigns;
using Microsoft.Data.Sqlite;

namespace Campaign.Persistence.ReadModel;

/// <summary>One row of the journal.</summary>
/// <param name="Sequence">Place in the whole journal.</param>
/// <param name="Stream">Persistence id.</param>
/// <param name="Number">Place in its stream, from 1.</param>
public sealed record JournalEntry(long Sequence, string Stream, long Number, string Manifest, IJournalEvent Event);

/// <summary>Reads a journal file without an actor system, also while another process writes it.</summary>
public sealed class JournalReader : IDisposable
{
    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly long _until;
    private DirectoryInfo? _copy;

    /// <param name="until">Leave out what is later in the journal than this place.</param>
    /// <exception cref="InvalidDataException">There is no journal.</exception>
    /// <exception cref="DamagedJournalException">It cannot be opened; later, while reading: it cannot be read on.</exception>
    public JournalReader(string path, long until = long.MaxValue)
    {
        _until = until;
        if (!File.Exists(path))
            throw new InvalidDataException($"There is no journal at {path}.");
        _path = path;
        _connection = Open();
    }

    /// <returns>Whether anything has been written.</returns>
    private static bool Probe(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA query_only=ON; SELECT count(*) FROM sqlite_master WHERE name='journal'";
        return (long)command.ExecuteScalar()! > 0;
    }

    // SQLite cannot read a write-ahead log where it may not write: on a medium that is read-only, a copy is read instead.
    private SqliteConnection Open()
    {
        try
        {
            return Open(_path);
        }
        catch (SqliteException e) when (JournalFile.IsNotWritable(e))
        {
            _copy = Directory.CreateTempSubdirectory("campaign-journal-");
        }
        try
        {
            foreach (string suffix in new[] { "", "-wal" })
                if (File.Exists(_path + suffix))
                    File.Copy(_path + suffix, Path.Combine(_copy.FullName, "journal.db" + suffix));
            return Open(Path.Combine(_copy.FullName, "journal.db"));
        }
        catch
        {
            _copy.Delete(recursive: true);
            throw;
        }
    }

    private SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(JournalFile.ConnectionString(file, readOnly: true));
        try
        {
            IsEmpty = Guarded(() =>
            {
                connection.Open();
                return !Probe(connection);
            });
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Nothing has been written yet.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>Everything, in the order it happened.</summary>
    public IEnumerable<JournalEntry> All() => Query("1 ORDER BY ordering", "");

    /// <summary>The streams whose persistence id begins so, in the order it happened.</summary>
    public IEnumerable<JournalEntry> StreamsOf(string prefix) =>
        Query("persistence_id >= $a AND persistence_id < $b ORDER BY ordering", prefix, After(prefix));

    public IEnumerable<JournalEntry> Stream(string persistenceId) => Query("persistence_id = $a ORDER BY sequence_number", persistenceId);

    /// <summary>Events of one kind, in the order they happened.</summary>
    public IEnumerable<JournalEntry> OfKind(string manifest) => Query("manifest = $a ORDER BY ordering", manifest);

    /// <summary>Names of the streams in which such an event has happened.</summary>
    public HashSet<string> StreamsWith(string manifest) => Names("manifest = $a", manifest);

    /// <summary>Names of the streams that begin so and have events.</summary>
    public HashSet<string> StreamNames(string prefix) => Names("persistence_id >= $a AND persistence_id < $b", prefix, After(prefix));

    /// <summary>
    /// The last place in the journal written at or before a time; 0 when all is later. Everything up to it is one state that the
    /// campaign really had, even where the clock was set back in between.
    /// </summary>
    public long PlaceAt(DateTimeOffset time) => All().Where(e => e.Event.At <= time).Select(e => e.Sequence).LastOrDefault();

    public void Dispose()
    {
        _connection.Dispose();
        _copy?.Delete(recursive: true);
    }

    // A range instead of LIKE, so that the index is used.
    private static string After(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    private IEnumerable<JournalEntry> Query(string where, string a, string b = "") =>
        Rows("ordering, persistence_id, sequence_number, manifest, message", where, a, b, Entry);

    private HashSet<string> Names(string where, string a, string b = "") => [.. Rows("DISTINCT persistence_id", where, a, b, row => row.GetString(0))];

    private IEnumerable<T> Rows<T>(string columns, string where, string a, string b, Func<SqliteDataReader, T> read)
    {
        if (IsEmpty)
            yield break;
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = $"SELECT {columns} FROM journal WHERE ordering <= $until AND {where}";
        command.Parameters.AddWithValue("$a", a);
        command.Parameters.AddWithValue("$b", b);
        command.Parameters.AddWithValue("$until", _until);
        using SqliteDataReader rows = Guarded(command.ExecuteReader);
        while (Guarded(rows.Read))
            yield return Guarded(() => read(rows));
    }

    private static JournalEntry Entry(SqliteDataReader row)
    {
        string manifest = row.GetString(3);
        return new JournalEntry(row.GetInt64(0), row.GetString(1), row.GetInt64(2), manifest, EventCodec.Decode(manifest, (byte[])row.GetValue(4)));
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (JournalFile.IsDamage(e))
        {
            throw DamagedJournalException.Of(_path, e);
        }
    }
}
