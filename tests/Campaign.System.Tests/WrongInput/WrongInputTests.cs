using System.Diagnostics;
using System.Text;
using Campaign.SystemTests.EndToEnd;
using Xunit;
using Xunit.Abstractions;

namespace Campaign.SystemTests.WrongInput;

/// <summary>Counts over all cases of the suite and says so at its end.</summary>
public sealed class WrongInputCount : IDisposable
{
    private int _tried, _right;

    public void Tried() => Interlocked.Increment(ref _tried);

    public void Right() => Interlocked.Increment(ref _right);

    public void Dispose() => Console.WriteLine($"wrong inputs answered right / tried: {_right} / {_tried}");
}

[CollectionDefinition("wrong input", DisableParallelization = true)]
public sealed class WrongInputCollection : ICollectionFixture<WrongInputCount>;

/// <summary>
/// Wrong campaign files, structures and command lines through the real entry point: exit code 2, the place, what is wrong and how to mend
/// it, and nothing created.
/// </summary>
[Collection("wrong input")]
public sealed class WrongInputTests(WrongInputCount count, ITestOutputHelper log)
{
    private static readonly WrongCase[] All = [.. CampaignFileCases.All, .. StructureCases.All, .. CommandLineCases.All];

    public static TheoryData<string> Names => [.. All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_wrong_input_is_refused_with_place_reason_and_mend_and_nothing_is_created(string name)
    {
        WrongCase wrong = Assert.Single(All, c => c.Name == name);
        string? place = null;
        Refused(name, bench => place = bench.Put(wrong), () => place, wrong.Says, wrong.Arguments);
    }

    public static TheoryData<string, byte[], string, string> Encodings => new()
    {
        { "Latin-1", [.. "# Zürich\n"u8[..3].ToArray(), 0xFC, .. Encoding.UTF8.GetBytes(Workbench.Campaign)], "demo.yaml:1:4", "0xFC is no UTF-8|Save it as UTF-8" },
        { "UTF-16", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Workbench.Campaign)).ToArray(), "demo.yaml:1:1", "UTF-16|Save it as UTF-8" },
        { "UTF-16 without mark", Encoding.BigEndianUnicode.GetBytes(Workbench.Campaign), "demo.yaml:1:1", "zero byte|campaign init" },
        { "zero bytes", [.. Encoding.UTF8.GetBytes("campaign: demo\nseed: "), 0, 0], "demo.yaml:2:7", "zero byte" },
        { "a program", [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0], "demo.yaml:1:8", "zero byte" },
        { "compressed", [0x1F, 0x8B, 8, 1, 2, 3, 0xFF, 0xFE], "demo.yaml:1:2", "UTF-8" },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_file_in_another_encoding_is_refused_at_its_first_wrong_byte(string name, byte[] content, string place, string says)
    {
        Refused(name, bench => File.WriteAllBytes(Path.Combine(bench.Folder, "demo.yaml"), content), () => place, says, "run {f}/demo.yaml --dir {f}/out --quiet");
    }

    [Theory]
    [InlineData("demo.yaml", "run {f}/demo.yaml --dir {f}/out --quiet", "demo.yaml:1:1")]
    [InlineData("s.cif", "run {f}/demo.yaml --dir {f}/out --quiet", "demo.yaml:3:14")]
    [InlineData("p.yaml", "run {f}/demo.yaml --dir {f}/out --quiet", "demo.yaml:8:40")]
    [InlineData("POSCAR", "structure info {f}/POSCAR", "POSCAR:1:1")]
    [InlineData("s.cif", "init {f}/s.cif --out {f}/new.yaml", "s.cif:1:1")]
    public void A_file_of_100_MB_is_refused_unread(string file, string arguments, string place) =>
        Refused("100 MB", bench => Sparse(Path.Combine(bench.Folder, file), 100_000_000), () => place, "100000000 bytes|the limit is", arguments);

    [Theory]
    [InlineData("demo.yaml", "validate {f}/demo.yaml", "demo.yaml:1:1")]
    [InlineData("s.cif", "validate {f}/demo.yaml", "demo.yaml:3:14")]
    [InlineData("p.yaml", "validate {f}/demo.yaml", "demo.yaml:8:40")]
    [InlineData("s.cif", "structure info {f}/s.cif", "s.cif:1:1")]
    public void A_pipe_in_place_of_a_file_is_refused_and_not_waited_for(string file, string arguments, string place) =>
        Refused("a pipe", bench =>
        {
            string path = Path.Combine(bench.Folder, file);
            File.Delete(path);
            using Process mkfifo = Process.Start("mkfifo", [path]);
            mkfifo.WaitForExit();
        }, () => place, "no ordinary file|pipes and devices are not read", arguments);

