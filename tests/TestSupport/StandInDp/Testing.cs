using Campaign.Compute.Formats;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Training;

namespace Campaign.StandInDp;

/// <summary><c>dp test</c>: errors on every system below a folder, and their means.</summary>
internal static class Testing
{
    /// <summary>What a model that is not the one trained would come to.</summary>
    private const double Wrong = 1.05;

    public static void Run(string model, string folder)
    {
        DeepPotentialModel potential = DeepPotentialModel.Exact(ModelFiles.Read(model));
        double scale = Fault.FromEnvironment() is { Key: Fault.Disagree } ? Wrong : 1, squares = 0;
        int systems = 0, components = 0;
        foreach (string path in Systems.Below(folder))
        {
            DeepMdSystem system = Systems.Read(path);
            PotentialTestResult r = PotentialTest.Evaluate(potential, system.Frames);
            Say.Info($"# ---------------output of dp test--------------- ");
            Say.Info($"# testing system : {path}");
            Say.Info($"# number of test data : {r.Frames} ");
            Say.Info($"Energy MAE/Natoms  : {r.EnergyPerAtom.Mae:0.000000e+00} eV");
            Say.Info($"Energy RMSE/Natoms : {r.EnergyPerAtom.Rmse:0.000000e+00} eV");
            Say.Info($"Force  MAE         : {r.Force.Mae:0.000000e+00} eV/A");
            Say.Info($"Force  RMSE        : {scale * r.Force.Rmse:0.000000e+00} eV/A");
            Say.Info($"# ----------------------------------------------- ");
            systems++;
            squares += r.Force.Rmse * r.Force.Rmse * r.Force.Count;
            components += r.Force.Count;
        }
        if (systems < 2)
            return;
        Say.Info($"# ----------weighted average of errors----------- ");
        Say.Info($"# number of systems : {systems}");
        Say.Info($"Force  RMSE        : {scale * Math.Sqrt(squares / components):0.000000e+00} eV/A");
        Say.Info($"# ----------------------------------------------- ");
    }
}
