using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Interchange;
using Campaign.Workflows.Operations;

namespace Campaign.Actors.Operations;

/// <summary>Reads the user's average structure: CIF, or POSCAR as an ordered one.</summary>
public static class AverageStructures
{
    public static AverageStructure Read(InputFile file) =>
        file.Artifact.Kind is "cif" ? Cif.ReadFile(file.Path) : AverageStructure.FromOrdered(StructureInputs.Read(file), "structure");
}

/// <summary>Reads one ordered structure.</summary>
public static class StructureInputs
{
    public static Structure Read(InputFile file) => file.Artifact.Kind is "extxyz"
        ? ExtXyz.Read(file.Path).First().Structure
        : Poscar.ReadFile(file.Path);
}

/// <summary>Makes a potential of a parameter file or a trained model.</summary>
public static class PotentialInputs
{
    /// <param name="precision">Of a trained model's network, in float32 with tables; analytic models are always float64.</param>
    /// <param name="threads">Of a trained model's calculators; analytic models have one.</param>
    public static IPotential Read(InputFile file, NumberPrecision precision, int threads = 1)
    {
        if (file.Artifact.Kind is not "dp")
            return IonicModelFile.Read(file.Path);
        var model = DeepPotentialFile.Read(file.Path);
        return precision == NumberPrecision.Float64 ? DeepPotentialModel.Exact(model, threads) : DeepPotentialModel.Fast(model, threads);
    }
}
