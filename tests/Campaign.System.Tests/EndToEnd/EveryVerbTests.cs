using System.CommandLine;
using System.Text.Json.Nodes;
using Campaign.Cli;
using Campaign.Compute.Formats;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>
/// The contract of the command line, verb by verb: exit code, and with <c>--json</c> exactly one document on standard output, with the fields
/// and kinds promised. A verb that is not in the table fails the suite.
/// </summary>
[Collection("end to end")]
public sealed class EveryVerbTests(UndisturbedRun run)
{
    private const string Problems = """[{ "file": "s", "line": "n", "column": "n", "path": "s", "message": "s", "mend": "s" }]""";
    private const string Reply = """{ "accepted": "b", "message": "s" }""";
    private const string Q = """{ "value": "n?", "stderr": "n?", "ci95": "any", "unit": "s", "resolved": "b" }""";
    private const string Outcome = """
        { "campaign": "s", "directory": "s", "outcome": "s", "exitCode": "n", "report": "s?", "failed": [{ "id": "s", "reason": "s" }], "blocked": [{ "id": "s", "reason": "s" }] }
        """;

    private const string Status = """
        {
          "campaign": "s", "state": "s", "stages": [{ "id": "s", "state": "s", "done": "n", "total": "n" }],
          "tasks": [{ "id": "s", "stage": "s", "state": "s", "attempt": "n", "jobId": "s?", "site": "s", "startedAt": "s?", "endedAt": "s?", "reason": "s?" }],
          "counts": "o"
        }
        """;

    private const string Task = "train/ionic/m0";

    /// <summary>One call.</summary>
    /// <param name="Shape">Null for verbs without <c>--json</c>.</param>
    private sealed record Call(string[] Arguments, int ExitCode, string? Shape);

