using System.Reflection;
using Campaign.Actors.Hosting;
using Campaign.Persistence.Journal;
using Campaign.Workflows.Graph;
using Xunit;

namespace Campaign.Core.Tests.Architecture;

/// <summary>Which project may see which: Workflows &lt;- Persistence &lt;- Actors, Compute* &lt;- Actors, and the pure ones see no machinery.</summary>
public sealed class DependencyTests
{
    private static readonly string[] Machinery = ["Akka", "linq2db", "Microsoft.Data.Sqlite"];

    [Fact]
    public void Workflows_see_neither_actors_nor_disk_nor_science()
    {
        string[] seen = References(typeof(WorkflowGraph).Assembly);
        Assert.DoesNotContain(seen, r => r.StartsWith("Campaign.", StringComparison.Ordinal) || r.StartsWith("TorchSharp", StringComparison.Ordinal) || IsMachinery(r));
    }

    [Theory]
    [InlineData("Campaign.Compute")]
    [InlineData("Campaign.Compute.Learning")]
    [InlineData("Campaign.Compute.Engines")]
    public void Compute_sees_neither_workflows_nor_actors(string project) =>
        Assert.DoesNotContain(References(Assembly.Load(project)), r => r is "Campaign.Workflows" or "Campaign.Persistence" or "Campaign.Actors" || IsMachinery(r));

    [Fact]
    public void Persistence_sees_workflows_and_the_writer_of_files_only() =>
        Assert.Equal(["Campaign.Files", "Campaign.Workflows"], References(typeof(JournalFile).Assembly).Where(r => r.StartsWith("Campaign.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void Actors_do_not_see_the_command_line() =>
        Assert.DoesNotContain(References(typeof(CampaignHost).Assembly), r => r is "Campaign.Cli" or "System.CommandLine" or "Spectre.Console");

    private static bool IsMachinery(string reference) => Machinery.Any(m => reference.StartsWith(m, StringComparison.Ordinal));

    private static string[] References(Assembly assembly) => [.. assembly.GetReferencedAssemblies().Select(a => a.Name!)];
}
