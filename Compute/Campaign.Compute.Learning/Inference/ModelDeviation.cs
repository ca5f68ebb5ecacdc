using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Inference;

/// <summary>
/// How far the models of an ensemble differ on one structure, by DeePMD-kit's definitions (Zhang et al., Phys. Rev. Mater. 3, 023804 (2019), and <c>model_devi.out</c>):
/// population standard deviations over the models, of the force vector of every atom, and of every component of the virial per atom.
/// </summary>
/// <param name="ForceEvPerA">√⟨|F - ⟨F⟩|²⟩ of every atom, eV/Å.</param>
/// <param name="VirialEvPerAtom">Of the nine components of the virial over the number of atoms, row-major, eV.</param>
/// <param name="EnergyEvPerAtom">Of the energy per atom, eV.</param>
public sealed record ModelDeviation(double[] ForceEvPerA, double[] VirialEvPerAtom, double EnergyEvPerAtom)
{
    public double MaxForceEvPerA => ForceEvPerA.Max();

    public double MinForceEvPerA => ForceEvPerA.Min();

    public double MeanForceEvPerA => ForceEvPerA.Average();

    public double MaxVirialEvPerAtom => VirialEvPerAtom.Max();

    public double MinVirialEvPerAtom => VirialEvPerAtom.Min();

    /// <summary>Root mean square over the nine components.</summary>
    public double MeanVirialEvPerAtom => Math.Sqrt(VirialEvPerAtom.Average(v => v * v));

    /// <summary>The deviation of every atom's force over |⟨F⟩| + <paramref name="levelEvPerA"/>, which keeps small forces from counting too much.</summary>
    public double[] RelativeForce(IReadOnlyList<Vec3> meanForcesEvPerA, double levelEvPerA) =>
        [.. ForceEvPerA.Zip(meanForcesEvPerA, (deviation, mean) => deviation / (mean.Norm + levelEvPerA))];

    /// <exception cref="ArgumentException">Fewer than two models.</exception>
    public static ModelDeviation Of(IReadOnlyList<IPotential> models, Structure structure)
    {
        var answers = models.Select(model =>
        {
            using ICalculator calculator = model.CreateCalculator(structure);
            var forces = new Vec3[structure.Count];
            EnergyAndVirial total = calculator.Compute(structure.Cell, structure.Positions, forces);
            return (total.EnergyEv, Virial: total.VirialEv.ToRowMajor(), Forces: forces);
        }).ToArray();
        return Of([.. answers.Select(a => a.EnergyEv)], [.. answers.Select(a => a.Forces)], [.. answers.Select(a => a.Virial)]);
    }

    /// <summary>Of what each model said: energies (eV), forces (eV/Å), virials (nine numbers, eV).</summary>
    public static ModelDeviation Of(IReadOnlyList<double> energiesEv, IReadOnlyList<Vec3[]> forcesEvPerA, IReadOnlyList<double[]> virialsEv)
    {
        int models = energiesEv.Count;
        if (models < 2)
            throw new ArgumentException("A deviation needs at least two models.");
        int atoms = forcesEvPerA[0].Length;
        return new ModelDeviation(
            [.. Enumerable.Range(0, atoms).Select(i => Math.Sqrt(Spread(forcesEvPerA.Select(f => f[i].X)) + Spread(forcesEvPerA.Select(f => f[i].Y)) + Spread(forcesEvPerA.Select(f => f[i].Z))))],
            [.. Enumerable.Range(0, 9).Select(c => Math.Sqrt(Spread(virialsEv.Select(v => v[c] / atoms))))],
            Math.Sqrt(Spread(energiesEv.Select(e => e / atoms))));

        double Spread(IEnumerable<double> values)
        {
            double mean = values.Average();
            return values.Sum(v => (v - mean) * (v - mean)) / models;
        }
    }
}
