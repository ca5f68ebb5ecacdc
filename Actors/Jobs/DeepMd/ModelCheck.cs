using Campaign.Actors.Operations;
using Campaign.Compute.Datasets;
using Campaign.Compute.Engines.DeepMd;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Training;
using Campaign.Compute.Potentials;

namespace Campaign.Actors.Jobs.DeepMd;

/// <summary>
/// Whether a model that DeePMD-kit trained is the same one here: its errors, computed by this program, against those that <c>dp test</c>
/// printed. Everything after the training uses the model as it is read here.
/// </summary>
internal static class ModelCheck
{
    /// <summary>Of the finding.</summary>
    public const string Key = "deepmd.disagrees";

    /// <summary>Of the printed force error: seven digits are printed, and single precision rounds every force of its own.</summary>
    private const double RelativeFloat64 = 1e-4, RelativeFloat32 = 1e-2;

    /// <summary>In eV/Å, for errors that are near zero.</summary>
    private const double AbsoluteFloat64 = 1e-7, AbsoluteFloat32 = 1e-5;

    /// <summary>What is wrong, in words; null: nothing.</summary>
    /// <param name="tests">Compared are the validation systems; where there are none, those of the training.</param>
    public static string? Disagreement(DeepPotential model, IReadOnlyList<DatasetSystem> systems, IReadOnlyList<TestedSystem> tests, bool float64)
    {
        DatasetPart part = systems.Any(s => s.Part == DatasetPart.Validation) ? DatasetPart.Validation : DatasetPart.Training;
        IPotential exact = DeepPotentialModel.Exact(model);
        foreach (DatasetSystem system in systems.Where(s => s.Part == part))
        {
            string name = NameOf(system);
            if (tests.FirstOrDefault(t => t.Name == name) is not { } test)
                return $"dp test says nothing of the system {name}; it tested {string.Join(", ", tests.Select(t => t.Name))}.";
            if (test.Frames != system.System.FrameCount)
                return $"dp test tested {test.Frames} frames of {name}, which has {system.System.FrameCount}.";
            double here;
            try
            {
                here = PotentialTest.Evaluate(exact, system.System.Frames).Force.Rmse;
            }
            catch (ArgumentException e) // too few neighbour slots, atoms on each other, an element that the model lacks
            {
                return $"The model cannot be used on {name}. {e.Message}";
            }
            double allowed = float64 ? AbsoluteFloat64 + RelativeFloat64 * test.ForceRmseEvPerA : AbsoluteFloat32 + RelativeFloat32 * test.ForceRmseEvPerA;
            if (!(Math.Abs(here - test.ForceRmseEvPerA) <= allowed))
                return FormattableString.Invariant(
                    $"The model is not the same here as in DeePMD-kit: on {name} the force RMSE is {here:g7} eV/Å as computed here and {test.ForceRmseEvPerA:g7} as dp test printed it ({allowed:g2} may lie between). Nothing computed with it could be trusted. Compare with 'campaign potential test model.dp SYSTEM' and another version of DeePMD-kit.");
        }
        return null;
    }

    /// <summary>Over all force components of these systems, from what <c>dp test</c> printed of each; null where there is none, or not of all.</summary>
    public static double? ForceRmseEvPerA(IReadOnlyList<DatasetSystem> systems, IReadOnlyList<TestedSystem> tests)
    {
        double squares = 0, components = 0;
        foreach (DatasetSystem system in systems)
        {
            if (tests.FirstOrDefault(t => t.Name == NameOf(system)) is not { } test)
                return null;
            double count = (double)system.System.FrameCount * system.System.AtomCount;
            squares += count * test.ForceRmseEvPerA * test.ForceRmseEvPerA;
            components += count;
        }
        return components > 0 ? Math.Sqrt(squares / components) : null;
    }

    private static string NameOf(DatasetSystem system) => $"{DatasetArchive.NameOf(system.Part)}/{system.Name}";
}
