using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>How a child process ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    public JsonNode Json => JsonNode.Parse(Output) ?? throw new FormatException("The program wrote 'null'.");

    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Error}";
}

/// <summary>The real program, in a process of its own.</summary>
internal sealed class CampaignProgram : IDisposable
{
    /// <summary>Far beyond what anything here takes, also on a busy machine: a test that gets here is stuck.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly Task _reading;
    private readonly List<string> _lines = [];

    private CampaignProgram(string[] arguments, string? folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        // a test run in the background ignores SIGINT, one under nohup SIGHUP, and its children would with it
        var start = new ProcessStartInfo("env", ["--default-signal=INT,HUP,TERM", "dotnet", Path.Combine(AppContext.BaseDirectory, "Campaign.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
        _reading = ReadLines();
    }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    public static CampaignProgram Start(params string[] arguments) => new(arguments, null);

    public static CampaignProgram StartWith(IReadOnlyDictionary<string, string> environment, params string[] arguments) => new(arguments, null, environment);

    public static Task<ProgramResult> RunAsync(params string[] arguments) => RunInAsync(null, arguments);

    public static async Task<ProgramResult> RunInAsync(string? folder, params string[] arguments)
    {
        using var program = new CampaignProgram(arguments, folder);
        return await program.EndAsync();
    }

    /// <summary>How many lines written so far satisfy a condition.</summary>
    public int Count(Func<string, bool> line)
    {
        lock (_lines)
            return _lines.Count(line);
    }

    /// <summary>Tasks said to have a result.</summary>
    public string[] Ended()
    {
        lock (_lines)
            return [.. _lines.Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w is [_, "done" or "reused", ..]).Select(w => w[2])];
    }

    /// <summary>Waits for a line of output.</summary>
    /// <returns>False when the program ended without writing it.</returns>
    public Task<bool> SaysAsync(string text) => ReachesAsync(() => Count(l => l.Contains(text, StringComparison.Ordinal)) > 0);

    /// <inheritdoc cref="SaysAsync"/>
    public async Task<bool> ReachesAsync(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (_reading.IsCompleted)
                return condition();
            Assert.True(watch.Elapsed < Patience, $"the program hangs:\n{Output}");
            await Task.Delay(PollInterval);
        }
        return true;
    }

    /// <summary>SIGKILL.</summary>
    /// <returns>False when it had ended by itself.</returns>
    public async Task<bool> KillAsync()
    {
        if (_process.HasExited)
            return false;
        _process.Kill();
        return (await EndAsync()).ExitCode == 128 + 9;
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{name} {_process.Id}"]);
        kill.WaitForExit();
    }

    public async Task<ProgramResult> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        await _reading;
        return new ProgramResult(_process.ExitCode, Output, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    private async Task ReadLines()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            lock (_lines)
                _lines.Add(line);
    }
}
