using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;

namespace Campaign.Compute.Learning.Inference;

/// <summary>The tables of a model's embedding nets, each over all s~ that its centre types can show it.</summary>
internal static class EmbeddingTables
{
    /// <summary>A net that no table serves well enough is left out.</summary>
    public static IReadOnlyDictionary<DenseNet, EmbeddingTable<T>> Build<T>(DeepPotential model, TableSettings settings)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double nearest = SwitchedInverse(model.Descriptor, settings.NearestA);
        var ranges = new Dictionary<DenseNet, (double Lower, double Upper)>(ReferenceEqualityComparer.Instance);
        for (int ti = 0; ti < model.Types; ti++)
            for (int tj = 0; tj < model.Types; tj++)
            {
                EnvironmentStatistics stats = model.Statistics[ti];
                (double lower, double upper) = (-stats.Mean / stats.Std, (nearest - stats.Mean) / stats.Std);
                DenseNet net = model.Embedding(ti, tj);
                ranges[net] = ranges.TryGetValue(net, out var other) ? (Math.Min(lower, other.Lower), Math.Max(upper, other.Upper)) : (lower, upper);
            }

        var tables = new Dictionary<DenseNet, EmbeddingTable<T>>(ReferenceEqualityComparer.Instance);
        foreach ((DenseNet net, (double lower, double upper)) in ranges)
        {
            double margin = 1e-5 * (upper - lower); // rounding may carry a pair at the cutoff below its lowest s~
            if (EmbeddingTable<T>.Build(net, lower - margin, upper, settings) is { } table)
                tables[net] = table;
        }
        return tables;
    }

    private static double SwitchedInverse(DescriptorShape shape, double r)
    {
        double u = Math.Clamp((r - shape.SmoothFromA) / (shape.CutoffA - shape.SmoothFromA), 0, 1);
        return (u * u * u * (u * (15 - 6 * u) - 10) + 1) / r;
    }
}
