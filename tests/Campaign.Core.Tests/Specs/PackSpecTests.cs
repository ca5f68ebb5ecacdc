using Campaign.Workflows.Specs;
using Xunit;

namespace Campaign.Core.Tests.Specs;

/// <summary>How a site file says that tasks share jobs.</summary>
public sealed class PackSpecTests
{
    [Fact]
    public void Without_a_word_each_task_has_a_job_to_itself() => Assert.Null(Read("slurm: { maxJobs: 5 }").Site!.Scheduler!.Pack);

    [Fact]
    public void It_says_how_many_share_one_and_how_many_work_at_once() =>
        Assert.Equal(new PackSpec(16, 4, 10), Read("slurm: { pack: { tasks: 16, atOnce: 4, waitSeconds: 10 } }").Site!.Scheduler!.Pack);

    [Theory]
    [InlineData("{ tasks: 4, atOnce: 5 }", "atOnce")]
    [InlineData("{ atOnce: 2 }", "tasks")]
    [InlineData("{ tasks: 1 }", "tasks")]
    [InlineData("{ tasks: 4, waitSeconds: -1 }", "waitSeconds")]
    [InlineData("{ tasks: 4, many: 1 }", "many")]
    public void What_cannot_be_is_said_with_its_place(string pack, string where)
    {
        SpecProblem problem = Assert.Single(Read($"slurm: {{ pack: {pack} }}").Problems);
        Assert.Contains(where, $"{problem}", StringComparison.Ordinal);
        Assert.Contains("site.yaml:3", $"{problem}", StringComparison.Ordinal);
    }

    private static SiteReading Read(string section) => SiteSpecReader.Read($"site: c\nkind: slurm\n{section}\n", "site.yaml");
}
