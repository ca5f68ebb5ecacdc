using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Campaign.Cli.Help;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Runs;
using Campaign.Compute.Structures;

namespace Campaign.Cli.Tools;

/// <summary><c>vasp read | diagnose | inputs</c>: what VASP left, why it ended, and what it would be given.</summary>
public static class VaspCommand
{
    private static readonly CultureInfo Inv = CultureInfo.InvariantCulture;

    public static Command Create() => new("vasp", "Reads and judges what VASP left, and shows what it would be given.") { Read(), Diagnose(), VaspInputsCommand.Create() };

    private static Command Read()
    {
        Argument<string> path = new("path") { Description = "Run directory, OUTCAR, vasprun.xml or XDATCAR; compressed or not." };
        Option<bool> summary = new("--summary") { Description = "Without cells, positions and forces." };
        Option<int?> first = new("--first") { Description = "Only the first K frames." };
        Option<int?> last = new("--last") { Description = "Only the last K frames." };
        Option<bool> json = StructureCommand.JsonOption();
        Command command = new Verb(
            "read", "Energies, forces, stress and structures of a run, and how it ended.", ["vasp read runs/relax/ti0750/u4/a1 --summary --json"],
            "Reads as a stream: memory does not grow with the number of frames.") { path, summary, first, last, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            if (parse.GetValue(first) < 1 || parse.GetValue(last) < 1)
                throw new ToolInputException("--first and --last want a number of frames from 1 on.");
            VaspSource source = Open(parse.GetValue(path)!);
            (int frames, int usable) = Count(source);
            (int from, int to) = (parse.GetValue(first), parse.GetValue(last)) switch
            {
                ({ } k, _) => (0, Math.Min(frames, k)),
                (_, { } k) => (Math.Max(0, frames - k), frames),
                _ => (0, frames),
            };
            if (parse.GetValue(json))
                new VaspReadJson(source, frames, usable, from, to, parse.GetValue(summary)).WriteTo(output);
            else
                WriteText(output, source, frames, usable, from, to);
            return ToolOutput.Done;
        }));
        return command;
    }

    private static Command Diagnose()
    {
        Argument<string> path = new("dir") { Description = "Directory of a run that ended." };
        Option<bool> json = StructureCommand.JsonOption();
        Command command = new Verb(
            "diagnose", "Why a run ended, where that can be read, and what a campaign would do about it.", ["vasp diagnose runs/aimd/ti0750/u4/t600/a2"]) { path, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            IReadOnlyList<VaspSource> sources = VaspSource.OpenAll(parse.GetValue(path)!);
            EngineFinding[] all = [.. sources.SelectMany(s => VaspVerdict.Of(s.Summary, s.Seen).Findings.Select(f => sources.Count > 1 ? InImage(f, s) : f)).DistinctBy(f => (f.Key, f.Evidence))];
            VaspFinding[] findings = [.. all.Select(f => VaspFinding.Of(f, sources[0].Summary.Header.Integer("IBRION")))];
            if (parse.GetValue(json))
                output.WriteLine(ToolOutput.Json(new { findings }));
            else if (findings.Length == 0)
                output.WriteLine($"{parse.GetValue(path)}: {VaspReadJson.Word(sources[0].Outcome)}; there is nothing to mend.");
            foreach ((VaspFinding finding, EngineFinding told) in parse.GetValue(json) ? [] : findings.Zip(all))
                output.WriteLine($"{finding.Key}: {told}\n  {(finding.Correction is { } mend ? $"a campaign would try: {mend} ({finding.Class})" : "no correction is known: look at the inputs")}");
            return ToolOutput.Done;
        }));
        return command;
    }

    /// <summary>Where evidence lies in an image's own file, its directory is named.</summary>
    private static EngineFinding InImage(EngineFinding finding, VaspSource image) => finding.Evidence is { File: "OUTCAR" } e
        ? finding with { Evidence = e with { File = $"{Path.GetFileName(image.Path)}/{e.File}" } }
        : finding;

    private static VaspSource Open(string path)
    {
        try
        {
            return VaspSource.Open(path);
        }
        catch (InvalidDataException e)
        {
            throw new ToolInputException(e.Message);
        }
    }

    private static (int Frames, int Usable) Count(VaspSource source)
    {
        (int frames, int usable) = (0, 0);
        foreach (VaspFrame frame in source.Frames())
            (frames, usable) = (frames + 1, usable + (VaspReadJson.IsUsable(frame) ? 1 : 0));
        return (frames, usable);
    }

    private static void WriteText(TextWriter output, VaspSource source, int frames, int usable, int from, int to)
    {
        output.WriteLine($"{source.Path}: {(source.Summary.Header.Version is { } version ? $"VASP {version}, " : "")}{VaspReadJson.Word(source.Outcome) ?? "a trajectory without labels"}");
        if (source.AtomSpecies is { } species)
            output.WriteLine($"  {species.Length} atoms: {string.Join(" ", species.GroupBy(s => s).Select(g => $"{g.Key}{g.Count().ToString(Inv)}"))}");
        output.WriteLine(string.Create(Inv, $"  {frames} frames, {usable} usable"));
        foreach (SeenSymptom seen in VaspReadJson.Diagnoses(source))
            output.WriteLine($"  {seen.Symptom.Key}: {seen.Symptom.Meaning} ({seen.Evidence})");
        int index = 0;
        foreach (VaspFrame f in source.Frames())
        {
            if (index >= from && index < to && double.IsFinite(f.FreeEnergyEv))
                output.WriteLine(string.Create(Inv, $"  {index,6}  F {f.FreeEnergyEv,16:f8} eV  largest force {f.ForcesEvPerA.Max(v => v.Norm),9:f4} eV/Å  volume {f.Cell.Volume,10:f3} Å³{(f.ElectronsConverged == false ? "  electrons not converged" : "")}"));
            index++;
        }
    }
}

