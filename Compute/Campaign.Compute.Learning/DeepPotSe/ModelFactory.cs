namespace Campaign.Compute.Learning.DeepPotSe;

/// <summary>Freshly initialised models.</summary>
public static class ModelFactory
{
    private const double TimeStepMean = 0.1, TimeStepStd = 0.001;

    /// <summary>
    /// A model with random parameters, distributed as DeePMD-kit starts them: weights normal(0, 1/√(in + out)), biases normal(0, 1),
    /// time steps normal(0.1, 0.001). Statistics and energy biases are neutral unless given.
    /// </summary>
    public static DeepPotential Random(
        IReadOnlyList<string> typeMap, DescriptorShape descriptor, int[] fittingNeurons, Rng rng,
        IReadOnlyList<EnvironmentStatistics>? statistics = null, double[]? biasEv = null, bool fittingResnetDt = true)
    {
        int types = typeMap.Count;
        statistics ??= [.. Enumerable.Repeat(new EnvironmentStatistics(0, 0.1, 0.1), types)];
        DenseNet[] embeddings = [.. Enumerable.Range(0, descriptor.TypeOneSide ? types : types * types)
            .Select(_ => Net([1, .. descriptor.Neurons], descriptor.ResnetDt, linearLast: false, rng))];
        DenseNet[] fittings = [.. Enumerable.Range(0, types)
            .Select(_ => Net([descriptor.DescriptorWidth, .. fittingNeurons, 1], fittingResnetDt, linearLast: true, rng))];
        return new DeepPotential(typeMap, descriptor, statistics, embeddings, fittingNeurons, fittingResnetDt, fittings,
            biasEv ?? new double[types], new double[types]);
    }

    private static DenseNet Net(int[] widths, bool timeSteps, bool linearLast, Rng rng)
    {
        var layers = new DenseLayer[widths.Length - 1];
        for (int l = 0; l < layers.Length; l++)
        {
            (int inputs, int outputs) = (widths[l], widths[l + 1]);
            bool linear = linearLast && l == layers.Length - 1;
            double[] weights = Normal(inputs * outputs, 0, 1 / Math.Sqrt(inputs + outputs), rng);
            double[] bias = Normal(outputs, 0, 1, rng);
            // a time step stands only beside a skip connection
            bool hasTimeStep = timeSteps && !linear && DenseLayer.SkipFor(inputs, outputs, resnet: true) != SkipConnection.None;
            layers[l] = new DenseLayer(inputs, outputs, weights, bias, hasTimeStep ? Normal(outputs, TimeStepMean, TimeStepStd, rng) : null, Tanh: !linear, Resnet: !linear);
        }
        return new DenseNet(layers);
    }

    private static double[] Normal(int count, double mean, double std, Rng rng)
    {
        var values = new double[count];
        for (int i = 0; i < count; i++)
            values[i] = mean + std * rng.NextGaussian();
        return values;
    }
}
