using System.Text;
using Campaign.Files;

namespace Campaign.Compute.Learning.Training;

/// <summary>
/// State between two steps: parameters, both moments of Adam, and the learning curve so far. The order of frames is a function of seed
/// and step, so nothing else is needed. In a sealed file: magic, fingerprint of options and data, step, three rows of doubles, lines.
/// </summary>
internal sealed record TrainingCheckpoint(
    string Fingerprint, int Step, double[] Parameters, double[] FirstMoments, double[] SecondMoments, IReadOnlyList<string> Curve)
{
    private const string Magic = "campaign-training-2";

    /// <summary>Writes the file whole or not at all.</summary>
    public void Save(string path)
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
            writer.Write(Curve.Count);
            foreach (string line in Curve)
                writer.Write(line);
        }
        SealedFile.Write(path, memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }

    /// <exception cref="InvalidDataException">The file is cut, damaged, or no checkpoint of a training of this version.</exception>
    public static TrainingCheckpoint Load(string path)
    {
        using var reader = new BinaryReader(new MemoryStream(SealedFile.Read(path)), Encoding.UTF8);
        if (reader.ReadString() != Magic)
            throw new InvalidDataException($"{path} is no checkpoint of a training of this version.");
        (string fingerprint, int step) = (reader.ReadString(), reader.ReadInt32());
        double[] Row()
        {
            var row = new double[reader.ReadInt32()];
            for (int i = 0; i < row.Length; i++)
                row[i] = reader.ReadDouble();
            return row;
        }
        (double[] parameters, double[] first, double[] second) = (Row(), Row(), Row());
        var curve = new string[reader.ReadInt32()];
        for (int i = 0; i < curve.Length; i++)
            curve[i] = reader.ReadString();
        return new TrainingCheckpoint(fingerprint, step, parameters, first, second, curve);
    }
}
