using System.CommandLine;
using System.Text.Json.Nodes;
using Campaign.Cli.Help;
using Campaign.Workflows.Specs;

namespace Campaign.Cli.Verbs;

/// <summary>Everything that can be checked without computing. Exit code 2 when there is an error; warnings do not count.</summary>
public static class ValidateCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Campaign file (YAML)." };
        var set = new Option<string[]>("--set") { Description = "Override KEY=VALUE, e.g. dlmd.lengthPs=20; may repeat." };
        var json = new Option<bool>("--json") { Description = "One JSON document: {ok, errors, warnings, notes}." };
        var command = new Verb(
            "validate", "Check a campaign file: schema, structure, sites, and physics. Computes nothing.",
            ["validate config/quickstart.yaml", "validate config/li3ticl6-paper.yaml --json"],
            "Exit code 0 when there are only warnings, 2 when there is an error.") { file, set, json };
        command.SetAction(parse => Run(parse.GetValue(file)!, parse.GetValue(set) ?? [], parse.GetValue(json), parse.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(string file, IReadOnlyList<string> overrides, bool json, TextWriter output)
    {
        CampaignLoading loading = CampaignFile.Load(file, overrides);
        ILookup<SpecSeverity, SpecProblem> by = loading.Problems.ToLookup(p => p.Severity);
        bool ok = !by[SpecSeverity.Error].Any();
        if (json)
        {
            ProblemWriter.Json(output, new JsonObject
            {
                ["ok"] = ok,
                ["errors"] = ProblemWriter.ToJson(by[SpecSeverity.Error]),
                ["warnings"] = ProblemWriter.ToJson(by[SpecSeverity.Warning]),
                ["notes"] = ProblemWriter.ToJson(by[SpecSeverity.Note]),
            });
        }
        else
        {
            ProblemWriter.Write(output, loading.Problems);
            if (loading.Campaign is { } c)
                foreach (SpecDefault d in c.Spec.Source.Defaults)
                    output.WriteLine($"default: {d.Path} = {d.Value}");
            output.WriteLine(ok
                ? $"{file} is valid: {Count(by[SpecSeverity.Warning], "warning")}, {Count(by[SpecSeverity.Note], "note")}."
                : $"{file} is not valid: {Count(by[SpecSeverity.Error], "error")}, {Count(by[SpecSeverity.Warning], "warning")}.");
        }
        return ok ? 0 : 2;
    }

    private static string Count(IEnumerable<SpecProblem> problems, string what) => problems.Count() is var n && n == 1 ? $"1 {what}" : $"{n} {what}s";
}
