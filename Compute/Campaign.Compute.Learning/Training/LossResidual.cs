using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Training;

/// <summary>Derivative of one frame's loss by its energy, forces and virial.</summary>
internal sealed class LossResidual
{
    private LossResidual(double energy, Vec3[] forces, double[] virial) => (Energy, Forces, Virial) = (energy, forces, virial);

    public double Energy { get; private set; }

    public Vec3[] Forces { get; }

    /// <summary>Nine numbers, row-major.</summary>
    public double[] Virial { get; }

    /// <summary>Compares a prediction with the frame's labels, and adds the errors to the sums.</summary>
    /// <param name="frame">The labels.</param>
    /// <param name="energyEv">Predicted, as are the next two.</param>
    /// <param name="forces">Becomes part of the result.</param>
    /// <param name="virial">Becomes part of the result.</param>
    /// <param name="p">Weights of the errors.</param>
    /// <param name="errors">Takes the errors.</param>
    public static LossResidual Of(TrainingFrame frame, double energyEv, Vec3[] forces, double[] virial, Prefactors p, ErrorSums errors)
    {
        int n = frame.Atoms;
        double energyError = energyEv - frame.EnergyEv, forceSquares = 0, virialSquares = 0;
        for (int i = 0; i < n; i++)
        {
            forces[i] -= new Vec3(frame.ForcesEvPerA[3 * i], frame.ForcesEvPerA[3 * i + 1], frame.ForcesEvPerA[3 * i + 2]);
            forceSquares += forces[i].NormSquared;
            forces[i] *= 2 * p.Force / (3.0 * n);
        }
        for (int c = 0; c < 9; c++)
        {
            double error = frame.VirialEv is { } label ? virial[c] - label[c] : 0;
            virialSquares += error * error;
            virial[c] = 2 * p.Virial / (9.0 * n) * error;
        }
        errors.Add(n, energyError, forceSquares, frame.VirialEv is null ? null : virialSquares, p);
        return new LossResidual(2 * p.Energy / n * energyError, forces, virial);
    }

    public void Scale(double factor)
    {
        Energy *= factor;
        for (int i = 0; i < Forces.Length; i++)
            Forces[i] *= factor;
        for (int c = 0; c < 9; c++)
            Virial[c] *= factor;
    }
}
