using System.Numerics;

namespace Campaign.Compute.Learning.Training;

/// <summary>Adam (Kingma and Ba, ICLR 2015) with the usual β 0.9 and 0.999, ε 1e-8. Threads change no bit: every parameter is for itself.</summary>
internal sealed class Adam(double[] first, double[] second, int threads)
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
    private const int Chunk = 64 * 1024;

    private readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = threads };

    public double[] First => first;

    public double[] Second => second;

    /// <param name="parameters">Changed in place.</param>
    /// <param name="gradient">Of the loss.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="step">Counted from 1.</param>
    public void Step(double[] parameters, double[] gradient, double learningRate, int step)
    {
        double scale = learningRate / (1 - Math.Pow(Beta1, step)), correction = 1 / (1 - Math.Pow(Beta2, step));
        Parallel.For(0, (parameters.Length + Chunk - 1) / Chunk, _parallel, c =>
            StepChunk(parameters, gradient, scale, correction, c * Chunk, Math.Min((c + 1) * Chunk, parameters.Length)));
    }

    private void StepChunk(double[] parameters, double[] gradient, double scale, double correction, int from, int to)
    {
        int i = from;
        var epsilon = new Vector<double>(Epsilon);
        for (; i <= to - Vector<double>.Count; i += Vector<double>.Count)
        {
            var g = new Vector<double>(gradient, i);
            Vector<double> m = Beta1 * new Vector<double>(first, i) + (1 - Beta1) * g, v = Beta2 * new Vector<double>(second, i) + (1 - Beta2) * g * g;
            m.CopyTo(first, i);
            v.CopyTo(second, i);
            (new Vector<double>(parameters, i) - scale * m / (Vector.SquareRoot(v * correction) + epsilon)).CopyTo(parameters, i);
        }
        for (; i < to; i++)
        {
            first[i] = Beta1 * first[i] + (1 - Beta1) * gradient[i];
            second[i] = Beta2 * second[i] + (1 - Beta2) * gradient[i] * gradient[i];
            parameters[i] -= scale * first[i] / (Math.Sqrt(second[i] * correction) + Epsilon);
        }
    }
}
