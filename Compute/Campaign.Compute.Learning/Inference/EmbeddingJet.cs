using Campaign.Compute.Learning.DeepPotSe;

namespace Campaign.Compute.Learning.Inference;

/// <summary>An embedding net as a curve with its first two derivatives, in float64: what a table of it is made from.</summary>
internal static class EmbeddingJet
{
    /// <summary>G(s), dG/ds and d²G/ds², M1 numbers each.</summary>
    public static (double[] Value, double[] Slope, double[] Curvature) At(DenseNet net, double s)
    {
        double[] y = [s], dy = [1], ddy = [0];
        foreach (DenseLayer layer in net.Layers)
            (y, dy, ddy) = Through(layer, y, dy, ddy);
        return (y, dy, ddy);
    }

    private static (double[], double[], double[]) Through(DenseLayer layer, double[] x, double[] dx, double[] ddx)
    {
        double[] y = (double[])layer.Bias.Clone(), dy = new double[layer.Outputs], ddy = new double[layer.Outputs];
        for (int i = 0; i < layer.Inputs; i++)
        {
            ReadOnlySpan<double> row = layer.Weights.AsSpan(i * layer.Outputs, layer.Outputs);
            for (int o = 0; o < row.Length; o++)
            {
                y[o] += x[i] * row[o];
                dy[o] += dx[i] * row[o];
                ddy[o] += ddx[i] * row[o];
            }
        }
        for (int o = 0; layer.Tanh && o < y.Length; o++)
        {
            double t = Math.Tanh(y[o]), slope = 1 - t * t, dt = layer.TimeStep?[o] ?? 1;
            ddy[o] = dt * (slope * ddy[o] - 2 * t * slope * dy[o] * dy[o]);
            dy[o] *= dt * slope;
            y[o] = dt * t;
        }
        if (layer.Skip != SkipConnection.None)
            for (int o = 0; o < y.Length; o++)
            {
                y[o] += x[o % layer.Inputs];
                dy[o] += dx[o % layer.Inputs];
                ddy[o] += ddx[o % layer.Inputs];
            }
        return (y, dy, ddy);
    }
}
