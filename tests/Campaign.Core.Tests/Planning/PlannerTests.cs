using System.Text.Json.Nodes;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Planning;
using Campaign.Workflows.Specs;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Campaign.Core.Tests.Planning;

public sealed class PlannerTests
{
    private static readonly string[] StageOrder = ["structures", "relax", "aimd", "dataset", "train", "validate", "dlmd", "transport", "neb", "report"];

    private static WorkflowGraph Plan(string file, params string[] overrides)
    {
        CampaignSpec spec = ShippedCampaigns.Spec(file, overrides);
        return Planner.Plan(spec, ShippedCampaigns.Inputs(spec));
    }

    private static string Text(WorkflowGraph graph) => string.Join("\n", graph.Tasks.Select(t =>
        $"{t.Id} {t.Operation} {t.Version} {t.Engine} {t.Site} {t.Cores} {t.CoreHours:R} {t.Parameters.ToJsonString()} {string.Join(",", t.Inputs)}"));

    private static TaskSpec Task(WorkflowGraph graph, string id) => graph[TaskId.Parse(id)];

    [Fact]
    public void Labelled_frames_reach_the_validation_in_the_order_of_its_temperatures()
    {
        TaskSpec validate = Task(Plan("quickstart.yaml", "validate.rdfTemperaturesK=[870, 300]"), "validate/ionic");
        Assert.Equal(
            ["aimd/ti0750/ionic/t870", "aimd/ti0750/ionic/t300"],
            validate.Inputs.Where(i => i.Name == Slots.Frames).Select(i => ((InputSource.Output)i.Source).Task.Value));
    }

    [Theory]
    [InlineData("quickstart.yaml", "structures 3, relax 3, aimd 7, dataset 1, train 1, validate 1, dlmd 12, transport 14, neb 8, report 1")]
    [InlineData("quickstart-long.yaml", "structures 3, relax 3, aimd 39, dataset 1, train 1, validate 1, dlmd 72, transport 42, neb 24, report 1")]
    [InlineData("li3ticl6-paper.yaml", "structures 3, relax 6, aimd 12, dataset 2, train 2, validate 2, dlmd 12, transport 14, neb 8, report 1")]
    [InlineData("li3ticl6-corrected.yaml", "structures 9, relax 6, aimd 36, dataset 2, train 2, validate 2, dlmd 36, transport 14, neb 8, report 1")]
    public void Shipped_campaigns_have_the_expected_number_of_tasks_per_stage(string file, string expected)
    {
        WorkflowGraph graph = Plan(file);
        Assert.Equal(expected, string.Join(", ", StageOrder.Select(s => $"{s} {graph.Tasks.Count(t => t.Id.Stage == s)}")));
        Assert.All(graph.Stages, s => Assert.Contains(s, StageOrder));
    }

    [Theory]
    [InlineData("structures/ti0750", "build-variant", "")]
    [InlineData("relax/ti0750/ionic", "relax", "structures/ti0750")]
    [InlineData("aimd/ti0750/ionic/t630", "sample", "relax/ti0750/ionic")]
    [InlineData("aimd/ti0750/ionic/t630-strain-p3", "sample", "relax/ti0750/ionic")]
    [InlineData("aimd/ti0750/ionic/t630-strain-m3", "sample", "relax/ti0750/ionic")]
    [InlineData("dataset/ionic", "build-dataset", "aimd/ti0750/ionic/t300 aimd/ti0750/ionic/t630 aimd/ti0750/ionic/t870 aimd/ti0750/ionic/t630-strain-m3 aimd/ti0750/ionic/t630-strain-p3 aimd/ti0750/ionic/t630-vacancy aimd/ti0750/ionic/t870-vacancy")]
    [InlineData("train/ionic/m0", "train", "dataset/ionic")]
    [InlineData("validate/ionic", "validate", "train/ionic/m0 dataset/ionic aimd/ti0750/ionic/t630 relax/ti0750/ionic")]
    [InlineData("dlmd/ti0750/ionic/t630", "dynamics", "relax/ti0750/ionic train/ionic/m0")]
    [InlineData("dlmd/ti0750/ionic/blank-t630", "dynamics", "relax/ti0750/ionic")]
    [InlineData("transport/ti0750/ionic/t630", "analyse-transport", "dlmd/ti0750/ionic/t630")]
    [InlineData("transport/ti0750/ionic/blank-t860", "analyse-transport", "dlmd/ti0750/ionic/blank-t860")]
    [InlineData("neb/ti0750/ionic/110", "find-barriers", "relax/ti0750/ionic train/ionic/m0")]
    [InlineData("neb/ti0750/ionic/blank-010", "find-barriers", "relax/ti0750/ionic")]
    public void A_task_of_the_quickstart_depends_on_exactly_what_it_reads(string id, string operation, string dependencies)
    {
        TaskSpec task = Task(Plan("quickstart.yaml"), id);
        Assert.Equal(operation, task.Operation);
        Assert.Equal(dependencies, string.Join(" ", task.DependsOn));
    }

