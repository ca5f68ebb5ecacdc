using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Campaign.Workflows.Specs;

namespace Campaign.Cli.Verbs;

/// <summary>Problems for people and for programs.</summary>
internal static class ProblemWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Json(TextWriter output, JsonNode document) => output.WriteLine(document.ToJsonString(Indented));

    public static JsonArray ToJson(IEnumerable<SpecProblem> problems) =>
    [
        .. problems.Select(p => new JsonObject
        {
            ["file"] = p.File,
            ["line"] = p.Line,
            ["column"] = p.Column,
            ["path"] = p.Path,
            ["message"] = p.Message,
            ["mend"] = p.Mend,
            ["rule"] = p.Rule,
        }),
    ];

    public static void Write(TextWriter output, IEnumerable<SpecProblem> problems)
    {
        foreach (SpecProblem p in problems)
        {
            string kind = p.Severity switch { SpecSeverity.Error => "error", SpecSeverity.Warning => "warning", _ => "note" };
            output.WriteLine($"{p.File}:{p.Line}:{p.Column}: {kind}{(p.Rule is null ? "" : $" [{p.Rule}]")}: {(p.Path.Length > 0 ? p.Path + ": " : "")}{p.Message}");
            if (p.Mend.Length > 0)
                output.WriteLine($"    {p.Mend}");
        }
    }
}
