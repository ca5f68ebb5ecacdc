using Campaign.Workflows.Operations;
using Campaign.Workflows.Specs;

namespace Campaign.Workflows.Planning;

/// <summary>
/// Core-hours and disk per task, good to about a factor 3. Constants are core-microseconds per atom and step on a 2.5 GHz core
/// (measured on this program's engines, or scaled from published timings), and can be overridden per site.
/// </summary>
/// <param name="TeacherUs">Analytic pair potential, one MD step, per atom.</param>
/// <param name="PotentialBaseUs">Deep Potential through the nets themselves: neighbour lists, geometry, integration; per atom-step.</param>
/// <param name="PotentialPerWeightUs">The same: per weight touched (fitting net once per atom, embedding net once per neighbour), float32.</param>
/// <param name="TabulatedBaseUs">Deep Potential with tabulated embedding nets, as in molecular dynamics: neighbour lists, geometry, integration.</param>
/// <param name="TabulatedPerOutputUs">The same: per output of the embedding net and neighbour.</param>
/// <param name="TabulatedPerWeightUs">The same: per weight of the fitting net.</param>
/// <param name="TrainingBaseUs">Training by autograd: per atom of the batch and step.</param>
/// <param name="TrainingPerWeightUs">Training: per weight touched.</param>
/// <param name="DftStepSeconds">Core-seconds of one warm ab-initio MD step: 160 atoms, spin-polarised, one k-point; scales with N^2.5.</param>
public sealed record CostModel(
    double TeacherUs = 2.5,
    double PotentialBaseUs = 15,
    double PotentialPerWeightUs = 5.3e-5,
    double TabulatedBaseUs = 2,
    double TabulatedPerOutputUs = 1.4e-3,
    double TabulatedPerWeightUs = 4.6e-5,
    double TrainingBaseUs = 250,
    double TrainingPerWeightUs = 2e-3,
    double DftStepSeconds = 1100)
{
    private const double Typical160Neighbours = 70; // within 7 Å at the 0.0485 atoms/Å3 of a halide
    private const double DftColdFactor = 2;         // an ionic relaxation step needs about twice the electronic steps of an MD step
    private const int DftRelaxSteps = 60;
    private const int DftBandSteps = 80;
    private const int HopClasses = 2;               // intra- and inter-layer
    private const double BytesPerAtomFrame = 130;   // extxyz line with positions, forces, velocities
    private const double DftBytesPerAtomStep = 1000;
    private const int PairRelaxSteps = 800;
    private const int PairBandSteps = 300;

    /// <summary>Weights touched per atom and evaluation.</summary>
    public static double WeightsPerAtom(NetworkShape n) => Neighbours(n) * Weights(1, n.EmbeddingNeurons) + FittingWeights(n);

    /// <summary>Core-microseconds of one evaluation of the Deep Potential, per atom: the nets themselves in float64, tables in float32.</summary>
    public double PotentialUs(NetworkShape n, NumberPrecision precision) => precision == NumberPrecision.Float64
        ? 2 * (PotentialBaseUs + PotentialPerWeightUs * WeightsPerAtom(n))
        : TabulatedBaseUs + TabulatedPerOutputUs * Neighbours(n) * EmbeddingWidth(n) + TabulatedPerWeightUs * FittingWeights(n);

    public double DynamicsCoreHours(double atoms, double steps, double usPerAtomStep) => atoms * steps * usPerAtomStep * 1e-6 / 3600;

    public double TrajectoryMiB(double atoms, double frames) => atoms * frames * BytesPerAtomFrame / (1 << 20);

    public double TrainingCoreHours(TrainSpec t, double atoms) =>
        t.Steps * t.BatchFrames * atoms * (TrainingBaseUs + TrainingPerWeightUs * WeightsPerAtom(t.Network)) * (t.Precision == NumberPrecision.Float64 ? 2 : 1) * 1e-6 / 3600;

    public (double CoreHours, double DiskMiB) Relax(LevelSpec level, double atoms, DftSettings? dft) => level.IsStandIn
        ? (DynamicsCoreHours(atoms, PairRelaxSteps, 4 * TeacherUs), 0.1)
        : (DftRelaxSteps * DftColdFactor * DftStepHours(atoms, dft!), DftRelaxSteps * atoms * DftBytesPerAtomStep / (1 << 20));

    public (double CoreHours, double DiskMiB) Sample(LevelSpec level, double atoms, double steps, double frames, DftSettings? dft) => level.IsStandIn
        ? (DynamicsCoreHours(atoms, steps, TeacherUs), TrajectoryMiB(atoms, frames))
        : (steps * DftStepHours(atoms, dft!), steps * atoms * DftBytesPerAtomStep / (1 << 20) + TrajectoryMiB(atoms, frames));

    /// <summary>Single points, each of which begins without a density.</summary>
    public (double CoreHours, double DiskMiB) Relabel(double atoms, double frames, DftSettings dft) =>
        (frames * DftColdFactor * DftStepHours(atoms, dft), frames * atoms * DftBytesPerAtomStep / (1 << 20));

    public (double CoreHours, double DiskMiB) Barriers(LevelSpec level, double atoms, NebSpec neb, double usPerAtomStep, DftSettings? dft)
    {
        double evaluations = HopClasses * neb.HopsPerClass * (double)(neb.Images + 2);
        return level.IsStandIn
            ? (DynamicsCoreHours(atoms, evaluations * PairBandSteps, usPerAtomStep), 0.5)
            : (evaluations * DftBandSteps * DftStepHours(atoms, dft!), evaluations * DftBandSteps * atoms * DftBytesPerAtomStep / (1 << 20));
    }

    private double DftStepHours(double atoms, DftSettings dft)
    {
        int mesh = dft.KMesh[0] * dft.KMesh[1] * dft.KMesh[2];
        double irreducible = mesh == 1 ? 0.5 : Math.Ceiling(mesh / 2.0); // k and -k are equal; the single point Γ uses real arithmetic
        return DftStepSeconds * Math.Pow(atoms / 160, 2.5) * irreducible * (dft.Spin ? 1 : 0.5) / 3600;
    }

    private static double Neighbours(NetworkShape n) => Typical160Neighbours * Math.Pow(n.RcutA / 7, 3);

    private static int EmbeddingWidth(NetworkShape n) => n.EmbeddingNeurons.Count > 0 ? n.EmbeddingNeurons[^1] : 1;

    private static double FittingWeights(NetworkShape n) => Weights(EmbeddingWidth(n) * n.AxisNeurons, n.FittingNeurons);

    private static double Weights(int inputs, IReadOnlyList<int> layers)
    {
        double sum = 0;
        foreach (int width in layers)
        {
            sum += (double)inputs * width;
            inputs = width;
        }
        return sum;
    }
}