    [Fact]
    public void Frames_are_computed_again_from_other_moments_only_where_the_campaign_asks_for_it()
    {
        const string Id = "aimd/ti0750/u4/t600";
        string[] sets = ["aimd.temperaturesK=[600]", "aimd.vacancyTemperaturesK=[600]", "aimd.equilibrationPs=0", "aimd.frameStrideFs=10", "validate.rdfTemperaturesK=[600]"];
        WorkflowGraph plain = Plan("li3ticl6-paper.yaml", sets), asked = Plan("li3ticl6-paper.yaml", [.. sets, "aimd.relabel={ fraction: 0.1, initialMoments: { Ti: 2 } }"]);
        TaskSpec[] again = [.. asked.Tasks.Where(t => t.Operation == OperationCatalogue.Relabel)], samples = [.. asked.Tasks.Where(t => t.Operation == OperationCatalogue.Sample)];
        Assert.Equal(samples.Select(s => $"{s.Id}-relabel"), again.Select(t => t.Id.Value));

        TaskSpec task = Task(asked, $"{Id}-relabel");
        Assert.Equal([Id], task.DependsOn.Select(d => d.Value));
        Assert.Equal([Slots.Frames, Slots.Summary], task.Inputs.Select(i => i.Name));
        RelabelParameters p = CanonicalParameters.Read<RelabelParameters>(task.Parameters);
        SampleParameters sample = CanonicalParameters.Read<SampleParameters>(Task(asked, Id).Parameters);
        Assert.Equal(2, p.Dft!.InitialMoments["Ti"]);
        Assert.Equal(sample.Dft!.KMesh, p.Dft.KMesh);
        Assert.Equal(CanonicalParameters.ToCanonicalJson(sample)["dft"]!["hubbard"]!.ToJsonString(), CanonicalParameters.ToCanonicalJson(p)["dft"]!["hubbard"]!.ToJsonString());
        Assert.Null(p.Vacancy);
        Assert.Equal(1, CanonicalParameters.Read<RelabelParameters>(Task(asked, $"{Id}-vacancy-relabel").Parameters).Vacancy!.Electrons);
        Assert.Equal(2 * 0.1 / 10 * Task(asked, Id).CoreHours, task.CoreHours, 1e-6); // a tenth of the frames, of which every tenth step is one; single points begin cold

        // all else is what it was, but the report, which tells of it
        Assert.Equal(plain.Tasks.Select(t => t.Id.Value), asked.Tasks.Except(again).Select(t => t.Id.Value));
        foreach (TaskSpec t in plain.Tasks.Where(t => t.Operation != OperationCatalogue.Report))
            Assert.Equal((t.Parameters.ToJsonString(), string.Join(",", t.Inputs)), (asked[t.Id].Parameters.ToJsonString(), string.Join(",", asked[t.Id].Inputs)));
        Assert.DoesNotContain("relabel", Text(plain), StringComparison.Ordinal);
        Assert.Contains(asked.Tasks[^1].Inputs, i => i.Name == $"{Id}-relabel:{Slots.Scatter}");
    }

    [Fact]
    public void The_arrhenius_fit_reads_its_points_in_the_order_of_temperature()
    {
        TaskSpec fit = Task(Plan("quickstart.yaml"), "transport/ti0750/ionic/arrhenius");
        Assert.Equal(["t630", "t670", "t715", "t765", "t815", "t860"], fit.DependsOn.Select(d => d.Value.Split('/')[^1]));
        Assert.All(fit.Inputs, i => Assert.Equal(Slots.Points, i.Name));
        Assert.True(CanonicalParameters.Read<FitArrheniusParameters>(fit.Parameters).StandIn);
    }

