using System.Text;
using Campaign.Files;

namespace Campaign.Compute.Learning.Training;

/// <summary>A training between two steps: parameters, both moments of Adam, and how many lines its learning curve has.</summary>
internal sealed record TrainingState(int Step, double[] Parameters, double[] FirstMoments, double[] SecondMoments, int CurveLines);

/// <summary>
/// All that a training needs to go on as if it had never stopped. The order of frames is a function of seed and step, so it is not here.
/// In a sealed file: magic, fingerprint of options and data, the state, the state to return to from a divergence, the first loss, the
/// halvings of the learning rate, the lines of the curve.
/// </summary>
/// <param name="Fingerprint">Of options and data.</param>
/// <param name="State">Where the training is.</param>
/// <param name="Return">Where it returns to should it diverge; null where that is not known.</param>
/// <param name="FirstLoss">Loss of the first batch; 0 where it is not known.</param>
/// <param name="Halvings">Returns so far.</param>
/// <param name="Curve">Lines of the learning curve.</param>
internal sealed record TrainingCheckpoint(
    string Fingerprint, TrainingState State, TrainingState? Return, double FirstLoss, IReadOnlyList<RateHalving> Halvings, IReadOnlyList<string> Curve)
{
    private const string Magic = "campaign-training-3", MagicBeforeReturns = "campaign-training-2";

    /// <summary>Writes the file whole or not at all.</summary>
    public void Save(string path)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(Fingerprint);
            Write(writer, State);
            // at a place to return to, the place is the state itself once its loss is known to be sound
            TrainingState? apart = Return?.Step == State.Step ? null : Return;
            writer.Write(apart is not null);
            if (apart is not null)
            {
                Write(writer, apart);
                writer.Write(apart.CurveLines);
            }
            writer.Write(FirstLoss);
            writer.Write(Halvings.Count);
            foreach (RateHalving halving in Halvings)
            {
                writer.Write(halving.Step);
                writer.Write(halving.DivergedAtStep);
                writer.Write(halving.Factor);
            }
            writer.Write(Curve.Count);
            foreach (string line in Curve)
                writer.Write(line);
        }
        SealedFile.Write(path, memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }

    /// <summary>Reads this version and the one before it, whose checkpoints know no place to return to.</summary>
    /// <exception cref="InvalidDataException">The file is cut, damaged, or no checkpoint of a training of these versions.</exception>
    public static TrainingCheckpoint Load(string path)
    {
        using var reader = new BinaryReader(new MemoryStream(SealedFile.Read(path)), Encoding.UTF8);
        string magic = reader.ReadString();
        if (magic is not (Magic or MagicBeforeReturns))
            throw new InvalidDataException($"{path} is no checkpoint of a training of this version.");
        string fingerprint = reader.ReadString();
        TrainingState state = ReadState(reader);
        TrainingState? place = null;
        double firstLoss = 0;
        RateHalving[] halvings = [];
        if (magic == Magic)
        {
            if (reader.ReadBoolean())
            {
                place = ReadState(reader);
                place = place with { CurveLines = reader.ReadInt32() };
            }
            firstLoss = reader.ReadDouble();
            halvings = new RateHalving[reader.ReadInt32()];
            for (int i = 0; i < halvings.Length; i++)
                halvings[i] = new RateHalving(reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble());
        }
        var curve = new string[reader.ReadInt32()];
        for (int i = 0; i < curve.Length; i++)
            curve[i] = reader.ReadString();
        return new TrainingCheckpoint(fingerprint, state with { CurveLines = curve.Length }, place, firstLoss, halvings, curve);
    }

    private static void Write(BinaryWriter writer, TrainingState state)
    {
        writer.Write(state.Step);
        foreach (double[] row in new[] { state.Parameters, state.FirstMoments, state.SecondMoments })
        {
            writer.Write(row.Length);
            foreach (double value in row)
                writer.Write(value);
        }
    }

    private static TrainingState ReadState(BinaryReader reader)
    {
        int step = reader.ReadInt32();
        double[] Row()
        {
            var row = new double[reader.ReadInt32()];
            for (int i = 0; i < row.Length; i++)
                row[i] = reader.ReadDouble();
            return row;
        }
        return new TrainingState(step, Row(), Row(), Row(), 0);
    }
}
