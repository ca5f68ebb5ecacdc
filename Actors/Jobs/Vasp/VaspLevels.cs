using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Workflows.Operations;

namespace Campaign.Actors.Jobs.Vasp;

/// <summary>What a task's electronic settings are to VASP.</summary>
public static class VaspLevels
{
    /// <exception cref="InvalidDataException">The task has no electronic settings.</exception>
    public static VaspLevel Of(DftSettings? settings) => settings is not { } s
        ? throw new InvalidDataException("The task has no electronic settings: levels of engine vasp need them.")
        : new VaspLevel(
            s.Functional, s.EncutEv, s.Spin, s.InitialMoments, s.Hubbard.ToDictionary(h => h.Key, h => new HubbardU(h.Value.L, h.Value.UMinusJEv)), s.Potcars, s.EdiffEv,
            s.Smearing == "methfesselPaxton" ? "methfessel-paxton" : s.Smearing, s.SigmaEv, s.KMesh, s.GammaCentred, s.Dispersion, s.FixedMoment, s.Incar);

    /// <summary>What ions that were taken out left behind, beyond the electrons of neutral atoms; null: nothing.</summary>
    public static double? ExtraElectrons(VacancyParameters? vacancy) =>
        vacancy is { Electrons: { } electrons } && electrons != 0 ? vacancy.Count * electrons : null;
}
