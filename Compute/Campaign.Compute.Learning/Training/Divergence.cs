using System.Globalization;

namespace Campaign.Compute.Learning.Training;

/// <summary>When a training is lost, and how often it may go back.</summary>
internal static class Divergence
{
    public const int MostHalvings = 3;

    // The untrained model knows nothing but the mean energy. The loss is a square: this is a thousand times its error.
    private const double WorseThanUntrained = 1e6;

    /// <param name="loss">Of the frames looked at.</param>
    /// <param name="firstLoss">Of the first batch under the untrained model; 0 where it is not known.</param>
    public static bool IsLost(double loss, double firstLoss) =>
        !double.IsFinite(loss) || (firstLoss > 0 && loss > WorseThanUntrained * firstLoss);
}

/// <summary>A return from a divergence.</summary>
/// <param name="Step">Where the training went back to: steps from here on take the smaller learning rate.</param>
/// <param name="DivergedAtStep">Where the loss was lost.</param>
/// <param name="Factor">On the learning rate asked for, start and stop alike.</param>
public sealed record RateHalving(int Step, int DivergedAtStep, double Factor)
{
    /// <summary>The same as a sentence.</summary>
    public string InWords() => string.Create(CultureInfo.InvariantCulture,
        $"The training diverged at step {DivergedAtStep}; it went back to step {Step} and goes on with {Factor:g3} of the learning rate asked for.");
}

/// <summary>The loss ceased to be a finite number, or to be anywhere near that of the untrained model, and going back did not help.</summary>
public sealed class TrainingDivergedException(int step, double learningRate, int halvings)
    : InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
        $"Training diverged at step {step}: the loss is no finite number, or a million times that of the untrained model{Tried(halvings)}. Lower the learning rate ({learningRate:g3}), or look for broken labels."))
{
    public int Step => step;

    private static string Tried(int halvings) => halvings switch
    {
        0 => "",
        1 => ", although the learning rate had been halved once",
        _ => $", although the learning rate had been halved {halvings} times",
    };
}
