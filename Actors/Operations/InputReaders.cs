using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Compute.Learning.DeepPotSe;
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

/// <summary>Makes a potential of a parameter file or a trained model; analytic models are always float64 and have one thread.</summary>
public static class PotentialInputs
{
    /// <summary>To simulate with: a trained model's embedding nets are tabulated.</summary>
    /// <param name="precision">Of a trained model's network.</param>
    /// <param name="threads">Of a trained model's calculators.</param>
    public static IPotential ToSimulate(InputFile file, NumberPrecision precision, int threads = 1) => Read(file, model => DeepPotentialModel.Fast(
        model, precision == NumberPrecision.Float64 ? NetworkPrecision.Float64 : NetworkPrecision.Float32, threads));

    /// <summary>To test: float64, through the nets themselves.</summary>
    public static IPotential ToTest(InputFile file) => Read(file, DeepPotentialModel.Exact);

    private static IPotential Read(InputFile file, Func<DeepPotential, IPotential> learned) =>
        file.Artifact.Kind is "dp" ? learned(DeepPotentialFile.Read(file.Path)) : IonicModelFile.Read(file.Path);
}
