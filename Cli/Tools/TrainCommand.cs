using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Campaign.Cli.Help;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Learning.Training;

namespace Campaign.Cli.Tools;

/// <summary><c>potential train INPUT --data DIR... --out MODEL</c>: one Deep Potential from a DeePMD-kit input file.</summary>
internal static class TrainCommand
{
    private const int Interrupted = 130;

    public static Verb Create()
    {
        Argument<string> file = new("input") { Description = "input.json (or .yaml) of DeePMD-kit, for se_e2_a and energies." };
        Option<string[]> data = new("--data") { Description = "DeePMD systems to train on, or folders of them, in place of those the input names.", AllowMultipleArgumentsPerToken = true };
        Option<string> target = new("--out") { Description = "The model to write: .dp (HDF5), .yaml or .json.", Required = true };
        Option<int> threads = new("--threads") { Description = "Threads. The result's last digits follow their number.", DefaultValueFactory = _ => 1 };
        Option<bool> quiet = new("--quiet") { Description = "No progress." };
        Option<bool> json = StructureCommand.JsonOption();
        var command = new Verb(
            "train", "Trains a Deep Potential as DeePMD-kit's input file says.",
            ["potential train input.json --data data/train --out model.dp"],
            "Stopping it is safe: the same command goes on from the last checkpoint in MODEL.training, and ends with the same bits. lcurve.out lies beside the model.")
        { file, data, target, threads, quiet, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            TextWriter error = parse.InvocationConfiguration.Error;
            string path = parse.GetRequiredValue(file), model = parse.GetRequiredValue(target);
            if (InputFile.Refusal(path) is { } refusal)
                throw new ToolInputException($"{refusal.Problem} {refusal.Mend}");
            DeepMdInput input = DeepMdInput.Read(path);
            string folder = Folder(model);
            string curve = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, Path.GetFileName(input.CurveFile));
            if (File.Exists(curve) && !Directory.Exists(folder))
                throw new ToolInputException($"{curve}: there is a learning curve of another training already. Write the model into a folder of its own, or name another training.disp_file in {path}.");
            var leftOut = new List<string>();
            DeepMdSystem[] training = Systems(parse.GetValue(data) is { Length: > 0 } given ? given : input.TrainingSystems, path, input.Options, leftOut);
            DeepMdSystem[] validation = Systems(input.ValidationSystems, path, input.Options, leftOut);
            foreach (string sentence in leftOut)
                error.WriteLine(sentence);
            if (training.Length == 0)
                throw leftOut.Count > 0 ? new ToolInputException($"{path}: no frame is left to train on.") : new ToolInputException($"{path}: training.training_data.systems names no system. Name one there or with --data DIR.");
            foreach (string sentence in input.NotHonoured)
                error.WriteLine($"{path}: {sentence}");
            TrainingOptions options = input.Options with
            {
                Systems = input.Batches([.. training.Select(s => (s.FrameCount, s.AtomCount))]),
                Threads = parse.GetValue(threads),
            };

            using var stop = new CancellationTokenSource();
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            TrainingResult result;
            try
            {
                result = Trainer.Run(options, training, validation, folder, parse.GetValue(quiet) ? null : Show, stop.Token, error.WriteLine,
                    halving => error.WriteLine(halving.InWords()));
            }
            catch (OperationCanceledException)
            {
                error.WriteLine($"Stopped; the same command goes on from the checkpoint in {folder}.");
                return Interrupted;
            }
            catch (TrainingDivergedException e)
            {
                error.WriteLine($"{path}: {e.Message}");
                return ToolOutput.WorkFailed;
            }
            catch (Exception e) when (e is ArgumentException or InvalidDataException)
            {
                throw new ToolInputException($"{path}: {e.Message}");
            }
            // the model last: where it is, everything is
            File.Copy(result.LearningCurvePath, curve, overwrite: true);
            DeepPotentialFile.Write(result.Model, model);
            Directory.Delete(folder, recursive: true);
            output.WriteLine(parse.GetValue(json)
                ? ToolOutput.Json(new
                {
                    model, learningCurve = curve, options.Steps, batchSizes = options.Systems.Sizes, parameters = result.Model.ParameterCount, result.Model.TypeMap, result.Model.Descriptor.Sel,
                    frames = training.Sum(s => s.FrameCount), leftOut, result.RateHalvings, training = Errors(result.Training), validation = Errors(result.Validation), input.NotHonoured,
                })
                : string.Create(CultureInfo.InvariantCulture, $"{model}: {Words(result.Validation ?? result.Training)} over the {(result.Validation is null ? "training" : "validation")} frames; learning curve in {curve}"));
            return ToolOutput.Done;

            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true;
                stop.Cancel();
            }

            void Show(TrainingProgress p) => error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"step {p.Step} of {p.Steps}, learning rate {p.LearningRate:g3}: {Words(p.Validation ?? p.Training)} ({(p.Validation is null ? "training" : "validation")})"));
        }));
        return command;
    }

    private static string Folder(string model)
    {
        if (Path.GetExtension(model).ToLowerInvariant() is not (".dp" or ".yaml" or ".yml" or ".json"))
            throw new ToolInputException($"--out {model}: a model file ends in .dp, .yaml, .yml or .json.");
        if (File.Exists(model) || Directory.Exists(model))
            throw new ToolInputException($"--out {model}: there is something already. Name a new file.");
        return model + ".training";
    }

    /// <summary>Systems by name: relative to where the command is given, as DeePMD-kit takes them, else to the input file; a folder stands for all systems in it.</summary>
    private static DeepMdSystem[] Systems(IEnumerable<string> names, string input, TrainingOptions options, List<string> leftOut) =>
    [
        .. names.SelectMany(name =>
        {
            string folder = new[] { name, Path.Combine(Path.GetDirectoryName(Path.GetFullPath(input))!, name) }.FirstOrDefault(Directory.Exists)
                ?? throw new ToolInputException($"{name}: there is no such directory. Name a DeePMD system, or a folder of them.");
            if (DeepMdSystem.IsSystem(folder))
                return [folder];
            string[] found = [.. Directory.EnumerateFiles(folder, "type.raw", SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!).Order(StringComparer.Ordinal)];
            return found.Length > 0 ? found : throw new ToolInputException($"{name}: there is no DeePMD system in it (a directory with type.raw and set.000).");
        }).Select(folder => SoundFrames.Of(Labelled(folder, options), (frame, reason) => leftOut.Add($"{folder}: frame {frame} is left out: {reason}."))).OfType<DeepMdSystem>(),
    ];

    private static DeepMdSystem Labelled(string folder, TrainingOptions options)
    {
        DeepMdSystem system = DeepMdSystem.Read(folder, finite: false);
        return TrainingFrame.Refusal(system, options.TypeMap ?? system.TypeMap, options.CutoffA) is { } why ? throw new ToolInputException($"{folder}: {why}") : system;
    }

    private static object? Errors(TrainingErrors? e) => e is { } known
        ? new { EnergyRmseEvPerAtom = known.EnergyEvPerAtom, ForceRmseEvPerA = known.ForceEvPerA, VirialRmseEvPerAtom = known.VirialEvPerAtom }
        : null;

    private static string Words(TrainingErrors e) =>
        string.Create(CultureInfo.InvariantCulture, $"energy RMSE {1000 * e.EnergyEvPerAtom:g3} meV/atom, force RMSE {e.ForceEvPerA:g3} eV/Å");
}
