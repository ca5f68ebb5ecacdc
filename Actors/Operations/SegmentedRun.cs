using System.Text;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Persistence.Artifacts;

namespace Campaign.Actors.Operations;

/// <summary>
/// A molecular dynamics run that survives its process: the state is saved at the end of every segment, and frames
/// of a segment are kept in a file of their own, so that a resumed run neither loses nor doubles a frame.
/// </summary>
public sealed class SegmentedRun(string directory)
{
    private const int Kept = 2;

    private IEnumerable<string> FrameFiles => Directory.EnumerateFiles(directory, "frames-*.extxyz").Order(StringComparer.Ordinal);

    /// <summary>All frames of finished segments, in order.</summary>
    public IEnumerable<Frame> Frames => FrameFiles.Where(f => new FileInfo(f).Length > 0).SelectMany(ExtXyz.Read);

    /// <summary>Writes the frames of all segments into one file and returns their number.</summary>
    public int JoinFrames(string path)
    {
        using (FileStream joined = File.Create(path))
            foreach (string part in FrameFiles)
                using (FileStream frames = File.OpenRead(part))
                    frames.CopyTo(joined);
        return Frames.Count();
    }

    /// <summary>
    /// Runs to <paramref name="untilStep"/>, from the last whole checkpoint where there is one. <paramref name="toFrame"/> makes the frame
    /// to keep, or null for a step not wanted.
    /// </summary>
    public MdResult Run(
        IPotential potential, Structure structure, MdOptions options, Func<MdState> start, long untilStep,
        Func<MdFrame, Frame?> toFrame, Action<MdFrame> progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(directory);
        MdState state = LastCheckpoint() ?? start();
        DropFramesAfter(state.Step);

        var buffer = new StringWriter();
        return MolecularDynamics.Run(potential, structure, options, state, untilStep, OnFrame, OnCheckpoint, cancellation);

        void OnFrame(MdFrame frame)
        {
            if (toFrame(frame) is { } kept)
                buffer.Write(ExtXyz.ToText(kept));
            progress(frame);
        }

        void OnCheckpoint(MdState reached)
        {
            // frames first: a checkpoint on disk promises that everything before it is there
            AtomicFile.Write(FramesPath(reached.Step), Encoding.UTF8.GetBytes(buffer.ToString()));
            buffer = new StringWriter();
            MdCheckpoint.Save(CheckpointPath(reached.Step), reached);
            foreach (string old in Checkpoints().Reverse().Skip(Kept))
                File.Delete(old);
        }
    }

    /// <summary>The newest checkpoint that is whole; damaged ones are passed over.</summary>
    private MdState? LastCheckpoint()
    {
        foreach (string path in Checkpoints().Reverse())
        {
            try
            {
                return MdCheckpoint.Load(path);
            }
            catch (InvalidDataException)
            {
                File.Move(path, path + ".damaged", overwrite: true);
            }
        }
        return null;
    }

    private void DropFramesAfter(long step)
    {
        foreach (string path in FrameFiles.Where(p => string.CompareOrdinal(Path.GetFileName(p), Path.GetFileName(FramesPath(step))) > 0).ToList())
            File.Delete(path);
    }

    private IEnumerable<string> Checkpoints() => Directory.EnumerateFiles(directory, "state-*.ckpt").Order(StringComparer.Ordinal);

    private string CheckpointPath(long step) => Path.Combine(directory, $"state-{step:d12}.ckpt");

    private string FramesPath(long step) => Path.Combine(directory, $"frames-{step:d12}.extxyz");
}