    [Fact]
    public void Transport_reads_the_trajectory_and_the_summary_of_every_replica()
    {
        TaskSpec point = Task(Plan("quickstart.yaml", "dlmd.replicas=2"), "transport/ti0750/ionic/t630");
        Assert.Equal(
            ["trajectory dlmd/ti0750/ionic/t630-r0", "trajectory dlmd/ti0750/ionic/t630-r1", "summary dlmd/ti0750/ionic/t630-r0", "summary dlmd/ti0750/ionic/t630-r1"],
            point.Inputs.Select(i => $"{i.Name} {((InputSource.Output)i.Source).Task}"));
    }

    [Fact]
    public void Work_of_the_program_itself_stays_on_this_machine_in_the_presets()
    {
        WorkflowGraph graph = Plan("li3ticl6-corrected.yaml");
        Assert.Equal(["builtin local 1", "deepmd slurm-example 16", "lammps slurm-example 64", "vasp slurm-example 64"],
            graph.Tasks.Select(t => $"{t.Engine} {t.Site} {t.Cores}").Distinct().Order(StringComparer.Ordinal));
        PlanTotals totals = PlanTotals.Of(graph, site => site == "local" ? 2 : 512);
        Assert.InRange(totals.WallDays, 10, 100);
    }

    [Fact]
    public void The_report_reads_something_of_every_other_task()
    {
        WorkflowGraph graph = Plan("quickstart.yaml");
        TaskSpec report = Task(graph, "report/report");
        Assert.Equal(graph.Tasks.Where(t => t.Id.Stage != "report").Select(t => t.Id).ToHashSet(), report.DependsOn.ToHashSet());
        Assert.Equal(report.Inputs.Count, report.Inputs.Select(i => i.Name).Distinct().Count());
        Assert.Equal("ionic model (analytic stand-in), not DFT", CanonicalParameters.Read<ReportParameters>(report.Parameters).Levels[0].Labels);
    }

    [Fact]
    public void The_paper_runs_twenty_thousand_atoms_for_five_and_a_half_nanoseconds_at_two_levels()
    {
        WorkflowGraph graph = Plan("li3ticl6-paper.yaml");
        DynamicsParameters[] runs = [.. graph.Tasks.Where(t => t.Operation == OperationCatalogue.Dynamics).Select(t => CanonicalParameters.Read<DynamicsParameters>(t.Parameters))];
        Assert.Equal(12, runs.Length);
        Assert.All(runs, r => Assert.Equal(5_500_000, r.Steps));
        Assert.All(runs, r => Assert.Equal([5, 5, 5], r.Repeat));
        Assert.Equal([298.0, 313, 328, 333, 358, 373], runs.Where(r => r.Level == "u4").Select(r => r.TemperatureK));
        double hours = graph.Tasks.Where(t => t.Operation == OperationCatalogue.Dynamics).Sum(t => t.CoreHours);
        Assert.InRange(hours, 1e4, 2e5); // 1.3e12 atom-steps at 30 to 500 µs
    }

    [Theory]
    [InlineData("ti0875", 4, 2, 4)]
    [InlineData("ti0844", 4, 2, 2)]
    [InlineData("ti0750", 4, 2, 4)]
    public void Proposed_k_meshes_are_those_of_the_paper(string variant, int a, int b, int c)
    {
        string text = File.ReadAllText(Path.Combine(ShippedCampaigns.ConfigDirectory, "li3ticl6-corrected.yaml")).Replace(" kMesh: [4, 2, 4],", "").Replace(" kMesh: [4, 2, 2],", "");
        CampaignSpec spec = CampaignSpecReader.Read(text, "x.yaml").Spec!;
        Assert.All(spec.Material.Variants, v => Assert.Null(v.KMesh));
        TaskSpec relax = Task(Planner.Plan(spec, ShippedCampaigns.Inputs(spec)), $"relax/{variant}/u4");
        DftSettings dft = CanonicalParameters.Read<RelaxParameters>(relax.Parameters).Dft!;
        Assert.Equal([a, b, c], dft.KMesh);
        Assert.Equal(4, dft.Hubbard["Ti"].UMinusJEv);
    }

