using System.Text;
using Campaign.Core.Tests.Tasks;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Campaigns;
using Xunit;

namespace Campaign.Core.Tests.Persistence;

public sealed class EventCodecTests
{
    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "data", "golden");

    [Fact]
    public void Every_event_has_a_manifest() =>
        Assert.All(Every.EventOf<IJournalEvent>(), type => Assert.True(EventCodec.Knows(type), $"{type} has no manifest"));

    [Fact]
    public void Every_manifest_has_a_golden_file() =>
        Assert.Equal(EventCodec.Manifests.Order(), Directory.EnumerateFiles(Golden).Select(ManifestOf).Distinct().Order());

    [Fact]
    public void What_was_ever_written_is_read_and_written_the_same()
    {
        foreach (string path in Directory.EnumerateFiles(Golden))
        {
            string text = File.ReadAllText(path).TrimEnd();
            string manifest = ManifestOf(path);
            IJournalEvent read = EventCodec.Decode(manifest, Encoding.UTF8.GetBytes(text));
            Assert.Equal(manifest, EventCodec.Manifest(read));
            Assert.Equal(text, Encoding.UTF8.GetString(EventCodec.Encode(read)));
        }
    }

    [Fact]
    public void Golden_files_hold_the_sample_of_each_event()
    {
        foreach (Type type in Every.EventOf<IJournalEvent>())
        {
            object sample = Every.Sample(type);
            Assert.Equal(File.ReadAllText(Path.Combine(Golden, EventCodec.Manifest(sample) + ".json")).TrimEnd(), Encoding.UTF8.GetString(EventCodec.Encode(sample)));
        }
    }

    /// <summary>A file named <c>manifest+what.json</c> is a second sample, with something that may be left out.</summary>
    private static string ManifestOf(string path) => Path.GetFileNameWithoutExtension(path).Split('+')[0];

    [Fact]
    public void An_unknown_manifest_is_a_loud_failure()
    {
        var e = Assert.Throws<InvalidDataException>(() => EventCodec.Decode("task.submitted.v9", "{}"u8));
        Assert.Contains("task.submitted.v9", e.Message);
        Assert.Throws<InvalidDataException>(() => EventCodec.Decode("task.done.v1", """{"attempt":1,"at":"2026-01-31T12:00:00Z","surprise":1}"""u8));
        Assert.Throws<ArgumentException>(() => EventCodec.Encode("no event"));
    }
}
