using System.Buffers.Binary;
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
    private const int DisplayFrames = 4;

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
    /// <exception cref="TrainingDivergedException">The loss is no longer finite.</exception>
    /// <exception cref="InvalidDataException">The folder holds another run's checkpoint.</exception>
    public static TrainingResult Run(
        TrainingOptions options, IReadOnlyList<DeepMdSystem> training, IReadOnlyList<DeepMdSystem> validation, string folder,
        Action<TrainingProgress>? progress, CancellationToken ct, Action<string>? notice = null)
    {
        options.Validate();
        string[] typeMap = options.TypeMap ?? [.. training.SelectMany(s => s.TypeMap).Distinct()];
        TrainingFrame[] frames = Frames(training, typeMap, options.CutoffA, ct), unseen = Frames(validation, typeMap, options.CutoffA, ct);
        if (frames.Length == 0)
            throw new ArgumentException("There are no training frames.");
        AtomicFile.CreateDirectory(folder);
        string fingerprint = Fingerprint(options, frames, unseen);
        var checkpoints = new Generations(folder, "training", notice ?? (_ => { }));
        TrainingCheckpoint? saved = checkpoints.Newest(TrainingCheckpoint.Load);
        if (saved is not null && saved.Fingerprint != fingerprint)
            throw new InvalidDataException($"{folder} holds checkpoints of a training with other options or other data. Train in another folder, or remove them.");

        DeepPotential start = InitialModel(options, typeMap, frames);
        double[] parameters = saved?.Parameters ?? ParameterVector.Flatten(start);
        var adam = new Adam(saved?.FirstMoments ?? new double[parameters.Length], saved?.SecondMoments ?? new double[parameters.Length]);
        var learningRate = new LearningRate(options.StartLearningRate, options.StopLearningRate, options.DecaySteps, options.Steps);
        var curve = new LearningCurve(folder, unseen.Length > 0, frames.Any(f => f.VirialEv is not null), saved?.Curve ?? []);
        TrainingFrame[] shown = Spread(unseen, DisplayFrames);
        BatchOrder order = BatchOrder.Of(options, [.. training.Select(s => s.FrameCount)]);
        var gradient = new double[parameters.Length];

        using ILossGradient engine = options.Method == GradientMethod.Analytic
            ? LossGradients.Analytic(start, options.Precision, options.Threads)
            : LossGradients.Autograd(start, options.Precision, options.Threads);
        engine.Load(parameters);
        for (int step = saved?.Step ?? 0; step < options.Steps;)
        {
            if (ct.IsCancellationRequested)
            {
                Save(step);
                ct.ThrowIfCancellationRequested();
            }
            TrainingFrame[] batch = Array.ConvertAll(order.At(step), k => frames[k]);
            Prefactors prefactors = options.Loss.At(learningRate.RatioAt(step));
            Array.Clear(gradient);
            var errors = new ErrorSums();
            engine.AddGradient(batch, prefactors, gradient, errors);
            if (!double.IsFinite(errors.Loss) || !Array.TrueForAll(gradient, double.IsFinite))
                throw new TrainingDivergedException(step, learningRate.At(step));
            if (step % options.DisplayEvery == 0)
                Show(step, TrainingErrors.From(errors), prefactors);
            adam.Step(parameters, gradient, learningRate.At(step), ++step);
            engine.Load(parameters);
            if (step % options.CheckpointEvery == 0 || step == options.Steps)
                Save(step);
        }

        Prefactors last = options.Loss.At(learningRate.RatioAt(options.Steps));
        return new TrainingResult(ParameterVector.Rebuild(start, parameters), curve.Finish(), ErrorsOf(frames)!.Value, ErrorsOf(unseen));

        void Save(int step) => checkpoints.Keep(step, new TrainingCheckpoint(fingerprint, step, parameters, adam.First, adam.Second, curve.Lines).Save);

        void Show(int step, TrainingErrors errors, Prefactors prefactors)
        {
            TrainingErrors? validationErrors = null;
            if (shown.Length > 0)
            {
                var sums = new ErrorSums();
                engine.AddErrors(shown, prefactors, sums);
                validationErrors = TrainingErrors.From(sums);
            }
            var line = new TrainingProgress(step, options.Steps, learningRate.At(step), errors, validationErrors);
            curve.Append(line);
            progress?.Invoke(line);
        }

        TrainingErrors? ErrorsOf(TrainingFrame[] all)
        {
            if (all.Length == 0)
                return null;
            var sums = new ErrorSums();
            foreach (TrainingFrame frame in all)
            {
                ct.ThrowIfCancellationRequested();
                engine.AddErrors([frame], last, sums);
            }
            return TrainingErrors.From(sums);
        }
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
    private static TrainingFrame[] Spread(IReadOnlyList<TrainingFrame> frames, int most) => frames.Count <= most
        ? [.. frames]
        : [.. Enumerable.Range(0, most).Select(k => frames[(int)((k + 0.5) * frames.Count / most)])];

    private static string Fingerprint(TrainingOptions options, params TrainingFrame[][] data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(options));
        Span<byte> number = stackalloc byte[sizeof(double)];
        foreach (TrainingFrame[] frames in data)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, frames.Length);
            hash.AppendData(number);
            foreach (TrainingFrame frame in frames)
                foreach (double value in frame.ForcesEvPerA.Append(frame.EnergyEv).Concat(frame.VirialEv ?? []))
                {
                    BinaryPrimitives.WriteDoubleLittleEndian(number, value);
                    hash.AppendData(number);
                }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

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
