using Campaign.Compute.Structures;

namespace Campaign.Cli.Report;

/// <summary>An ordered cell to be drawn.</summary>
/// <param name="Level">Level of theory it was relaxed at; null when it is drawn as built.</param>
/// <param name="Axis">Reciprocal axis it is looked at along: 0, 1, 2 for a*, b*, c*.</param>
/// <param name="Layered">The campaign names this axis as the normal of its layers.</param>
public sealed record StructurePicture(string Variant, string? Level, Structure Structure, int Axis, bool Layered);
