using System.Text.Json.Nodes;
using Campaign.SystemTests.EndToEnd;
using Campaign.Persistence.Directories;

namespace Campaign.SystemTests.Vasp;

/// <summary>A campaign whose labels a stand-in for VASP makes, in a folder of its own, with potentials that are nobody's.</summary>
internal sealed class VaspCampaign : IDisposable
{
    /// <summary>In every false potential, behind its header: nothing that leaves the site may hold it.</summary>
    public const string Secret = "1234567890.0987654321";

    private const string Site = "slurm-example";
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("campaign-vasp-").FullName;
    private readonly Dictionary<string, string> _environment;

    /// <param name="config">A shipped campaign file.</param>
    /// <param name="scheduler">Kind and section of the site.</param>
    /// <param name="standIn">Further variables of the stand-in, by name without STANDIN_.</param>
    /// <param name="environment">Of the orchestrator.</param>
    public VaspCampaign(string config, string scheduler, IReadOnlyDictionary<string, string>? standIn = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        string root = Root(), from = Path.Combine(root, "config");
        _environment = new(environment ?? new Dictionary<string, string>()) { ["PMG_VASP_PSP_DIR"] = Path.Combine(_folder, "potentials") };
        File = Path.Combine(_folder, "campaign.yaml");
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(Path.Combine(from, config)).Replace("structures/", $"{from}/structures/", StringComparison.Ordinal));
        var variables = new SortedDictionary<string, string>((standIn ?? new Dictionary<string, string>()).ToDictionary(v => v.Key, v => v.Value)) { ["POTENTIAL"] = Path.Combine(from, "potentials", "li-ti-cl.yaml") };
        System.IO.Directory.CreateDirectory(Path.Combine(_folder, "sites"));
        System.IO.File.WriteAllText(Path.Combine(_folder, "sites", Site + ".yaml"), $"""
            site: {Site}
            {scheduler}
            engines:
              vasp:
                command: [env, {string.Join(", ", variables.Select(v => $"\"STANDIN_{v.Key}={v.Value}\""))}, {Path.Combine(AppContext.BaseDirectory, "stand-in-vasp")}]
                options: {"{"} vtst: true {"}"}
            """);
        foreach ((string set, string element, int valence) in new[] { ("Li_sv", "Li", 3), ("Ti_pv", "Ti", 10), ("Cl", "Cl", 7) })
            foreach ((string release, string lexch) in new[] { ("POT_GGA_PAW_PW91", "91"), ("POT_GGA_PAW_PBE_54", "PE") })
                Potential(Path.Combine(_folder, "potentials", release), set, element, valence, lexch);
    }

    public string File { get; }

    public string PotentialFile { get; } = Path.Combine(Root(), "config", "potentials", "li-ti-cl.yaml");

    public CampaignDirectory Directory => CampaignDirectory.At(Path.Combine(_folder, "c"));

    public static string Processes(int cores = 3, double walltimeHours = 1) => FormattableString.Invariant($$"""
        kind: processes
        cores: {{cores}}
        processes: { pollSeconds: 0.2, settleSeconds: 1, heartbeatSeconds: 10, walltimeHours: {{walltimeHours}} }
        """);

    /// <summary>The paper's campaign at a size for tests: every stage of it, nothing of its physics.</summary>
    public static string[] Reduced { get; } =
    [
        "material.variants=[{ name: ti0750, supercell: [1, 1, 2], occupancy: { Ti@2a: 0.75, Ti@4g: 0.125 }, kMesh: [2, 2, 1], draws: 20, seed: 3 }]",
        "levels.u0.cores=3", "levels.u4.cores=3",
        "relax.maxForceEvPerA=0.05", "relax.maxSteps=150",
        "aimd.temperaturesK=[600]", "aimd.vacancyTemperaturesK=[600]", "aimd.equilibrationPs=0.01", "aimd.lengthPs=0.05", "aimd.frameStrideFs=2",
        "dataset.blocksPerTrajectory=5", "dataset.validationFraction=0.2", "dataset.testFraction=0.2",
        "train.engine=builtin", "train.site=local", "train.steps=1500", "train.learningRate={ start: 1.0e-2, stop: 1.0e-4, decaySteps: 15 }", "train.threads=1", "train.precision=float32",
        "train.network={ rcutA: 6.0, rcutSmoothA: 2.0, embedding: [4, 8], axis: 2, fitting: [8, 8], typeOneSide: true, activation: tanh }",
        "validate.rdfTemperaturesK=[600]", "validate.rdfLengthPs=0.05",
        "dlmd={ engine: builtin, site: local, variants: [ti0750], temperaturesK: [700, 800, 900], timeStepFs: 1, lengthPs: 0.2, equilibrationPs: 0.02, dumpEveryFs: 10, segmentPs: 0.1, dampingFs: 100, chainLength: 3, replicas: 1, repeat: [1, 1, 1], precision: float32 }",
        "neb.directions=[[1, 1, 0]]", "neb.images=3", "neb.hopsPerClass=1", "neb.maxForceEvPerA=0.2",
        "reference={}",
    ];

    /// <summary>One relaxation and one trajectory at one level.</summary>
    public static string[] OneTrajectory { get; } =
    [
        .. Reduced.Where(s => !s.StartsWith("levels.", StringComparison.Ordinal) && !s.StartsWith("train.", StringComparison.Ordinal) && s[..4] is not ("dlmd" or "neb.")),
        "train=null", "dlmd=null", "neb=null", "aimd.vacancyTemperaturesK=null",
        "levels={ u4: { engine: vasp, site: slurm-example, cores: 1, functional: PBE, encutEv: 450, spin: true, hubbard: { Ti: { l: d, uMinusJEv: 4 } }, initialMoments: { Ti: 1 }, potcars: { Li: Li_sv, Ti: Ti_pv, Cl: Cl } } }",
    ];

    public string[] Command(params IEnumerable<string> sets) => ["run", File, "--dir", Directory.Root, .. sets.SelectMany(s => new[] { "--set", s })];

    public CampaignProgram Start(string[] command) => CampaignProgram.StartWith(_environment, command);

    public async Task<ProgramResult> RunAsync(string[] command)
    {
        using CampaignProgram program = Start(command);
        return await program.EndAsync();
    }

    /// <summary>What a verb says of the campaign.</summary>
    public async Task<JsonNode> AskAsync(string verb, params string[] more) => (await RunAsync([verb, Directory.Root, .. more, "--json"])).Json;

    public void Dispose() => System.IO.Directory.Delete(_folder, recursive: true);

    private static void Potential(string folder, string set, string element, int valence, string lexch)
    {
        System.IO.Directory.CreateDirectory(folder);
        System.IO.File.WriteAllText(Path.Combine(folder, $"POTCAR.{set}"), $"""
              PAW {set} 01Jan2000
               {valence}.00000000000000
             parameters from PSCTR are:
               VRHFIN ={element}: nobody's
               LEXCH  = {lexch}
               TITEL  = PAW{(lexch == "PE" ? "_PBE" : "")} {set} 01Jan2000
               POMASS =    1.000; ZVAL   =  {valence}.000    mass and valenz
               ENMAX  =  271.649; ENMIN  =  203.737 eV
             END of PSCTR-controll parameters
             {Secret}
             End of Dataset

            """);
    }

    public static string Root()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (System.IO.File.Exists(Path.Combine(d.FullName, "Campaign.sln")))
                return d.FullName;
        throw new DirectoryNotFoundException("Campaign.sln is in no folder above the tests.");
    }
}
