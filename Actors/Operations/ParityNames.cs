namespace Campaign.Actors.Operations;

/// <summary>Series names in a parity table beside the species.</summary>
public static class ParityNames
{
    public const string Energy = "energy";
}
