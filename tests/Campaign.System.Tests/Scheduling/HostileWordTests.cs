using System.Text;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Slurm;
using Campaign.Compute.Engines.Scheduling.Transports;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Campaign.SystemTests.Scheduling;

/// <summary>Whatever a name, a path, an argument or a header line holds, a real bash sees the very same words, and runs nothing else.</summary>
public sealed class HostileWordTests
{
    private static readonly string[] Pieces =
    [
        "'", "\"", "\\", "$(touch evil)", "`touch evil`", "$HOME", "${IFS}", ";", "&", "|", ">evil", "<", "\n", "\r", "\t", " ", "*", "?", "[a-z]", "~", "!", "!!", "#",
        "-", "--", "-n", "=", "A=b", "(", ")", "{a,b}", "%", "%s", "\\n", "\\0", "'\\''", "@DIRECTORY@", "@PROGRAM@", "EOF", "\u0001", "\u007f", "\u0085", "\u2028", "é", "日本", "a", "/", "..",
    ];

    public static Arbitrary<string> Word() =>
        Gen.OneOf(
                Gen.Elements(Pieces).ArrayOf().Select(string.Concat),
                ArbMap.Default.GeneratorFor<string>().Where(s => s is not null).Select(Passable))
            .ToArbitrary();

    /// <summary>Without what no program can be given.</summary>
    private static string Passable(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\0", "");

    [Property(MaxTest = 60, Arbitrary = [typeof(HostileWordTests)], QuietOnSuccess = true)]
    public void A_quoted_word_stays_what_it_is(string[] some, string[] more, string[] others)
    {
        string[] words = [.. some, .. more, .. others, .. Pieces];
        string script = $"printf '%s\\0' {ShellWord.Join(words)}";
        CommandResult said = new DirectTransport().Run(["bash", "-s"], Encoding.UTF8.GetBytes(script), TimeSpan.FromMinutes(1), default);
        Assert.Equal(words, said.Text.Split('\0')[..^1]);
        Assert.Equal("", said.Error);
        Assert.False(File.Exists("evil"));
    }

    [Property(MaxTest = 40, Arbitrary = [typeof(HostileWordTests)], QuietOnSuccess = true)]
    public void A_job_gets_its_words_its_variables_and_its_directory(string folder, string[] arguments, string variable, string[] header, string stopText)
    {
        string name = new([.. folder.Where(c => !char.IsControl(c) && c != '/').Take(60)]);
        using var run = new RunDirectory(name is "" or "." or ".." ? "a1" : name);
        JobRequest job = run.Request(["bash", "-c", "printf '%s\\0' \"$V\" \"$@\" >out", "name", .. arguments]) with
        {
            Environment = new Dictionary<string, string> { ["V"] = variable },
            Stop = new JobStop(File: "STOP " + string.Concat(stopText.Where(c => c != '/')), Text: stopText),
        };
        string[] lines = [.. header.Select(h => "#SBATCH --comment=" + h).Where(h => !Refused(job, h))];
        string script = run.At("job.sh");
        File.WriteAllText(script, JobScript.Render(job, new JobDialect(lines, "job_id=17")));
        CommandResult ended = new DirectTransport().Run(["bash", script], default, TimeSpan.FromMinutes(1), default);
        Assert.Equal((0, "", ""), (ended.ExitCode, ended.Text, ended.Error));
        Assert.Equal([variable, .. arguments], run.Text("out").Split('\0')[..^1]);
        Assert.Equal([".claim", "exit.json", "job.sh", "out"], Directory.GetFileSystemEntries(run.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Property(MaxTest = 2000, Arbitrary = [typeof(HostileWordTests)], QuietOnSuccess = true)]
    public void A_header_line_is_one_comment_or_refused(string text)
    {
        using var run = new RunDirectory();
        JobRequest job = run.Request("true");
        string line = "#SBATCH " + text;
        if (Refused(job, line))
            Assert.Contains(text, c => char.IsControl(c) || c is '\u2028' or '\u2029');
        else
            Assert.Equal(line, JobScript.Render(job, new JobDialect([line], "job_id=17")).Split('\n')[1]);
    }

    [Property(MaxTest = 2000, Arbitrary = [typeof(HostileWordTests)], QuietOnSuccess = true)]
    public void A_partition_account_or_node_is_a_plain_name_or_refused(string text)
    {
        JobRequest job = new(JobName.Parse("a"), "/d", new JobResources(TimeSpan.FromHours(1), ExcludedNodes: [text]), ["true"]);
        foreach (SlurmSettings settings in new[] { new SlurmSettings("a"), new SlurmSettings("a", Partition: text), new SlurmSettings("a", Account: text), new SlurmSettings("a", Qos: text) })
        {
            if (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') && char.IsAsciiLetterOrDigit(text[0]) && text.Length <= 128)
                Assert.NotEmpty(settings.Header(job));
            else
                Assert.Throws<ArgumentException>(() => settings.Header(job));
        }
    }

    [Property(MaxTest = 2000, Arbitrary = [typeof(HostileWordTests)], QuietOnSuccess = true)]
    public void A_job_name_holds_nothing_a_shell_knows(string text) =>
        Assert.Equal(text.Length is > 0 and <= 64 && text.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-') && text[0] != '-' && text[^1] != '-', JobName.TryParse(text, out _));

    [Theory]
    [InlineData("relative/run")]
    [InlineData("")]
    [InlineData("/a\nb")]
    public void A_directory_that_is_no_plain_absolute_path_is_refused(string directory) =>
        Assert.Throws<ArgumentException>(() => JobScript.Render(new JobRequest(JobName.Parse("a"), directory, new JobResources(TimeSpan.FromHours(1)), ["true"]), new JobDialect([], "job_id=17")));

    [Theory]
    [InlineData("A;touch evil")]
    [InlineData("A=b")]
    [InlineData("1A")]
    [InlineData("")]
    public void What_is_no_name_of_a_variable_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => JobScript.Render(
            new JobRequest(JobName.Parse("a"), "/d", new JobResources(TimeSpan.FromHours(1)), ["true"], new Dictionary<string, string> { [name] = "x" }), new JobDialect([], "job_id=17")));

    [Theory]
    [InlineData("../POTCAR")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("")]
    public void A_file_that_is_not_in_the_run_directory_is_refused(string name)
    {
        var job = new JobRequest(JobName.Parse("a"), "/d", new JobResources(TimeSpan.FromHours(1)), ["true"]);
        Assert.Throws<ArgumentException>(() => JobScript.Render(job with { Before = [new JobStep(["true"], name)] }, new JobDialect([], "job_id=17")));
        Assert.Throws<ArgumentException>(() => JobScript.Render(job with { Stop = new JobStop(File: name) }, new JobDialect([], "job_id=17")));
    }

    [Fact]
    public void What_no_program_can_be_given_is_refused() =>
        Assert.All(["a\0b", "\ud800"], text => Assert.ThrowsAny<ArgumentException>(() => ShellWord.Quote(text)));

    private static bool Refused(JobRequest job, string line)
    {
        try
        {
            JobScript.Render(job, new JobDialect([line], "job_id=17"));
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