    /// <summary>DONE stands for the finished campaign, COPY for a copy of it, CONFIG for the shipped files, NEW for a path that does not exist, and so on: see <see cref="Real"/>.</summary>
    private static readonly Dictionary<string, Call[]> Table = new()
    {
        ["init"] = [new(["CONFIG/structures/Li3TiCl6.cif", "--out", "NEW.yaml"], 0, null), new(["NEW.cif"], 2, null)],
        ["validate"] =
        [
            new(["CONFIG/quickstart.yaml"], 0, $$"""{ "ok": "b", "errors": {{Problems}}, "warnings": {{Problems}} }"""),
            new(["CONFIG/li3ticl6-paper.yaml"], 0, $$"""{ "ok": "b", "errors": {{Problems}}, "warnings": {{Problems}} }"""),
            new(["CONFIG/quickstart.yaml", "--set", "dlmd.timeStepFs=-1"], 2, $$"""{ "ok": "b", "errors": {{Problems}}, "warnings": {{Problems}} }"""),
        ],
        ["plan"] =
        [
            new(["CONFIG/quickstart.yaml"], 0, """
                {
                  "tasks": [{ "id": "s", "stage": "s", "operation": "s", "engine": "s", "site": "s", "dependsOn": ["s"], "coreHours": "n", "diskMiB": "n" }],
                  "totals": { "tasks": "n", "coreHours": "n", "diskMiB": "n" }
                }
                """),
        ],
        ["run"] = [new(["FILE", "--dir", "DONE"], 0, Outcome), new(["FILE", "--dir", "DONE", "--set", "transport.hopLengthA=3.4"], 2, Outcome)],
        ["resume"] = [new(["DONE"], 0, Outcome)],
        ["attempt"] = [new(["NEW.json"], 2, null)],
        ["status"] = [new(["DONE"], 0, Status)],
        ["why"] =
        [
            new(["DONE", Task], 0, """
                {
                  "task": "s", "state": "s", "since": "s", "waitingFor": ["s"],
                  "attempts": [{ "n": "n", "jobId": "s?", "script": "s?", "startedAt": "s?", "endedAt": "s?", "exit": "s?", "findings": ["o"], "corrections": ["o"] }], "log": ["s"]
                }
                """),
        ],
        ["history"] =
        [
            new(["DONE"], 0, """[{ "at": "s", "sequence": "n", "actor": "s", "event": "s", "data": "o" }]"""),
            new(["DONE", "--task", Task], 0, """[{ "at": "s", "sequence": "n", "actor": "s", "event": "s", "data": "o" }]"""),
            new(["DONE", "--at", "60"], 0, Status),
            new(["DONE", "--at", "1 fortnight ago"], 2, null),
        ],
        ["reconcile"] = [new(["DONE"], 0, """[{ "task": "s?", "journal": "s?", "scheduler": "s?", "disk": "s?", "action": "s" }]""")],
        ["report"] = [new(["DONE", "--out", "NEW"], 0, null)],
        ["pause"] = [new(["DONE"], 1, Reply)],
        ["continue"] = [new(["DONE"], 1, Reply)],
        ["cancel"] = [new(["DONE"], 1, Reply)],
        ["retry"] = [new(["DONE"], 1, Reply), new(["COPY", Task], 0, Reply)],
        ["set"] = [new(["DONE", Task, "steps=300"], 1, Reply)],
        ["doctor"] = [new(["COPY"], 0, """{ "checks": [{ "name": "s", "ok": "b", "version": "s?", "path": "s?", "prevents": "s", "mend": "s?" }] }""")],
        ["structure info"] =
        [
            new(["CONFIG/structures/Li3TiCl6.cif"], 0, """
                {
                  "formula": "s", "atoms": "n", "cell": [["n"]], "lengths": ["n"], "anglesDeg": ["n"], "volumeA3": "n", "species": ["s"], "partialOccupancy": "b",
                  "sites": [{ "label": "s", "species": [{ "symbol": "s", "occupancy": "n" }], "frac": ["n"], "multiplicity": "n" }]
                }
                """),
        ],
        ["structure variants"] =
        [
            new(["CONFIG/structures/Li3TiCl6.cif", "--out", "NEW", "--supercell", "1x1x2", "--occupancy", "Ti@2a=0.75", "--occupancy", "Ti@4g=0.125", "--draws", "2"], 0, """
                [{
                  "name": "s", "atoms": "n", "supercell": ["n"], "kMesh": ["n"], "counts": "o", "occupancies": [{ "species": "s", "site": "s", "target": "n", "achieved": "n" }],
                  "minCationDistanceA": "n", "ewaldEv": "n", "file": "s"
                }]
                """),
        ],
        ["analyze msd"] =
        [
            new(["TRAJECTORY", "--species", "Li", "--timestep-fs", "20"], 0, $$"""
                { "lagPs": ["n"], "self": ["n"], "distinct": ["n"], "total": ["n"], "frame": "s", "diffusion": { "self": {{Q}}, "total": {{Q}} }, "havenRatio": {{Q}}, "method": "s" }
                """),
            new(["TRAJECTORY", "--species", "Na", "--timestep-fs", "20"], 2, null),
        ],
        ["analyze conductivity"] =
        [
            new(["TRAJECTORY", "--species", "Li", "--charge", "1", "--temperature", "900", "--timestep-fs", "20"], 0, $$"""
                { "sigmaMsPerCm": {{Q}}, "sigmaNernstEinsteinMsPerCm": {{Q}}, "havenRatio": {{Q}} }
                """),
        ],
        ["analyze rdf"] = [new(["TRAJECTORY", "--pairs", "Li-Cl"], 0, """{ "rA": ["n"], "pairs": { "Li-Cl": { "g": ["n"], "coordination": ["n"] } } }""")],
        ["analyze arrhenius"] =
        [
            new(["TABLE"], 0, $$"""{ "activationEnergyEv": {{Q}}, "fit": "s", "extrapolated": [{ "temperatureK": "n", "value": "n", "ci95": ["n"] }] }"""),
        ],
        ["vasp read"] =
        [
            new(["VASPRUN"], 0, """
                {
                  "source": "s", "vaspVersion": "s", "outcome": "s", "diagnoses": [{ "key": "s", "message": "s", "line": "n" }], "species": ["s"], "atomSpecies": ["s"],
                  "frameCount": "n", "usableFrameCount": "n",
                  "frames": [{
                    "index": "n", "usable": "b", "electronicConverged": "b", "freeEnergyEv": "n", "energySigma0Ev": "n", "stressKbar": ["n"], "volumeA3": "n",
                    "cell": [["n"]], "positions": [["n"]], "forces": [["n"]]
                  }]
                }
                """),
            new(["CRASHED", "--summary"], 0, """
                {
                  "source": "s", "vaspVersion": "any", "outcome": "s", "diagnoses": [{ "key": "s", "message": "s", "line": "n" }], "species": "any", "atomSpecies": "any",
                  "frameCount": "n", "usableFrameCount": "n", "frames": "any"
                }
                """),
            new(["NEW"], 2, null),
        ],
        ["vasp diagnose"] =
        [
            new(["CRASHED"], 0, """{ "findings": [{ "key": "s", "class": "s", "evidence": { "file": "s", "line": "n", "text": "s" }, "correction": "s" }] }"""),
        ],
        ["vasp inputs"] =
        [
            new(["CONFIG/li3ticl6-paper.yaml", "--task", "relax/ti0750/u4", "--out", "NEW", "--set", "material.variants[ti0750].draws=2"], 0,
                """{ "task": "s", "directory": "s", "files": ["s"], "command": ["s"], "before": [{ "command": ["s"], "output": "s" }] }"""),
            new(["CONFIG/li3ticl6-paper.yaml", "--task", "dataset/u4", "--out", "NEW"], 2, null),
        ],
        ["dataset build"] =
        [
            new(["VASPRUN", "--out", "NEW"], 0, """{ "systems": [{ "name": "s", "frames": "n", "atoms": "n" }], "frames": "n", "dropped": [{ "source": "s", "frame": "n?", "reason": "s" }] }"""),
        ],
        ["potential eval"] =
        [
            new(["MODEL", "CELL"], 0, """{ "energyEv": "n", "atomEnergiesEv": ["n"], "forcesEvPerA": [["n"]], "virialEv": ["n"] }"""),
            new(["CONFIG/potentials/li-ti-cl.yaml", "CELL"], 0, """{ "energyEv": "n", "atomEnergiesEv": "any", "forcesEvPerA": [["n"]], "virialEv": ["n"] }"""),
            new(["NEW.dp", "CELL"], 2, null),
        ],
        ["potential test"] =
        [
            new(["MODEL", "LABELLED"], 0, """
                {
                  "energyMaeEvPerAtom": "n", "energyRmseEvPerAtom": "n", "forceMaeEvPerA": "n", "forceRmseEvPerA": "n", "virialRmseEvPerAtom": "n?", "r2Energy": "n?", "r2Force": "n?",
                  "maxForceErrorEvPerA": "n", "frames": "n"
                }
                """),
        ],
        ["potential train"] =
        [
            new(["INPUT", "--data", "SYSTEM", "--out", "NEW.dp"], 0, """
                {
                  "model": "s", "learningCurve": "s", "steps": "n", "batchSizes": ["n"], "parameters": "n", "typeMap": ["s"], "sel": ["n"], "frames": "n", "leftOut": "any",
                  "training": { "energyRmseEvPerAtom": "n", "forceRmseEvPerA": "n", "virialRmseEvPerAtom": "n?" }, "validation": "any", "notHonoured": "any"
                }
                """),
            new(["INPUT", "--data", "NEW", "--out", "NEW.dp"], 2, null),
        ],
        ["potential convert"] = [new(["MODEL", "NEW.yaml"], 0, """{ "input": "s", "output": "s" }""")],
        ["structure convert"] = [new(["CONFIG/structures/Li3TiCl6.cif", "NEW.vasp"], 2, null)], // partial occupancies
    };

