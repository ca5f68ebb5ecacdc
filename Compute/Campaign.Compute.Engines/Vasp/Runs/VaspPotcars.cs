using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Inputs;

namespace Campaign.Compute.Engines.Vasp.Runs;

/// <summary>The potentials a run was given, by the headers that its job kept, held against what it was to have.</summary>
internal static class VaspPotcars
{
    /// <summary>None where the run kept no headers.</summary>
    public static IReadOnlyList<PotcarHeader> Of(string directory)
    {
        string path = Path.Combine(directory, PotcarStep.Headers);
        try
        {
            return File.Exists(path) ? PotcarHeader.ReadLines(File.ReadAllText(path)) : [];
        }
        catch (InvalidDataException)
        {
            return []; // a job that could not make its POTCAR says so itself
        }
    }

    /// <summary>Why what was computed with them is not what was asked for; null where it is.</summary>
    public static EngineFinding? Wrong(string directory, VaspLevel level, IReadOnlyList<(string Species, int Count)> blocks) =>
        Problems(directory, level, blocks).FirstOrDefault(p => !p.IsWarning) is { } wrong ? new EngineFinding("vasp.potcar", wrong.Message) : null;

    public static IReadOnlyList<string> Warnings(string directory, VaspLevel level, IReadOnlyList<(string Species, int Count)> blocks) =>
        [.. Problems(directory, level, blocks).Where(p => p.IsWarning).Select(p => p.Message)];

    private static IReadOnlyList<PotcarProblem> Problems(string directory, VaspLevel level, IReadOnlyList<(string Species, int Count)> blocks) =>
        Of(directory) is { Count: > 0 } headers ? PotcarCheck.Problems(headers, blocks, level) : [];
}
