using Campaign.Actors.Operations;
using Campaign.Compute;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Core.Tests.Operations;

/// <summary>Whatever becomes of the files of a dynamics run, it ends with the frames and the state of an undisturbed one, or says nothing.</summary>
public sealed class SegmentedRunTests : IDisposable
{
    private const long Steps = 60;
    private static readonly MdOptions Options = new() { TimeStepFs = 1, Nvt = new NvtOptions(300), SegmentSteps = 10, SampleEverySteps = 5 };

    private readonly string _root = Directory.CreateTempSubdirectory("campaign-segments-").FullName;
    private readonly List<string> _notices = [];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(1, "goes on from the checkpoint before it, state-000000000030.ckpt")]
    [InlineData(2, "starts anew")]
    public void A_cut_checkpoint_falls_back_to_the_one_before(int cut, string said)
    {
        string folder = Killed();
        foreach (string checkpoint in Files(folder, "state-*.ckpt").Reverse().Take(cut))
            File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..^9]);

        EndsAsUndisturbed(folder);

        Assert.Contains(said, Assert.Single(_notices));
        Assert.Equal(cut, Files(folder, "*.damaged").Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Damaged_frames_are_never_joined(int segment)
    {
        string folder = Killed();
        string frames = Files(folder, "frames-*.extxyz")[segment];
        File.WriteAllText(frames, File.ReadAllText(frames).Replace('1', '7'));

        EndsAsUndisturbed(folder);

        Assert.Contains("damaged", Assert.Single(_notices));
    }

    [Fact]
    public void Lost_frames_are_made_again()
    {
        string folder = Killed();
        File.Delete(Files(folder, "frames-*.extxyz")[1]);

        EndsAsUndisturbed(folder);

        Assert.Contains("holds no frames from step 10 on", Assert.Single(_notices));
    }

    [Fact]
    public void Frames_damaged_after_the_run_are_a_fault_of_the_disk_that_the_same_run_mends()
    {
        string folder = Path.Combine(_root, "late");
        SegmentedRun run = Run(folder, Steps);
        string frames = Files(folder, "frames-*.extxyz")[^1];
        File.WriteAllText(frames, File.ReadAllText(frames).Replace('1', '7'));

        Assert.Contains(frames, Assert.Throws<IOException>(() => run.JoinFrames(Path.Combine(_root, "joined"))).Message);

        EndsAsUndisturbed(folder);
    }

    /// <summary>A run that died between steps 40 and 50.</summary>
    private string Killed()
    {
        string folder = Path.Combine(_root, "killed");
        Run(folder, 40);
        Assert.Equal(2, Files(folder, "state-*.ckpt").Length);
        Assert.Equal(4, Files(folder, "frames-*.extxyz").Length);
        return folder;
    }

    private void EndsAsUndisturbed(string folder)
    {
        string straight = Path.Combine(_root, "straight");
        (string expected, string actual) = (Path.Combine(_root, "expected"), Path.Combine(_root, "actual"));
        int frames = Run(straight, Steps).JoinFrames(expected);
        Assert.Equal(frames, Run(folder, Steps).JoinFrames(actual));
        Assert.Equal(File.ReadAllBytes(expected), File.ReadAllBytes(actual));
        Assert.Equal(File.ReadAllBytes(Files(straight, "state-*.ckpt")[^1]), File.ReadAllBytes(Files(folder, "state-*.ckpt")[^1]));
    }

    private SegmentedRun Run(string folder, long until)
    {
        Structure cell = Crystal();
        var run = new SegmentedRun(folder, _notices.Add);
        run.Run(
            new IdealGas(), cell, Options, () => MdState.Start(cell, 300, new Rng(5), 3), until,
            f => new Frame(cell with { Positions = [.. f.Positions] }, f.PotentialEv, TimeFs: f.TimeFs), _ => { }, CancellationToken.None);
        return run;
    }

    private static string[] Files(string folder, string pattern) => [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)];

    private static Structure Crystal() => new(
        Cell.FromRowMajor([8, 0, 0, 0, 8, 0, 0, 0, 8]), ["Li"], new int[8],
        [.. from x in new[] { 0, 4.0 } from y in new[] { 0, 4.0 } from z in new[] { 0, 4.0 } select new Vec3(x, y, z)]);

    /// <summary>No forces: enough to tell one step from another.</summary>
    private sealed class IdealGas : IPotential
    {
        public string Description => "ideal gas";

        public IReadOnlyList<string> TypeMap => ["Li"];

        public double CutoffA => 3;

        public ICalculator CreateCalculator(Structure structure) => new Calculator();

        private sealed class Calculator : ICalculator
        {
            public EnergyAndVirial Compute(Cell cell, ReadOnlySpan<Vec3> positions, Span<Vec3> forces)
            {
                forces.Clear();
                return new EnergyAndVirial(0, default);
            }

            public void Dispose()
            {
            }
        }
    }
}
