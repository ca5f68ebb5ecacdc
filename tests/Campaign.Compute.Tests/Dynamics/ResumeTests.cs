using Campaign.Compute.Dynamics;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Potentials;
using Xunit;

namespace Campaign.Compute.Tests.Dynamics;

public sealed class ResumeTests : IDisposable
{
    private static readonly IonicModel Model = Li3TiCl6.ShippedModel();
    private static readonly Structure Start = Li3TiCl6.Supercell(1, 1, 2, 3, 1);
    private static readonly MdOptions Options = new() { TimeStepFs = 2, Nvt = new NvtOptions(700), SegmentSteps = 40, SampleEverySteps = 8 };

    private readonly string _directory = Directory.CreateTempSubdirectory("campaign-md-").FullName;

    private string Checkpoint => Path.Combine(_directory, "md.state");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(39)]
    [InlineData(40)]
    [InlineData(95)]
    [InlineData(171)]
    public void A_run_killed_anywhere_and_resumed_has_the_bits_and_the_frames_of_the_uninterrupted_run(int killedAtStep)
    {
        const int steps = 200;
        var straightFrames = new List<(long, double, Vec3)>();
        MdResult straight = MolecularDynamics.Run(Model, Start, Options, Fresh(), steps, f => straightFrames.Add(Key(f)));

        var frames = new List<(long, double, Vec3)>();
        int framesAtCheckpoint = 0;
        using var kill = new CancellationTokenSource();
        MdCheckpoint.Save(Checkpoint, Fresh());
        Assert.Throws<OperationCanceledException>(() => MolecularDynamics.Run(
            Model, Start, Options with { SampleEverySteps = 1 }, Fresh(), steps,
            f =>
            {
                if (f.Step % Options.SampleEverySteps == 0)
                    frames.Add(Key(f));
                if (f.Step == killedAtStep)
                    kill.Cancel();
            },
            state =>
            {
                MdCheckpoint.Save(Checkpoint, state);
                framesAtCheckpoint = frames.Count;
            },
            kill.Token));
        frames.RemoveRange(framesAtCheckpoint, frames.Count - framesAtCheckpoint);
        MdResult resumed = MolecularDynamics.Run(Model, Start, Options, MdCheckpoint.Load(Checkpoint), steps, f => frames.Add(Key(f)));

        Assert.Equal(MdCheckpoint.ToBytes(straight.State), MdCheckpoint.ToBytes(resumed.State));
        Assert.Equal(straightFrames, frames);
        Assert.Equal(straight.MeanTemperatureK, resumed.MeanTemperatureK);
        Assert.Equal(straight.ConservedDriftEv, resumed.ConservedDriftEv);
        Assert.Equal(0.002 * steps * 1000, straight.State.TimeFs, 1e-9);
    }

    [Fact]
    public void A_run_resumed_from_its_last_state_reports_what_the_uninterrupted_run_reported()
    {
        MdResult straight = MolecularDynamics.Run(Model, Start, Options, Fresh(), 100, null, state => MdCheckpoint.Save(Checkpoint, state));
        MdResult resumed = MolecularDynamics.Run(Model, Start, Options, MdCheckpoint.Load(Checkpoint), 100);

        Assert.True(double.IsFinite(straight.ConservedDriftEv));
        Assert.Equal(straight.ConservedDriftEv, resumed.ConservedDriftEv);
        Assert.Equal(straight.MeanTemperatureK, resumed.MeanTemperatureK);
    }

    [Fact]
    public void A_checkpoint_returns_every_bit()
    {
        MdState state = MolecularDynamics.Run(Model, Start, Options, Fresh(), 10).State;
        MdCheckpoint.Save(Checkpoint, state);
        MdState read = MdCheckpoint.Load(Checkpoint);
        Assert.Equal(MdCheckpoint.ToBytes(state), MdCheckpoint.ToBytes(read));
        Assert.Equal(state.Positions, read.Positions);
        Assert.Equal(state.Thermostat.EtaMomentum, read.Thermostat.EtaMomentum);
        Assert.Equal(state.RngState, read.RngState);
        Assert.False(File.Exists(Checkpoint + ".tmp"));
    }

    [Fact]
    public void A_cut_or_damaged_checkpoint_is_detected_and_named()
    {
        MdCheckpoint.Save(Checkpoint, Fresh());
        byte[] whole = File.ReadAllBytes(Checkpoint);

        File.WriteAllBytes(Checkpoint, whole[..^17]);
        Assert.Contains($"{Checkpoint}: the checkpoint is cut", Assert.Throws<InvalidDataException>(() => MdCheckpoint.Load(Checkpoint)).Message);

        byte[] damaged = [.. whole];
        damaged[whole.Length / 2] ^= 1;
        File.WriteAllBytes(Checkpoint, damaged);
        Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => MdCheckpoint.Load(Checkpoint)).Message);

        File.WriteAllBytes(Checkpoint, []);
        Assert.Contains("not a molecular dynamics checkpoint", Assert.Throws<InvalidDataException>(() => MdCheckpoint.Load(Checkpoint)).Message);
    }

    private static MdState Fresh() => MdState.Start(Start, 700, new Rng(3));

    private static (long, double, Vec3) Key(MdFrame f) => (f.Step, f.PotentialEv, f.Positions[7]);
}
