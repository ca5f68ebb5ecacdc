using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Slurm;
using Campaign.Compute.Engines.Scheduling.Transports;
using Campaign.SystemTests.Scheduling;
using Campaign.TestSupport.Slurm;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.SystemTests.Programs;

/// <summary>Engines on a site that has files of its own and is reached through a real sshd.</summary>
[Collection("slurm")]
public sealed class StagingTests(SlurmCluster cluster) : IDisposable
{
    private readonly string _there = Directory.CreateTempSubdirectory("campaign 'there' $(touch evil)-").FullName;

    public void Dispose() => Directory.Delete(_there, recursive: true);

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_program_works_in_a_directory_that_this_machine_does_not_see_and_goes_on_from_what_was_fetched(bool openSsh)
    {
        SshServer.Require();
        using var server = new SshServer();
        using IDisposable transport = openSsh ? server.OpenSsh() : server.SshNet();
        using var campaign = new LongCampaign(30, 10, "memory 64 at 12 in attempt 1") { Runner = (ICommandRunner)transport, SiteDirectory = _there };
        Assert.True(await campaign.RunAsync());
        IsBroughtHome(campaign);
    }

    [SkippableFact]
    public async Task On_a_cluster_that_shares_no_files_with_this_machine_every_attempt_is_brought_there_and_home()
    {
        SshServer.Require();
        using var server = new SshServer(cluster.Environment);
        using SshNetTransport transport = server.SshNet();
        using var campaign = new LongCampaign(30, 10, "memory 64 at 12 in attempt 1")
        {
            Runner = transport, SiteDirectory = _there, Scheduler = prefix => new SlurmScheduler(new SlurmSettings(prefix, Settle: TimeSpan.FromSeconds(3), HeartbeatSeconds: 1), transport),
        };
        Assert.True(await campaign.RunAsync());
        IsBroughtHome(campaign);
    }

    [Fact]
    public async Task A_site_that_is_not_reached_the_first_time_for_anything_charges_nobody()
    {
        var absent = new FirstTimeAbsent(new DirectTransport());
        using var campaign = new LongCampaign(30, 10) { Runner = absent, SiteDirectory = _there };
        Assert.True(await campaign.RunAsync());
        Assert.InRange(absent.Missed, 5, 100); // to bring files, to submit, to list, to look, to fetch
        Assert.Single(campaign.Events.OfType<TaskEvents.Intended>());
        Assert.DoesNotContain(campaign.Events, e => e is TaskEvents.RetryScheduled or TaskEvents.Interrupted);
        Assert.Single(campaign.Runs);
    }

    private void IsBroughtHome(LongCampaign campaign)
    {
        Assert.Equal([0, 10], campaign.Runs.Select(r => r.First));
        // what the engine does not name stays there, and nothing of it was ever here
        string last = campaign.Directory.Run(campaign.Task, 2);
        Assert.Equal(["exit.json", "job.log", "output.txt", "owner.json", "result.txt"], Directory.GetFiles(last, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Where(f => f is not (".prepared" or "attempt.log")).Order());
        string there = Path.Combine(_there, campaign.Directory.ReadId(), "runs", campaign.Task.Value);
        RunDirectory.Await(() => !Directory.Exists(there), $"{there} is left although its results are taken in");
        Assert.False(File.Exists("evil"));
    }

    /// <summary>Does not get through with the first call of every kind.</summary>
    private sealed class FirstTimeAbsent(ICommandRunner runner) : ICommandRunner
    {
        private readonly HashSet<string> _known = [];
        private readonly Lock _gate = new();

        public int Missed { get; private set; }

        public Compute.Engines.Scheduling.Transports.CommandResult Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct)
        {
            lock (_gate)
            {
                if (_known.Add(command[2])) // the script, without its arguments
                {
                    Missed++;
                    throw new SchedulerUnavailableException("the network is away");
                }
            }
            return runner.Run(command, input, limit, ct);
        }
    }
}
