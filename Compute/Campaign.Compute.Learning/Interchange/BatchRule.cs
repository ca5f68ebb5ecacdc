using System.Globalization;
using System.Text.Json.Nodes;
using Campaign.Compute.Learning.Training;

namespace Campaign.Compute.Learning.Interchange;

/// <summary>How DeePMD-kit's input makes batches: <c>batch_size</c>, <c>auto_prob</c> and <c>sys_probs</c> of its training data.</summary>
/// <param name="Frames">Frames a batch, one number or one for every system; null where <paramref name="Atoms"/> decides.</param>
/// <param name="Atoms">As many frames that a batch has at least so many atoms.</param>
/// <param name="Weights">Of every system; null: by <paramref name="Auto"/>.</param>
/// <param name="Auto">"prob_sys_size", "prob_uniform" or "prob_sys_size;0:2:0.9;2:4:0.1".</param>
internal sealed record BatchRule(int[]? Frames, int Atoms, double[]? Weights, string Auto)
{
    private const int AutoAtoms = 32;
    private const string BySize = "prob_sys_size", Uniform = "prob_uniform", Section = "training.training_data";

    /// <exception cref="FormatException">A value that means nothing.</exception>
    public static BatchRule Of(InputSection data)
    {
        double[]? weights = data.Take("sys_probs") is { } list ? [.. list.Items().Select(NodeAccess.Number)] : null;
        string auto = data.Take("auto_prob")?.Text() ?? BySize;
        if (weights is null && auto != Uniform && auto != BySize && !auto.StartsWith(BySize + ";", StringComparison.Ordinal))
            throw new FormatException($"{Section}.auto_prob: '{auto}' is neither {BySize} nor {Uniform} nor {BySize};0:2:0.9;2:4:0.1.");
        JsonNode? size = data.Take("batch_size");
        if (size is JsonArray)
            return new BatchRule(size.Integers(), 0, weights, auto);
        string text = size?.Text() ?? "auto", number = text == "auto" ? $"{AutoAtoms}" : text.StartsWith("auto:", StringComparison.Ordinal) ? text[5..] : text;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int n) || n < 1)
            throw new FormatException($"{Section}.batch_size: '{text}' is neither a number above zero nor \"auto\" nor \"auto:32\".");
        return text == number ? new BatchRule([n], 0, weights, auto) : new BatchRule(null, n, weights, auto);
    }

    public SystemBatches For(IReadOnlyList<(int Frames, int Atoms)> systems)
    {
        if (Frames is { Length: not 1 } && Frames.Length != systems.Count)
            throw new FormatException($"{Section}.batch_size has {Frames.Length} numbers for {systems.Count} systems.");
        if (Weights is not null && Weights.Length != systems.Count)
            throw new FormatException($"{Section}.sys_probs has {Weights.Length} numbers for {systems.Count} systems.");
        int[] sizes = [.. systems.Select((s, k) => Frames is null ? (Atoms + s.Atoms - 1) / s.Atoms : Frames[Frames.Length == 1 ? 0 : k])];
        double[] batches = [.. systems.Zip(sizes, (s, size) => (double)Math.Max(1, s.Frames / size))];
        double[] weights = Weights ?? (Auto == Uniform ? [.. systems.Select(_ => 1.0)] : Auto == BySize ? batches : Blocks(batches));
        double total = weights.Sum();
        return weights.All(w => w >= 0) && total > 0
            ? new SystemBatches(sizes, [.. weights.Select(w => w / total)])
            : throw new FormatException($"{Section}: the probabilities of the systems must not be below zero, and not all zero.");
    }

    /// <summary>Blocks of systems, first:end:weight, each by size within itself.</summary>
    private double[] Blocks(double[] batches)
    {
        var weights = new double[batches.Length];
        foreach (string block in Auto.Split(';')[1..])
        {
            string[] parts = block.Split(':');
            if (parts.Length != 3 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int end)
                || !double.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double weight) || first >= end || end > batches.Length)
                throw new FormatException($"{Section}.auto_prob: '{block}' is no first:end:weight of {batches.Length} systems.");
            double within = batches[first..end].Sum();
            for (int s = first; s < end; s++)
                weights[s] = weight * batches[s] / within;
        }
        return weights;
    }
}
