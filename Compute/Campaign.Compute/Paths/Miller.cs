namespace Campaign.Compute.Paths;

/// <summary>A lattice direction [u v w] in the conventional cell of the parent crystal.</summary>
public readonly record struct Miller(int U, int V, int W)
{
    /// <summary>"[110]", or with spaces where a sign or a second digit needs them: "[1 0 -1]".</summary>
    public override string ToString() =>
        IsDigit(U) && IsDigit(V) && IsDigit(W) ? $"[{U}{V}{W}]" : FormattableString.Invariant($"[{U} {V} {W}]");

    private static bool IsDigit(int index) => index is >= 0 and <= 9;
}
