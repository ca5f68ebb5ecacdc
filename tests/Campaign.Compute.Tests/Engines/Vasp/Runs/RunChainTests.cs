using Campaign.Compute.Engines.Vasp.Runs;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Runs;

/// <summary>Runs that go on from each other are one trajectory, whatever became of them.</summary>
public sealed class RunChainTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-chain-").FullName;
    private int _runs;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Steps_are_counted_on_and_each_run_has_its_own_time_step()
    {
        ChainFrame[] frames = [.. RunChain.Read([Run(1, 1.0, 1.1, 1.2), Run(0.5, 1.3, 1.35)])];
        Assert.Equal([1, 2, 3, 4, 5], frames.Select(f => f.Step));
        Assert.Equal([1, 2, 3, 3.5, 4], frames.Select(f => f.TimeFs));
        Assert.Equal([0, 0, 0, 1, 1], frames.Select(f => f.Run));
    }

    [Fact]
    public void A_run_that_begins_again_at_a_step_that_is_there_takes_the_place_of_what_was_made_from_it_on()
    {
        ChainFrame[] frames = [.. RunChain.Read([Run(1, 1.0, 1.1, 1.2, 1.3), Run(1, 1.2, 1.25), Run(1, 1.25, 1.4)])];
        Assert.Equal([1, 2, 3, 4, 5], frames.Select(f => f.Step));
        Assert.Equal([0, 0, 1, 2, 2], frames.Select(f => f.Run));
        Assert.Equal([1.0, 1.1, 1.2, 1.25, 1.4], frames.Select(f => Math.Round(f.Frame.PositionsA[0].X, 5)));
    }

    [Fact]
    public void A_run_that_made_no_step_is_passed_over()
    {
        ChainFrame[] frames = [.. RunChain.Read([Run(1, 1.0, 1.1), Run(1), Run(1, 1.1, 1.2)])];
        Assert.Equal([1.0, 1.1, 1.2], frames.Select(f => Math.Round(f.Frame.PositionsA[0].X, 5)));
        Assert.Equal([1, 2, 3], frames.Select(f => f.Step));
    }

    [Fact]
    public void An_atom_that_leaves_the_cell_goes_on_where_it_was_also_across_runs()
    {
        ChainFrame[] frames = [.. RunChain.Read([Run(1, 9.8, 9.95), Run(1, 0.1, 0.25)])];
        Assert.Equal([9.8, 9.95, 10.1, 10.25], frames.Select(f => Math.Round(f.Frame.PositionsA[0].X, 5)));
    }

    private string Run(double timeStepFs, params double[] placesA) =>
        MadeRun.Write(Path.Combine(_folder, $"r{_runs++}"), [.. placesA.Select((x, i) => new MadeStep(x, -10 - i))], timeStepFs);
}
