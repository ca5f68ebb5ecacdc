using Campaign.Actors.Jobs;
using Xunit;

namespace Campaign.Core.Tests.Actors;

public sealed class NodeShareTests
{
    [Theory]
    [InlineData(64, true, null, 1, 64, 1)]
    [InlineData(64, true, 64, 1, 64, 1)]
    [InlineData(128, true, 64, 2, 64, 1)]
    [InlineData(96, true, 64, 2, 48, 1)]
    [InlineData(128, false, 64, 1, 1, 128)] // threads stay on one node
    public void Processes_are_spread_over_nodes_and_threads_are_not(int cores, bool rankPerCore, int? perNode, int nodes, int tasks, int cpus) =>
        Assert.Equal(new NodeShare(nodes, tasks, cpus), NodeShare.Of(cores, rankPerCore, perNode));

    [Fact]
    public void An_uneven_share_says_what_to_write() =>
        Assert.Contains("Give the level 129 cores", Assert.Throws<InvalidDataException>(() => NodeShare.Of(130, true, 64)).Message);
}
