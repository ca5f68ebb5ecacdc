using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Files;

namespace Campaign.Actors.Operations;

/// <summary>
/// A molecular dynamics run that survives its process: the state is saved at the end of every segment, and frames
/// of a segment are kept in a file of their own, so that a resumed run neither loses nor doubles a frame.
/// </summary>
/// <param name="directory">Belongs to this run alone; made if absent.</param>
/// <param name="notice">Told of states that could not be used.</param>
/// <param name="firstStep">The step the run begins at.</param>
public sealed class SegmentedRun(string directory, Action<string> notice, long firstStep = 0)
{
    private const string Pattern = "frames-*.extxyz";

    /// <summary>All frames of finished segments, in order.</summary>
    /// <inheritdoc cref="JoinFrames"/>
    public IEnumerable<Frame> Frames => Parts().Where(p => Sound(p).Length > 0).SelectMany(p => ExtXyz.Read(p.Path));

    /// <summary>Writes the frames of all segments into one file and returns their number.</summary>
    /// <exception cref="IOException">A segment was damaged after it was written; the same run begun again makes it anew.</exception>
    public int JoinFrames(string path)
    {
        using (FileStream joined = File.Create(path))
            foreach (Part part in Parts())
                joined.Write(Sound(part));
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
        AtomicFile.CreateDirectory(directory);
        var checkpoints = new Generations(directory, "state", notice);
        MdState state = checkpoints.Newest(Whole) ?? start();
        foreach (Part later in Parts().Where(p => p.To > state.Step).ToArray())
            File.Delete(later.Path);

        long from = state.Step;
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
            byte[] frames = Encoding.UTF8.GetBytes(buffer.ToString());
            AtomicFile.Write(Part.Of(directory, from, reached.Step, frames).Path, frames);
            (buffer, from) = (new StringWriter(), reached.Step);
            checkpoints.Keep(reached.Step, path => MdCheckpoint.Save(path, reached));
        }
    }

    /// <summary>A state counts if it and all frames before it are whole.</summary>
    private MdState Whole(string checkpoint)
    {
        MdState state = MdCheckpoint.Load(checkpoint);
        long reached = firstStep;
        foreach (Part part in Parts().Where(p => p.To <= state.Step))
        {
            if (part.From != reached)
                break;
            if (!part.IsWhole(File.ReadAllBytes(part.Path)))
                throw new InvalidDataException($"{part.Path} is damaged: its SHA-256 is not the one in its name.");
            reached = part.To;
        }
        return reached == state.Step
            ? state
            : throw new InvalidDataException($"{directory} holds no frames from step {reached} on, which {Path.GetFileName(checkpoint)} counts on.");
    }

    /// <summary>The frames of a segment, if they are those that were written.</summary>
    /// <exception cref="IOException">They are not: a fault of the disk and not of the run, which is begun again and makes them anew.</exception>
    private static byte[] Sound(Part part)
    {
        byte[] frames = File.ReadAllBytes(part.Path);
        return part.IsWhole(frames) ? frames : throw new IOException($"{part.Path} was damaged after it had been written. The run goes on from before it.");
    }

    private IEnumerable<Part> Parts() => Directory.EnumerateFiles(directory, Pattern).Order(StringComparer.Ordinal).Select(Part.Read).OfType<Part>();

    /// <summary>The frames of one segment, in a file whose name says from which step to which, and what its bytes hash to.</summary>
    private sealed record Part(string Path, long From, long To, string Sha256)
    {
        public static Part Of(string directory, long from, long to, byte[] frames)
        {
            string sha256 = Hash(frames);
            return new Part(System.IO.Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"frames-{to:d12}-{from:d12}-{sha256}.extxyz")), from, to, sha256);
        }

        public static Part? Read(string path) =>
            System.IO.Path.GetFileNameWithoutExtension(path).Split('-') is [_, var to, var from, var sha256]
            && long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            && long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out long last)
                ? new Part(path, first, last, sha256)
                : null;

        public bool IsWhole(byte[] frames) => Hash(frames) == Sha256;

        private static string Hash(byte[] frames) => Convert.ToHexStringLower(SHA256.HashData(frames));
    }
}
