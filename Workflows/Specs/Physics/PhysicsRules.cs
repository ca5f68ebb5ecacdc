using Campaign.Workflows.Planning;

namespace Campaign.Workflows.Specs.Physics;

/// <summary>
/// What a careful reader of the campaign file would object to: each objection has a name, the numbers that justify it, and what to do.
/// Only what cannot be stops a campaign: sites the structure does not have, occupancies no whole number of atoms makes.
/// </summary>
public static class PhysicsRules
{
    public static IReadOnlyList<SpecProblem> Check(CampaignSpec spec, MaterialFacts facts)
    {
        var c = new RuleContext(spec, facts);
        return
        [
            .. StructureRules.Check(c),
            .. ElectronicRules.Check(c),
            .. RelabelRules.Check(c),
            .. KMeshRules.Check(c),
            .. TrainingRules.Check(c),
            .. DynamicsRules.Check(c),
            .. ReferenceRules.Check(c),
        ];
    }
}

/// <summary>What the rules look at, and how they speak.</summary>
internal sealed record RuleContext(CampaignSpec Spec, MaterialFacts Facts)
{
    public SpecProblem Warn(string rule, string path, string message, string mend) => Say(rule, path, message, mend, SpecSeverity.Warning);

    public SpecProblem Note(string rule, string path, string message, string mend) => Say(rule, path, message, mend, SpecSeverity.Note);

    public SpecProblem Error(string rule, string path, string message, string mend) => Say(rule, path, message, mend, SpecSeverity.Error);

    private SpecProblem Say(string rule, string path, string message, string mend, SpecSeverity severity)
    {
        var (file, line, column) = Spec.Source.PositionOf(path);
        return new SpecProblem(file, line, column, path, message, mend, severity, rule);
    }
}
