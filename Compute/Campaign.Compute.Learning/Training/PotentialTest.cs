using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Training;

/// <summary>Errors of one quantity against its labels, in the labels' unit.</summary>
/// <param name="Count">Numbers compared.</param>
/// <param name="Mae">Mean absolute error.</param>
/// <param name="Rmse">Root-mean-square error.</param>
/// <param name="MaxError">Largest absolute error.</param>
/// <param name="LabelStd">Standard deviation of the labels.</param>
/// <param name="R2">1 - Σ(error²)/Σ(label - mean)²; NaN when labels do not vary.</param>
public sealed record ErrorMeasures(int Count, double Mae, double Rmse, double MaxError, double LabelStd, double R2)
{
    /// <summary>Of equally long rows of labels and predictions.</summary>
    public static ErrorMeasures Of(IReadOnlyList<double> labels, IReadOnlyList<double> predictions)
    {
        if (labels.Count != predictions.Count)
            throw new ArgumentException($"{labels.Count} labels, {predictions.Count} predictions.");
        if (labels.Count == 0)
            return new ErrorMeasures(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        double mean = labels.Average(), absolute = 0, squares = 0, largest = 0, spread = 0;
        for (int i = 0; i < labels.Count; i++)
        {
            double error = predictions[i] - labels[i];
            absolute += Math.Abs(error);
            squares += error * error;
            largest = Math.Max(largest, Math.Abs(error));
            spread += (labels[i] - mean) * (labels[i] - mean);
        }
        return new ErrorMeasures(labels.Count, absolute / labels.Count, Math.Sqrt(squares / labels.Count), largest,
            Math.Sqrt(spread / labels.Count), spread > 0 ? 1 - squares / spread : double.NaN);
    }
}

/// <summary>Labels and predictions side by side.</summary>
/// <param name="EnergyPerAtomEv">One pair per frame.</param>
/// <param name="ForceEvPerA">One pair per component, frame by frame, atom by atom, x y z.</param>
/// <param name="ForceSpecies">Species of every force component.</param>
/// <param name="VirialPerAtomEv">Nine pairs per frame with a virial label.</param>
public sealed record Parity(
    IReadOnlyList<(double Label, double Prediction)> EnergyPerAtomEv,
    IReadOnlyList<(double Label, double Prediction)> ForceEvPerA,
    IReadOnlyList<string> ForceSpecies,
    IReadOnlyList<(double Label, double Prediction)> VirialPerAtomEv);

/// <summary>How well a potential reproduces labelled frames.</summary>
/// <param name="Frames">Number of frames.</param>
/// <param name="EnergyPerAtom">eV/atom.</param>
/// <param name="Force">eV/Å, all components.</param>
/// <param name="ForceBySpecies">The same per species.</param>
/// <param name="ForceOnChosen">The same on the chosen frames, or null if none were chosen.</param>
/// <param name="VirialPerAtom">eV/atom, or null without virial labels.</param>
/// <param name="Parity">The numbers behind it.</param>
public sealed record PotentialTestResult(
    int Frames, ErrorMeasures EnergyPerAtom, ErrorMeasures Force, IReadOnlyDictionary<string, ErrorMeasures> ForceBySpecies,
    ErrorMeasures? ForceOnChosen, ErrorMeasures? VirialPerAtom, Parity Parity);

/// <summary>Compares a potential with labels it has not been trained on.</summary>
public static class PotentialTest
{
    /// <param name="potential">Any potential; use a model in float64 for a number that is the model's own.</param>
    /// <param name="frames">Frames with energy and forces, and virials where known.</param>
    /// <param name="chosen">Picks the frames of <see cref="PotentialTestResult.ForceOnChosen"/> (such as those with hops) by their index.</param>
    /// <param name="ct">Looked at before every frame.</param>
    /// <exception cref="ArgumentException">A frame has no energy or no forces.</exception>
    public static PotentialTestResult Evaluate(IPotential potential, IEnumerable<Frame> frames, Func<int, bool>? chosen = null, CancellationToken ct = default)
    {
        List<(double, double)> energies = [], forces = [], virials = [], chosenForces = [];
        var species = new List<string>();
        ICalculator? calculator = null;
        Structure? madeFor = null;
        int index = 0;
        try
        {
            foreach (Frame frame in frames)
            {
                ct.ThrowIfCancellationRequested();
                if (frame.EnergyEv is not { } energy || frame.ForcesEvPerA is not { } labels)
                    throw new ArgumentException($"Frame {index} has no energy or no forces to compare with.");
                Structure s = frame.Structure;
                if (madeFor is null || !madeFor.TypeMap.SequenceEqual(s.TypeMap) || !madeFor.Types.AsSpan().SequenceEqual(s.Types))
                {
                    calculator?.Dispose();
                    calculator = potential.CreateCalculator(s);
                    madeFor = s;
                }
                var predicted = new Vec3[s.Count];
                EnergyAndVirial result = calculator!.Compute(s.Cell, s.Positions, predicted);
                energies.Add((energy / s.Count, result.EnergyEv / s.Count));
                int first = forces.Count;
                for (int i = 0; i < s.Count; i++)
                    for (int axis = 0; axis < 3; axis++)
                    {
                        forces.Add((labels[i][axis], predicted[i][axis]));
                        species.Add(s.SpeciesOf(i));
                    }
                if (chosen?.Invoke(index) == true)
                    chosenForces.AddRange(forces[first..]);
                if (frame.VirialEv is { } virial)
                    virials.AddRange(virial.ToRowMajor().Zip(result.VirialEv.ToRowMajor(), (a, b) => (a / s.Count, b / s.Count)));
                index++;
            }
        }
        finally
        {
            calculator?.Dispose();
        }
        return new PotentialTestResult(
            index, Measure(energies), Measure(forces),
            species.Distinct().Order(StringComparer.Ordinal).ToDictionary(name => name, name => Measure([.. forces.Where((_, k) => species[k] == name)])),
            chosenForces.Count > 0 ? Measure(chosenForces) : null, virials.Count > 0 ? Measure(virials) : null,
            new Parity(energies, forces, species, virials));
    }

    private static ErrorMeasures Measure(List<(double Label, double Prediction)> pairs) =>
        ErrorMeasures.Of([.. pairs.Select(p => p.Label)], [.. pairs.Select(p => p.Prediction)]);
}
