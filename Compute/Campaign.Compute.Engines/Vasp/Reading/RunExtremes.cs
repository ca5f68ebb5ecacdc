namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>The largest of what should be small in a run.</summary>
/// <param name="Jump">Change of the energy from one ionic step to the next, eV per atom without sign, and the later step; null before the second.</param>
/// <param name="SmearingEvPerAtom">T times S, by which the energy at finite width differs from the free energy, eV per atom.</param>
/// <param name="PositiveStep">The first step whose energy is positive; null where none is.</param>
public sealed record RunExtremes((double EvPerAtom, int Step)? Jump, double SmearingEvPerAtom, int? PositiveStep)
{
    /// <param name="before">The frame before; null for the first.</param>
    public RunExtremes With(VaspFrame? before, VaspFrame frame)
    {
        int atoms = Math.Max(1, frame.PositionsA.Length);
        double smearing = frame.EnergyWithoutEntropyEv is { } energy ? Math.Abs(energy - frame.FreeEnergyEv) / atoms : 0;
        double? jump = before is null ? null : Math.Abs(frame.FreeEnergyEv - before.FreeEnergyEv) / atoms;
        return new RunExtremes(
            jump > (Jump?.EvPerAtom ?? -1) ? (jump.Value, frame.Step) : Jump, Math.Max(SmearingEvPerAtom, smearing),
            PositiveStep ?? ((frame.SigmaZeroEnergyEv ?? frame.FreeEnergyEv) > 0 ? frame.Step : null));
    }
}
