using System.Text.Json.Nodes;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

[Collection("end to end")]
public sealed class ReportContractTests(UndisturbedRun run)
{
    private static readonly string[] Fields =
        ["campaign", "generatedAt", "labels", "structures", "lattice", "potential", "rdf", "transport", "arrhenius", "neb", "cost", "notes", "missing"];

    private static readonly Dictionary<string, string[]> Rows = new()
    {
        ["lattice"] = ["variant", "level", "a", "b", "c", "beta", "reference"],
        ["potential"] = ["level", "energyRmseEvPerAtom", "forceRmseEvPerA"],
        ["transport"] = ["variant", "level", "temperatureK", "dSelf", "dTotal", "havenRatio", "sigma"],
        ["arrhenius"] = ["variant", "level", "fit", "activationEnergyEv", "sigma300"],
        ["neb"] = ["level", "direction", "hop", "layer", "barrierEv"],
    };

    [Fact]
    public void One_command_leads_from_a_crystal_structure_to_a_whole_report()
    {
        Assert.Equal(0, run.Result.ExitCode);
        string report = Path.Combine(run.Folder, "report");
        string html = File.ReadAllText(Path.Combine(report, "report.html"));
        Assert.EndsWith("</html>", html.TrimEnd());
        Assert.DoesNotContain("src=\"http", html);
        string[] figures = [.. Directory.EnumerateFiles(Path.Combine(report, "figures")).Select(f => Path.GetFileName(f))];
        Assert.Contains("arrhenius-D.svg", figures);
        Assert.All(figures, f => Assert.Contains(Path.ChangeExtension(f, f.EndsWith(".svg", StringComparison.Ordinal) ? ".png" : ".svg"), figures));
        Assert.All(
            new[] { "structures", "lattice", "potential", "parity", "rdf", "msd", "transport", "arrhenius", "neb", "method-blank", "cost" },
            t => Assert.True(File.ReadLines(Path.Combine(report, "tables", $"{t}.csv")).Skip(1).Any(), $"{t}.csv has no rows"));
        Assert.Empty(run.Report["missing"]!.AsArray());
    }

    [Fact]
    public void The_report_has_every_field_of_the_contract()
    {
        JsonObject report = run.Report;
        Assert.All(Fields, f => Assert.True(report.ContainsKey(f), $"report.json has no '{f}'"));
        foreach ((string list, string[] fields) in Rows)
        {
            Assert.NotEmpty(report[list]!.AsArray());
            foreach (JsonNode? row in report[list]!.AsArray())
                Assert.All(fields, f => Assert.True(row!.AsObject().ContainsKey(f), $"a row of '{list}' has no '{f}'"));
        }
    }

    [Fact]
    public void Every_number_says_its_error_its_unit_and_where_it_comes_from()
    {
        JsonObject[] quantities = [.. Quantities(run.Report)];
        HashSet<string> known = [.. Directory.EnumerateFiles(Path.Combine(run.Store, "artifacts"), "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)[..64])];
        Assert.True(quantities.Length > 30, $"only {quantities.Length} quantities");
        foreach (JsonObject q in quantities)
        {
            Assert.All(new[] { "value", "stderr", "ci95", "unit", "resolved", "source" }, f => Assert.True(q.ContainsKey(f), $"no '{f}' in {q.ToJsonString()}"));
            if (q["resolved"]!.GetValue<bool>())
                Assert.True(double.IsFinite(q["value"]!.GetValue<double>()), q.ToJsonString());
            if (q["ci95"] is JsonArray interval)
                Assert.True(interval.Count == 2 && (interval[0] is null || interval[1] is null || interval[0]!.GetValue<double>() <= interval[1]!.GetValue<double>()), q.ToJsonString());
            if (q["value"] is not null)
                Assert.NotEmpty(q["source"]!.AsArray());
            Assert.All(q["source"]!.AsArray(), id => Assert.Contains(id!.GetValue<string>(), known));
        }
    }

    [Fact]
    public void Labels_of_the_stand_in_are_named_as_such_and_carry_no_room_temperature_conductivity()
    {
        JsonObject report = run.Report;
        Assert.Contains("not DFT", report["labels"]!.GetValue<string>());
        Assert.All(report["arrhenius"]!.AsArray(), fit => Assert.Null(fit!["sigma300"]));
        Assert.Null(report["experiment"]);
        Assert.Contains("not DFT", File.ReadAllText(Path.Combine(run.Folder, "report", "report.html")));
    }

    [Fact]
    public void The_method_blank_compares_the_potential_with_its_teacher() =>
        Assert.Contains(run.Report["methodBlank"]!.AsArray(), r => r!["potential"] is not null && r["teacher"] is not null && r["criterion"] is not null);

    private static IEnumerable<JsonObject> Quantities(JsonNode? node) => node switch
    {
        JsonObject o when o.ContainsKey("resolved") && o.ContainsKey("ci95") => [o],
        JsonObject o => o.SelectMany(p => Quantities(p.Value)),
        JsonArray a => a.SelectMany(Quantities),
        _ => [],
    };
}
