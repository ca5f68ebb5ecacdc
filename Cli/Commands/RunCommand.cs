using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Campaign.Actors.Hosting;
using Campaign.Cli.Help;
using Campaign.Cli.Verbs;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Specs;

namespace Campaign.Cli.Commands;

/// <summary><c>campaign run FILE</c> and <c>campaign resume DIR</c>: drive a campaign to its end, from wherever it is.</summary>
public static class RunCommand
{
    private const int StoppedEarly = 75;

    private const string Stopping =
        "Ctrl-C once: attempts save their checkpoints, then the program ends. Ctrl-C twice: it ends at once, which is safe too.";

    private const string ExitCodes =
        "Exit codes: 0 done; 1 nothing could be reported; 2 the input is wrong; 3 finished, but named tasks have no result; 75 it was paused or "
        + "cancelled, or another process drives it: 'continue', 'retry' or waiting helps, starting it again alone does not; also when the disk took "
        + "no report; 130 interrupted.";

    public static Command CreateRun()
    {
        Argument<string> file = new("FILE") { Description = "The campaign file." };
        Option<string?> dir = new("--dir") { Description = "The campaign's directory. Default: campaigns/<name>." };
        Option<string[]> set = new("--set") { Description = "KEY=VALUE in place of the file's value; repeat for more. Journaled." };
        Option<string[]> unset = new("--unset") { Description = "Take back an earlier --set: the file's value of KEY holds again." };
        Option<string?> store = new("--store") { Description = "Keep artifacts and fingerprints here, shared between campaigns." };
        Option<bool> accept = new("--accept-changes") { Description = "Carry on although the plan differs from the stored one." };
        Option<int?> cores = Shared.Cores();
        Option<bool> quiet = Shared.Quiet();
        Option<bool> json = Shared.Json();
        var command = new Verb(
            "run", "Start a campaign, or go on with what is there. Stopping it in any way is safe; the same command continues.",
            ["run config/quickstart.yaml", "run config/quickstart.yaml --dir /tmp/short --set dlmd.lengthPs=20 --cores 2"],
            [Stopping, ExitCodes]) { file, dir, set, unset, store, accept, cores, quiet, json };
        command.SetAction(async (parsed, _) =>
        {
            string path = parsed.GetRequiredValue(file);
            string[] sets = parsed.GetValue(set) ?? [], unsets = parsed.GetValue(unset) ?? [];
            string[] known = StoredOverrides.For(path, parsed.GetValue(dir), [.. sets.Select(s => s.Split('=', 2)[0]), .. unsets]);
            CampaignLoading loading = CampaignFile.Load(path, [.. known, .. sets]);
            foreach (SpecProblem problem in loading.Problems.Where(p => p.Severity != SpecSeverity.Note))
                Output.Error(problem.ToString());
            if (loading.Campaign is not { } campaign)
                return 2;
            if (campaign.Refusals.Count > 0)
            {
                Output.Error("This campaign cannot be run: see above.");
                return 2;
            }
            if (CampaignDirectory.At(Directory(parsed.GetValue(dir), campaign)).Refusal() is { } refusal)
            {
                Output.Error($"--dir: {refusal}");
                return 2;
            }
            if (parsed.GetValue(store) is { } shared && File.Exists(shared))
            {
                Output.Error($"--store: '{shared}' is a file. Name a directory.");
                return 2;
            }
            var run = new CampaignRun
            {
                Name = campaign.Spec.Name,
                Graph = campaign.Graph,
                SpecText = await File.ReadAllTextAsync(path).ConfigureAwait(false),
                SpecFolder = Path.GetDirectoryName(Path.GetFullPath(path))!,
                Directory = Directory(parsed.GetValue(dir), campaign),
                Store = parsed.GetValue(store),
                Operations = OperationList.For(Directory(parsed.GetValue(dir), campaign)),
                JobOperations = OperationList.External,
                Cores = parsed.GetValue(cores) ?? campaign.Spec.Cores ?? Environment.ProcessorCount,
                Policy = PolicyOf(campaign.Graph, campaign.Spec.Budgets),
                Sites = id =>
                {
                    JobSites.Keep(CampaignDirectory.At(Directory(parsed.GetValue(dir), campaign)), campaign.Graph, path);
                    return JobSites.Of(CampaignDirectory.At(Directory(parsed.GetValue(dir), campaign)), campaign.Graph, id);
                },
                Unset = unsets,
                Overrides = sets.Select(s => s.Split('=', 2)).GroupBy(p => p[0]).ToDictionary(g => g.Key, g => g.Last()[1]), // the last one holds
                AcceptChanges = parsed.GetValue(accept),
            };
            return await DriveAsync(run, parsed.GetValue(quiet), parsed.GetValue(json)).ConfigureAwait(false);
        });
        return command;
    }

