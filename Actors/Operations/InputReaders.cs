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
    /// <param name="precision">Of a trained model's network; analytic models are always float64.</param>
    public static IPotential Read(InputFile file, NumberPrecision precision) => file.Artifact.Kind is "dp"
        ? new DeepPotentialModel(DeepPotentialFile.Read(file.Path), precision == NumberPrecision.Float64 ? NetworkPrecision.Float64 : NetworkPrecision.Float32)
        : IonicModelFile.Read(file.Path);
}
