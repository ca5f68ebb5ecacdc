using System.CommandLine;
using Campaign.Actors.Jobs;
using Campaign.Actors.Jobs.Vasp;
using Campaign.Actors.Operations;
using Campaign.Cli.Commands;
using Campaign.Cli.Help;
using Campaign.Cli.Verbs;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Runs;
using Campaign.Compute.Formats;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Specs;

namespace Campaign.Cli.Tools;

/// <summary><c>vasp inputs FILE --task ID --out DIR</c>: the files of a task's first run, exactly as they would be submitted.</summary>
internal static class VaspInputsCommand
{
    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "The campaign file." };
        Option<string> task = new("--task") { Description = "Id of a task of engine vasp, e.g. relax/ti0750/u4; see 'plan'.", Required = true };
        Option<string> target = new("--out") { Description = "Directory to write into.", Required = true };
        Option<string?> dir = new("--dir") { Description = "The campaign's directory, where what the task begins with may be done; default: campaigns/NAME." };
        Option<string[]> set = new("--set") { Description = "KEY=VALUE in place of the file's, as for 'run'. May be repeated." };
        Option<bool> json = StructureCommand.JsonOption();
        Command command = new Verb(
            "inputs", "Writes exactly what would be submitted for a task: INCAR, KPOINTS, POSCAR, and the script that puts POTCAR together on the site.",
            ["vasp inputs config/li3ticl6-paper.yaml --task relax/ti0750/u4 --out inputs"],
            "POTCAR is not written: it is put together in the job from the site's own directory; POTCAR.spec names its data sets.") { file, task, target, dir, set, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            LoadedCampaign campaign = Load(parse.GetValue(file)!, parse.GetValue(set) ?? []);
            TaskSpec spec = Find(campaign, parse.GetValue(task)!);
            string into = parse.GetValue(target)!;
            if (File.Exists(into))
                throw new ToolInputException($"--out {into}: this is a file. Name a directory.");
            using var inputs = new TaskInputs(campaign, parse.GetValue(dir) ?? Path.Combine("campaigns", campaign.Spec.Name));
            JobWork work = Work(campaign, spec, inputs.Context(spec));
            string[] written = [.. Write(work.Run, into), WriteNames(spec, into)];
            if (parse.GetValue(json))
                output.WriteLine(ToolOutput.Json(new { task = spec.Id.Value, directory = into, files = written, command = work.Program.Concat(work.Run.Arguments), before = work.Run.Before.Select(b => new { b.Command, b.Output }) }));
            else
                output.WriteLine($"{spec.Id}: {string.Join(", ", written)} in {into}\nin the job, first: {string.Join("; ", work.Run.Before.Select(b => $"{string.Join(' ', b.Command.Take(2))} ... > {b.Output}"))}\nthen: {string.Join(' ', work.Program.Concat(work.Run.Arguments))}");
            return ToolOutput.Done;
        }));
        return command;
    }

    private static LoadedCampaign Load(string file, string[] overrides)
    {
        CampaignLoading loading = CampaignFile.Load(file, overrides);
        return loading.Campaign ?? throw new ToolInputException(string.Join('\n', loading.Errors));
    }

    private static TaskSpec Find(LoadedCampaign campaign, string id)
    {
        TaskSpec? task = campaign.Graph.Tasks.FirstOrDefault(t => t.Id.Value == id);
        if (task is null)
            throw new ToolInputException($"--task {id}: the campaign has no such task. 'campaign plan {campaign.Path}' lists them.");
        return task.Engine == "vasp" ? task : throw new ToolInputException($"--task {id}: it is done by engine {task.Engine}, not by vasp.");
    }

    private static JobWork Work(LoadedCampaign campaign, TaskSpec spec, OperationContext context)
    {
        EngineCommand how = campaign.Sites.TryGetValue(spec.Site, out SiteSpec? site) && site.Engines.TryGetValue(spec.Engine, out EngineCommand? command) ? command : new EngineCommand([spec.Engine], []);
        try
        {
            return OperationList.External.First(o => o.Engine == spec.Engine && o.Name == spec.Operation).Work(context, how, []);
        }
        catch (InvalidDataException e)
        {
            throw new ToolInputException($"{spec.Id}: {e.Message}");
        }
    }

    /// <summary>The names of the potentials, in the place of what stays on the site.</summary>
    private static string WriteNames(TaskSpec spec, string into)
    {
        DftSettings? dft = spec.Operation switch
        {
            OperationCatalogue.Relax => CanonicalParameters.Read<RelaxParameters>(spec.Parameters).Dft,
            OperationCatalogue.Sample => CanonicalParameters.Read<SampleParameters>(spec.Parameters).Dft,
            OperationCatalogue.Relabel => CanonicalParameters.Read<RelabelParameters>(spec.Parameters).Dft,
            _ => CanonicalParameters.Read<FindBarriersParameters>(spec.Parameters).Dft,
        };
        string poscar = new[] { "POSCAR", "00/POSCAR", "0001/POSCAR" }.Select(n => Path.Combine(into, n)).First(File.Exists);
        File.WriteAllText(Path.Combine(into, PotcarSpec.FileName), PotcarSpec.Text(VaspLevels.Of(dft), VaspAtoms.Of(Poscar.ReadFile(poscar)).Blocks));
        return PotcarSpec.FileName;
    }

    private static string[] Write(ProgramRun run, string into)
    {
        foreach ((string name, RunInput input) in run.Inputs)
        {
            string path = RunPath.IsInside(name) ? Path.Combine(into, name) : throw new ToolInputException($"'{name}' is not a name in a run directory.");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (input.Content.Bytes is { } bytes)
                File.WriteAllBytes(path, bytes);
            else
                File.Copy(input.Content.Source!, path, overwrite: true);
        }
        return [.. run.Inputs.Keys.Order(StringComparer.Ordinal)];
    }
}
