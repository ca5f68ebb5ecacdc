using Campaign.Compute.Learning.DeepPotSe;

namespace Campaign.Compute.Learning.Training;

/// <summary>All trainable numbers of a model in one row: embedding nets, then fitting nets; of each layer W, b and idt.</summary>
public static class ParameterVector
{
    public static double[] Flatten(DeepPotential model)
    {
        var flat = new double[model.ParameterCount];
        int at = 0;
        foreach (DenseLayer layer in model.Embeddings.Concat(model.Fittings).SelectMany(n => n.Layers))
            foreach (double[]? part in new[] { layer.Weights, layer.Bias, layer.TimeStep })
            {
                part?.CopyTo(flat, at);
                at += part?.Length ?? 0;
            }
        return flat;
    }

    /// <summary>A model like the given one with other parameters.</summary>
    public static DeepPotential Rebuild(DeepPotential model, ReadOnlySpan<double> flat)
    {
        if (flat.Length != model.ParameterCount)
            throw new ArgumentException($"The model has {model.ParameterCount} parameters, not {flat.Length}.");
        double[] all = flat.ToArray();
        int at = 0;
        double[] Take(int n) => all[at..(at += n)];
        DenseNet Renew(DenseNet net) => new([.. net.Layers.Select(l => l with
        {
            Weights = Take(l.Weights.Length),
            Bias = Take(l.Bias.Length),
            TimeStep = l.TimeStep is null ? null : Take(l.TimeStep.Length),
        })]);
        DenseNet[] embeddings = [.. model.Embeddings.Select(Renew)];
        DenseNet[] fittings = [.. model.Fittings.Select(Renew)];
        return new DeepPotential(model.TypeMap, model.Descriptor, model.Statistics, embeddings, model.FittingNeurons, model.FittingResnetDt,
            fittings, model.AtomBiasEv, model.OutBiasEv);
    }
}