    public static TheoryData<string> Verbs => [.. Paths(CommandTree.Create(), "")];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_answers_as_the_contract_says(string verb)
    {
        Assert.True(Table.ContainsKey(verb), $"'{verb}' is not in the table of the contract");
        Command command = CommandTree.Create().Parse(verb).CommandResult.Command;
        bool json = command.Options.Any(o => o.Name == "--json");
        Assert.Equal(json, Table[verb].Any(c => c.Shape is not null) || verb == "structure convert");
        foreach (Call call in Table[verb])
        {
            string[] arguments = [.. verb.Split(' '), .. call.Arguments.Select(Real), .. call.Shape is null ? (string[])[] : ["--json"]];
            ProgramResult result = await CampaignProgram.RunAsync(arguments);
            Assert.True(result.ExitCode == call.ExitCode, $"campaign {string.Join(' ', arguments)}: {result}");
            if (call.ExitCode != 0 && call.Shape is null)
                Assert.NotEmpty(result.Error);
            if (call.Shape is null)
                continue;
            Assert.DoesNotContain("\u001b", result.Output); // one document, no colour, nothing beside it
            Shape.Holds(call.Shape, result.Json);
        }
    }

    [Fact]
    public void The_table_names_no_verb_that_is_gone() => Assert.Empty(Table.Keys.Except(Paths(CommandTree.Create(), "")));

