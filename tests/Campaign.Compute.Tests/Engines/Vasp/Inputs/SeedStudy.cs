using Campaign.Compute.Engines.Vasp.Inputs;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

/// <summary>The seed study: 160 atoms of Li3TiCl6, ENCUT 450 eV, U-J of 0 and 4 eV on Ti 3d.</summary>
internal static class SeedStudy
{
    public static readonly IReadOnlyList<(string Species, int Count)> Blocks = [("Li", 48), ("Ti", 16), ("Cl", 96)];

    public static readonly VaspParallel Parallel = new(64, null, null, false);

    public static VaspLevel Level(double uMinusJEv) => new(
        "PBE", 450, true,
        new Dictionary<string, double> { ["Ti"] = 1 },
        new Dictionary<string, HubbardU> { ["Ti"] = new("d", uMinusJEv) },
        new Dictionary<string, string>(),
        1e-6, "gaussian", 0.05, [4, 2, 4], true, "none", false, []);

    public static Incar Incar(VaspLevel level, VaspCalculation? calculation = null, VaspParallel? parallel = null) =>
        Compute.Engines.Vasp.Inputs.Incar.Of(level, calculation ?? new VaspCalculation.SinglePoint(), parallel ?? Parallel, Blocks);
}
