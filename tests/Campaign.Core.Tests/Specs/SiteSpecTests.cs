using Campaign.Workflows.Specs;
using Xunit;

namespace Campaign.Core.Tests.Specs;

/// <summary>Site files: what is missing or wrong is said when they are read, not at the first submission.</summary>
public sealed class SiteSpecTests
{
    [Fact]
    public void Processes_need_nothing_but_their_kind()
    {
        SchedulerSpec spec = Read("site: here\nkind: processes\ncores: 4\n").Site!.Scheduler!;
        Assert.Equal((24, 2, null, null), (spec.WalltimeHours, spec.PollSeconds, spec.Login, spec.Directory));
        Assert.Null(Read("site: local\nkind: local\n").Site!.Scheduler);
    }

    [Fact]
    public void A_cluster_with_files_of_its_own_names_a_directory_and_the_program_there()
    {
        SchedulerSpec spec = Read("site: far\nkind: slurm\nslurm:\n  login: { host: login }\n  directory: /scratch/me/\n  program: [/home/me/campaign]\n  coresPerNode: 64\n").Site!.Scheduler!;
        Assert.Equal(("/scratch/me", 64), (spec.Directory, spec.CoresPerNode));
    }

    [Fact]
    public void An_engine_says_how_it_is_started_and_how_it_is_installed()
    {
        EngineCommand vasp = Read("""
            site: here
            kind: processes
            engines:
              vasp:
                command: [mpirun, vasp_std]
                builds: { gamma: [mpirun, vasp_gam] }
                options: { potcars: /opt/potentials, ncore: 8, vtst: true, gpu: false }
              dp: { command: [dp] }
            """).Site!.Engines["vasp"];
        Assert.Equal(["mpirun", "vasp_gam"], vasp.Builds["gamma"]);
        Assert.Equal(new Dictionary<string, string> { ["potcars"] = "/opt/potentials", ["ncore"] = "8", ["vtst"] = "true" }, vasp.Options);
        Assert.True(vasp.RankPerCore);
    }

    [Theory]
    [InlineData("kind: processes\nengines: { vasp: { command: [v], options: { potcar: /x } } }", "potcar")]
    [InlineData("kind: processes\nengines: { vasp: { command: [v], options: { potcars: x } } }", "no absolute path")]
    [InlineData("kind: processes\nengines: { vasp: { command: [v], parallel: both } }", "'both' is not one of")]
    [InlineData("kind: processes\nprocesses: { partition: long }", "partition")]
    [InlineData("kind: processes\nprocesses: { login: { host: other } }", "how many of its cores")]
    [InlineData("kind: slurm\nslurm: { directory: scratch, program: [c] }", "no absolute path")]
    [InlineData("kind: slurm\nslurm: { directory: /scratch/../me, program: [c] }", "no absolute path")]
    [InlineData("kind: slurm\nslurm: { directory: /scratch/me }", "how this program is started there")]
    [InlineData("kind: processess", "processes")]
    public void What_is_wrong_is_named_with_its_place(string text, string said)
    {
        SiteReading reading = Read($"site: here\n{text}\n");
        Assert.Null(reading.Site);
        SpecProblem problem = Assert.Single(reading.Problems);
        Assert.Contains(said, $"{problem.Message} {problem.Mend}");
        Assert.Equal("here.yaml", problem.File);
    }

    private static SiteReading Read(string text) => SiteSpecReader.Read(text, "here.yaml");
}
