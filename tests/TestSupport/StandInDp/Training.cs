using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Learning.Training;

namespace Campaign.StandInDp;

/// <summary><c>dp train</c>.</summary>
internal static class Training
{
    /// <summary>Where the training keeps its own checkpoints.</summary>
    private const string State = "standin-state";

    private const int KilledExitCode = 137;

    public static void Run(string path, string? restart)
    {
        Say.Banner();
        (DeepMdInput input, DeepMdSystem[] training, DeepMdSystem[] validation) = Read(path);
        if (Directory.Exists(State))
            Directory.Delete(State, recursive: true);
        if (restart is not null)
        {
            Say.Info($"Resuming from {restart}.");
            CheckpointFile.Load(restart, State);
        }
        using var session = new Session(input.Options);
        using var curve = new StreamWriter(input.CurveFile, append: restart is not null) { AutoFlush = true, NewLine = "\n" };
        Say.Info($"Start to train {input.Options.Steps} steps.");
        bool header = false;
        for (bool over = false; !over;)
        {
            using var pause = new CancellationTokenSource();
            int reached = input.Options.Steps;
            try
            {
                Run(input.Options, training, validation, State, p =>
                {
                    session.Before(p.Step);
                    if (p.Step % input.Options.DisplayEvery == 0)
                    {
                        session.Show(p.Step);
                        if (!header)
                            curve.WriteLine(Header(p));
                        header = true;
                        curve.WriteLine(Line(p));
                        Say.Info($"Batch {p.Step,7}: trn: rmse_f = {p.Training.ForceEvPerA:0.00e+00}, lr = {p.LearningRate:0.00e+00}");
                    }
                    reached = p.Step + 1;
                    if (reached % input.Options.CheckpointEvery == 0)
                        pause.Cancel();
                }, pause.Token);
                over = true;
            }
            catch (OperationCanceledException)
            {
                over = reached == input.Options.Steps;
            }
            session.BeforeSaving(reached);
            string saved = CheckpointFile.Save(State, reached);
            Say.Info($"Saved model to {saved}");
        }
        Say.Info($"Trained model has been saved to: model.ckpt");
    }

    /// <summary>The model of a training that has come to its end.</summary>
    public static Campaign.Compute.Learning.DeepPotSe.DeepPotential Model(string path, string state)
    {
        (DeepMdInput input, DeepMdSystem[] training, DeepMdSystem[] validation) = Read(path);
        return Run(input.Options, training, validation, state, p => throw new DpStop($"the stand-in freezes finished trainings only, not one at step {p.Step}", 64), CancellationToken.None).Model;
    }

    private static (DeepMdInput Input, DeepMdSystem[] Training, DeepMdSystem[] Validation) Read(string path)
    {
        JsonObject root = StrictInput.Read(path);
        string[] typeMap = [.. root["model"]!["type_map"]!.AsArray().Select(e => e!.GetValue<string>())];
        DeepMdInput input = DeepMdInput.Read(path);
        return (input, Systems.Read(input.TrainingSystems, typeMap), Systems.Read(input.ValidationSystems, typeMap));
    }

    /// <summary>Every step is told of, and nothing is saved but when it is stopped or over.</summary>
    private static TrainingResult Run(
        TrainingOptions options, DeepMdSystem[] training, DeepMdSystem[] validation, string state, Action<TrainingProgress> progress, CancellationToken pause)
    {
        try
        {
            return Trainer.Run(options with { DisplayEvery = 1, CheckpointEvery = int.MaxValue }, training, validation, state, progress, pause);
        }
        catch (TrainingDivergedException e)
        {
            throw Session.Diverged(e.Step);
        }
        catch (InvalidDataException)
        {
            throw new DpStop("RuntimeError: Error(s) in loading state_dict for ModelWrapper");
        }
    }

    private static string Header(TrainingProgress p)
    {
        var line = new StringBuilder("#  step");
        foreach (string name in p.Training.VirialEvPerAtom is null ? (string[])["rmse", "rmse_e", "rmse_f"] : ["rmse", "rmse_e", "rmse_f", "rmse_v"])
            line.Append(p.Validation is null ? $"   {name + "_trn",11}" : $"   {name + "_val",11} {name + "_trn",11}");
        return line.Append($"   {"lr",8}").ToString();
    }

    private static string Line(TrainingProgress p)
    {
        var line = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{p.Step,7}"));
        foreach (Func<TrainingErrors, double?> value in (Func<TrainingErrors, double?>[])[e => Math.Sqrt(e.Loss), e => e.EnergyEvPerAtom, e => e.ForceEvPerA, e => e.VirialEvPerAtom])
            if (value(p.Training) is { } trained)
                line.Append(p.Validation is { } v ? string.Create(CultureInfo.InvariantCulture, $"   {value(v),11:0.00e+00} {trained,11:0.00e+00}") : string.Create(CultureInfo.InvariantCulture, $"   {trained,11:0.00e+00}"));
        return line.Append(CultureInfo.InvariantCulture, $"   {p.LearningRate,8:0.0e+00}").ToString();
    }

    /// <summary>The pace of the steps, and what goes wrong at them.</summary>
    private sealed class Session(TrainingOptions options) : IDisposable
    {
        private readonly ManualResetEventSlim _pace = new(); // never set: it only takes time
        private readonly Fault? _fault = Fault.FromEnvironment(options.StartLearningRate);
        private readonly int _msPerStep = int.TryParse(Environment.GetEnvironmentVariable("STANDIN_MS_PER_STEP"), NumberStyles.None, CultureInfo.InvariantCulture, out int ms) ? ms : 0;

        public static DpStop Diverged(int step) => new($"RuntimeError: NaN detected at batch {step,7}: trn: . Something went wrong, and it is meaningless to continue.");

        public void Before(int step)
        {
            _pace.Wait(_msPerStep);
            switch (_fault)
            {
                case { Key: Fault.OutOfMemory } f when f.Step == step:
                    throw new DpStop("slurmstepd: error: Detected 1 oom-kill event(s) in step. Some of your processes may have been killed by the cgroup out-of-memory handler.", KilledExitCode);
                case { Key: Fault.GpuMemory } f when f.Step == step:
                    throw new DpStop("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.");
                case { Key: Fault.Hang } f when f.Step == step:
                    _pace.Wait();
                    break;
                case { Key: Fault.Kill } f when f.Step == step:
                    Die();
                    break;
            }
        }

        public void Show(int step)
        {
            if (_fault is { Key: Fault.Nan } f && step >= f.Step)
                throw Diverged(step);
        }

        public void BeforeSaving(int step)
        {
            if (_fault is not { Key: Fault.Kill } f || f.Step != step)
                return;
            CheckpointFile.SaveHalf(State, step);
            Die();
        }

        public void Dispose() => _pace.Dispose();

        private void Die()
        {
            Process.GetCurrentProcess().Kill();
            _pace.Wait();
        }
    }
}
