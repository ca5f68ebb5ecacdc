namespace Campaign.Compute.Structures;

/// <summary>A cell by its lengths (Å) and angles (degrees).</summary>
public sealed record LatticeParameters(double A, double B, double C, double AlphaDeg, double BetaDeg, double GammaDeg)
{
    public static LatticeParameters Of(Cell cell)
    {
        Vec3 l = cell.Lengths, a = cell.AnglesDeg;
        return new LatticeParameters(l.X, l.Y, l.Z, a.X, a.Y, a.Z);
    }

    /// <summary>The parent cell of a relaxed supercell: lengths divided by the repeats, angles as they are.</summary>
    public static LatticeParameters OfParent(Cell supercell, int na, int nb, int nc)
    {
        LatticeParameters p = Of(supercell);
        return p with { A = p.A / na, B = p.B / nb, C = p.C / nc };
    }

    /// <summary>Volume in Å³.</summary>
    public double VolumeA3 => Cell.FromParameters(A, B, C, AlphaDeg, BetaDeg, GammaDeg).Volume;

    /// <summary>Lengths and volume in percent of the reference, angles in degrees: this minus reference.</summary>
    public LatticeDeviation DeviationFrom(LatticeParameters reference) => new(
        Percent(A, reference.A), Percent(B, reference.B), Percent(C, reference.C),
        AlphaDeg - reference.AlphaDeg, BetaDeg - reference.BetaDeg, GammaDeg - reference.GammaDeg,
        Percent(VolumeA3, reference.VolumeA3));

    private static double Percent(double value, double reference) => 100 * (value / reference - 1);
}

/// <summary>Difference of two lattices: lengths and volume in percent, angles in degrees.</summary>
public sealed record LatticeDeviation(
    double APercent, double BPercent, double CPercent, double AlphaDeg, double BetaDeg, double GammaDeg, double VolumePercent)
{
    public double LargestLengthPercent => Math.Max(Math.Abs(APercent), Math.Max(Math.Abs(BPercent), Math.Abs(CPercent)));

    public double LargestAngleDeg => Math.Max(Math.Abs(AlphaDeg), Math.Max(Math.Abs(BetaDeg), Math.Abs(GammaDeg)));
}
