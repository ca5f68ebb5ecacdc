using System.Buffers;
using System.Text;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Reading;

namespace Campaign.Compute.Engines.Vasp.Diagnosis;

/// <summary>A symptom, and where it was first seen.</summary>
public sealed record SeenSymptom(VaspSymptom Symptom, EngineEvidence Evidence, int Times);

/// <summary>Looks through what VASP said (its standard output or error) for symptoms.</summary>
public static class SymptomScan
{
    private static readonly SearchValues<string> AnyText = SearchValues.Create([.. VaspSymptoms.All.SelectMany(s => s.Texts)], StringComparison.Ordinal);

    /// <param name="file">Its name, for the evidence.</param>
    /// <returns>In the order of <see cref="VaspSymptoms.All"/>.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static IReadOnlyList<SeenSymptom> Of(Stream stream, string file)
    {
        var seen = new Dictionary<VaspSymptom, SeenSymptom>();
        using var lines = new ByteLines(stream);
        while (lines.TryRead(out ReadOnlySpan<byte> bytes))
        {
            string line = Encoding.Latin1.GetString(bytes);
            if (!line.AsSpan().ContainsAny(AnyText))
                continue;
            foreach (VaspSymptom symptom in VaspSymptoms.All.Where(s => s.Texts.Any(t => line.Contains(t, StringComparison.Ordinal))))
            {
                seen[symptom] = seen.TryGetValue(symptom, out SeenSymptom? before)
                    ? before with { Times = before.Times + 1 }
                    : new SeenSymptom(symptom, new EngineEvidence(file, (int)Math.Min(lines.Number, int.MaxValue), line.Trim()), 1);
            }
        }
        return [.. VaspSymptoms.All.Where(seen.ContainsKey).Select(s => seen[s])];
    }
}
