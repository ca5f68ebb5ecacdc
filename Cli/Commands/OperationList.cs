using Campaign.Actors.Jobs;
using Campaign.Actors.Jobs.DeepMd;
using Campaign.Actors.Jobs.Vasp;
using Campaign.Actors.Operations;
using Campaign.Cli.Report.Assembly;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;

namespace Campaign.Cli.Commands;

/// <summary>Every operation this program can execute.</summary>
internal static class OperationList
{
    /// <summary>Those that external programs carry out, in jobs of their own.</summary>
    public static IReadOnlyList<IEngineOperation> External { get; } = [.. VaspOperations.All, .. DeepMdOperations.All];

    /// <param name="directory">The campaign whose course the report tells.</param>
    public static IReadOnlyList<IOperation> For(string directory) =>
    [
        .. BuiltinOperations.All,
        new ReportOperation(context => Course(CampaignDirectory.At(directory), context), TimeProvider.System),
    ];

    private static CampaignCourse Course(CampaignDirectory directory, OperationContext context)
    {
        CampaignSnapshot snapshot = CampaignSnapshot.Read(directory);
        return CampaignCourse.Of(
            snapshot, CorrectedTasks.Read(directory, snapshot.Graph), MendedDamages.Read(directory), context.Task.Id, new ReportInputs(context.Inputs).AtomsOfRuns());
    }
}
