using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.Versioning;
using System.Text;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Vasp.Inputs;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

/// <summary>The script that makes POTCAR on a site, under a real bash and with fake potentials.</summary>
[SupportedOSPlatform("linux")]
public sealed class PotcarScriptTests : IDisposable
{
    private const string Incar = "ENCUT = 450\nNSW = 0\n";

    private static readonly string Li = FakePotcar.Of("Li_sv", "Li", 3), Ti = FakePotcar.Of("Ti_pv", "Ti", 10), Cl = FakePotcar.Of("Cl", "Cl", 7);

    private static readonly VaspLevel Level = SeedStudy.Level(0) with { Potcars = new Dictionary<string, string> { ["Li"] = "Li_sv", ["Ti"] = "Ti_pv" } };

    private readonly string _root = Directory.CreateTempSubdirectory("potcar").FullName, _run, _library;

    public PotcarScriptTests()
    {
        _run = Directory.CreateDirectory(Path.Combine(_root, "run 'a' $(touch evil)")).FullName;
        _library = Directory.CreateDirectory(Path.Combine(_root, "the library; \"x\"")).FullName;
        File.WriteAllText(Path.Combine(_run, "INCAR"), Incar);
        File.WriteAllText(Path.Combine(_run, PotcarStep.ScriptName), Encoding.UTF8.GetString(PotcarStep.Of(null, Level, SeedStudy.Blocks).Script.Content.Bytes!));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Potentials_are_put_together_in_order_and_only_their_headers_are_printed()
    {
        Put("POT_GGA_PAW_PBE_54/POTCAR.Li_sv", Li);
        Put("POT_GGA_PAW_PBE_54/POTCAR.Ti_pv.gz", Ti);
        Put("POT_GGA_PAW_PBE_54/Cl/POTCAR", Cl);

        string printed = Succeed(PotcarStep.Of(_library, Level, SeedStudy.Blocks));

        Assert.Equal(Li + Ti + Cl, Read("POTCAR"));
        Assert.Equal(PotcarHeader.ReadAll(FakePotcar.Stream(Li + Ti + Cl)), PotcarHeader.ReadLines(printed));
        Assert.Empty(PotcarCheck.Problems(PotcarHeader.ReadLines(printed), SeedStudy.Blocks, Level));
        Assert.DoesNotContain(FakePotcar.Secret, printed, StringComparison.Ordinal);
        Assert.Equal(Incar, Read("INCAR"));
        Assert.Equal(["INCAR", "POTCAR", PotcarStep.Headers, PotcarStep.ScriptName], Files());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_run, "POTCAR")));
    }

    [Fact]
    public void Without_a_directory_the_site_says_where_potentials_are()
    {
        PutAll("POT_PAW_PBE_64");
        Succeed(PotcarStep.Of(null, Level, SeedStudy.Blocks), ("PMG_VASP_PSP_DIR", _library));
        Assert.Equal(Li + Ti + Cl, Read("POTCAR"));

        Assert.Contains("Set PMG_VASP_PSP_DIR", Refuse(PotcarStep.Of("", Level, SeedStudy.Blocks)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_in_the_home_may_begin_with_a_tilde()
    {
        PutAll("POT_PAW_PBE_64");
        Succeed(PotcarStep.Of($"~/{Path.GetFileName(_library)}", Level, SeedStudy.Blocks), ("HOME", _root));
    }

    [Fact]
    public void All_elements_come_from_the_first_release_that_has_them_all()
    {
        string newer = FakePotcar.Of("Li_sv", "Li", 3, "499.034");
        Put("POT_PAW_PBE_64/POTCAR.Li_sv", newer);
        Put("POT_PAW_PBE_64/POTCAR.Cl", Cl);
        PutAll("POT_GGA_PAW_PBE_52");
        PutAll("POT_GGA_PAW_PBE");
        Put("POT_GGA_PAW_PBE/POTCAR.Li_sv", newer);

        Succeed(PotcarStep.Of(_library, Level, SeedStudy.Blocks));
        Assert.Equal(Li + Ti + Cl, Read("POTCAR"));
    }

    [Fact]
    public void The_directory_may_be_a_release_itself()
    {
        PutAll(".");
        Succeed(PotcarStep.Of(_library, Level, SeedStudy.Blocks));
        Assert.Equal(Li + Ti + Cl, Read("POTCAR"));
    }

    [Fact]
    public void A_species_in_two_blocks_is_there_twice()
    {
        PutAll("POT_PAW_PBE_64");
        Succeed(PotcarStep.Of(_library, Level, [("Ti", 2), ("Cl", 1), ("Ti", 1)]));
        Assert.Equal(Ti + Cl + Ti, Read("POTCAR"));
    }

    [Fact]
    public void Blank_lines_about_a_potential_are_left_out()
    {
        PutAll("POT_PAW_PBE_64");
        Put("POT_PAW_PBE_64/POTCAR.Ti_pv", "\n  \n" + Ti.TrimEnd('\n'));
        string printed = Succeed(PotcarStep.Of(_library, Level, SeedStudy.Blocks));
        Assert.Equal(Li + Ti + Cl, Read("POTCAR"));
        Assert.Equal(FakePotcar.Sha256(Ti), PotcarHeader.ReadLines(printed)[1].Sha256);
    }

    [Theory]
    [InlineData(1, "NELECT = 977\n")] // 48*3 + 16*10 + 96*7 = 976
    [InlineData(-2.5, "NELECT = 973.5\n")]
    public void Further_electrons_are_set_in_INCAR_once_however_often_it_is_done(double extra, string line)
    {
        PutAll("POT_PAW_PBE_64");
        File.WriteAllText(Path.Combine(_run, "INCAR"), Incar.TrimEnd('\n'));
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(Path.Combine(_run, "INCAR"), mode);
        PotcarStep step = PotcarStep.Of(_library, Level, SeedStudy.Blocks, extra);
        Succeed(step);
        Succeed(step);
        Assert.Equal(Incar + line, Read("INCAR"));
        Assert.Equal(mode, File.GetUnixFileMode(Path.Combine(_run, "INCAR")));
        Assert.Equal(Li + Ti + Cl, Read("POTCAR"));
    }

    [Fact]
    public void A_neutral_cell_needs_no_INCAR()
    {
        PutAll("POT_PAW_PBE_64");
        File.Delete(Path.Combine(_run, "INCAR"));
        Succeed(PotcarStep.Of(_library, Level, SeedStudy.Blocks));
        Assert.Contains("there is no INCAR", Refuse(PotcarStep.Of(_library, Level, SeedStudy.Blocks, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_potential_is_named_with_the_folder_that_has_the_others()
    {
        Put("POT_GGA_PAW_PBE_54/POTCAR.Li_sv", Li);
        Put("POT_GGA_PAW_PBE_54/POTCAR.Cl", Cl);
        Assert.Contains("POT_GGA_PAW_PBE_54 lacks Ti_pv.", Refuse(PotcarStep.Of(_library, Level, SeedStudy.Blocks)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_library_is_told_what_was_looked_for() =>
        Assert.Contains("looked in POT_PAW_PBE_64", Refuse(PotcarStep.Of(_library, Level, SeedStudy.Blocks)), StringComparison.Ordinal);

    [Theory]
    [InlineData("is cut off")]
    [InlineData("is no POTCAR")]
    [InlineData("holds more than one data set")]
    [InlineData("cannot be read")]
    public void A_damaged_potential_is_refused_and_nothing_is_left(string said)
    {
        PutAll("POT_PAW_PBE_64");
        string name = "POT_PAW_PBE_64/POTCAR.Ti_pv";
        switch (said)
        {
            case "is cut off":
                Put(name, Ti[..^20]);
                break;
            case "is no POTCAR":
                Put(name, "<html>404</html>\n");
                break;
            case "holds more than one data set":
                Put(name, Ti + Cl);
                break;
            default:
                File.Delete(Path.Combine(_library, name));
                Put(name + ".gz", Ti);
                File.WriteAllBytes(Path.Combine(_library, name + ".gz"), File.ReadAllBytes(Path.Combine(_library, name + ".gz"))[..^30]);
                break;
        }
        string refusal = Refuse(PotcarStep.Of(_library, Level, SeedStudy.Blocks));
        Assert.Contains(said, refusal, StringComparison.Ordinal);
        Assert.Contains("POTCAR.Ti_pv", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(FakePotcar.Secret, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_POTCAR_is_replaced_only_by_a_whole_one()
    {
        PutAll("POT_PAW_PBE_64");
        File.WriteAllText(Path.Combine(_run, "POTCAR"), "old");
        Put("POT_PAW_PBE_64/POTCAR.Cl", Cl[..^20]);
        Run(PotcarStep.Of(_library, Level, SeedStudy.Blocks).Step.Command);
        Assert.Equal("old", Read("POTCAR"));
        Put("POT_PAW_PBE_64/POTCAR.Cl", Cl);
        Succeed(PotcarStep.Of(_library, Level, SeedStudy.Blocks));
        Assert.Equal(Li + Ti + Cl, Read("POTCAR"));
    }

    public static TheoryData<string[]> Hostile() => new(
        ["/nonexistent/$(touch evil)", "POT_PAW_PBE_64", "Cl"],
        ["relative", "POT_PAW_PBE_64", "Cl"],
        ["LIBRARY", "POT_PAW_PBE_64", "../POT_PAW_PBE_64/Cl"],
        ["LIBRARY", "POT_PAW_PBE_64", ".."],
        ["LIBRARY", "POT_PAW_PBE_64", "-Cl"],
        ["LIBRARY", "POT_PAW_PBE_64", "Cl;touch evil"],
        ["LIBRARY", "POT_PAW_PBE_64", "$(touch evil)"],
        ["LIBRARY", "POT_PAW_PBE_64", "`touch evil`"],
        ["LIBRARY", "POT_PAW_PBE_64", "Cl\ntouch evil"],
        ["LIBRARY", "POT_PAW_PBE_64", "*"],
        ["LIBRARY", "POT_PAW_PBE_64", ""],
        ["LIBRARY", "POT_PAW_PBE_64", "  "],
        ["LIBRARY", "../x", "Cl"],
        ["LIBRARY", "..", "Cl"],
        ["LIBRARY", "", "Cl"],
        ["LIBRARY", "POT_PAW_PBE_64", "Cl", "1; touch evil", "1"],
        ["LIBRARY", "POT_PAW_PBE_64", "Cl", "a[$(touch evil)]", "1"],
        ["LIBRARY", "POT_PAW_PBE_64", "Cl", "1", "1 \\\\ system(\"touch evil\")"],
        ["LIBRARY", "POT_PAW_PBE_64", "Cl", "1", "0"],
        ["LIBRARY", "POT_PAW_PBE_64", "Cl", "1", "1 1"],
        ["LIBRARY", "POT_PAW_PBE_64", "Cl", "-7", "1"],
        ["LIBRARY", "POT_PAW_PBE_64", "Cl", "1"],
        []);

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Words_that_are_no_names_or_numbers_are_refused_and_never_run(string[] words)
    {
        PutAll("POT_PAW_PBE_64");
        (int code, _, string error) = Run(["bash", PotcarStep.ScriptName, .. words.Take(3).Select(w => w.Replace("LIBRARY", _library, StringComparison.Ordinal)), .. words.Length < 3 ? Array.Empty<string>() : ["Cl", "PE"], .. words.Skip(3)]);
        Assert.Equal(JobFile.UnfitCode, code);
        Assert.StartsWith("potcar.sh: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.Empty(Directory.EnumerateFiles(_root, "evil*", SearchOption.AllDirectories));
        Assert.Equal(Incar, Read("INCAR"));
        Assert.Equal(["INCAR", PotcarStep.Headers, PotcarStep.ScriptName], Files());
    }

    [Theory]
    [InlineData("Ti_pv", "Zr", "PE", "the POSCAR has Ti in its place")]
    [InlineData("Ti_pv", "Ti", "91", "made for another functional")]
    [InlineData("Cl", "C", "PE", "the POSCAR has Cl in its place")]
    public void A_potential_of_another_element_or_functional_is_refused_before_VASP_starts(string set, string element, string lexch, string said)
    {
        PutAll("POT_PAW_PBE_64");
        Put($"POT_PAW_PBE_64/POTCAR.{set}", FakePotcar.Of(element == "Ti" ? set : element, element, lexch: lexch));
        Assert.Contains(said, Refuse(PotcarStep.Of(_library, Level, SeedStudy.Blocks)), StringComparison.Ordinal);
        Assert.Equal(Incar, Read("INCAR"));
    }

    private void PutAll(string folder)
    {
        Put($"{folder}/POTCAR.Li_sv", Li);
        Put($"{folder}/POTCAR.Ti_pv", Ti);
        Put($"{folder}/POTCAR.Cl", Cl);
    }

    private void Put(string name, string text)
    {
        string path = Path.Combine(_library, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using Stream file = File.Create(path);
        using Stream stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(Encoding.Latin1.GetBytes(text));
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(_run, name), Encoding.Latin1);

    private IEnumerable<string?> Files() => Directory.EnumerateFileSystemEntries(_run).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private string Succeed(PotcarStep step, params (string Name, string Value)[] environment)
    {
        (int code, string output, string error) = Run(step.Step.Command, environment);
        Assert.Equal((0, ""), (code, error));
        return output;
    }

    /// <summary>Nothing is left of a run that is refused, and it says so in one line.</summary>
    private string Refuse(PotcarStep step)
    {
        File.Delete(Path.Combine(_run, "POTCAR"));
        (int code, string output, string error) = Run(step.Step.Command);
        Assert.Equal((JobFile.UnfitCode, ""), (code, output));
        Assert.StartsWith("potcar.sh: ", error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("POTCAR", Files());
        Assert.DoesNotContain(Files(), f => f!.StartsWith(".potcar", StringComparison.Ordinal));
        return error;
    }

    /// <summary>As a job does it: in a shell, with the words quoted.</summary>
    private (int Code, string Output, string Error) Run(IReadOnlyList<string> command, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"{ShellWord.Join(command)} >{PotcarStep.Headers}"]) { WorkingDirectory = _run, RedirectStandardError = true };
        start.Environment.Remove("PMG_VASP_PSP_DIR");
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, Read(PotcarStep.Headers), error);
    }
}
