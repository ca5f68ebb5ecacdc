using System.Text;
using System.Text.Json.Nodes;
using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.ReadModel;
using Campaign.SystemTests.EndToEnd;
using Campaign.TestSupport.Slurm;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Xunit;

namespace Campaign.SystemTests.Vasp;

/// <summary>Whole campaigns with VASP as an engine; a stand-in computes, and everything around it is real.</summary>
[Collection("slurm")]
public sealed class VaspCampaignTests(SlurmCluster cluster)
{
    private const string Trajectory = "aimd/ti0750/u4/t600";
    private static readonly string[] Longer = ["aimd.equilibrationPs=0", "aimd.lengthPs=0.04", "aimd.frameStrideFs=1"];

    [SkippableFact]
    public async Task The_papers_campaign_goes_from_cells_to_barriers_on_a_cluster()
    {
        using var campaign = new VaspCampaign(
            "li3ticl6-paper.yaml", "kind: slurm\nslurm: { pollSeconds: 0.5, settleSeconds: 5, submissionsPerMinute: 600 }", environment: cluster.Environment);

        ProgramResult ended = await campaign.RunAsync(campaign.Command(VaspCampaign.Reduced));

        Assert.True(ended.ExitCode == 0, ended.ToString());
        JsonNode report = JsonNode.Parse(File.ReadAllText(Path.Combine(campaign.Directory.Root, "report", "report.json")))!;
        Assert.All(report["neb"]!.AsArray(), b => Assert.True(b!["converged"]!.GetValue<bool>(), b.ToJsonString()));
        Assert.Equal(2, report["neb"]!.AsArray().Select(b => b!["level"]!.GetValue<string>()).Distinct().Count());
        string notes = string.Join('\n', report["notes"]!.AsArray().Select(n => n!.GetValue<string>()));
        Assert.Contains("stand-in, no DFT", report["labels"]!.GetValue<string>());
        Assert.Contains("NELECT = sum of ZVAL + 1", notes);
        Frame[] frames = Frames(campaign, Trajectory + "-vacancy");
        Assert.Equal(25, frames.Length);
        Labelled(campaign, frames);
        Assert.DoesNotContain(Kept(campaign), f => Encoding.Latin1.GetString(File.ReadAllBytes(f)).Contains(VaspCampaign.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trajectory_in_many_jobs_is_the_one_of_a_single_job()
    {
        Frame[] whole = await RunAsync(VaspCampaign.Processes(), null);
        Assert.Equal(Enumerable.Range(1, 40).Select(s => (double)s), whole.Select(f => f.TimeFs!.Value));

        // asked by STOPCAR ahead of a walltime of eight seconds
        using var campaign = new VaspCampaign("li3ticl6-paper.yaml", VaspCampaign.Processes(walltimeHours: 8 / 3600.0), new Dictionary<string, string> { ["MS_PER_STEP"] = "200" });
        ProgramResult ended = await campaign.RunAsync(campaign.Command([.. VaspCampaign.OneTrajectory, .. Longer]));

        Assert.True(ended.ExitCode == 0, ended.ToString());
        int attempts = (await campaign.AskAsync("why", Trajectory))["attempts"]!.AsArray().Count;
        Assert.InRange(attempts, 2, 12);
        Same(whole, Frames(campaign, Trajectory));
    }

    [Fact]
    public async Task A_run_that_is_killed_in_the_middle_of_a_step_is_gone_on_from_and_no_step_is_there_twice()
    {
        using var campaign = new VaspCampaign("li3ticl6-paper.yaml", VaspCampaign.Processes(), new Dictionary<string, string> { ["FAULT"] = "kill:12:1" });
        ProgramResult ended = await campaign.RunAsync(campaign.Command([.. VaspCampaign.OneTrajectory, .. Longer]));

        Assert.True(ended.ExitCode == 0, ended.ToString());
        Frame[] frames = Frames(campaign, Trajectory);
        Assert.Equal(Enumerable.Range(1, 40).Select(s => (double)s), frames.Select(f => f.TimeFs!.Value));
        Labelled(campaign, frames);
        for (int f = 1; f < frames.Length; f++) // continuous: no atom moves further than it can in a step
            Assert.InRange(frames[f].Structure.Positions.Zip(frames[f - 1].Structure.Positions, (a, b) => (a - b).Norm).Max(), 1e-6, 0.1);
    }

    [Fact]
    public async Task A_crash_is_answered_by_a_correction_and_the_steps_before_it_are_kept()
    {
        using var campaign = new VaspCampaign(
            "li3ticl6-paper.yaml", VaspCampaign.Processes(), new Dictionary<string, string> { ["FAULT"] = "edddav:15", ["CURE"] = "ALGO=All" });
        ProgramResult ended = await campaign.RunAsync(campaign.Command([.. VaspCampaign.OneTrajectory, .. Longer]));

        Assert.True(ended.ExitCode == 0, ended.ToString());
        JsonArray attempts = (await campaign.AskAsync("why", Trajectory))["attempts"]!.AsArray();
        Assert.Equal(2, attempts.Count);
        Assert.Contains("vasp.edddav", attempts[0]!["findings"]!.ToJsonString());
        Assert.Contains("ALGO = All", attempts.ToJsonString());
        Assert.Contains("ALGO = All", File.ReadAllText(Path.Combine(campaign.Directory.Run(TaskId.Parse(Trajectory), 2), "INCAR")));
        Assert.Contains("NSW = 26", File.ReadAllText(Path.Combine(campaign.Directory.Run(TaskId.Parse(Trajectory), 2), "INCAR"))); // 14 were done
        Assert.Equal(40, Frames(campaign, Trajectory).Length);
    }

    [Fact]
    public async Task Frames_whose_moment_is_lost_or_whose_electrons_did_not_converge_are_left_out_by_name()
    {
        Frame[] frames = await RunAsync(VaspCampaign.Processes(), new Dictionary<string, string> { ["FAULT"] = "moment:7" });
        Assert.Equal(Enumerable.Range(1, 40).Where(s => s != 7).Select(s => (double)s), frames.Select(f => f.TimeFs!.Value));
        frames = await RunAsync(VaspCampaign.Processes(), new Dictionary<string, string> { ["FAULT"] = "unconverged:9" });
        Assert.Equal(Enumerable.Range(1, 40).Where(s => s != 9).Select(s => (double)s), frames.Select(f => f.TimeFs!.Value));
        Assert.All(frames, f => Assert.Matches(@"^aimd/ti0750/u4/t600 run 1 step \d+$", f.Origin));
    }

    [Fact]
    public async Task Frames_are_computed_again_from_other_moments_and_a_job_that_is_killed_between_them_is_gone_on_from()
    {
        using var campaign = new VaspCampaign("li3ticl6-paper.yaml", VaspCampaign.Processes(), new Dictionary<string, string> { ["FAULT"] = "kill:1:1", ["FAULT_IN"] = "0004" });
        string[] sets = [.. VaspCampaign.OneTrajectory, .. Longer, "aimd.relabel={ fraction: 0.2, initialMoments: { Ti: 2 } }"];
        ProgramResult ended = await campaign.RunAsync(campaign.Command(sets));

        Assert.True(ended.ExitCode == 0, ended.ToString());
        var task = TaskId.Parse(Trajectory + "-relabel");
        Assert.Equal(2, (await campaign.AskAsync("why", task.Value))["attempts"]!.AsArray().Count);
        string[] Computed(int attempt) => [.. Directory.EnumerateFiles(campaign.Directory.Run(task, attempt), "OUTCAR", SearchOption.AllDirectories).Select(f => Path.GetFileName(Path.GetDirectoryName(f)!)).Order(StringComparer.Ordinal)];
        Assert.Equal(["0001", "0002", "0003", "0004"], Computed(1));
        Assert.Equal(["0004", "0005", "0006", "0007", "0008"], Computed(2));
        string incar = File.ReadAllText(Path.Combine(campaign.Directory.Run(task, 2), "0005", "INCAR"));
        Assert.Matches(@"MAGMOM = \d+\*0 \d+\*2 \d+\*0\n", incar);
        Assert.Contains("PREC = Normal\n", incar);

        CampaignSnapshot snapshot = CampaignSnapshot.Read(campaign.Directory);
        string[] rows = File.ReadAllLines(new ArtifactStore(campaign.Directory.Root).PathOf(snapshot.Conclusion(task)!.Outputs[Slots.Differences]));
        Assert.Equal(9, rows.Length);
        JsonNode report = JsonNode.Parse(File.ReadAllText(Path.Combine(campaign.Directory.Root, "report", "report.json")))!;
        JsonNode row = Assert.Single(report["relabelled"]!.AsArray())!;
        Assert.Equal((Trajectory, 8, 0), (row["trajectory"]!.GetValue<string>(), row["frames"]!.GetValue<int>(), row["leftOut"]!.GetValue<int>()));
        Assert.Contains("Ti: 2", row["initialMoments"]!.GetValue<string>());
        string shown = Path.Combine(campaign.Directory.Root, "shown");
        ProgramResult inputs = await campaign.RunAsync(["vasp", "inputs", campaign.File, "--task", task.Value, "--dir", campaign.Directory.Root, "--out", shown, "--json", .. sets.SelectMany(s => new[] { "--set", s })]);
        Assert.True(inputs.ExitCode == 0, inputs.ToString());
        Assert.Equal(["bash", "frames.sh", "env"], inputs.Json["command"]!.AsArray().Take(3).Select(w => w!.GetValue<string>()));
        Assert.Equal(File.ReadAllText(Path.Combine(campaign.Directory.Run(task, 1), "0008", "POSCAR")), File.ReadAllText(Path.Combine(shown, "0008", "POSCAR")));

        // the stand-in has one state only: what is left are the digits that are printed
        Assert.InRange(row["forceRmsEvPerA"]!["value"]!.GetValue<double>(), 0, 2e-6);
        Assert.InRange(row["maxForceDifferenceEvPerA"]!["value"]!.GetValue<double>(), 0, 1e-5);
        Assert.InRange(Math.Abs(row["energyMeanEvPerAtom"]!["value"]!.GetValue<double>()), 0, 1e-6);
        Assert.DoesNotContain(report["warnings"]!.AsArray(), w => w!.GetValue<string>().Contains("initial moments", StringComparison.Ordinal));
        Assert.DoesNotContain(Kept(campaign), f => Encoding.Latin1.GetString(File.ReadAllBytes(f)).Contains(VaspCampaign.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_that_is_asked_to_stop_ends_between_two_frames_and_the_next_computes_the_rest()
    {
        using var campaign = new VaspCampaign("li3ticl6-paper.yaml", VaspCampaign.Processes(walltimeHours: 8 / 3600.0), new Dictionary<string, string> { ["MS_PER_STEP"] = "600" });
        ProgramResult ended = await campaign.RunAsync(campaign.Command(
            [.. VaspCampaign.OneTrajectory, "aimd.equilibrationPs=0", "aimd.lengthPs=0.01", "aimd.frameStrideFs=1", "relax.maxForceEvPerA=1", "aimd.relabel={ fraction: 1, initialMoments: { Ti: 2 } }"]));

        Assert.True(ended.ExitCode == 0, ended.ToString());
        var task = TaskId.Parse(Trajectory + "-relabel");
        int attempts = (await campaign.AskAsync("why", task.Value))["attempts"]!.AsArray().Count;
        Assert.InRange(attempts, 2, 10);
        string[] computed = [.. Enumerable.Range(1, attempts).SelectMany(a => Directory.EnumerateFiles(campaign.Directory.Run(task, a), "OUTCAR", SearchOption.AllDirectories))
            .Where(f => File.ReadAllText(f).Contains("General timing", StringComparison.Ordinal)).Select(f => Path.GetFileName(Path.GetDirectoryName(f)!)).Order(StringComparer.Ordinal)];
        Assert.Equal(Enumerable.Range(1, 10).Select(i => i.ToString("d4", System.Globalization.CultureInfo.InvariantCulture)), computed); // all, and none twice
        Assert.Contains(Enumerable.Range(1, attempts), a => File.ReadAllText(Path.Combine(campaign.Directory.Run(task, a), "job.log")).Contains("asked to stop after", StringComparison.Ordinal));
    }

    private static async Task<Frame[]> RunAsync(string scheduler, Dictionary<string, string>? standIn)
    {
        using var campaign = new VaspCampaign("li3ticl6-paper.yaml", scheduler, standIn);
        ProgramResult ended = await campaign.RunAsync(campaign.Command([.. VaspCampaign.OneTrajectory, .. Longer]));
        Assert.True(ended.ExitCode == 0, ended.ToString());
        Frame[] frames = Frames(campaign, Trajectory);
        Labelled(campaign, frames);
        return frames;
    }

    private static Frame[] Frames(VaspCampaign campaign, string task)
    {
        CampaignSnapshot snapshot = CampaignSnapshot.Read(campaign.Directory);
        return [.. ExtXyz.Read(new ArtifactStore(campaign.Directory.Root).PathOf(snapshot.Conclusion(TaskId.Parse(task))!.Outputs[Slots.Frames]))];
    }

    /// <summary>Every label is what the model says of the frame's places, to the digits that VASP prints.</summary>
    private static void Labelled(VaspCampaign campaign, Frame[] frames)
    {
        IonicModel model = IonicModelFile.Read(campaign.PotentialFile);
        foreach (Frame frame in frames)
        {
            using ICalculator calculator = model.CreateCalculator(frame.Structure);
            var forces = new Vec3[frame.Structure.Count];
            EnergyAndVirial expected = calculator.Compute(frame.Structure.Cell, frame.Structure.Positions, forces);
            Assert.Equal(expected.EnergyEv, frame.EnergyEv!.Value, 1e-5);
            Assert.InRange(forces.Zip(frame.ForcesEvPerA!, (a, b) => (a - b).Norm).Max(), 0, 1e-5);
            Assert.InRange(expected.VirialEv.ToRowMajor().Zip(frame.VirialEv!.Value.ToRowMajor(), (a, b) => Math.Abs(a - b)).Max(), 0, 1e-3);
        }
    }

    private static void Same(Frame[] expected, Frame[] actual)
    {
        Assert.Equal(expected.Select(f => f.TimeFs), actual.Select(f => f.TimeFs));
        for (int f = 0; f < expected.Length; f++)
            Assert.InRange(expected[f].Structure.Positions.Zip(actual[f].Structure.Positions, (a, b) => (a - b).Norm).Max(), 0, 1e-5);
    }

    /// <summary>What a campaign keeps or shows: everything in its directory but the run directories on the site.</summary>
    private static IEnumerable<string> Kept(VaspCampaign campaign) =>
        Directory.EnumerateFiles(campaign.Directory.Root, "*", SearchOption.AllDirectories).Where(f => !f.StartsWith(campaign.Directory.Runs, StringComparison.Ordinal));
}
