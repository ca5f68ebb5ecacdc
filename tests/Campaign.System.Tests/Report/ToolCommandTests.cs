using System.CommandLine;
using System.Text.Json;
using Campaign.Cli.Tools;
using Xunit;

namespace Campaign.SystemTests.Report;

public sealed class ToolCommandTests : IDisposable
{
    private const string Disordered = """
        data_test
        _cell_length_a 6.350
        _cell_length_b 10.89
        _cell_length_c 6.353
        _cell_angle_alpha 90
        _cell_angle_beta 110.1
        _cell_angle_gamma 90
        loop_
        _symmetry_equiv_pos_as_xyz
        'x,y,z'
        '-x,y,-z'
        '-x,-y,-z'
        'x,-y,z'
        'x+1/2,y+1/2,z'
        '-x+1/2,y+1/2,-z'
        '-x+1/2,-y+1/2,-z'
        'x+1/2,-y+1/2,z'
        loop_
        _atom_site_label
        _atom_site_type_symbol
        _atom_site_symmetry_multiplicity
        _atom_site_Wyckoff_symbol
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z
        _atom_site_occupancy
        Ti1 Ti 2 a 0 0 0 0.754
        Ti2 Ti 4 g 0 0.33333 0 0.123
        Li1 Li 4 h 0 0.16667 0.5 1
        Li2 Li 2 d 0 0.5 0.5 1
        Cl1 Cl 4 i 0.242 0 0.765 1
        Cl2 Cl 8 j 0.240 0.159 0.237 1
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-tools-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Info_reports_cell_sites_and_partial_occupancy()
    {
        JsonElement info = Json(StructureCommand.Create(), "info", Cif(), "--json");
        Assert.Equal(20, info.GetProperty("atoms").GetDouble());
        Assert.Equal("Li3TiCl6", info.GetProperty("formula").GetString());
        Assert.True(info.GetProperty("partialOccupancy").GetBoolean());
        Assert.Equal(110.1, info.GetProperty("anglesDeg")[1].GetDouble(), 9);
        Assert.Equal(412.56, info.GetProperty("volumeA3").GetDouble(), 0.05);
        Assert.Equal(3, info.GetProperty("cell").GetArrayLength());
        JsonElement second = info.GetProperty("sites")[1];
        Assert.Equal(4, second.GetProperty("multiplicity").GetInt32());
        Assert.Equal(0.123, second.GetProperty("species")[0].GetProperty("occupancy").GetDouble());
        Assert.Equal(3, second.GetProperty("frac").GetArrayLength());
        Assert.Equal("Ti2", second.GetProperty("label").GetString());
    }

    [Fact]
    public void Variants_of_a_structure_reach_the_asked_occupancies_and_write_files()
    {
        JsonElement variant = Json(StructureCommand.Create(), "variants", Cif(), "--out", Path.Combine(_folder, "out"),
            "--occupancy", "Ti@2a=0.875", "--occupancy", "Ti@4g=0.0625", "--name", "ti0875", "--draws", "5", "--json")[0];
        Assert.Equal("ti0875", variant.GetProperty("name").GetString());
        Assert.Equal(160, variant.GetProperty("atoms").GetInt32());
        Assert.Equal([2, 2, 2], variant.GetProperty("supercell").EnumerateArray().Select(e => e.GetInt32()));
        Assert.Equal([4, 2, 4], variant.GetProperty("kMesh").EnumerateArray().Select(e => e.GetInt32()));
        Assert.Equal(48, variant.GetProperty("counts").GetProperty("Li").GetInt32());
        Assert.Contains(variant.GetProperty("occupancies").EnumerateArray(), o =>
            o.GetProperty("site").GetString() == "2a" && o.GetProperty("target").GetDouble() == 0.875 && o.GetProperty("achieved").GetDouble() == 0.875);
        Assert.True(variant.GetProperty("minCationDistanceA").GetDouble() > 2);
        Assert.True(variant.GetProperty("ewaldEv").GetDouble() < 0);
        Assert.True(File.Exists(variant.GetProperty("file").GetString()));
    }

    [Fact]
    public void Convert_keeps_atoms_and_cell_through_every_format()
    {
        Json(StructureCommand.Create(), "variants", Cif(), "--out", _folder, "--name", "v", "--draws", "1", "--json");
        string from = Path.Combine(_folder, "v.vasp");
        JsonElement before = Json(StructureCommand.Create(), "info", from, "--json");
        foreach (string name in (string[])["POSCAR_2", "v2.extxyz", "v2.cif", "v2.data", "v2.deepmd"])
        {
            string to = Path.Combine(_folder, name);
            Assert.Equal(0, Run(StructureCommand.Create(), out _, out _, "convert", from, to));
            JsonElement after = Json(StructureCommand.Create(), "info", to, "--json");
            Assert.Equal(before.GetProperty("atoms").GetDouble(), after.GetProperty("atoms").GetDouble());
            Assert.Equal(before.GetProperty("volumeA3").GetDouble(), after.GetProperty("volumeA3").GetDouble(), 1e-3);
        }
    }

    [Fact]
    public void Wrong_input_ends_with_code_two_and_a_message_on_standard_error()
    {
        string broken = Path.Combine(_folder, "POSCAR_broken");
        File.WriteAllText(broken, "comment\n1.0\nnot a vector\n");
        Assert.Equal(2, Run(StructureCommand.Create(), out string output, out string error, "info", broken, "--json"));
        Assert.Empty(output);
        Assert.Contains("POSCAR_broken:3", error);
        Assert.Equal(2, Run(StructureCommand.Create(), out _, out error, "info", Path.Combine(_folder, "absent.cif")));
        Assert.Contains("absent.cif", error);
        Assert.Equal(2, Run(StructureCommand.Create(), out _, out error, "convert", Cif(), Path.Combine(_folder, "x.vasp")));
        Assert.Contains("partial occupancies", error);
        Assert.Equal(2, Run(StructureCommand.Create(), out _, out error, "variants", Cif(), "--out", _folder, "--supercell", "2x2"));
        Assert.Contains("--supercell 2x2", error);
    }

    [Fact]
    public void Doctor_names_what_is_missing_what_it_prevents_and_how_to_mend_it()
    {
        Machine bare = new("10.0.0", "/dotnet", _ => null, _ => false, _ => null, (_, _) => null, () => new LibtorchLoad(null, null, false, "version `GLIBCXX_3.4.32' not found."));
        Assert.Equal(1, Run(DoctorCommand.Create(bare), out string output, out _, "--json"));
        JsonElement[] checks = [.. JsonDocument.Parse(output).RootElement.GetProperty("checks").EnumerateArray()];
        foreach (string name in (string[])[".NET", "libtorch", "VASP", "POTCAR directory", "CP2K", "LAMMPS", "dp", "SLURM", "PostgreSQL", "Chromium"])
        {
            JsonElement check = checks.Single(c => c.GetProperty("name").GetString() == name);
            Assert.Equal(name == ".NET", check.GetProperty("ok").GetBoolean());
            Assert.NotEmpty(check.GetProperty("prevents").GetString()!);
            Assert.Equal(name != ".NET", check.GetProperty("mend").ValueKind == JsonValueKind.String);
        }
    }

    [Fact]
    public void Doctor_is_content_when_only_optional_programs_are_absent()
    {
        Machine m = new("10.0.0", "/dotnet", v => v == "PMG_VASP_PSP_DIR" ? "/potcars" : null, d => d == "/potcars", p => p == "lmp" ? "/usr/bin/lmp" : null,
            (_, _) => "LAMMPS 29 Aug 2024", () => new LibtorchLoad("2.10.0", "/app/libLibTorchSharp.so", true, null));
        Assert.Equal(0, Run(DoctorCommand.Create(m), out string output, out _));
        Assert.Contains("marked weak", output);
        Assert.Contains("LAMMPS 29 Aug 2024", output);
        Assert.Contains("absent   CP2K", output);
        Assert.DoesNotContain("MISSING", output);
    }

    [Fact]
    public void Doctor_tries_the_folder_of_a_campaign_and_leaves_nothing_behind()
    {
        Assert.Null(StorageProbe.Problem(_folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        Assert.NotNull(StorageProbe.Problem(Path.Combine(_folder, "absent")));
        Machine m = new("10.0.0", "/dotnet", _ => null, d => d == "/data", _ => null, (_, _) => null, () => new LibtorchLoad("2.10.0", null, false, null))
        {
            StorageProblem = folder => $"{folder} has no locks", FreeBytes = _ => 1 << 20, Hardware = () => (4, 8L << 30),
        };
        Assert.Equal(1, Run(DoctorCommand.Create(m), out string output, out _, "/data/new/campaign")); // what is to live there decides
        Assert.Contains("MISSING  file system", output);
        Assert.Contains("/data has no locks", output);
        Assert.Contains("MISSING  disk space", output);
        Assert.Contains("ok       memory            8.0 GiB", output);
    }

    [SkippableFact]
    public void Libtorch_of_this_build_loads_and_its_cure_is_seen()
    {
        LibtorchLoad load = Machine.Real().LoadLibtorch();
        Assert.Null(load.Error);
        string? runtime = ((string[])["/lib/x86_64-linux-gnu/libstdc++.so.6", "/usr/lib64/libstdc++.so.6"]).FirstOrDefault(File.Exists);
        Skip.If(runtime is null, "no libstdc++ where this test looks for it");
        bool old = !File.ReadAllText(runtime!, System.Text.Encoding.Latin1).Contains("GLIBCXX_3.4.32", StringComparison.Ordinal);
        Assert.Equal(old, load.RequirementCured);
    }

    private string Cif()
    {
        string path = Path.Combine(_folder, "model.cif");
        File.WriteAllText(path, Disordered);
        return path;
    }

    private static JsonElement Json(Command command, params string[] arguments)
    {
        int code = Run(command, out string output, out string error, arguments);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }

    private static int Run(Command command, out string output, out string error, params string[] arguments)
    {
        using StringWriter o = new(), e = new();
        int code = command.Parse(arguments).Invoke(new InvocationConfiguration { Output = o, Error = e, EnableDefaultExceptionHandler = false });
        (output, error) = (o.ToString(), e.ToString());
        return code;
    }
}
