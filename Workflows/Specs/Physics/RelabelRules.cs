using static System.FormattableString;

namespace Campaign.Workflows.Specs.Physics;

/// <summary>Frames that are computed again from other initial moments: whether that asks anything.</summary>
internal static class RelabelRules
{
    private const string Moments = "aimd.relabel.initialMoments";

    public static IEnumerable<SpecProblem> Check(RuleContext c)
    {
        if (c.Spec.Aimd?.Relabel is not { } relabel)
            yield break;
        LevelSpec[] levels = [.. c.Spec.Levels.Where(RelabelSpec.IsFor)];
        if (levels.Length == 0)
            yield return c.Warn("relabelNothing", "aimd.relabel", "Frames are computed again at levels of engine vasp, and there is none.", "Remove aimd.relabel, or add such a level.");
        foreach (string element in relabel.InitialMoments.Keys.Where(e => c.Facts.Species.Count > 0 && !c.Facts.Species.Contains(e)))
            yield return c.Warn("relabelElement", $"{Moments}.{element}", $"The structure has no {element}, whose moment changes nothing.", $"Name an element of the structure ({string.Join(", ", c.Facts.Species)}).");
        foreach (LevelSpec level in levels)
        {
            ElectronicSpec e = level.Electronic!;
            if (!e.Spin)
                yield return c.Error("relabelWithoutSpin", Moments, $"Level {level.Name} is computed without spin, and has no moments to begin with.", $"Write spin: true for the level, or remove aimd.relabel.");
            else if (relabel.MomentsOf(e).All(m => e.InitialMoments.TryGetValue(m.Key, out double own) && own == m.Value))
                yield return c.Warn("relabelSameMoments", Moments, $"These are the moments that level {level.Name} begins with: computing frames again from them shows how well the electrons converge, not whether there is another state.",
                    Invariant($"Give others, such as {string.Join(", ", relabel.InitialMoments.Select(m => Invariant($"{m.Key}: {m.Value + 1}")))}."));
            else if (e.FixedMoment)
                yield return c.Error("relabelFixedMoment", Moments, $"Level {level.Name} holds the total moment at the sum of its initial ones (fixedMoment), so other initial moments would be another constraint, and not another start.",
                    "Write fixedMoment: false for the level, or remove aimd.relabel.");
        }
    }
}
