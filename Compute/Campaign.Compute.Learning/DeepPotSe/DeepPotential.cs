namespace Campaign.Compute.Learning.DeepPotSe;

/// <summary>Shape of the smooth two-body-embedding descriptor se_e2_a (Zhang et al., NeurIPS 31 (2018), DeepPot-SE).</summary>
/// <param name="CutoffA">Radius in Å beyond which an atom is not seen.</param>
/// <param name="SmoothFromA">Radius in Å at which the switching function leaves 1.</param>
/// <param name="Sel">Neighbour slots per neighbour type; their sum divides the descriptor.</param>
/// <param name="Neurons">Widths of the embedding net; the last is M1.</param>
/// <param name="AxisNeurons">M2, columns of the descriptor.</param>
/// <param name="TypeOneSide">True: one embedding net per neighbour type; false: per (centre, neighbour) pair.</param>
/// <param name="ResnetDt">Whether embedding layers carry a trainable time step.</param>
public sealed record DescriptorShape(
    double CutoffA, double SmoothFromA, int[] Sel, int[] Neurons, int AxisNeurons, bool TypeOneSide, bool ResnetDt)
{
    /// <summary>Nsel, the number that normalises the descriptor whatever the actual number of neighbours.</summary>
    public int Slots => Sel.Sum();

    public int EmbeddingWidth => Neurons[^1];

    /// <summary>M1·M2, the width of the fitting nets' input.</summary>
    public int DescriptorWidth => EmbeddingWidth * AxisNeurons;
}

/// <summary>Normalisation of environment rows round one centre type: (s - Mean)/Std and s·x/r/StdAngular.</summary>
public readonly record struct EnvironmentStatistics(double Mean, double Std, double StdAngular);

/// <summary>
/// A DeepPot-SE energy model: parameters only, immutable, in the units eV and Å. Evaluate it with
/// <see cref="Inference.DeepPotentialModel"/>; read and write it with <see cref="Interchange.DeepPotentialFile"/>.
/// </summary>
public sealed class DeepPotential
{
    /// <exception cref="ArgumentException">Parts do not fit each other.</exception>
    public DeepPotential(
        IReadOnlyList<string> typeMap, DescriptorShape descriptor, IReadOnlyList<EnvironmentStatistics> statistics,
        IReadOnlyList<DenseNet> embeddings, int[] fittingNeurons, bool fittingResnetDt, IReadOnlyList<DenseNet> fittings,
        double[] atomBiasEv, double[] outBiasEv)
    {
        int types = typeMap.Count;
        int nets = descriptor.TypeOneSide ? types : types * types;
        if (types == 0 || descriptor.Sel.Length != types || statistics.Count != types || fittings.Count != types || embeddings.Count != nets
            || atomBiasEv.Length != types || outBiasEv.Length != types)
            throw new ArgumentException($"A model of {types} types needs that many sel, statistics, fitting nets and biases, and {nets} embedding nets.");
        if (descriptor.Sel.Any(n => n < 0) || descriptor.Sel.All(n => n == 0))
            throw new ArgumentException($"sel [{string.Join(", ", descriptor.Sel)}] must hold no negative number, and one above zero.");
        if (statistics.Any(s => !(s.Std > 0 && s.StdAngular > 0)))
            throw new ArgumentException("dstd must be above zero for every type.");
        if (!(descriptor.CutoffA > descriptor.SmoothFromA) || descriptor.SmoothFromA < 0)
            throw new ArgumentException($"rcut {descriptor.CutoffA} Å must exceed rcut_smth {descriptor.SmoothFromA} Å.");
        if (descriptor.Neurons.Length == 0 || embeddings.Concat(fittings).Any(n => n.Layers.Count == 0))
            throw new ArgumentException("A net has no layer.");
        if (descriptor.AxisNeurons < 1 || descriptor.AxisNeurons > descriptor.EmbeddingWidth)
            throw new ArgumentException($"axis_neuron {descriptor.AxisNeurons} must lie between 1 and the embedding's width {descriptor.EmbeddingWidth}.");
        for (int k = 0; k < embeddings.Count; k++)
        {
            embeddings[k].CheckShape($"embedding net {k}");
            if (embeddings[k].Inputs != 1 || embeddings[k].Outputs != descriptor.EmbeddingWidth)
                throw new ArgumentException($"Embedding net {k} must map 1 number to {descriptor.EmbeddingWidth}.");
            if (!embeddings[k].Layers.All(l => l.Tanh))
                throw new ArgumentException($"Embedding net {k} has a layer without tanh, which is not supported.");
        }
        for (int k = 0; k < fittings.Count; k++)
        {
            fittings[k].CheckShape($"fitting net {k}");
            if (fittings[k].Inputs != descriptor.DescriptorWidth || fittings[k].Outputs != 1 || fittings[k].Layers[^1].Tanh)
                throw new ArgumentException($"Fitting net {k} must map {descriptor.DescriptorWidth} numbers to 1 with a linear last layer.");
            if (!fittings[k].Layers.SkipLast(1).All(l => l.Tanh))
                throw new ArgumentException($"Fitting net {k} has a hidden layer without tanh, which is not supported.");
            if (fittings[k].Layers[0].Skip != SkipConnection.None)
                throw new ArgumentException($"Fitting net {k} begins as wide as its descriptor ({descriptor.DescriptorWidth}), or twice as wide, which is not supported. Take another width or axis_neuron.");
        }

        TypeMap = typeMap;
        Descriptor = descriptor;
        Statistics = statistics;
        Embeddings = embeddings;
        FittingNeurons = fittingNeurons;
        FittingResnetDt = fittingResnetDt;
        Fittings = fittings;
        AtomBiasEv = atomBiasEv;
        OutBiasEv = outBiasEv;
    }

    public IReadOnlyList<string> TypeMap { get; }

    public DescriptorShape Descriptor { get; }

    /// <summary>One per centre type (davg, dstd).</summary>
    public IReadOnlyList<EnvironmentStatistics> Statistics { get; }

    /// <summary>Index tj when one-sided, ti + tj·types otherwise.</summary>
    public IReadOnlyList<DenseNet> Embeddings { get; }

    public int[] FittingNeurons { get; }

    public bool FittingResnetDt { get; }

    /// <summary>One per centre type, input M1·M2, output 1.</summary>
    public IReadOnlyList<DenseNet> Fittings { get; }

    /// <summary>Bias per type inside the fitting net (bias_atom_e), eV.</summary>
    public double[] AtomBiasEv { get; }

    /// <summary>Bias per type added by the model (out_bias), eV.</summary>
    public double[] OutBiasEv { get; }

    public int Types => TypeMap.Count;

    /// <summary>Embedding net of neighbours of type <paramref name="tj"/> round a centre of type <paramref name="ti"/>.</summary>
    public DenseNet Embedding(int ti, int tj) => Embeddings[Descriptor.TypeOneSide ? tj : ti + tj * Types];

    public int ParameterCount => Embeddings.Concat(Fittings).SelectMany(n => n.Layers)
        .Sum(l => l.Weights.Length + l.Bias.Length + (l.TimeStep?.Length ?? 0));
}
