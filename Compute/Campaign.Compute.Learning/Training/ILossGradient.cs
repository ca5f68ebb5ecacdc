namespace Campaign.Compute.Learning.Training;

/// <summary>Gives predictions and the gradient of the loss for parameters that change from step to step.</summary>
public interface ILossGradient : IDisposable
{
    /// <summary>Takes new parameters, in the order of <see cref="ParameterVector"/>.</summary>
    void Load(double[] parameters);

    /// <summary>Adds the errors of the frames to the sums and the loss's gradient (mean over these frames) to <paramref name="gradient"/>.</summary>
    void AddGradient(IReadOnlyList<TrainingFrame> batch, Prefactors p, double[] gradient, ErrorSums errors);

    /// <summary>Adds the errors of the frames to the sums.</summary>
    void AddErrors(IEnumerable<TrainingFrame> frames, Prefactors p, ErrorSums errors);
}
