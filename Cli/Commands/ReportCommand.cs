using System.CommandLine;
using System.IO.Compression;
using Campaign.Cli.Help;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Stages;

namespace Campaign.Cli.Commands;

/// <summary><c>campaign report DIR</c>: lays the finished report out as files.</summary>
public static class ReportCommand
{
    public static Command Create()
    {
        Argument<string> dir = Shared.Dir();
        Option<string?> into = new("--out") { Description = "Where to put it. Default: DIR/report." };
        var command = new Verb(
            "report", "Write report.html, report.json, figures and tables of a finished campaign.", ["report campaigns/quickstart --out /tmp/report"],
            "Prints the path of report.html. Exit code 1 when there is no report yet.") { dir, into };
        command.SetAction(parsed =>
        {
            CampaignDirectory directory = Shared.Open(parsed.GetRequiredValue(dir));
            string target = Path.GetFullPath(parsed.GetValue(into) ?? Path.Combine(directory.Root, "report"));
            if (!Write(directory, target))
            {
                Output.Error($"The campaign in {directory.Root} has no report yet. 'campaign status {directory.Root}' shows what is missing.");
                return 1;
            }
            Console.Out.WriteLine(Path.Combine(target, "report.html"));
            return 0;
        });
        return command;
    }

    /// <summary>Unpacks the artifacts of the report task into a folder.</summary>
    /// <returns>False when the report task has not been done.</returns>
    internal static bool Write(CampaignDirectory directory, string target)
    {
        CampaignSnapshot snapshot = CampaignSnapshot.Read(directory);
        StageEvents.TaskConcluded? report = snapshot.Graph.Tasks
            .Where(t => t.Operation == OperationCatalogue.Report)
            .Select(t => snapshot.Stages.GetValueOrDefault(t.Id.Stage)?.Concluded.GetValueOrDefault(t.Id))
            .FirstOrDefault(e => e?.Outcome == TaskOutcome.Done);
        if (report is null)
            return false;
        var store = new ArtifactStore(CampaignSnapshot.StoreOf(directory));
        Directory.CreateDirectory(target);
        foreach ((string name, ArtifactRef artifact) in report.Outputs)
        {
            string path = store.Verified(artifact);
            if (artifact.Kind == "zip")
                ZipFile.ExtractToDirectory(path, target, overwriteFiles: true);
            else
                File.Copy(path, Path.Combine(target, artifact.Kind is "html" or "json" ? $"report.{artifact.Kind}" : $"{name}.{artifact.Kind}"), overwrite: true);
        }
        return true;
    }
}