    [Fact]
    public void The_corrected_preset_draws_each_large_cell_anew_in_the_relaxed_lattice()
    {
        WorkflowGraph graph = Plan("li3ticl6-corrected.yaml");
        TaskSpec cell = Task(graph, "structures/ti0750/u4/c2");
        Assert.Equal(["relax/ti0750/u4"], cell.DependsOn.Select(d => d.Value));
        var p = CanonicalParameters.Read<BuildVariantParameters>(cell.Parameters);
        Assert.Equal([10, 10, 10], p.Supercell);
        Assert.Equal(0.754, p.Occupancy["Ti@2a"]);
        Assert.Equal(["dlmd/ti0750/u4/t343-c0", "dlmd/ti0750/u4/t343-c1", "dlmd/ti0750/u4/t343-c2"], Task(graph, "transport/ti0750/u4/t343").DependsOn.Select(d => d.Value));
        Assert.Equal(3, graph.Tasks.Where(t => t.Id.Value.StartsWith("structures/ti0750/u4/", StringComparison.Ordinal)).Select(t => t.Parameters["seed"]!.GetValue<long>()).Distinct().Count());
    }

    [Fact]
    public void Adding_a_temperature_leaves_the_parameters_of_the_others_alone()
    {
        WorkflowGraph before = Plan("quickstart.yaml"), after = Plan("quickstart.yaml", "dlmd.temperaturesK=[600, 630, 670, 715, 765, 815, 860]");
        foreach (TaskSpec t in before.Tasks.Where(t => t.Id.Stage is not "report" && !t.Id.Value.EndsWith("arrhenius", StringComparison.Ordinal)))
        {
            TaskSpec same = after[t.Id];
            Assert.True(JsonNode.DeepEquals(t.Parameters, same.Parameters), t.Id.Value);
            Assert.Equal(t.Inputs, same.Inputs);
        }
    }

    [Fact]
    public void The_first_replica_is_the_run_that_was_there_before_replicas_were_asked_for()
    {
        JsonObject one = Task(Plan("quickstart.yaml"), "dlmd/ti0750/ionic/t630").Parameters;
        WorkflowGraph three = Plan("quickstart.yaml", "dlmd.replicas=3");
        Assert.True(JsonNode.DeepEquals(one, Task(three, "dlmd/ti0750/ionic/t630-r0").Parameters));
        Assert.False(JsonNode.DeepEquals(one, Task(three, "dlmd/ti0750/ionic/t630-r1").Parameters));
    }

    [Fact]
    public void Threads_of_the_dynamics_are_parameters_and_cores_of_its_runs_but_not_of_the_method_blank()
    {
        WorkflowGraph one = Plan("quickstart.yaml"), two = Plan("quickstart.yaml", "dlmd.threads=2");
        const string run = "dlmd/ti0750/ionic/t630", blank = "dlmd/ti0750/ionic/blank-t630";
        Assert.False(Task(one, run).Parameters.ContainsKey("threads"));
        Assert.Equal((2, 2), (Task(two, run).Parameters["threads"]!.GetValue<int>(), Task(two, run).Cores));
        Assert.True(JsonNode.DeepEquals(Task(one, blank).Parameters, Task(two, blank).Parameters));
        Assert.Equal(1, Task(two, blank).Cores);
    }

    [Fact]
    public void A_margin_of_neighbour_slots_is_a_parameter_where_it_is_given()
    {
        static JsonObject Network(params string[] sets) => (JsonObject)Task(Plan("quickstart.yaml", sets), "train/ionic/m0").Parameters["network"]!;
        Assert.False(Network().ContainsKey("selMargin"));
        Assert.Equal(1.6, Network("train.network.selMargin=1.6")["selMargin"]!.GetValue<double>());
    }

    [Fact]
    public void Seeds_are_the_same_in_every_version() => Assert.Equal(ExpectedSeed, Planner.SeedFor(1, "train/ionic/m0"));

    /// <summary>FNV-1a of "1/train/ionic/m0", shifted right by 11; computed independently.</summary>
    private const long ExpectedSeed = 2480280886787801;

    [Fact]
    public void The_estimate_for_the_quickstart_is_minutes()
    {
        PlanTotals totals = PlanTotals.Of(Plan("quickstart.yaml"), _ => 2);
        Assert.InRange(totals.WallDays * 24 * 60, 2, 30);
        Assert.InRange(totals.DiskMiB, 10, 2000);
    }

