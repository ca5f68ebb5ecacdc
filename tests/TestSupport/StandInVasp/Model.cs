using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.StandInVasp;

/// <summary>Energy (eV), forces (eV/Å) and virial (-dE/dstrain, eV) of the analytic model at one configuration.</summary>
internal sealed record ModelPoint(Structure Structure, double EnergyEv, Vec3[] Forces, Mat3 VirialEv)
{
    public Mat3 StressKb => Compute.PhysicalConstants.KbarPerEvPerA3 / Structure.Cell.Volume * VirialEv;

    public double LargestForce => Forces.Max(f => f.Norm);
}

/// <summary>The model that takes the place of density functional theory.</summary>
internal sealed class Model(IonicModel potential)
{
    public const string PathVariable = "STANDIN_POTENTIAL";

    public string Name => potential.Parameters.Name;

    public static Model FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is not { Length: > 0 } path || !File.Exists(path))
            throw new VaspStop($" The stand-in for VASP needs the path of an ionic model (such as config/potentials/li-ti-cl.yaml) in {PathVariable}.\n");
        try
        {
            return new Model(IonicModelFile.Read(path));
        }
        catch (IonicFormatException e)
        {
            throw new VaspStop($" {e.Message}\n");
        }
    }

    /// <summary>A calculator of its own for every point: its neighbour list has no memory, so a run that was continued takes the same bits.</summary>
    /// <exception cref="VaspStop">An element that the model does not know, or atoms on top of each other.</exception>
    public ModelPoint At(Structure structure)
    {
        try
        {
            using ICalculator calculator = potential.CreateCalculator(structure);
            var forces = new Vec3[structure.Count];
            EnergyAndVirial e = calculator.Compute(structure.Cell, structure.Positions, forces);
            return new ModelPoint(structure, e.EnergyEv, forces, e.VirialEv);
        }
        catch (ArgumentException e)
        {
            throw new VaspStop($" VERY BAD NEWS! internal error: {e.Message}\n");
        }
    }
}