    [Fact]
    public async Task A_campaign_stopped_by_a_person_exits_75_until_that_person_lets_it_go_on()
    {
        string folder = run.Copy();
        await Accepted("retry", folder, "report/report"); // what is asked for again makes the campaign unfinished
        await Accepted("pause", folder);
        await Ends(75, "stopped", "resume", folder);
        Assert.Equal("paused", await StateOf(folder));
        await Accepted("cancel", folder);
        await Ends(75, "stopped", "resume", folder);
        Assert.Equal("cancelled", await StateOf(folder));
        string said = await Accepted("retry", folder, Task); // opens the campaign again, too
        Assert.Contains("open again", said);
        Assert.Contains("resume", said);
        await Ends(0, "done", "resume", folder);
        Assert.Equal("done", await StateOf(folder));
    }

    [Fact]
    public async Task A_campaign_without_one_of_its_tasks_exits_3_and_names_it_and_without_its_report_exits_1()
    {
        const string barriers = "neb/small/ionic/110";
        string folder = run.Copy();
        await Accepted("retry", folder, barriers);
        Assert.Contains("report/report", await Accepted("cancel", folder, barriers));
        JsonNode partial = await Ends(3, "partial", "resume", folder);
        Assert.Equal(barriers, Assert.Single(partial["failed"]!.AsArray())!["id"]!.GetValue<string>());
        JsonNode why = (await CampaignProgram.RunAsync("why", folder, barriers, "--json")).Json;
        Assert.Equal("cancelled", why["state"]!.GetValue<string>());
        Assert.Contains("Cancel by", why["reason"]!.GetValue<string>());
        Assert.Contains($"retry {folder} {barriers}", why["next"]!.GetValue<string>());

        await Accepted("retry", folder, "report/report");
        await Accepted("cancel", folder, "report/report");
        await Ends(1, "failed", "resume", folder);

        string said = await Accepted("retry", folder);
        Assert.Contains(barriers, said);
        Assert.Contains("report/report", said);
        await Ends(0, "done", "resume", folder);
    }

