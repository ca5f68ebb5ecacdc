namespace Campaign.Compute.Learning.Training;

/// <summary>Adam (Kingma and Ba, ICLR 2015) with the usual β 0.9 and 0.999, ε 1e-8.</summary>
internal sealed class Adam(double[] first, double[] second)
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    public double[] First => first;

    public double[] Second => second;

    /// <param name="parameters">Changed in place.</param>
    /// <param name="gradient">Of the loss.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="step">Counted from 1.</param>
    public void Step(double[] parameters, double[] gradient, double learningRate, int step)
    {
        double scale = learningRate / (1 - Math.Pow(Beta1, step)), correction = 1 / (1 - Math.Pow(Beta2, step));
        for (int i = 0; i < parameters.Length; i++)
        {
            first[i] = Beta1 * first[i] + (1 - Beta1) * gradient[i];
            second[i] = Beta2 * second[i] + (1 - Beta2) * gradient[i] * gradient[i];
            parameters[i] -= scale * first[i] / (Math.Sqrt(second[i] * correction) + Epsilon);
        }
    }
}
