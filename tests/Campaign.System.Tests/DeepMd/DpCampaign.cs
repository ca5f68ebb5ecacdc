using System.Text.Json.Nodes;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.SystemTests.EndToEnd;
using Campaign.SystemTests.Vasp;
using Campaign.Workflows.Graph;

namespace Campaign.SystemTests.DeepMd;

/// <summary>The tiny campaign as far as the validation, trained by a stand-in for DeePMD-kit on a site of its own.</summary>
internal sealed class DpCampaign : IDisposable
{
    public const string Train = "train/ionic/m0";

    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("campaign-dp-").FullName;
    private readonly IReadOnlyDictionary<string, string> _environment;

    public DpCampaign(string scheduler, IReadOnlyDictionary<string, string>? standIn = null, IReadOnlyDictionary<string, string>? environment = null)
        : this(_ => scheduler, standIn, environment)
    {
    }

    /// <param name="scheduler">Kind and section of the site, from a directory that may be its own.</param>
    /// <param name="standIn">Variables of the stand-in, by name without STANDIN_.</param>
    /// <param name="environment">Of the orchestrator.</param>
    public DpCampaign(Func<string, string> scheduler, IReadOnlyDictionary<string, string>? standIn = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        _environment = environment ?? new Dictionary<string, string>();
        string root = VaspCampaign.Root();
        File = Path.Combine(_folder, "campaign.yaml");
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(Path.Combine(root, "tests", "data", "tiny.yaml")).Replace("../../config", Path.Combine(root, "config"), StringComparison.Ordinal));
        System.IO.Directory.CreateDirectory(Path.Combine(_folder, "sites"));
        System.IO.File.WriteAllText(Path.Combine(_folder, "sites", "gpu.yaml"), $"""
            site: gpu
            {scheduler(In("site"))}
            engines:
              deepmd:
                command: [env, {string.Concat((standIn ?? new Dictionary<string, string>()).Select(v => $"\"STANDIN_{v.Key}={v.Value}\", "))}{Program}]
                options: {"{"} backend: pt {"}"}
            """);
    }

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "stand-in-dp");

    public string File { get; }

    public CampaignDirectory Directory => CampaignDirectory.At(Path.Combine(_folder, "c"));

    public string In(string name) => Path.Combine(_folder, name);

    public string[] Command(params IEnumerable<string> sets) =>
    [
        "run", File, "--dir", Directory.Root,
        .. ((string[])[
            "train.engine=deepmd", "train.site=gpu", "train.steps=60", "train.checkpointEverySteps=10", "train.displayEverySteps=5", "train.learningRate.decaySteps=1",
            "aimd.strains=null", "aimd.strainTemperaturesK=null", "aimd.temperaturesK=[600]", "validate.rdfLengthPs=0.1", "dlmd=null", "neb=null", "methodBlank.enabled=false",
            .. sets]).SelectMany(s => new[] { "--set", s }),
    ];

    public async Task<ProgramResult> RunAsync(params string[] command)
    {
        using CampaignProgram program = CampaignProgram.StartWith(_environment, command);
        return await program.EndAsync();
    }

    /// <summary>What <c>why</c> says of the training.</summary>
    public async Task<JsonArray> AttemptsAsync() => (await RunAsync("why", Directory.Root, Train, "--json")).Json["attempts"]!.AsArray();

    public string Run(int attempt, string file) => Path.Combine(Directory.Run(TaskId.Parse(Train), attempt), file);

    /// <summary>A file of the training's result.</summary>
    public (string Path, string Kind) Result(string slot)
    {
        Workflows.Artifacts.ArtifactRef artifact = CampaignSnapshot.Read(Directory).Conclusion(TaskId.Parse(Train))!.Outputs[slot];
        return (new ArtifactStore(Directory.Root).PathOf(artifact), artifact.Kind);
    }

    public void Dispose() => System.IO.Directory.Delete(_folder, recursive: true);
}
