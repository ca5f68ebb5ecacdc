using System.Security.Cryptography;
using System.Text;

namespace Campaign.Compute.Learning.Training;

/// <summary>
/// State between two steps: parameters and both moments of Adam. The order of frames is a function of seed and step, so nothing else is needed.
/// On disk: magic, fingerprint of options and data, step, three rows of doubles, SHA-256 of all that.
/// </summary>
internal sealed record TrainingCheckpoint(string Fingerprint, int Step, double[] Parameters, double[] FirstMoments, double[] SecondMoments)
{
    public const string FileName = "training.ckpt";

    private const string Magic = "campaign-training-1";

    /// <summary>Writes beside the target, flushes and renames: a reader finds the old state or the new one.</summary>
    public void Save(string folder)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(Fingerprint);
            writer.Write(Step);
            foreach (double[] row in new[] { Parameters, FirstMoments, SecondMoments })
            {
                writer.Write(row.Length);
                foreach (double value in row)
                    writer.Write(value);
            }
        }
        byte[] content = memory.ToArray();
        string path = Path.Combine(folder, FileName), temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create))
        {
            file.Write(content);
            file.Write(SHA256.HashData(content));
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The state in a folder, or null if there is none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or belongs to other options or other data.</exception>
    public static TrainingCheckpoint? Load(string folder, string fingerprint)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        byte[] bytes = File.ReadAllBytes(path);
        int length = bytes.Length - SHA256.HashSizeInBytes;
        if (length <= 0 || !SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length)))
            throw new InvalidDataException($"{path} is damaged. Remove it to start the training again.");
        using var reader = new BinaryReader(new MemoryStream(bytes, 0, length));
        if (reader.ReadString() != Magic)
            throw new InvalidDataException($"{path} is no checkpoint of a training of this version.");
        if (reader.ReadString() != fingerprint)
            throw new InvalidDataException($"{path} belongs to a training with other options or other data. Train in another folder, or remove it.");
        int step = reader.ReadInt32();
        double[] Row()
        {
            var row = new double[reader.ReadInt32()];
            for (int i = 0; i < row.Length; i++)
                row[i] = reader.ReadDouble();
            return row;
        }
        return new TrainingCheckpoint(fingerprint, step, Row(), Row(), Row());
    }
}
