using System.Text.Json.Nodes;
using Campaign.Compute.Formats;
using Campaign.SystemTests.EndToEnd;
using Xunit;

namespace Campaign.SystemTests.Vasp;

/// <summary><c>vasp read | diagnose | inputs</c> and <c>dataset build</c> on files of real runs.</summary>
public sealed class VaspToolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-vasp-tools-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData("crashed/slurm-aborted-Ni-Ti-Nb-N", "crashed", 0, 0)]
    [InlineData("crashed/Si-unfinished-no-ionic-step-v5.4.4", "noIonicStep", 0, 0)]
    [InlineData("crashed/B-O-2frames-unfinished-v5.4.4/6362_OUTCAR", "unfinished", 2, 2)]
    [InlineData("unconverged/Si-elec-unconverged-v5.4.4", "unconvergedElectronic", 1, 0)]
    [InlineData("unconverged/Si-every-step-hits-NELM-v5.4.4", "unconvergedElectronic", 5, 0)]
    [InlineData("unconverged/Si-ionic-unconverged-v5.4.4", "unconvergedIonic", 5, 5)]
    [InlineData("unconverged/dpdata-NELM/vasprun.h2o.md.conv.xml", "completed", 3, 2)]
    [InlineData("aimd/Li-P-S-NVT-10steps-v5.4.1", "completed", 10, 10)]
    [InlineData("aimd/md-10steps-v6.3.2/vasprun.md.xml.gz", "completed", 10, 10)]
    [InlineData("relax/Si-relax-19steps-v5.4.1", "converged", 19, 19)]
    [InlineData("relax/Si-converged-v5.4.4", "converged", 1, 1)]
    [InlineData("dftu-spin/FeO-LDAU2-28steps-v5.3.5", "converged", 28, 28)]
    [InlineData("aimd/xdatcar/XDATCAR_5", null, 4, 0)]
    public async Task A_run_is_read_with_its_outcome(string path, string? outcome, int frames, int usable)
    {
        JsonNode read = await JsonAsync("vasp", "read", Sample(path), "--summary", "--json");
        Assert.Equal(
            ["source", "vaspVersion", "outcome", "diagnoses", "species", "atomSpecies", "frameCount", "usableFrameCount", "frames"], read.AsObject().Select(p => p.Key));
        Assert.Equal(outcome, read["outcome"]?.GetValue<string>());
        Assert.Equal((frames, usable), (read["frameCount"]!.GetValue<int>(), read["usableFrameCount"]!.GetValue<int>()));
        Assert.Equal(frames, read["frames"]!.AsArray().Count);
        Assert.Equal(usable, read["frames"]!.AsArray().Count(f => f!["usable"]!.GetValue<bool>()));
    }

    [SkippableFact]
    public async Task A_frame_has_the_numbers_that_VASP_printed()
    {
        JsonNode read = await JsonAsync("vasp", "read", Sample("dftu-spin/FeO-LDAU2-28steps-v5.3.5"), "--last", "1", "--json");
        JsonNode frame = Assert.Single(read["frames"]!.AsArray())!;
        Assert.Equal(
            ["index", "usable", "electronicConverged", "freeEnergyEv", "energySigma0Ev", "stressKbar", "volumeA3", "cell", "positions", "forces"], frame.AsObject().Select(p => p.Key));
        Assert.Equal(27, frame["index"]!.GetValue<int>());
        Assert.Equal(-28.21851457, frame["freeEnergyEv"]!.GetValue<double>());
        Assert.Equal(44.0652, frame["volumeA3"]!.GetValue<double>(), 1e-3);
        Assert.Equal((4, 4, 6), (frame["positions"]!.AsArray().Count, frame["forces"]!.AsArray().Count, frame["stressKbar"]!.AsArray().Count));
        Assert.Equal(["Fe", "Fe", "O", "O"], read["atomSpecies"]!.AsArray().Select(s => s!.GetValue<string>()));
        Assert.Equal(3, (await JsonAsync("vasp", "read", Sample("dftu-spin/FeO-LDAU2-28steps-v5.3.5"), "--first", "3", "--summary", "--json"))["frames"]!.AsArray().Count);
    }

    [SkippableFact]
    public async Task A_crash_is_diagnosed_with_its_line_and_what_would_be_done()
    {
        JsonNode finding = (await JsonAsync("vasp", "diagnose", Sample("crashed/slurm-aborted-Ni-Ti-Nb-N"), "--json"))["findings"]!.AsArray()[0]!;
        Assert.Equal(["key", "class", "evidence", "correction"], finding.AsObject().Select(p => p.Key));
        Assert.Equal(("edddav", "numerics"), (finding["key"]!.GetValue<string>(), finding["class"]!.GetValue<string>()));
        Assert.Equal(("error.out", 26), (finding["evidence"]!["file"]!.GetValue<string>(), finding["evidence"]!["line"]!.GetValue<int>()));
        Assert.Contains("ALGO = All", finding["correction"]!.GetValue<string>());
        Assert.Empty((await JsonAsync("vasp", "diagnose", Sample("relax/Si-converged-v5.4.4"), "--json"))["findings"]!.AsArray());
        Assert.Empty((await JsonAsync("vasp", "diagnose", Sample("neb/NH3-3images-1step-v6.2.0/out"), "--json"))["findings"]!.AsArray()); // a band
        JsonNode electronic = (await JsonAsync("vasp", "diagnose", Sample("unconverged/Si-elec-unconverged-v5.4.4"), "--json"))["findings"]!.AsArray()[0]!;
        Assert.Equal("electronic", electronic["key"]!.GetValue<string>());
        Assert.Equal("OUTCAR", electronic["evidence"]!["file"]!.GetValue<string>());
    }

    [SkippableFact]
    public async Task Usable_frames_become_a_DeePMD_system_and_the_others_are_named()
    {
        string target = Path.Combine(_folder, "data");
        JsonNode built = await JsonAsync("dataset", "build", Sample("unconverged/dpdata-NELM/vasprun.h2o.md.conv.xml"), "--out", target, "--json");
        Assert.Equal(2, built["frames"]!.GetValue<int>());
        JsonNode dropped = Assert.Single(built["dropped"]!.AsArray())!;
        Assert.Equal(0, dropped["frame"]!.GetValue<int>());
        Assert.Contains("did not converge", dropped["reason"]!.GetValue<string>());
        string system = Path.Combine(target, Assert.Single(built["systems"]!.AsArray())!["name"]!.GetValue<string>());
        DeepMdSystem read = DeepMdSystem.Read(system);
        Assert.Equal((2, 6), (read.FrameCount, read.AtomCount));
        Assert.Equal(2, File.ReadLines(Path.Combine(system, "origin.raw")).Count());
    }

    [SkippableFact]
    public async Task Runs_of_two_levels_of_theory_are_not_one_data_set()
    {
        ProgramResult refused = await CampaignProgram.RunAsync(
            "dataset", "build", Sample("dftu-spin/FeO-LDAU2-28steps-v5.3.5"), Sample("relax/Si-converged-v5.4.4"), "--out", Path.Combine(_folder, "mixed"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("different levels of theory", refused.Error);
        Assert.False(Directory.Exists(Path.Combine(_folder, "mixed")));
    }

    [Fact]
    public async Task The_inputs_of_a_task_are_shown_before_anything_runs()
    {
        using var campaign = new VaspCampaign("li3ticl6-paper.yaml", VaspCampaign.Processes());
        string target = Path.Combine(_folder, "inputs");
        JsonNode shown = await JsonAsync(["vasp", "inputs", campaign.File, "--task", "relax/ti0750/u4", "--out", target, "--json", .. VaspCampaign.Reduced.SelectMany(s => new[] { "--set", s })]);
        Assert.Equal(["INCAR", "KPOINTS", "POSCAR", "potcar.sh", "POTCAR.spec"], shown["files"]!.AsArray().Select(f => f!.GetValue<string>()));
        Assert.Contains("LDAUU = 0 4 0", File.ReadAllText(Path.Combine(target, "INCAR")));
        Assert.Equal(40, Poscar.ReadFile(Path.Combine(target, "POSCAR")).Count);
        Assert.Equal("Li_sv\nTi_pv\nCl\n", File.ReadAllText(Path.Combine(target, "POTCAR.spec")));

        ProgramResult refused = await CampaignProgram.RunAsync(["vasp", "inputs", campaign.File, "--task", "aimd/ti0750/u4/t600", "--out", target, .. VaspCampaign.Reduced.SelectMany(s => new[] { "--set", s })]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("relax/ti0750/u4, which is not done", refused.Error);
    }

    [SkippableTheory]
    [InlineData("neb/NH3-3images-1step-v6.2.0/out", "Read 01, 02")]
    [InlineData("inputs", "VASP has not run there")]
    [InlineData("README.md", "is no OUTCAR, vasprun.xml or XDATCAR")]
    [InlineData("nowhere", "There is no file or directory")]
    public async Task What_cannot_be_read_is_said_with_what_to_do(string path, string said)
    {
        ProgramResult refused = await CampaignProgram.RunAsync("vasp", "read", Path.Combine(Path.GetDirectoryName(Sample("README.md"))!, path));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(said, refused.Error);
    }

    private static async Task<JsonNode> JsonAsync(params string[] arguments)
    {
        ProgramResult result = await CampaignProgram.RunAsync(arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result.Json;
    }

    private static string Sample(string path)
    {
        string folder = Path.GetFullPath(Path.Combine(VaspCampaign.Root(), "..", "shared", "data", "vasp"));
        Skip.If(!Directory.Exists(folder), $"SKIPPED: the collection of VASP files is not here ({folder}).");
        return Path.Combine(folder, path);
    }
}
