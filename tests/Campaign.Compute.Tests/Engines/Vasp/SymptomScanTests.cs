using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Reading;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp;

/// <summary>Every captured text of a failed run tells at least what others find in it, and where.</summary>
public sealed class SymptomScanTests
{
    private static readonly string Keys = VaspSamples.PathOf("expected/stdout-error-keys.tsv");

    public static TheoryData<string, string> Texts()
    {
        var texts = new TheoryData<string, string>();
        if (!File.Exists(Keys))
            texts.Add("", "");
        else
            foreach (string[] row in File.ReadLines(Keys).Skip(1).Select(l => l.Split('\t')))
                texts.Add(row[0], row[1]);
        return texts;
    }

    [SkippableTheory]
    [MemberData(nameof(Texts))]
    public void Every_known_symptom_is_found_with_its_line(string file, string keys)
    {
        Skip.If(file.Length == 0, $"SKIPPED: the collection of VASP files is not here ({Keys}).");
        string path = VaspSamples.PathOf(file);
        IReadOnlyList<SeenSymptom> seen = SymptomScan.Of(VaspFile.Open(path), file);

        string[] expected = [.. keys.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(k => k.Split(':')[1])];
        Assert.Subset(seen.Select(s => s.Symptom.Key).ToHashSet(), expected.ToHashSet());
        string[] lines = File.ReadAllLines(path);
        Assert.All(seen, s => Assert.Contains(s.Symptom.Texts, t => lines[s.Evidence.Line - 1].Contains(t, StringComparison.Ordinal)));
        if (expected.Length == 0)
            Assert.Empty(seen);
    }
}
