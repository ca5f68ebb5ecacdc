using Campaign.Persistence.Journal;
using Campaign.Persistence.ReadModel;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Campaign.Core.Tests.Persistence;

public sealed class JournalReaderTests : IDisposable
{
    private const int Rows = 2000, Page = 4096;

    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-journal-test-").FullName;

    private string Journal => Path.Combine(_folder, "journal.db");

    public JournalReaderTests()
    {
        using var connection = new SqliteConnection($"Data Source={Journal};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"""
            CREATE TABLE journal (ordering INTEGER PRIMARY KEY, persistence_id TEXT, sequence_number INTEGER, manifest TEXT, message BLOB);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows})
            INSERT INTO journal SELECT i, 'c/task/t' || i, 1, 'kind', zeroblob(20) FROM n;
            """;
        command.ExecuteNonQuery();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Names_of_streams_stop_at_the_place_asked_for()
    {
        using var journal = new JournalReader(Journal, until: 3);
        Assert.Equal<string>(["c/task/t1", "c/task/t2", "c/task/t3"], journal.StreamsWith("kind").Order());
        Assert.Equal(3, journal.StreamNames("c/task/").Count);
        Assert.Empty(journal.StreamsWith("another"));
    }

    [Fact]
    public void Every_way_to_read_a_damaged_journal_says_that_it_is_damaged()
    {
        byte[] bytes = File.ReadAllBytes(Journal);
        Array.Fill(bytes, (byte)0xa5, 2 * Page, bytes.Length - (2 * Page)); // the table's definition stays
        File.WriteAllBytes(Journal, bytes);
        using var journal = new JournalReader(Journal);
        Assert.Throws<DamagedJournalException>(() => journal.All().ToArray());
        Assert.Throws<DamagedJournalException>(() => journal.StreamNames("c/"));
        Assert.Throws<DamagedJournalException>(() => journal.StreamsWith("kind"));

        File.WriteAllText(Journal, new string('x', Page));
        Assert.Throws<DamagedJournalException>(() => new JournalReader(Journal));
    }
}
