using Campaign.Compute.Engines.Programs;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Operations;

namespace Campaign.Cli.Tools;

/// <summary>A finding and what a campaign would do about it.</summary>
/// <param name="Key">Without the engine's name.</param>
/// <param name="Class">Of the correction about to be applied; null where none is known.</param>
internal sealed record VaspFinding(string Key, string? Class, VaspEvidence? Evidence, string? Correction)
{
    private const string Prefix = "vasp.";

    /// <param name="mover">IBRION of the run: 0 moves ions by dynamics.</param>
    public static VaspFinding Of(EngineFinding finding, int? mover)
    {
        string operation = mover == 0 ? OperationCatalogue.Sample : OperationCatalogue.Relax;
        CorrectionHandler? handler = CorrectionHandlers.All.FirstOrDefault(h => h.Operation == operation && h.Finding == finding.Key);
        string? mend = handler?.Key.Split(": ", 2)[^1];
        return finding.Key switch
        {
            "vasp.cut" => new VaspFinding("cut", "continuation", VaspEvidence.Of(finding.Evidence), "go on from CONTCAR"),
            "vasp.out_of_memory" => new VaspFinding("out_of_memory", "resources", VaspEvidence.Of(finding.Evidence), "ask for more memory"),
            _ => new VaspFinding(finding.Key[Prefix.Length..], handler?.Class.ToString().ToLowerInvariant(), VaspEvidence.Of(finding.Evidence), mend),
        };
    }
}

internal sealed record VaspEvidence(string File, int Line, string Text)
{
    public static VaspEvidence? Of(EngineEvidence? evidence) => evidence is null ? null : new VaspEvidence(evidence.File, evidence.Line, evidence.Text);
}
