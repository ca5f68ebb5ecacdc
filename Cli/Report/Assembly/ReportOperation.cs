using System.IO.Compression;
using System.Text.Json.Nodes;
using Campaign.Actors.Operations;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;

namespace Campaign.Cli.Report.Assembly;

/// <summary>The report stage: everything the tasks found, as a page, JSON, tables and figures.</summary>
/// <param name="course">Reads how the campaign went so far; asked once per report.</param>
public sealed class ReportOperation(Func<OperationContext, CampaignCourse> course, TimeProvider time) : Operation<ReportParameters>
{
    protected override OperationOutcome Run(ReportParameters p, OperationContext context, CancellationToken cancellation)
    {
        ReportModel model = ReportBuilder.Build(p, new ReportInputs(context.Inputs), course(context), time.GetUtcNow());
        string directory = Path.Combine(context.RunDirectory, "report");
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        ReportFiles files = ReportWriter.Write(model, directory);
        string archive = Path.Combine(context.RunDirectory, "report.zip");
        File.Delete(archive);
        ZipFile.CreateFromDirectory(directory, archive);
        return new OperationOutcome.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.ReportHtml] = context.Outputs.AddFile(files.Html, "html"),
                [Slots.ReportJson] = context.Outputs.AddFile(files.Json, "json"),
                [Slots.ReportFiles] = context.Outputs.AddFile(archive, "zip"),
            },
            new JsonObject { ["warnings"] = model.Warnings.Count, ["missing"] = model.Missing.Count });
    }
}
