using System.Text.Json.Nodes;
using Campaign.Compute.Engines.DeepMd;
using Campaign.Compute.Learning.Interchange;
using Campaign.SystemTests.EndToEnd;
using Campaign.SystemTests.Vasp;
using Campaign.TestSupport.Slurm;
using Campaign.Workflows.Operations;
using Xunit;

namespace Campaign.SystemTests.DeepMd;

/// <summary>Whole campaigns with DeePMD-kit as the engine of the training; a stand-in trains, and everything around it is real.</summary>
[Collection("slurm")]
public sealed class DpCampaignTests(SlurmCluster cluster)
{
    private static readonly int[] EveryStepOnce = [.. Enumerable.Range(0, 12).Select(i => 5 * i)];

    [SkippableFact]
    public async Task A_model_is_trained_on_a_cluster_and_validated_here()
    {
        using var campaign = new DpCampaign("kind: slurm\nslurm: { pollSeconds: 0.5, settleSeconds: 5, submissionsPerMinute: 600 }", environment: cluster.Environment);

        ProgramResult ended = await campaign.RunAsync(campaign.Command());

        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.Single(await campaign.AttemptsAsync());
        Assert.Equal(EveryStepOnce, Steps(campaign));
        Assert.Equal(("dp", "pth"), (campaign.Result(Slots.Model).Kind, campaign.Result(Slots.FrozenModel).Kind));
        Assert.Equal(["Li", "Ti", "Cl"], DeepPotentialFile.Read(campaign.Result(Slots.Model).Path).TypeMap.OrderBy(e => "LiTiCl".IndexOf(e, StringComparison.Ordinal)));
        JsonNode history = (await campaign.RunAsync("history", campaign.Directory.Root, "--task", DpCampaign.Train, "--json")).Json;
        Assert.Contains("3.0.0 (stand-in", history.ToJsonString(), StringComparison.Ordinal);
        JsonNode report = JsonNode.Parse(File.ReadAllText(Path.Combine(campaign.Directory.Root, "report", "report.json")))!;
        Assert.Contains("trained by DeePMD-kit 3.0.0 (stand-in", report["notes"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.True(Assert.Single(report["potential"]!.AsArray())!["forceRmseEvPerA"]!["value"]!.GetValue<double>() > 0);
    }

    [Fact]
    public async Task A_training_longer_than_a_job_goes_on_from_its_checkpoint_and_shows_every_step_once()
    {
        // ended at half of a walltime of twelve seconds, where the steps alone take seven; on a site with files of its own
        using var campaign = new DpCampaign(site => $$"""
            kind: processes
            cores: 3
            processes: { pollSeconds: 0.2, settleSeconds: 1, heartbeatSeconds: 10, walltimeHours: 0.00334, directory: {{site}}, program: [/bin/false] }
            """, new Dictionary<string, string> { ["MS_PER_STEP"] = "120" });

        ProgramResult ended = await campaign.RunAsync(campaign.Command());

        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.InRange((await campaign.AttemptsAsync()).Count, 2, 6);
        Assert.Matches(@"Resuming from begin/model\.ckpt-\d+0\.pt", File.ReadAllText(campaign.Run(2, "job.log")));
        Assert.Equal(EveryStepOnce, Steps(campaign));
    }

    [Fact]
    public async Task A_training_that_diverges_begins_anew_with_half_the_learning_rate()
    {
        using var campaign = new DpCampaign(VaspCampaign.Processes(), new Dictionary<string, string> { ["FAULT"] = "nan:12", ["CURE"] = "0.002" });

        ProgramResult ended = await campaign.RunAsync(campaign.Command());

        Assert.True(ended.ExitCode == 0, ended.ToString());
        JsonArray attempts = await campaign.AttemptsAsync();
        Assert.Equal(2, attempts.Count);
        Assert.Contains("training.diverged", attempts[0]!["findings"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("halve-learning-rate", attempts.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(0.0015, JsonNode.Parse(File.ReadAllText(campaign.Run(2, "input.json")))!["learning_rate"]!["start_lr"]!.GetValue<double>());
        Assert.DoesNotContain("Resuming", File.ReadAllText(campaign.Run(2, "job.log")), StringComparison.Ordinal);
        Assert.Equal(EveryStepOnce, Steps(campaign));
    }

    [Fact]
    public async Task A_model_that_is_another_here_than_in_DeePMD_kit_is_no_result()
    {
        using var campaign = new DpCampaign(VaspCampaign.Processes(), new Dictionary<string, string> { ["FAULT"] = "disagree" });

        ProgramResult ended = await campaign.RunAsync(campaign.Command());

        Assert.True(ended.ExitCode is 1 or 3, ended.ToString());
        JsonNode attempt = Assert.Single(await campaign.AttemptsAsync())!;
        Assert.Contains("deepmd.disagrees", attempt["findings"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("not the same here", attempt["findings"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_that_does_not_start_it_is_told_of_before_anything_runs()
    {
        using var campaign = new DpCampaign(VaspCampaign.Processes());
        string site = campaign.In("sites/gpu.yaml");
        File.WriteAllText(site, File.ReadAllText(site).Replace("  deepmd:", "  vasp:", StringComparison.Ordinal).Replace("backend: pt", "vtst: true", StringComparison.Ordinal));
        ProgramResult ended = await campaign.RunAsync(["validate", campaign.File, "--json", "--set", "train.engine=deepmd", "--set", "train.site=gpu"]);
        Assert.Contains("does not say how deepmd is started", ended.Output, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Steps(DpCampaign campaign) => CurveFile.Parse(File.ReadAllText(campaign.Result(Slots.LearningCurve).Path)).Rows.Select(r => r.Step);
}
