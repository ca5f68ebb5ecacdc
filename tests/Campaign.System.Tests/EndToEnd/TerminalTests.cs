using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>The program on a terminal of its own: what a person sees, in a window of 60 columns.</summary>
[Collection("end to end")]
public sealed partial class TerminalTests(UndisturbedRun run)
{
    private const int Columns = 60;
    private const string Script = "/usr/bin/script"; // gives its child a pseudoterminal

    [SkippableFact]
    public async Task A_run_on_a_narrow_terminal_stays_within_it_and_ends_with_the_numbers_and_the_report()
    {
        Skip.IfNot(File.Exists(Script), $"{Script} is absent (Debian: bsdutils)");
        string folder = run.New("terminal"), program = Path.Combine(AppContext.BaseDirectory, "Campaign.Cli.dll");
        using var terminal = Process.Start(new ProcessStartInfo(Script, ["-qec", $"stty cols {Columns} rows 24; dotnet '{program}' run '{run.File}' --dir '{folder}'", "/dev/null"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            Environment = { ["TERM"] = "xterm-256color" },
        })!;
        string written = await terminal.StandardOutput.ReadToEndAsync();
        await terminal.WaitForExitAsync();

        string[] lines = [.. LineEnd().Split(Control().Replace(written, "")).Where(l => l.Length > 0)];
        Assert.True(terminal.ExitCode == 0, written);
        // a path stays in one piece, to be copied
        Assert.All(lines.Where(l => !l.Contains(Path.GetTempPath(), StringComparison.Ordinal)), l => Assert.True(l.Length <= Columns, $"wider than the terminal: '{l}'"));
        Assert.Contains(lines, l => l.Contains(" running", StringComparison.Ordinal)); // it was drawn while it ran
        Assert.Contains(lines, l => l.StartsWith("  Activation energy", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("  Force error", StringComparison.Ordinal));
        Assert.Equal($"report: {Path.Combine(folder, "report", "report.html")}", lines[^1]);
    }

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Control();

    [GeneratedRegex("[\r\n]+")]
    private static partial Regex LineEnd();
}
