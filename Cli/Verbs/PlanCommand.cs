using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Campaign.Cli.Help;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Planning;
using Campaign.Workflows.Specs;

namespace Campaign.Cli.Verbs;

/// <summary>The task graph without side effects, as a table, JSON or a picture.</summary>
public static class PlanCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Campaign file (YAML)." };
        var set = new Option<string[]>("--set") { Description = "Override KEY=VALUE, e.g. dlmd.lengthPs=20; may repeat." };
        var json = new Option<bool>("--json") { Description = "One JSON document: {tasks, totals}." };
        var dot = new Option<bool>("--dot") { Description = "The graph in Graphviz DOT." };
        var svg = new Option<bool>("--svg") { Description = "The graph as SVG." };
        var command = new Verb(
            "plan", "Show the tasks a campaign file leads to, with estimated cost. Creates nothing.",
            ["plan config/quickstart.yaml", "plan config/quickstart.yaml --set dlmd.lengthPs=20 --svg"],
            "Core-hours and disk are estimates within a factor 3. Exit code 2 when the file is wrong.") { file, set, json, dot, svg };
        command.SetAction(parse => Run(parse.GetValue(file)!, parse.GetValue(set) ?? [],
            parse.GetValue(json) ? Form.Json : parse.GetValue(dot) ? Form.Dot : parse.GetValue(svg) ? Form.Svg : Form.Table,
            parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error));
        return command;
    }

    internal enum Form
    {
        Table,
        Json,
        Dot,
        Svg,
    }

    internal static int Run(string file, IReadOnlyList<string> overrides, Form form, TextWriter output, TextWriter error)
    {
        CampaignLoading loading = CampaignFile.Load(file, overrides);
        if (loading.Campaign is not { } c)
        {
            ProblemWriter.Write(error, loading.Errors);
            return 2;
        }
        switch (form)
        {
            case Form.Json:
                ProblemWriter.Json(output, ToJson(c));
                break;
            case Form.Dot:
                output.Write(GraphDrawing.Dot(c.Graph));
                break;
            case Form.Svg:
                output.Write(GraphDrawing.Svg(c.Graph));
                break;
            default:
                Table(c, output);
                ProblemWriter.Write(output, c.Refusals);
                break;
        }
        return 0;
    }

    private static JsonObject ToJson(LoadedCampaign c) => new()
    {
        ["tasks"] = new JsonArray([.. c.Graph.Tasks.Select(t => new JsonObject
        {
            ["id"] = t.Id.Value,
            ["stage"] = t.Id.Stage,
            ["operation"] = t.Operation,
            ["engine"] = t.Engine,
            ["site"] = t.Site,
            ["dependsOn"] = new JsonArray([.. t.DependsOn.Select(d => JsonValue.Create(d.Value))]),
            ["cores"] = t.Cores,
            ["coreHours"] = t.CoreHours,
            ["diskMiB"] = t.DiskMiB,
        })]),
        ["totals"] = new JsonObject
        {
            ["tasks"] = c.Totals.Tasks,
            ["coreHours"] = c.Totals.CoreHours,
            ["diskMiB"] = c.Totals.DiskMiB,
            ["wallDays"] = c.Totals.WallDays,
        },
    };

    private static void Table(LoadedCampaign c, TextWriter output)
    {
        output.WriteLine($"{"task",-44} {"engine",-8} {"site",-14} {"needs",5} {"core time",11} {"disk",9}");
        foreach (string name in GraphDrawing.StagesByDepth(c.Graph))
        {
            TaskSpec[] stage = [.. c.Graph.Tasks.Where(t => t.Id.Stage == name)];
            output.WriteLine($"{$"{name} ({stage.Length})",-44} {"",-8} {"",-14} {"",5} {Hours(stage.Sum(t => t.CoreHours)),11} {Disk(stage.Sum(t => t.DiskMiB)),9}");
            foreach (TaskSpec t in stage)
                output.WriteLine($"  {t.Id.Value,-42} {t.Engine,-8} {t.Site,-14} {t.DependsOn.Count(),5} {Hours(t.CoreHours),11} {Disk(t.DiskMiB),9}");
        }
        string wall = c.Totals.WallDays >= 1 ? $"{c.Totals.WallDays:0.#} days" : c.Totals.WallDays * 24 >= 1 ? $"{c.Totals.WallDays * 24:0.#} hours" : $"{c.Totals.WallDays * 1440:0.#} minutes";
        output.WriteLine($"{c.Totals.Tasks} tasks, about {Hours(c.Totals.CoreHours)} of core time and {Disk(c.Totals.DiskMiB)}, {wall} if nothing waits (estimates within a factor 3).");
    }

    private static string Hours(double hours) => hours switch
    {
        >= 1000 => hours.ToString("0,0' h'", CultureInfo.InvariantCulture),
        >= 0.1 => hours.ToString("0.0##' h'", CultureInfo.InvariantCulture),
        _ => $"{hours * 3600:0.#} s",
    };

    private static string Disk(double mib) => mib switch
    {
        >= 1 << 20 => $"{mib / (1 << 20):0.#} TiB",
        >= 1024 => $"{mib / 1024:0.#} GiB",
        _ => $"{mib:0.#} MiB",
    };
}
