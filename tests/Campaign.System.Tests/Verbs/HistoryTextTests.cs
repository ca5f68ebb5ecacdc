using Campaign.Cli.Commands;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.SystemTests.Verbs;

public sealed class HistoryTextTests
{
    [Fact]
    public void A_correction_is_told_on_one_line_with_its_changes()
    {
        var corrected = new TaskEvents.CorrectionApplied(
            1, "smallerTimeStep", default, [new ParameterChange("timeStepFs", 1), new ParameterChange("lengthPs", null)], "the energy drifts", "a", "b",
            new DateTimeOffset(2026, 11, 22, 9, 30, 0, TimeSpan.Zero));

        string line = HistoryCommand.Describe(new JournalEntry(7, "c1/task/aimd/a", 1, "task.correctionApplied.v1", corrected));

        Assert.Contains("changes timeStepFs = 1, lengthPs as planned", line);
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain('{', line);
    }
}