    [Theory]
    [InlineData(new[] { 1, 1, 0 }, "110")]
    [InlineData(new[] { 1, -1, 0 }, "1m10")]
    [InlineData(new[] { -2, 0, 3 }, "m203")]
    public void A_direction_has_a_readable_tag(int[] direction, string tag) => Assert.Equal(tag, Planner.DirectionTag(direction));

    [Fact]
    public void The_picture_names_every_task_once()
    {
        WorkflowGraph graph = Plan("quickstart.yaml");
        string dot = GraphDrawing.Dot(graph), svg = GraphDrawing.Svg(graph);
        Assert.All(graph.Tasks, t => Assert.Equal(2, dot.Split($"    \"{t.Id}\";").Length));
        Assert.All(graph.Tasks, t => Assert.Equal(2, svg.Split($"<title>{t.Id}: ").Length));
        System.Xml.Linq.XDocument.Parse(svg);
        Assert.Equal(StageOrder.Order(), GraphDrawing.StagesByDepth(graph).Order());
        Assert.Equal("structures", GraphDrawing.StagesByDepth(graph)[0]);
        Assert.Equal("report", GraphDrawing.StagesByDepth(graph)[^1]);
    }

    /// <summary>Random campaigns: any number of variants, levels, temperatures, strains, replicas, models, directions, sections present or not.</summary>
    [Property(MaxTest = 60)]
    public Property Any_graph_is_sorted_complete_and_the_same_when_planned_again() => Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
    {
        SpecReading reading = CampaignSpecReader.Read(RandomCampaign(new Random(seed)), "random.yaml");
        if (reading.Spec is null)
            return false.Label(string.Join("\n", reading.Problems));
        WorkflowGraph graph = Planner.Plan(reading.Spec, ShippedCampaigns.Inputs(reading.Spec));
        var seen = new HashSet<TaskId>();
        bool sorted = graph.Tasks.All(t => t.DependsOn.All(seen.Contains) && seen.Add(t.Id));
        bool again = Text(graph) == Text(Planner.Plan(reading.Spec, ShippedCampaigns.Inputs(reading.Spec)));
        bool costs = graph.Tasks.All(t => double.IsFinite(t.CoreHours) && t.CoreHours > 0 && t.DiskMiB >= 0 && t.Cores >= 1);
        return (sorted && again && costs).Label($"sorted {sorted}, same {again}, costs {costs}");
    });

    private static string RandomCampaign(Random random)
    {
        string Temperatures() => string.Join(", ", Enumerable.Range(0, random.Next(1, 6)).Select(i => 300 + 50 * i));
        string variants = string.Join("\n", Enumerable.Range(0, random.Next(1, 4)).Select(i => $"    - {{ name: v{i}, supercell: [{random.Next(1, 3)}, 2, {random.Next(1, 4)}], carry: {(i == 0 || random.Next(4) > 0 ? "true" : "false")} }}"));
        string levels = string.Join("\n", Enumerable.Range(0, random.Next(1, 3)).Select(i => random.Next(2) == 0 ? $"  l{i}: {{ engine: builtin, potential: p.yaml }}" : $"  l{i}: {{ engine: vasp, encutEv: 500 }}"));
        string text = $"campaign: random\nmaterial:\n  structure: s.cif\n  mobile: Li\n  variants:\n{variants}\nlevels:\n{levels}\n";
        if (random.Next(5) > 0)
        {
            text += $"aimd: {{ temperaturesK: [{Temperatures()}], lengthPs: {random.Next(1, 9)}, strains: [{(random.Next(2) == 0 ? "" : "0.02, -0.01, [0, 0, 0, 0.01, 0, 0]")}] }}\n";
            if (random.Next(5) > 0)
            {
                text += $"train: {{ models: {random.Next(1, 4)}, preset: {(random.Next(2) == 0 ? "small" : "seed")} }}\n";
                if (random.Next(5) > 0)
                    text += $"dlmd: {{ temperaturesK: [{Temperatures()}], lengthPs: 3, replicas: {random.Next(1, 4)}{(random.Next(3) == 0 ? ", fresh: { supercell: [4, 2, 4], configurations: 2 }" : "")} }}\n";
            }
        }
        if (random.Next(3) > 0)
            text += "neb: { directions: [[1, 1, 0], [1, -1, 0], [1, 1, 0]] }\n";
        return text;
    }
}
