using Campaign.Workflows.Specs;

namespace Campaign.Workflows.Operations;

/// <summary>What the report says beside the tasks' own results.</summary>
/// <param name="CampaignName">As in the file.</param>
/// <param name="Mobile">Symbol of the mobile species.</param>
/// <param name="Levels">Levels of theory in the order of the file.</param>
/// <param name="Variants">Variants in the order of the file.</param>
/// <param name="Reference">Values to compare with, where given.</param>
/// <param name="Notes">Sentences for the report: choices the source does not give, warnings of validation.</param>
/// <param name="MaxForceErrorRatio">Limit of the force RMSE over the standard deviation of the labels, or null for none.</param>
/// <param name="Settings">What the numbers depend on and who chose it.</param>
/// <param name="LayerNormal">The reciprocal axis along which layers stack: a, b or c; null when the campaign names none.</param>
public sealed record ReportParameters(
    string CampaignName,
    string Mobile,
    IReadOnlyList<ReportLevel> Levels,
    IReadOnlyList<ReportVariant> Variants,
    IReadOnlyList<double> TemperaturesK,
    ReportReference Reference,
    IReadOnlyList<string> Notes,
    double? MaxForceErrorRatio = null,
    IReadOnlyList<ReportSetting>? Settings = null,
    string? LayerNormal = null) : IOperationParameters
{
    public static string Operation => OperationCatalogue.Report;
}

/// <param name="Name">Path of the key, e.g. "dlmd.lengthPs".</param>
public sealed record ReportSetting(string Name, string Value, SettingOrigin Origin);

/// <param name="Labels">The level in words, e.g. "ionic model, not DFT".</param>
/// <param name="StandIn">The level stands in for DFT; its numbers are not comparable with experiment.</param>
public sealed record ReportLevel(string Name, string Labels, bool StandIn);

/// <param name="Carried">Goes through aimd, dlmd and neb, not only through relaxation.</param>
public sealed record ReportVariant(string Name, bool Carried);

/// <summary>Values given by the user to compare with; absent ones are null or left out.</summary>
public sealed record ReportReference(
    IReadOnlyList<ReferenceLattice> Lattices,
    string? Source = null,
    double? Sigma300MsPerCm = null,
    double? ActivationEnergyEv = null);

/// <param name="Variant">The variant it is compared with, or null for all.</param>
/// <param name="Level">The level of theory it was computed at in the source, or null for experiment.</param>
/// <param name="Label">What it is, e.g. "experiment, 0.754/0.123".</param>
public sealed record ReferenceLattice(string Label, double A, double B, double C, double BetaDeg, string? Variant = null, string? Level = null, double AlphaDeg = 90, double GammaDeg = 90)
{
    /// <summary>Volume of the cell in Å³.</summary>
    public double VolumeA3()
    {
        (double ca, double cb, double cg) = (CosDeg(AlphaDeg), CosDeg(BetaDeg), CosDeg(GammaDeg));
        return A * B * C * Math.Sqrt(1 - ca * ca - cb * cb - cg * cg + 2 * ca * cb * cg);
    }

    private static double CosDeg(double angleDeg) => Math.Cos(angleDeg * Math.PI / 180);
}