    [Fact]
    public async Task Why_tells_of_a_waiting_task_what_it_waits_for_and_of_a_blocked_one_who_blocks_it()
    {
        string folder = run.Copy();
        Assert.Contains("computed it", (await CampaignProgram.RunAsync("why", folder, Task)).Output);
        await Accepted("retry", folder, "validate/ionic");
        await Accepted("pause", folder, "validate/ionic");
        JsonNode paused = (await CampaignProgram.RunAsync("why", folder, "validate/ionic", "--json")).Json;
        Assert.Equal("paused", paused["state"]!.GetValue<string>());
        Assert.Contains($"Pause by {Environment.UserName}@{Environment.MachineName}", paused["reason"]!.GetValue<string>());
        Assert.Contains("continue", Assert.Single(paused["waitingFor"]!.AsArray())!.GetValue<string>());
        await Accepted("retry", folder, "report/report");
        string[] waits = [.. (await CampaignProgram.RunAsync("why", folder, "report/report", "--json")).Json["waitingFor"]!.AsArray().Select(w => w!.GetValue<string>())];
        Assert.Contains("validate/ionic (paused)", waits);
        Assert.Contains(waits, w => w.Contains("resume", StringComparison.Ordinal));

        await Accepted("retry", folder, "structures/small");
        await Accepted("cancel", folder, "structures/small");
        JsonNode blocked = (await CampaignProgram.RunAsync("why", folder, "relax/small/ionic", "--json")).Json;
        Assert.Equal("structures/small", blocked["blockedBy"]!.GetValue<string>());
        Assert.Empty(blocked["waitingFor"]!.AsArray());
        ProgramResult refused = await CampaignProgram.RunAsync("retry", folder, "relax/small/ionic");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Retry structures/small", refused.Error);
    }

    [Fact]
    public async Task The_tools_give_the_numbers_of_the_tasks()
    {
        ProgramResult msd = await CampaignProgram.RunAsync(
            "analyze", "msd", Real("TRAJECTORY"), "--species", "Li", "--timestep-fs", "20", "--hop-length", "3.6", "--json");
        string Of(JsonNode? q) => $"{q!["value"]?.ToJsonString()} {q["ci95"]?.ToJsonString()}";
        string[] rows = [.. run.Report["transport"]!.AsArray().Select(r => $"{r!["temperatureK"]} {Of(r["dSelf"])}, {Of(r["dTotal"])}")];
        Assert.Contains($"900 {Of(msd.Json["diffusion"]!["self"])}, {Of(msd.Json["diffusion"]!["total"])}", rows);
    }

