using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Relabelling;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Relabelling;

/// <summary>The script that starts VASP in one directory after the other, under a real bash and with a program that only pretends.</summary>
[SupportedOSPlatform("linux")]
public sealed class FramesScriptTests : IDisposable
{
    /// <summary>Notes that it was here, and finishes unless a file in its directory says otherwise.</summary>
    private const string Program = """
        echo "${PWD##*/} $1" >>../visited
        echo "this is said in ${PWD##*/}"
        [ -f INCAR ] && [ -f KPOINTS ] && grep -q potential POTCAR || exit 3
        [ -f ask ] && : >../STOPCAR
        [ -f fail ] && { echo half >OUTCAR; exit "$(cat fail)"; }
        echo ' General timing and accounting informations for this job:' >OUTCAR
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("frames").FullName, _run;

    public FramesScriptTests()
    {
        _run = Directory.CreateDirectory(Path.Combine(_root, "run 'a' $(touch evil)")).FullName;
        using var trajectory = new Trajectory();
        ProgramRun run = new VaspRelabelEngine().Prepare(trajectory.Settings, new EngineStart(new Dictionary<string, IReadOnlyList<string>>(), []));
        Write("frames.sh", Encoding.UTF8.GetString(run.Inputs["frames.sh"].Content.Bytes!));
        Write("INCAR", "ENCUT = 450\n");
        Write("KPOINTS", "k\n");
        Write("POTCAR", "a potential\n");
        Write("program.sh", Program);
        for (int n = 1; n <= 4; n++)
            Write($"000{n}/POSCAR", "p\n");
        Directory.CreateDirectory(Path.Combine(_run, "0007")); // no frame
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Every_directory_is_visited_once_in_order_and_says_what_it_says_in_its_own_log()
    {
        Assert.Equal(0, Run().Code);
        Assert.Equal(["0001 a b", "0002 a b", "0003 a b", "0004 a b"], Lines("visited"));
        Assert.Equal(["1 of 4", "2 of 4", "3 of 4", "4 of 4"], Lines("frames.done"));
        Assert.Equal(["this is said in 0003"], Lines("0003/job.log"));
        Assert.False(File.Exists(Path.Combine(_run, "evil")) || File.Exists(Path.Combine(_root, "evil")));

        Assert.Equal(0, Run().Code); // all is done
        Assert.Equal(4, Lines("visited").Length);
    }

    [Theory]
    [InlineData("STOPCAR")]
    [InlineData(".stop")]
    public void It_stops_between_two_frames_and_later_does_only_the_rest(string asked)
    {
        Write("0002/ask", "");
        Assert.Equal(0, Run().Code);
        Assert.Equal(["0001 a b", "0002 a b"], Lines("visited"));

        File.Delete(Path.Combine(_run, "STOPCAR"));
        Write(asked, "");
        Assert.Contains("asked to stop after 2 of 4 frames", Run().Said);
        Assert.Equal(2, Lines("visited").Length);

        File.Delete(Path.Combine(_run, asked));
        Assert.Equal(0, Run().Code);
        Assert.Equal(["0003 a b", "0004 a b"], Lines("visited")[2..]);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 1)] // VASP may end so although it failed
    [InlineData("91", 1)] // a code by which a job says that it could not begin
    public void A_frame_that_fails_ends_it_with_a_code_and_its_last_words(string code, int ends)
    {
        Write("0003/fail", code);
        (int ended, string said) = Run();
        Assert.Equal(ends, ended);
        Assert.Contains($"frame 0003 ended with code {code} and no finished OUTCAR", said);
        Assert.Contains("this is said in 0003", said);
        Assert.Equal(["0001 a b", "0002 a b", "0003 a b"], Lines("visited"));
        Assert.Equal(["1 of 4", "2 of 4"], Lines("frames.done"));
    }

    [Fact]
    public void Without_a_potential_nothing_begins()
    {
        File.Delete(Path.Combine(_run, "POTCAR"));
        (int code, string said) = Run();
        Assert.Equal(91, code);
        Assert.Contains("there is no POTCAR", said);
        Assert.False(File.Exists(Path.Combine(_run, "visited")));
    }

    private (int Code, string Said) Run()
    {
        var start = new ProcessStartInfo("bash", ["frames.sh", "bash", Path.Combine(_run, "program.sh"), "a b"]) { WorkingDirectory = _run, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + error.GetAwaiter().GetResult());
    }

    private string[] Lines(string name) => File.ReadAllLines(Path.Combine(_run, name));

    private void Write(string name, string text)
    {
        string path = Path.Combine(_run, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
