using Campaign.Workflows.Operations;

namespace Campaign.Actors.Operations;

/// <summary>Where forces came from, in results and for people.</summary>
public static class Labels
{
    public const string Potential = "potential";
    public const string Teacher = "teacher";

    public static string Of(ForceSource source) => source == ForceSource.Teacher ? Teacher : Potential;
}
