using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Files;

namespace Campaign.Compute.Learning.Training;

/// <summary>
/// Trains a Deep Potential with DeePMD-kit's loss, prefactor and learning-rate schedules and Adam. A run is a function of its
/// options and data: interrupted and resumed from its checkpoints, it ends with the same bits.
/// </summary>
public static class Trainer
{
    private const int StatisticsFrames = 200;

    /// <summary>
    /// Runs, or continues, a training. Checkpoints and lcurve.out lie in <paramref name="folder"/>; cancelling saves a checkpoint first.
    /// </summary>
    /// <param name="options">What to do.</param>
    /// <param name="training">At least one frame.</param>
    /// <param name="validation">Frames that are only looked at; may be empty.</param>
    /// <param name="folder">Belongs to this run alone; made if absent.</param>
    /// <param name="progress">Called with every line of the learning curve.</param>
    /// <param name="ct">Looked at before every step.</param>
    /// <param name="notice">Told of checkpoints that are damaged and could not be used.</param>
    /// <param name="halved">Told of every return from a divergence.</param>
    /// <exception cref="TrainingDivergedException">The loss is lost again after every return that is allowed, or before the first step.</exception>
    /// <exception cref="InvalidDataException">The folder holds another run's checkpoint.</exception>
    public static TrainingResult Run(
        TrainingOptions options, IReadOnlyList<DeepMdSystem> training, IReadOnlyList<DeepMdSystem> validation, string folder,
        Action<TrainingProgress>? progress, CancellationToken ct, Action<string>? notice = null, Action<RateHalving>? halved = null)
    {
        options.Validate();
        string[] typeMap = options.TypeMap ?? [.. training.SelectMany(s => s.TypeMap).Distinct()];
        TrainingFrame[] frames = Frames(training, typeMap, options.CutoffA, ct), unseen = Frames(validation, typeMap, options.CutoffA, ct);
        if (frames.Length == 0)
            throw new ArgumentException("There are no training frames.");
        if (options.Sel is { } slots && slots.Length != typeMap.Length)
            throw new ArgumentException($"sel needs a number for each of {string.Join(", ", typeMap)}, not {slots.Length}.");
        if (options.Sel is { } sel && DataStatistics.MostNeighbors(frames.Concat(unseen), typeMap.Length) is var needed && needed.Zip(sel, (n, s) => n > s).Contains(true))
            throw new ArgumentException($"sel [{string.Join(", ", sel)}] is too small for the data: its atoms have up to [{string.Join(", ", needed)}] neighbours ({string.Join(", ", typeMap)}) within {options.CutoffA} Å. Take at least these, and a margin.");
        AtomicFile.CreateDirectory(folder);
        using var run = new TrainingRun(options, InitialModel(options, typeMap, frames), frames, unseen, BatchOrder.Of(options, [.. training.Select(s => s.FrameCount)]))
        {
            Fingerprint = Fingerprint(options, typeMap, training, validation),
            Folder = folder,
            Progress = progress ?? (_ => { }),
            Notice = notice ?? (_ => { }),
            Halved = halved ?? (_ => { }),
        };
        return run.Finish(ct);
    }

    /// <summary>The model before the first step: statistics and energy bias of the data, random parameters of the seed.</summary>
    public static DeepPotential InitialModel(TrainingOptions options, IReadOnlyList<string> typeMap, IReadOnlyList<TrainingFrame> frames)
    {
        int types = typeMap.Count;
        int[] sel = options.Sel ?? DataStatistics.Sel(frames, types, options.SelMargin);
        var shape = new DescriptorShape(
            options.CutoffA, options.SmoothFromA, sel, options.EmbeddingNeurons, options.AxisNeurons, options.TypeOneSide, options.EmbeddingResnetDt);
        EnvironmentStatistics[] statistics = DataStatistics.Environment(
            Spread(frames, StatisticsFrames), types, options.CutoffA, options.SmoothFromA, shape.Slots);
        double[] bias = DataStatistics.EnergyBias(
            [.. frames.Select(f => Enumerable.Range(0, types).Select(t => (double)f.Types.Count(x => x == t)).ToArray())], [.. frames.Select(f => f.EnergyEv)]);
        return ModelFactory.Random(typeMap, shape, options.FittingNeurons, new Rng(options.Seed), statistics, bias, options.FittingResnetDt);
    }

    private static TrainingFrame[] Frames(IReadOnlyList<DeepMdSystem> systems, IReadOnlyList<string> typeMap, double cutoffA, CancellationToken ct) =>
        [.. systems.SelectMany(s => TrainingFrame.Of(s, typeMap, cutoffA)).Select(f =>
        {
            ct.ThrowIfCancellationRequested();
            return f;
        })];

    /// <summary>At most so many, evenly spaced.</summary>
    internal static TrainingFrame[] Spread(IReadOnlyList<TrainingFrame> frames, int most) => frames.Count <= most
        ? [.. frames]
        : [.. Enumerable.Range(0, most).Select(k => frames[(int)((k + 0.5) * frames.Count / most)])];

    /// <summary>Of everything that decides the result: options, and every number and name of the data.</summary>
    private static string Fingerprint(TrainingOptions options, IReadOnlyList<string> typeMap, params IReadOnlyList<DeepMdSystem>[] parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(options));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(typeMap));
        foreach (IReadOnlyList<DeepMdSystem> part in parts)
        {
            hash.AppendData(BitConverter.GetBytes(part.Count));
            foreach (DeepMdSystem system in part)
            {
                hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(new { system.TypeMap, system.Types, system.Periodic, system.FrameCount }));
                foreach (double[]? values in new[] { system.BoxesA, system.CoordinatesA, system.EnergiesEv, system.ForcesEvPerA, system.VirialsEv })
                    hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