    public static Command CreateResume()
    {
        Argument<string> dir = Shared.Dir();
        Option<int?> cores = Shared.Cores();
        Option<bool> quiet = Shared.Quiet();
        Option<bool> json = Shared.Json();
        var command = new Verb(
            "resume", "Go on with a campaign from its directory alone; the campaign file is not read again.", ["resume campaigns/quickstart"],
            [Stopping, ExitCodes]) { dir, cores, quiet, json };
        command.SetAction(async (parsed, _) =>
        {
            CampaignDirectory directory = Shared.Open(parsed.GetRequiredValue(dir));
            CampaignSnapshot snapshot = CampaignSnapshot.Read(directory);
            var store = new ArtifactStore(CampaignSnapshot.StoreOf(directory));
            StoredPlan plan = PlanJson.Decode(store.ReadBytes(snapshot.Campaign.Plan!));
            if (plan.Graph.Tasks.FirstOrDefault(OtherVersion) is { } other)
            {
                Output.Error($"{directory.Root}: this program does '{other.Operation}' differently from the one that planned the campaign "
                    + $"(version {OperationCatalogue.Versions.GetValueOrDefault(other.Operation)}, planned {other.Version}). 'campaign run FILE --dir {directory.Root} --accept-changes' plans anew and keeps what is unchanged.");
                return 2;
            }
            string text = System.Text.Encoding.UTF8.GetString(store.ReadBytes(snapshot.Campaign.Spec!));
            CampaignSpec? spec = CampaignSpecReader.Read(text, "campaign.yaml", [.. snapshot.Campaign.Overrides.Select(o => $"{o.Key}={o.Value}")]).Spec;
            var run = new CampaignRun
            {
                Name = snapshot.Campaign.Name!,
                Graph = plan.Graph,
                SpecText = text,
                SpecFolder = null,
                Directory = directory.Root,
                Operations = OperationList.For(directory.Root),
                JobOperations = OperationList.External,
                Sites = id => JobSites.Of(directory, plan.Graph, id),
                Cores = parsed.GetValue(cores) ?? spec?.Cores ?? Environment.ProcessorCount,
                Policy = spec is null ? CampaignPolicy.Default with { Quorum = plan.Quorum } : PolicyOf(plan.Graph, spec.Budgets),
            };
            return await DriveAsync(run, parsed.GetValue(quiet), parsed.GetValue(json)).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Results of another version of an operation would be filed under the wrong fingerprint.</summary>
    private static bool OtherVersion(TaskSpec task) => OperationCatalogue.Versions.GetValueOrDefault(task.Operation) != task.Version;

    private static string Directory(string? given, LoadedCampaign campaign) => StoredOverrides.Directory(given, campaign.Spec.Name);

    private static CampaignPolicy PolicyOf(WorkflowGraph graph, BudgetSpec budgets)
    {
        CampaignPolicy policy = CampaignPolicy.Default;
        CorrectionPolicy corrections = policy.Tasks.Corrections with
        {
            PerHandler = budgets.CorrectionsPerHandler, PerTask = budgets.CorrectionsPerTask, PhysicsChanges = budgets.PhysicsChanges,
        };
        return policy with
        {
            Tasks = policy.Tasks with { Corrections = corrections },
            Quorum = budgets.Quorum >= 1 ? policy.Quorum : graph.Stages.ToDictionary(s => s, _ => budgets.Quorum),
        };
    }

    private static async Task<int> DriveAsync(CampaignRun run, bool quiet, bool json)
    {
        using var drain = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, drain);
        using PosixSignalRegistration terminate = OnSignal(PosixSignal.SIGTERM, drain);
        using PosixSignalRegistration hangUp = OnSignal(PosixSignal.SIGHUP, drain); // the terminal is gone
        var view = new CampaignView(run.Graph, run.Time);
        Task<CampaignOutcome> Run() => CampaignHost.RunAsync(run with { Progress = view }, drain.Token);
        CampaignOutcome outcome =
            quiet || json ? await Run().ConfigureAwait(false)
            : Console.IsOutputRedirected ? await PlainProgress.ShowAsync(view, Run).ConfigureAwait(false)
            : await LiveProgress.ShowAsync(view, run.Name, Run).ConfigureAwait(false);
        CampaignDirectory directory = CampaignDirectory.At(run.Directory);
        string? report = null;
        if (outcome is CampaignOutcome.Concluded { Result: not CampaignResult.Failed })
        {
            string target = Path.Combine(directory.Root, "report");
            try
            {
                report = ReportCommand.Write(directory, target) ? Path.Combine(target, "report.html") : null;
            }
            catch (IOException e)
            {
                Output.Error($"The campaign has ended and its results are kept, but its report could not be laid out in {target}: {e.Message.TrimEnd('.')}. "
                    + $"Mend that; then 'campaign report {directory.Root}' writes it.");
                return StoppedEarly;
            }
        }
        if (json)
            Output.Json(Document(run.Name, directory, outcome, report));
        else
            Say(directory, outcome, report);
        return outcome.ExitCode;
    }

    // The first signal drains; the second is left to the system, which ends the process: that is safe too.
    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource drain) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            if (drain.IsCancellationRequested)
            {
                LiveProgress.GiveBackCursor();
                Output.Error("Ended at once; nothing that was saved is lost. 'campaign resume' or the same command goes on.");
                return;
            }
            context.Cancel = true;
            drain.Cancel();
        });

    private static void Say(CampaignDirectory directory, CampaignOutcome outcome, string? report)
    {
        switch (outcome)
        {
            case CampaignOutcome.Concluded c:
                foreach (TaskProblem p in c.Failed)
                    Output.Error($"failed   {p.Task}: {p.Reason}");
                foreach (TaskProblem p in c.Blocked)
                    Output.Error($"blocked  {p.Task}: {p.Reason}");
                if (c.Failed.Count > 0)
                    Output.Error($"'campaign retry {directory.Root}' and then 'campaign resume {directory.Root}' tries them again.");
                if (report is null)
                    Console.Out.WriteLine("finished");
                else
                    Headlines.Print(report);
                break;
            case CampaignOutcome.Interrupted:
                Output.Error($"Stopped; nothing is lost. 'campaign resume {directory.Root}' goes on.");
                break;
            case CampaignOutcome.Stopped s:
                Output.Error($"{directory.Root}: {s.Reason}.");
                break;
            case CampaignOutcome.Locked l:
                Output.Error(l.Owner is { } o
                    ? $"Process {o.ProcessId} on {o.Host} has been driving this campaign since {o.Since:u}. Watch it with 'campaign status {directory.Root}'."
                    : "Another process drives this campaign.");
                break;
            case CampaignOutcome.PlanChanged p:
                Output.Error("The campaign file no longer gives the plan that is stored:");
                foreach (TaskId task in p.Difference.Added)
                    Output.Error($"  + {task}");
                foreach (TaskId task in p.Difference.Removed)
                    Output.Error($"  - {task}");
                foreach (TaskChange change in p.Difference.Changed)
                    Output.Error($"  ~ {change.Task}: {string.Join("; ", change.What)}");
                Output.Error("With --accept-changes these are planned again, and what depends on them; everything else is kept.");
                break;
        }
    }

    private static JsonObject Document(string name, CampaignDirectory directory, CampaignOutcome outcome, string? report) => new()
    {
        ["campaign"] = name,
        ["directory"] = directory.Root,
        ["outcome"] = outcome switch
        {
            CampaignOutcome.Concluded c => c.Result.ToString().ToLowerInvariant(),
            _ => char.ToLowerInvariant(outcome.GetType().Name[0]) + outcome.GetType().Name[1..],
        },
        ["exitCode"] = outcome.ExitCode,
        ["report"] = report,
        ["failed"] = Problems((outcome as CampaignOutcome.Concluded)?.Failed),
        ["blocked"] = Problems((outcome as CampaignOutcome.Concluded)?.Blocked),
        ["changed"] = outcome is CampaignOutcome.PlanChanged p
            ? new JsonArray([.. p.Difference.Changed.Select(c => new JsonObject { ["id"] = c.Task.Value, ["what"] = new JsonArray([.. c.What.Select(w => JsonValue.Create(w))]) })])
            : null,
        ["owner"] = outcome is CampaignOutcome.Locked { Owner: { } o } ? new JsonObject { ["pid"] = o.ProcessId, ["host"] = o.Host } : null,
    };

    private static JsonArray Problems(IReadOnlyList<TaskProblem>? problems) =>
        new([.. (problems ?? []).Select(p => new JsonObject { ["id"] = p.Task.Value, ["reason"] = p.Reason })]);
}
