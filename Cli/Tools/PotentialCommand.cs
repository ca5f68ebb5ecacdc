using System.CommandLine;
using System.Globalization;
using Campaign.Cli.Help;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Learning.Training;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Cli.Tools;

/// <summary><c>potential eval | test | convert | train</c>: models of the tasks, one file at a time.</summary>
public static class PotentialCommand
{
    private const string ModelHelp = "Deep Potential (.dp, .yaml, .json of DeePMD-kit's interchange form) or an ionic parameter file (.yaml).";

    public static Command Create() => new("potential", "Evaluates, tests, converts and trains interatomic potentials.") { Eval(), Test(), Convert(), TrainCommand.Create() };

    private static Verb Eval()
    {
        Argument<string> model = new("model") { Description = ModelHelp };
        Argument<string> structure = new("structure") { Description = "POSCAR, CIF without partial occupancies, extxyz (its last frame), LAMMPS data or a DeePMD system." };
        Option<int> frame = new("--frame") { Description = "Frame of a DeePMD system, from 0." };
        Option<bool> fast = Fast();
        Option<bool> json = StructureCommand.JsonOption();
        var command = new Verb("eval", "Energy, forces and virial of a structure.", ["potential eval config/potentials/li-ti-cl.yaml cell.extxyz --json"],
            "Units: eV, eV/Å; the virial is -dE/dstrain in eV, row by row.") { model, structure, frame, fast, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            IPotential potential = Read(parse.GetRequiredValue(model), parse.GetValue(fast));
            string path = parse.GetRequiredValue(structure);
            (EnergyAndVirial total, Vec3[] forces, double[]? atoms) = Evaluate(potential, path, StructureOf(path, parse.GetValue(frame)));
            output.WriteLine(parse.GetValue(json)
                ? ToolOutput.Json(new
                {
                    total.EnergyEv, AtomEnergiesEv = atoms, ForcesEvPerA = forces.Select(f => new[] { f.X, f.Y, f.Z }), VirialEv = total.VirialEv.ToRowMajor(), potential = potential.Description,
                })
                : string.Create(CultureInfo.InvariantCulture, $"{potential.Description}: {total.EnergyEv:g12} eV, largest force {forces.Max(f => f.Norm):g6} eV/Å"));
            return ToolOutput.Done;
        }));
        return command;
    }

    private static Verb Test()
    {
        Argument<string> model = new("model") { Description = ModelHelp };
        Argument<string> data = new("data") { Description = "Labelled frames: a DeePMD system or extended XYZ." };
        Option<string?> parity = new("--parity") { Description = "Also write every label and prediction into this file: series,label,predicted; forces by species in eV/Å, energies and virials in eV/atom." };
        Option<bool> fast = Fast();
        Option<bool> json = StructureCommand.JsonOption();
        var command = new Verb("test", "Errors of a potential against labelled frames.", ["potential test model.dp test.extxyz --json", "potential test model.dp data/unseen --parity parity.csv"])
        { model, data, parity, fast, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            string path = parse.GetRequiredValue(data);
            IPotential potential = Read(parse.GetRequiredValue(model), parse.GetValue(fast));
            PotentialTestResult r = Known(path, () => PotentialTest.Evaluate(potential, DeepMdSystem.IsSystem(path) ? DeepMdSystem.Read(path).Frames : TrajectoryInput.Frames(path)));
            if (r.Frames == 0)
                throw new ToolInputException($"{path}: there is no frame to compare with.");
            if (parse.GetValue(parity) is { } table)
                File.WriteAllText(table, ParityTable.Whole(r.Parity));
            output.WriteLine(parse.GetValue(json)
                ? ToolOutput.Json(new
                {
                    EnergyMaeEvPerAtom = r.EnergyPerAtom.Mae, EnergyRmseEvPerAtom = r.EnergyPerAtom.Rmse, ForceMaeEvPerA = r.Force.Mae, ForceRmseEvPerA = r.Force.Rmse,
                    VirialRmseEvPerAtom = r.VirialPerAtom?.Rmse, R2Energy = Finite(r.EnergyPerAtom.R2), R2Force = Finite(r.Force.R2), MaxForceErrorEvPerA = r.Force.MaxError, r.Frames,
                })
                : string.Create(CultureInfo.InvariantCulture,
                    $"{r.Frames} frames: energy RMSE {1000 * r.EnergyPerAtom.Rmse:g4} meV/atom, force RMSE {r.Force.Rmse:g4} eV/Å, largest force error {r.Force.MaxError:g4} eV/Å"));
            return ToolOutput.Done;
        }));
        return command;
    }

    private static Verb Convert()
    {
        Argument<string> from = new("in") { Description = "Deep Potential, .dp (HDF5), .yaml or .json; through dp also .pth or .pb." };
        Argument<string> to = new("out") { Description = "The file to write; its suffix tells the form." };
        Option<string> dp = new("--dp") { Description = "DeePMD-kit's program, for .pth and .pb.", DefaultValueFactory = _ => "dp" };
        Option<bool> json = StructureCommand.JsonOption();
        var command = new Verb("convert", "Converts a Deep Potential between .dp and .yaml, without loss, and through DeePMD-kit to .pth or .pb for LAMMPS.",
            ["potential convert model.dp model.yaml", "potential convert model.dp model.pth"]) { from, to, dp, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            (string input, string target) = (parse.GetRequiredValue(from), parse.GetRequiredValue(to));
            bool frozen = BackendConversion.IsOfBackend(target);
            if (!frozen && Path.GetExtension(target).ToLowerInvariant() is not (".dp" or ".yaml" or ".yml" or ".json"))
                throw new ToolInputException($"{target}: a model file ends in .dp, .yaml, .yml or .json, and for LAMMPS in .pth or .pb.");
            if (string.Equals(Path.GetFullPath(input), Path.GetFullPath(target), StringComparison.Ordinal))
                throw new ToolInputException($"{input}: input and output are the same file. Name another output.");
            var backend = new BackendConversion(parse.GetRequiredValue(dp));
            DeepPotential model = ReadModel(input, backend);
            if (frozen)
                backend.Freeze(model, target);
            else
                DeepPotentialFile.Write(model, target);
            string pairStyle = $"deepmd {Path.GetFileName(target)}", pairCoeff = $"* * {string.Join(' ', model.TypeMap)}";
            output.WriteLine(
                parse.GetValue(json) ? frozen ? ToolOutput.Json(new { input, output = target, pairStyle, pairCoeff }) : ToolOutput.Json(new { input, output = target })
                : frozen ? $"written to {target}\nIn LAMMPS (names in the order of the atom types of its data file):\n  pair_style {pairStyle}\n  pair_coeff {pairCoeff}" : $"written to {target}");
            return ToolOutput.Done;
        }));
        return command;
    }

    private static Option<bool> Fast() => new("--fast") { Description = "Single precision and tabulated embedding nets, as molecular dynamics uses them; default: double precision and the nets themselves." };

    private static IPotential Read(string path, bool fast) =>
        InputFile.Refusal(path) is { } refusal ? throw new ToolInputException($"{refusal.Problem} {refusal.Mend}")
        : Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml" && File.ReadLines(path).Take(200).Any(line => IonicModelFile.IsIonic(line)) ? IonicModelFile.Read(path)
        : fast ? DeepPotentialModel.Fast(ReadModel(path)) : DeepPotentialModel.Exact(ReadModel(path));

    private static DeepPotential ReadModel(string path, BackendConversion? backend = null) =>
        InputFile.Refusal(path) is { } refusal ? throw new ToolInputException($"{refusal.Problem} {refusal.Mend}")
        : backend is not null && BackendConversion.IsOfBackend(path) ? backend.Read(path) : DeepPotentialFile.Read(path);

    private static Structure StructureOf(string path, int frame)
    {
        if (!DeepMdSystem.IsSystem(path))
            return frame == 0 ? StructureFiles.Read(path) : throw new ToolInputException($"--frame {frame}: only a DeePMD system has numbered frames.");
        DeepMdSystem system = DeepMdSystem.Read(path);
        return frame >= 0 && frame < system.FrameCount
            ? system.FrameAt(frame).Structure
            : throw new ToolInputException($"--frame {frame}: {path} has frames 0 to {system.FrameCount - 1}.");
    }

    private static (EnergyAndVirial Total, Vec3[] Forces, double[]? Atoms) Evaluate(IPotential potential, string path, Structure s)
    {
        using ICalculator calculator = Known(path, () => potential.CreateCalculator(s));
        var forces = new Vec3[s.Count];
        EnergyAndVirial total = Known(path, () => calculator.Compute(s.Cell, s.Positions, forces));
        return (total, forces, calculator is IDeepCalculator deep ? deep.AtomEnergiesEv.ToArray() : null);
    }

    /// <summary>A species the potential does not know, or a label that is missing, is wrong input here.</summary>
    private static T Known<T>(string where, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ArgumentException e)
        {
            throw new ToolInputException($"{where}: {e.Message}");
        }
    }

    private static double? Finite(double x) => double.IsFinite(x) ? x : null;
}
