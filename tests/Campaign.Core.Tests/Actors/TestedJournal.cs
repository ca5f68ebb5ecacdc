using Akka.Configuration;
using Akka.Persistence.Sql.Config;
using Campaign.Persistence.Journal;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Campaigns;
using Npgsql;

namespace Campaign.Core.Tests.Actors;

/// <summary>Where the events of a test's campaign go.</summary>
internal abstract record TestedJournal
{
    /// <summary>For an actor system that writes under the plan of <paramref name="store"/>.</summary>
    public abstract (Config Hocon, DataOptionsSetup? Options) Setup(CampaignFixture campaign, string store);

    /// <summary>What is in the journal now, each stream in its order; null when the store itself is the journal.</summary>
    public virtual IReadOnlyList<(string Stream, IJournalEvent Event)>? Read(CampaignFixture campaign) => null;

    private static Config Plugin(string name, Type type, string store) =>
        ConfigurationFactory.ParseString($$"""
            akka.persistence.journal.{{name}} { class = "{{type.FullName}}, {{type.Assembly.GetName().Name}}", store = "{{store}}" }
            """);

    public sealed record Memory : TestedJournal
    {
        public override (Config Hocon, DataOptionsSetup? Options) Setup(CampaignFixture campaign, string store) => (
            Plugin("crash", typeof(CrashPointJournal), store)
                .WithFallback(ConfigurationFactory.ParseString("akka.persistence.journal.plugin = \"akka.persistence.journal.crash\""))
                .WithFallback(JournalFile.SerializerHocon),
            null);
    }

    public sealed record Sqlite : TestedJournal
    {
        public override (Config, DataOptionsSetup?) Setup(CampaignFixture campaign, string store)
        {
            string file = campaign.Directory.Journal;
            JournalFile.Prepare(file);
            return (Plugin("sql", typeof(CrashPointSqlJournal), store).WithFallback(JournalFile.Hocon(file)), JournalFile.Options(file));
        }

        public override IReadOnlyList<(string, IJournalEvent)> Read(CampaignFixture campaign) => [.. campaign.Journal().Select(e => (e.Stream, e.Event))];
    }

    /// <summary>One database holds the campaigns of all tests.</summary>
    public sealed record PostgreSql(string ConnectionString) : TestedJournal
    {
        public override (Config, DataOptionsSetup?) Setup(CampaignFixture campaign, string store) =>
            (Plugin("sql", typeof(CrashPointSqlJournal), store).WithFallback(JournalServer.Hocon(ConnectionString)), JournalServer.Options(ConnectionString));

        public override IReadOnlyList<(string, IJournalEvent)> Read(CampaignFixture campaign)
        {
            using var connection = new NpgsqlConnection(ConnectionString);
            connection.Open();
            using var command = new NpgsqlCommand(
                "SELECT persistence_id, manifest, message FROM journal WHERE persistence_id LIKE $1 ORDER BY persistence_id, sequence_number", connection)
            {
                Parameters = { new() { Value = campaign.Directory.ReadId() + "/%" } },
            };
            using NpgsqlDataReader rows = command.ExecuteReader();
            var events = new List<(string Stream, IJournalEvent Event)>();
            while (rows.Read())
                events.Add((rows.GetString(0), EventCodec.Decode(rows.GetString(1), rows.GetFieldValue<byte[]>(2))));
            return events;
        }
    }
}
