namespace Campaign.Compute.Learning.DeepPotSe;

/// <summary>What a layer adds to its activation.</summary>
public enum SkipConnection
{
    None,

    /// <summary>The input, for equal widths.</summary>
    Identity,

    /// <summary>The input twice, side by side, for an output twice as wide.</summary>
    Doubling,
}

/// <summary>
/// One dense layer, y = idt · tanh(x W + b) + skip(x), or y = x W + b where it is linear
/// (docs of DeePMD-kit; layer rules of the Deep Potential).
/// </summary>
/// <param name="Inputs">Width of x.</param>
/// <param name="Outputs">Width of y.</param>
/// <param name="Weights">W, row-major (Inputs, Outputs).</param>
/// <param name="Bias">b, one per output.</param>
/// <param name="TimeStep">idt, one per output, or null for 1.</param>
/// <param name="Tanh">False for a linear layer.</param>
/// <param name="Resnet">Whether a skip is added where the widths allow it.</param>
public sealed record DenseLayer(int Inputs, int Outputs, double[] Weights, double[] Bias, double[]? TimeStep, bool Tanh, bool Resnet)
{
    /// <summary>The skip that the widths call for.</summary>
    public SkipConnection Skip => SkipFor(Inputs, Outputs, Resnet);

    /// <summary>The rule of both backends: equal widths add x, doubled widths add (x, x).</summary>
    public static SkipConnection SkipFor(int inputs, int outputs, bool resnet) =>
        !resnet ? SkipConnection.None
        : outputs == inputs ? SkipConnection.Identity
        : outputs == 2 * inputs ? SkipConnection.Doubling
        : SkipConnection.None;

    /// <exception cref="ArgumentException">An array does not have the layer's shape.</exception>
    internal void CheckShape(string where)
    {
        if (Weights.Length != Inputs * Outputs || Bias.Length != Outputs || (TimeStep is not null && TimeStep.Length != Outputs))
            throw new ArgumentException($"{where}: arrays do not fit a layer of {Inputs} x {Outputs} (weights {Weights.Length}, bias {Bias.Length}, idt {TimeStep?.Length}).");
    }
}

/// <summary>A chain of dense layers.</summary>
public sealed record DenseNet(IReadOnlyList<DenseLayer> Layers)
{
    public int Inputs => Layers[0].Inputs;

    public int Outputs => Layers[^1].Outputs;

    /// <exception cref="ArgumentException">Layers do not follow on each other.</exception>
    internal void CheckShape(string where)
    {
        for (int l = 0; l < Layers.Count; l++)
        {
            Layers[l].CheckShape($"{where}, layer {l}");
            if (l > 0 && Layers[l].Inputs != Layers[l - 1].Outputs)
                throw new ArgumentException($"{where}: layer {l} takes {Layers[l].Inputs} numbers, layer {l - 1} gives {Layers[l - 1].Outputs}.");
        }
    }
}
