using System.Diagnostics;
using Campaign.LongProgram;
using Campaign.TestSupport.Witness;
using Xunit;

namespace Campaign.SystemTests.Slurm;

/// <summary>The program that stands for a long external code does what it is told, well or badly.</summary>
public sealed class LongProgramTests : IDisposable
{
    private const int Steps = 30;
    private const string Harmless = "deaf 0 at 9999"; // after the last step
    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-long-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_ends_with_the_checksum_over_all_steps_and_is_witnessed()
    {
        Assert.Equal(ExitCodes.Done, await RunAsync());

        Assert.Equal(Progress.After(Steps, 7), RunFiles.Read(In(RunFiles.Result)));
        Assert.Equal(Steps, File.ReadLines(In(RunFiles.Output)).Count());
        Execution run = Assert.Single(Execution.Of(WitnessLog.Read(In("witness.log"))));
        Assert.Equal(("c-relax-a2", "c-relax", 0, Steps, true), (run.Attempt, run.Task, run.FirstStep, run.LastStep, run.Ended));
    }

    [Theory]
    [InlineData("exit 7 at 12", 7, true)]
    [InlineData("signal 11 at 12", 128 + 11, false)]
    [InlineData("memory 64 at 12", 128 + 9, false)]
    public async Task A_run_that_broke_off_goes_on_from_its_checkpoint_to_the_same_end(string fault, int code, bool orderly)
    {
        Assert.Equal(code, await RunAsync(fault));
        Assert.False(File.Exists(In(RunFiles.Result)));
        Assert.Equal(Progress.After(10, 7), RunFiles.Read(In(RunFiles.Checkpoint)));
        Assert.Equal(orderly, Assert.Single(Execution.Of(WitnessLog.Read(In("witness.log")))).Ended);

        Assert.Equal(ExitCodes.Done, await RunAsync(Harmless, "--from", RunFiles.Checkpoint));

        Assert.Equal(Progress.After(Steps, 7), RunFiles.Read(In(RunFiles.Result)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Asked_to_stop_it_writes_its_checkpoint_and_says_so(bool byFile)
    {
        using Process program = Start(Harmless, []);
        await ReachesAsync(1);
        if (byFile)
            File.WriteAllText(In(RunFiles.Stop), "");
        else
            Signal(program, "USR1");
        await program.WaitForExitAsync();

        Assert.Equal(ExitCodes.Stopped, program.ExitCode);
        Progress stopped = RunFiles.Read(In(RunFiles.Checkpoint));
        Assert.Equal(stopped.ToString(), File.ReadLines(In(RunFiles.Output)).Last());
    }

    [Fact]
    public async Task It_can_be_deaf_to_the_stop_file()
    {
        File.WriteAllText(In(RunFiles.Stop), "");
        Assert.Equal(ExitCodes.Done, await RunAsync("deaf 0 at 1"));
    }

    [Fact]
    public async Task It_can_hang_and_does_not_mind_being_asked_to_end()
    {
        using Process program = Start("hang 0 at 3", []);
        await ReachesAsync(3);
        await WitnessedAsync(3);
        Signal(program, "TERM");
        int beats = WitnessLog.Read(In("witness.log")).Count;
        await WitnessedAsync(3, beats + 3);

        Assert.False(program.HasExited);
        Assert.Equal(3, File.ReadLines(In(RunFiles.Output)).Count());
        program.Kill();
        await program.WaitForExitAsync();
    }

    [Fact]
    public async Task It_can_write_half_a_result_and_call_it_a_success()
    {
        Assert.Equal(ExitCodes.Done, await RunAsync("truncate 0 at 30"));
        Assert.Throws<FormatException>(() => RunFiles.Read(In(RunFiles.Result)));
    }

    [Fact]
    public async Task A_fault_of_another_attempt_does_not_touch_it() =>
        Assert.Equal(ExitCodes.Done, await RunAsync("exit 7 at 12 in attempt 1"));

    [Fact]
    public void A_step_lost_or_done_twice_changes_the_result()
    {
        Progress right = Progress.After(20, 7), lost = Progress.After(18, 7), twice = Progress.After(19, 7).Next();

        Assert.NotEqual(right.Checksum, (lost with { Step = 19 }).Next().Checksum);
        Assert.NotEqual(right.Checksum, twice.Next().Checksum);
        Assert.NotEqual(right.Checksum, Progress.After(20, 8).Checksum);
    }

    [Fact]
    public void Its_input_is_read_as_it_is_written()
    {
        var input = new LongInput(20, 5, 7, 4, [new Fault(FaultKind.Exit, 7, 3), new Fault(FaultKind.Hang, 0, 5, Attempt: 2)]);

        Assert.Equal(input.ToText(), LongInput.Parse(input.ToText().Split('\n')).ToText());
        Assert.Throws<FormatException>(() => LongInput.Parse(["steps = many"]));
        Assert.Throws<FormatException>(() => LongInput.Parse([.. input.ToText().Split('\n'), "stepz = 3"]));
        Assert.Throws<FormatException>(() => Fault.Parse("sulk 1 at 2"));
    }

    private string In(string name) => Path.Combine(_folder, name);

    private async Task<int> RunAsync(string fault = Harmless, params string[] arguments)
    {
        using Process program = Start(fault, arguments);
        await program.WaitForExitAsync();
        return program.ExitCode;
    }

    private Process Start(string fault, string[] arguments)
    {
        File.WriteAllText(In("input.txt"), new LongInput(Steps, MsPerStep: 20, Seed: 7, CheckpointEvery: 10, [Fault.Parse(fault)]).ToText());
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "long-program"), ["input.txt", .. arguments]) { WorkingDirectory = _folder };
        start.Environment["LONG_PROGRAM_WITNESS"] = In("witness.log");
        start.Environment["LONG_PROGRAM_ATTEMPT"] = "c-relax-a2";
        return Process.Start(start)!;
    }

    private static void Signal(Process program, string name)
    {
        using Process kill = Process.Start("sh", ["-c", $"kill -{name} {program.Id}"]);
        kill.WaitForExit();
    }

    private Task ReachesAsync(int step) => UntilAsync(() => File.Exists(In(RunFiles.Output)) && File.ReadAllText(In(RunFiles.Output)).Count(c => c == '\n') >= step);

    private Task WitnessedAsync(int step, int marks = 1) => UntilAsync(() => WitnessLog.Read(In("witness.log")) is var seen && seen.Count >= marks && seen[^1].Step >= step);

    private static async Task UntilAsync(Func<bool> condition)
    {
        var patience = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "The program does not come there.");
            await Task.Delay(10);
        }
    }
}
