using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Files;

namespace Campaign.Compute.Learning.Training;

/// <summary>
/// The steps of a training. Where it diverges, it goes back to the last multiple of the checkpoint interval whose loss was sound and goes
/// on with half the learning rate. That place follows from step numbers alone and travels in every checkpoint, so an interruption anywhere
/// changes no bit of the result.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private const int DisplayFrames = 4;

    private readonly TrainingOptions _options;
    private readonly DeepPotential _start;
    private readonly TrainingFrame[] _frames, _unseen, _shown;
    private readonly BatchOrder _order;
    private readonly LearningRate _learningRate;
    private readonly Adam _adam;
    private readonly double[] _parameters, _gradient;
    private readonly List<RateHalving> _halvings = [];
    private ILossGradient _engine;
    private TrainingState? _return;
    private LearningCurve _curve = null!; // set by Finish
    private Generations _checkpoints = null!;
    private double _firstLoss;
    private int _step;

    public TrainingRun(TrainingOptions options, DeepPotential start, TrainingFrame[] frames, TrainingFrame[] unseen, BatchOrder order)
    {
        (_options, _start, _frames, _unseen, _order) = (options, start, frames, unseen, order);
        _shown = Trainer.Spread(unseen, DisplayFrames);
        _learningRate = new LearningRate(options.StartLearningRate, options.StopLearningRate, options.DecaySteps, options.Steps);
        _parameters = ParameterVector.Flatten(start);
        _gradient = new double[_parameters.Length];
        _adam = new Adam(new double[_parameters.Length], new double[_parameters.Length], options.Threads);
        _engine = NewEngine();
    }

    /// <summary>Of options and data: a checkpoint belongs to one of them.</summary>
    public required string Fingerprint { get; init; }

    public required string Folder { get; init; }

    public required Action<TrainingProgress> Progress { get; init; }

    public required Action<string> Notice { get; init; }

    public required Action<RateHalving> Halved { get; init; }

    private double Factor => _halvings.Count > 0 ? _halvings[^1].Factor : 1;

    public void Dispose() => _engine.Dispose();

    /// <summary>Goes on from the folder's newest checkpoint, or begins.</summary>
    public TrainingResult Finish(CancellationToken ct)
    {
        _checkpoints = new Generations(Folder, "training", Notice);
        TrainingCheckpoint? saved = _checkpoints.Newest(TrainingCheckpoint.Load);
        if (saved is not null && saved.Fingerprint != Fingerprint)
            throw new InvalidDataException($"{Folder} holds checkpoints of a training with other options or other data. Train in another folder, or remove them.");
        _curve = new LearningCurve(Folder, _unseen.Length > 0, _frames.Any(f => f.VirialEv is not null), saved?.Curve ?? []);
        if (saved is not null)
        {
            (_firstLoss, _return) = (saved.FirstLoss, saved.Return);
            _halvings.AddRange(saved.Halvings);
            Restore(saved.State);
        }
        _engine.Load(_parameters);
        while (true)
        {
            if (ct.IsCancellationRequested)
            {
                Save();
                ct.ThrowIfCancellationRequested();
            }
            if (_step < _options.Steps)
                Step();
            else if (Result(ct) is { } result)
                return result;
        }
    }

    private void Step()
    {
        Prefactors prefactors = _options.Loss.At(_learningRate.RatioAt(_step));
        Array.Clear(_gradient);
        var errors = new ErrorSums();
        _engine.AddGradient(Array.ConvertAll(_order.At(_step), k => _frames[k]), prefactors, _gradient, errors);
        if (Divergence.IsLost(errors.Loss, _firstLoss) || _gradient.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
        {
            GoBack();
            return;
        }
        if (_step == 0)
            _firstLoss = errors.Loss;
        if (_step % _options.CheckpointEvery == 0)
        {
            _return = State();
            if (_step > 0)
                Save();
        }
        if (_step % _options.DisplayEvery == 0)
            Show(TrainingErrors.From(errors), prefactors);
        _adam.Step(_parameters, _gradient, Factor * _learningRate.At(_step), ++_step);
        _engine.Load(_parameters);
    }

    /// <summary>Null where the last steps led astray.</summary>
    private TrainingResult? Result(CancellationToken ct)
    {
        Save();
        Prefactors last = _options.Loss.At(_learningRate.RatioAt(_options.Steps));
        TrainingErrors training = ErrorsOf(_frames, last, ct);
        if (!Divergence.IsLost(training.Loss, _firstLoss))
            return new TrainingResult(
                ParameterVector.Rebuild(_start, _parameters), _curve.Finish(), training, _unseen.Length > 0 ? ErrorsOf(_unseen, last, ct) : null, _halvings);
        GoBack();
        return null;
    }

    private void GoBack()
    {
        if (_return is not { } place || _halvings.Count == Divergence.MostHalvings)
            throw new TrainingDivergedException(_step, Factor * _learningRate.At(_step), _halvings.Count);
        var halving = new RateHalving(place.Step, _step, Factor / 2);
        _halvings.Add(halving);
        Restore(place);
        _curve.CutTo(place.CurveLines);
        // what the engine still holds of the lost pass must not reach the next
        _engine.Dispose();
        _engine = NewEngine();
        _engine.Load(_parameters);
        Save();
        Halved(halving);
    }

    private TrainingState State() =>
        new(_step, [.. _parameters], [.. _adam.First], [.. _adam.Second], _curve.Lines.Count);

    private void Restore(TrainingState state)
    {
        _step = state.Step;
        state.Parameters.CopyTo(_parameters, 0);
        state.FirstMoments.CopyTo(_adam.First, 0);
        state.SecondMoments.CopyTo(_adam.Second, 0);
    }

    // Every halving counts for a whole training, so that numbers grow although steps are done anew.
    private void Save() => _checkpoints.Keep(
        _halvings.Count * (_options.Steps + 1L) + _step,
        new TrainingCheckpoint(Fingerprint, State(), _return, _firstLoss, _halvings, _curve.Lines).Save);

    private void Show(TrainingErrors errors, Prefactors prefactors)
    {
        TrainingErrors? validation = null;
        if (_shown.Length > 0)
        {
            var sums = new ErrorSums();
            _engine.AddErrors(_shown, prefactors, sums);
            validation = TrainingErrors.From(sums);
        }
        var line = new TrainingProgress(_step, _options.Steps, Factor * _learningRate.At(_step), errors, validation);
        _curve.Append(line);
        Progress(line);
    }

    private TrainingErrors ErrorsOf(TrainingFrame[] frames, Prefactors prefactors, CancellationToken ct)
    {
        var sums = new ErrorSums();
        foreach (TrainingFrame frame in frames)
        {
            ct.ThrowIfCancellationRequested();
            _engine.AddErrors([frame], prefactors, sums);
        }
        return TrainingErrors.From(sums);
    }

    private ILossGradient NewEngine() => _options.Method == GradientMethod.Analytic
        ? LossGradients.Analytic(_start, _options.Precision, _options.Threads)
        : LossGradients.Autograd(_start, _options.Precision, _options.Threads);
}