    [Fact]
    public async Task Reconcile_names_every_difference_and_changes_nothing()
    {
        (string folder, string store) = run.CopyWithStore();
        Assert.Equal("[]", (await CampaignProgram.RunAsync("reconcile", folder, "--json")).Json.ToJsonString());
        string model = Directory.EnumerateFiles(store, "*.dp", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(model);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(model, bytes);
        string claimed = Directory.CreateDirectory(Path.Combine(folder, "runs", "train", "ionic", "m0", "a2")).FullName;
        File.WriteAllText(Path.Combine(claimed, ".claim"), "elsewhere:17\n");
        File.WriteAllText(Path.Combine(store, "artifacts", "incoming.17-0.tmp"), "half");
        Directory.CreateDirectory(Path.Combine(folder, "checkpoints", "train", "ionic", "m0", "0123456789abcdef"));
        string[] before = [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order()];

        JsonArray found = (await CampaignProgram.RunAsync("reconcile", folder, "--json")).Json.AsArray();

        string[] disk = [.. found.Select(d => d!["disk"]!.GetValue<string>())];
        Assert.Contains(disk, d => d.Contains(model, StringComparison.Ordinal) && d.Contains("damaged", StringComparison.Ordinal));
        Assert.Contains(disk, d => d.Contains("a2, claimed by elsewhere:17", StringComparison.Ordinal));
        Assert.Contains(disk, d => d.Contains("incoming.17-0.tmp", StringComparison.Ordinal));
        Assert.Contains(disk, d => d.Contains("0123456789abcdef", StringComparison.Ordinal));
        Assert.Contains(disk, d => d.Contains(Path.Combine("m0", "a1") + " has files beside its log", StringComparison.Ordinal)); // since a2 follows it
        Assert.Equal(5, found.Count);
        Assert.Equal(4, (await CampaignProgram.RunAsync("reconcile", folder, "--quick", "--json")).Json.AsArray().Count); // the length is right
        Assert.Equal<string>(before, [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order()]);
    }

    [Fact]
    public async Task A_task_whose_stage_had_no_time_to_record_its_end_can_be_asked_about()
    {
        string folder = run.Copy();
        using (var journal = new SqliteConnection($"Data Source={Path.Combine(folder, "journal.db")};Pooling=False"))
        {
            journal.Open();
            using SqliteCommand command = journal.CreateCommand();
            command.CommandText = "DELETE FROM journal WHERE manifest = 'stage.taskConcluded.v1' AND persistence_id LIKE '%/stage/train'";
            Assert.NotEqual(0, command.ExecuteNonQuery());
        }

        JsonNode why = (await CampaignProgram.RunAsync("why", folder, Task, "--json")).Json;

        Assert.Equal("done", why["state"]!.GetValue<string>());
        Assert.Equal(run.OutputOf(Task, "model"), why["result"]!["outputs"]!["model"]!["path"]!.GetValue<string>());
        Assert.Equal("[]", (await CampaignProgram.RunAsync("reconcile", folder, "--quick", "--json")).Json.ToJsonString());
    }

    private string Real(string argument) => argument switch
    {
        "DONE" => run.Folder,
        "COPY" => run.Copy(),
        "TRAJECTORY" => run.OutputOf("dlmd/small/ionic/t900", "trajectory"),
        "LABELLED" => run.OutputOf("aimd/small/ionic/t900", "frames"),
        "CELL" => run.OutputOf("relax/small/ionic", "structure"),
        "MODEL" => run.OutputOf(Task, "model"),
        "INPUT" => Written("""
            { "model": { "descriptor": { "rcut": 4.0, "neuron": [2, 4], "axis_neuron": 2 }, "fitting_net": { "neuron": [4] } }, "training": { "numb_steps": 3 } }
            """),
        "SYSTEM" => LabelledSystem(),
        "TABLE" => Written("temperatureK,sigmaMsPerCm,stderr\n600,10,1\n700,30,2\n800,70,5\n"),
        "FILE" => run.File,
        "VASPRUN" => Path.Combine(Path.GetDirectoryName(run.Config)!, "tests", "data", "vasp", "Li-relax.vasprun.xml.gz"),
        "CRASHED" => Crashed(),
        _ when argument.StartsWith("NEW", StringComparison.Ordinal) => run.New("new") + argument[3..],
        _ => argument.Replace("CONFIG", run.Config, StringComparison.Ordinal),
    };

    /// <summary>A run directory in which nothing but VASP's last words are left.</summary>
    private string Crashed()
    {
        string folder = Directory.CreateDirectory(run.New("crashed")).FullName;
        File.WriteAllText(Path.Combine(folder, "vasp.out"), " entering main loop\n Error EDDDAV: Call to ZHEGV failed. Returncode =  14 1  15\n");
        return folder;
    }

    private string LabelledSystem()
    {
        string folder = run.New("system");
        DeepMdSystem.FromFrames([.. ExtXyz.Read(Real("LABELLED"))]).Write(folder);
        return folder;
    }

    private string Written(string text)
    {
        string path = run.New("table") + ".csv";
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<string> Accepted(params string[] wish)
    {
        ProgramResult result = await CampaignProgram.RunAsync([.. wish, "--json"]);
        Assert.True(result.ExitCode == 0 && result.Json["accepted"]!.GetValue<bool>(), result.ToString());
        return result.Json["message"]!.GetValue<string>();
    }

    private static async Task<JsonNode> Ends(int exitCode, string outcome, params string[] command)
    {
        ProgramResult result = await CampaignProgram.RunAsync([.. command, "--json"]);
        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Equal(outcome, result.Json["outcome"]!.GetValue<string>());
        Assert.Equal(exitCode, result.Json["exitCode"]!.GetValue<int>());
        return result.Json;
    }

    private static async Task<string> StateOf(string folder) => (await CampaignProgram.RunAsync("status", folder, "--json")).Json["state"]!.GetValue<string>();

    private static IEnumerable<string> Paths(Command command, string prefix) =>
        command.Subcommands.SelectMany(c => c.Subcommands.Count > 0 ? Paths(c, $"{prefix}{c.Name} ") : [prefix + c.Name]);
}
