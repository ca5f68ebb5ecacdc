using Campaign.Compute.Learning.DeepPotSe;

namespace Campaign.Compute.Learning.Training;

/// <summary>Arithmetic of networks and their gradients; parameters and the optimiser are float64 either way.</summary>
public enum TrainingPrecision
{
    Float32,
    Float64,
}

/// <summary>Makes the two ways to the gradient of the loss. They agree to rounding; the tests hold them together.</summary>
public static class LossGradients
{
    /// <summary>Hand-derived second-order pass; the number of threads decides the order of sums.</summary>
    public static ILossGradient Analytic(DeepPotential model, TrainingPrecision precision, int threads) =>
        precision == TrainingPrecision.Float32 ? new AnalyticGradient<float>(model, threads) : new AnalyticGradient<double>(model, threads);

    /// <summary>Automatic differentiation by libtorch, whose number of threads is one for the whole process.</summary>
    public static ILossGradient Autograd(DeepPotential model, TrainingPrecision precision, int threads)
    {
        TorchSharp.torch.set_num_threads(threads);
        return new AutogradGradient(model, precision);
    }
}