    [Fact]
    public void A_byte_order_mark_alone_is_no_mistake()
    {
        using var bench = new Workbench();
        string path = Path.Combine(bench.Folder, "demo.yaml");
        File.WriteAllText(path, File.ReadAllText(path), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        (int code, string output) = Workbench.Run("validate", path);
        Assert.True(code == 0, output);
    }

    [Fact]
    public void Uncertainties_unknown_values_and_a_second_block_of_a_cif_are_no_mistake()
    {
        using var bench = new Workbench();
        string path = Path.Combine(bench.Folder, "s.cif");
        File.WriteAllText(path, File.ReadAllText(path).Replace("6.350\n", "6.350(12)\n_exptl_note ?\n", StringComparison.Ordinal).Replace("0.242 0", "0.242(3) .0", StringComparison.Ordinal) + "data_second\n_cell_length_a 5\n");
        (int code, string output) = Workbench.Run("validate", Path.Combine(bench.Folder, "demo.yaml"));
        Assert.True(code == 0, output);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once_in_the_order_of_the_lines()
    {
        using var bench = new Workbench();
        string path = Path.Combine(bench.Folder, "demo.yaml");
        File.WriteAllText(path, File.ReadAllText(path)
            .Replace("p.yaml", "q.yaml", StringComparison.Ordinal).Replace("[400, 600]", "[25, 600]", StringComparison.Ordinal)
            .Replace("Ti@4g: 0.125", "Ti@4x: 0.125", StringComparison.Ordinal).Replace("steps:", "step:", StringComparison.Ordinal)
            .Replace("campaign: demo", "campaign: Demo", StringComparison.Ordinal));
        (int code, string output) = Workbench.Run("validate", path);
        Assert.Equal(2, code);
        int[] lines = [.. output.Split('\n').Where(l => l.Contains(": error", StringComparison.Ordinal)).Select(l => int.Parse(l.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal([1, 6, 8, 10, 13], lines);
    }

    [Theory]
    [InlineData("no verb 'rnu'", "rnu")]
    [InlineData("no ordinary file", "validate", "/dev/zero")]
    [InlineData("demo.yaml:4:11: material.mobile: 'Lx' is not an element", "run", "{f}/demo.yaml", "--dir", "{f}/out")]
    [InlineData("--set:1:15: dlmd.lengthPs: -1 is outside", "run", "{f}/demo.yaml", "--dir", "{f}/out", "--set", "dlmd.lengthPs=-1")]
    public async Task The_process_itself_answers_the_same(string says, params string[] arguments)
    {
        count.Tried();
        using var bench = new Workbench();
        if (says.Contains("Lx", StringComparison.Ordinal))
            bench.Put(new WrongCase("", "demo.yaml", "mobile: Li", "mobile: Lx", ""));
        string before = bench.Contents();
        ProgramResult result = await CampaignProgram.RunAsync([.. arguments.Select(a => a.Replace("{f}", bench.Folder, StringComparison.Ordinal))]);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(says, result.Error + result.Output);
        Assert.Equal(before, bench.Contents());
        count.Right();
    }

    private void Refused(string name, Action<Workbench> put, Func<string?> place, string says, string arguments)
    {
        count.Tried();
        using var bench = new Workbench();
        put(bench);
        string before = bench.Contents();
        (int code, string output) = Workbench.Run(bench.Arguments(arguments));
        log.WriteLine($"{name}: {output}");
        Assert.True(code == 2, $"exit code {code}\n{output}");
        if (place() is { } at)
            Assert.Contains(at + ": ", output);
        Assert.All(says.Split('|'), word => Assert.Contains(word, output));
        Assert.DoesNotContain("   at Campaign.", output);
        Assert.Equal(before, bench.Contents());
        count.Right();
    }

    private static void Sparse(string path, long bytes)
    {
        using FileStream file = File.Create(path);
        file.SetLength(bytes);
    }
}
