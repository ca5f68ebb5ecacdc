using Campaign.Compute.Structures;

namespace Campaign.Compute.Potentials;

/// <summary>Short-range parameters of one pair of species: A exp(-r/ρ) - C/r⁶.</summary>
public sealed record IonicPair(string SpeciesA, string SpeciesB, double AEv, double RhoA, double CEvA6);

/// <summary>What happens to the short-range part at the cutoff.</summary>
public enum ShortRangeEnd
{
    /// <summary>Energy and force go smoothly to zero; the default.</summary>
    ShiftedForce,

    /// <summary>Cut as it is, as LAMMPS <c>born/coul/dsf</c> does; for comparison with it.</summary>
    Unsmoothed,
}

/// <summary>Everything that defines an ionic model. Charges in e, lengths in Å, energies in eV.</summary>
public sealed record IonicParameters
{
    /// <summary>Name of the parameter set, for reports.</summary>
    public required string Name { get; init; }

    /// <summary>Damping α of the Coulomb interaction in 1/Å.</summary>
    public required double DampingPerA { get; init; }

    public required double CutoffA { get; init; }

    /// <summary>Species in the order of the type map, with their charge in e.</summary>
    public required IReadOnlyList<(string Species, double ChargeE)> Charges { get; init; }

    public required IReadOnlyList<IonicPair> Pairs { get; init; }

    public ShortRangeEnd ShortRange { get; init; } = ShortRangeEnd.ShiftedForce;

    /// <summary>e²/(4πε0) in eV Å. LAMMPS uses <see cref="IonicModel.LammpsCoulombEvA"/>.</summary>
    public double CoulombEvA { get; init; } = PhysicalConstants.CoulombEvA;
}

/// <summary>
/// Rigid ions: damped shifted-force Coulomb between reduced formal charges, Born-Mayer repulsion and dispersion per pair of
/// species. The analytic stand-in for DFT of the embedded campaigns. Energies contain the Coulomb self energy
/// -K q² [(erfc(αrc)/rc + f rc)/2 + α/√π], as LAMMPS <c>born/coul/dsf</c> does.
/// </summary>
public sealed class IonicModel : IPotential
{
    /// <summary>e²/(4πε0) in eV Å in LAMMPS' metal units.</summary>
    public const double LammpsCoulombEvA = 14.399645;

    private readonly PairTable _table;
    private readonly double[] _selfEnergyEv;

    /// <exception cref="ArgumentException">A pair names an unknown species or appears twice, or a number is out of range.</exception>
    public IonicModel(IonicParameters parameters)
    {
        Parameters = parameters;
        TypeMap = parameters.Charges.Select(c => c.Species).ToArray();
        Dictionary<(int, int), IonicPair> pairs = IndexPairs(parameters, TypeMap);
        PairFunction coulomb = PairFunctions.DampedCoulomb(parameters.DampingPerA, parameters.CutoffA, parameters.CoulombEvA);
        _table = new PairTable(TypeMap.Count, parameters.CutoffA, (i, j) =>
        {
            double qq = parameters.Charges[i].ChargeE * parameters.Charges[j].ChargeE;
            if (!pairs.TryGetValue((i, j), out IonicPair? p))
                return r => qq * coulomb(r);
            PairFunction born = PairFunctions.BornMayer(p.AEv, p.RhoA, p.CEvA6);
            if (parameters.ShortRange == ShortRangeEnd.ShiftedForce)
                born = PairFunctions.ShiftedForce(born, parameters.CutoffA);
            return r => qq * coulomb(r) + born(r);
        });
        _selfEnergyEv = parameters.Charges.Select(c => SelfEnergyEv(parameters, c.ChargeE)).ToArray();
    }

    public IonicParameters Parameters { get; }

    public string Description => $"ionic model {Parameters.Name} (stand-in for DFT)";

    public IReadOnlyList<string> TypeMap { get; }

    public double CutoffA => Parameters.CutoffA;

    public ICalculator CreateCalculator(Structure structure)
    {
        int[] map = TypeMapping.Map(structure.TypeMap, structure.CountsByType(), TypeMap, Description);
        int[] types = Array.ConvertAll(structure.Types, t => map[t]);
        return new PairCalculator(_table, types, types.Sum(t => _selfEnergyEv[t]));
    }

    private static double SelfEnergyEv(IonicParameters p, double chargeE)
    {
        double rc = p.CutoffA, g = p.DampingPerA / Math.Sqrt(Math.PI);
        double screened = MathNet.Numerics.SpecialFunctions.Erfc(p.DampingPerA * rc) / rc;
        double force = screened / rc + 2 * g * Math.Exp(-p.DampingPerA * p.DampingPerA * rc * rc) / rc;
        return -p.CoulombEvA * chargeE * chargeE * ((screened + force * rc) / 2 + g);
    }

    private static Dictionary<(int, int), IonicPair> IndexPairs(IonicParameters parameters, IReadOnlyList<string> typeMap)
    {
        var species = typeMap.ToList();
        if (species.Distinct().Count() != species.Count || species.Count == 0)
            throw new ArgumentException("Every species needs exactly one charge.");
        var pairs = new Dictionary<(int, int), IonicPair>();
        foreach (IonicPair p in parameters.Pairs)
        {
            int i = species.IndexOf(p.SpeciesA), j = species.IndexOf(p.SpeciesB);
            if (i < 0 || j < 0)
                throw new ArgumentException($"The pair {p.SpeciesA}-{p.SpeciesB} names a species without a charge.");
            if (p.AEv != 0 && !(p.RhoA > 0))
                throw new ArgumentException($"The pair {p.SpeciesA}-{p.SpeciesB} needs a positive ρ.");
            if (!pairs.TryAdd((Math.Min(i, j), Math.Max(i, j)), p))
                throw new ArgumentException($"The pair {p.SpeciesA}-{p.SpeciesB} appears twice.");
        }
        return pairs;
    }
}