/// <summary>The JSON of <c>vasp read</c>, frame by frame.</summary>
internal sealed class VaspReadJson(VaspSource source, int frames, int usable, int from, int to, bool summary)
{
    public static bool IsUsable(VaspFrame frame) => double.IsFinite(frame.FreeEnergyEv) && frame.ElectronsConverged != false;

    public static string? Word(VaspOutcome? outcome) => outcome is { } o ? JsonNamingPolicy.CamelCase.ConvertName(o.ToString()) : null;

    /// <summary>Texts count only where the run did not end well.</summary>
    public static IReadOnlyList<SeenSymptom> Diagnoses(VaspSource source) => source.Outcome is VaspOutcome.Converged or VaspOutcome.Completed or null ? [] : source.Seen;

    public void WriteTo(TextWriter output)
    {
        string[]? species = source.AtomSpecies;
        string head = ToolOutput.Json(new
        {
            source = source.Path,
            vaspVersion = source.Summary.Header.Version,
            outcome = Word(source.Outcome),
            diagnoses = Diagnoses(source).Select(d => new { d.Symptom.Key, Message = d.Symptom.Meaning, d.Evidence.Line }),
            species = species?.Distinct(),
            atomSpecies = species,
            frameCount = frames,
            usableFrameCount = usable,
        });
        output.Write(head[..head.LastIndexOf('\n')]);
        output.Write(",\n  \"frames\": [");
        int index = 0;
        foreach (VaspFrame frame in source.Frames())
        {
            if (index >= from && index < to)
                output.Write($"{(index == from ? "" : ",")}\n{ToolOutput.Json(Row(index, frame))}");
            index++;
        }
        output.WriteLine("\n  ]\n}");
    }

    private object Row(int index, VaspFrame f)
    {
        double? energy = double.IsFinite(f.FreeEnergyEv) ? f.FreeEnergyEv : null;
        double[]? stress = f.StressKb is { } s ? [s.XX, s.YY, s.ZZ, s.XY, s.YZ, s.XZ] : null;
        return summary
            ? new { index, usable = IsUsable(f), electronicConverged = f.ElectronsConverged, freeEnergyEv = energy, energySigma0Ev = f.SigmaZeroEnergyEv, stressKbar = stress, volumeA3 = f.Cell.Volume }
            : new
            {
                index, usable = IsUsable(f), electronicConverged = f.ElectronsConverged, freeEnergyEv = energy, energySigma0Ev = f.SigmaZeroEnergyEv, stressKbar = stress, volumeA3 = f.Cell.Volume,
                cell = new[] { Row(f.Cell.A), Row(f.Cell.B), Row(f.Cell.C) },
                positions = f.PositionsA.Select(Row),
                forces = f.ForcesEvPerA.Length == 0 ? null : f.ForcesEvPerA.Select(Row),
            };
    }

    private static double[] Row(Vec3 v) => [v.X, v.Y, v.Z];
}
