using System.Globalization;
using System.Text;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Formats;

/// <summary>
/// Extended XYZ, the trajectory format of the project. Per frame: Lattice (rows a, b, c, Å), species, pos (Å, may lie outside the cell), and where known
/// forces (eV/Å), velocities (Å/fs), energy (eV), virial (nine numbers, eV, -dE/dstrain), time_fs, origin (where the frame comes from). Doubles round-trip. The reader streams,
/// takes .gz, ignores unknown keys and columns, and also understands 'force' for forces and 'stress' (eV/Å³, = -virial/volume).
/// </summary>
public static class ExtXyz
{
    /// <summary>Streams the frames of a file. Bad content is a <see cref="StructureFormatException"/> when its frame is reached.</summary>
    public static IEnumerable<Frame> Read(string path)
    {
        using StreamReader reader = TextFiles.OpenText(path);
        foreach (Frame frame in Read(reader, path))
            yield return frame;
    }

    /// <summary>Streams the frames of a text; the file name serves the messages.</summary>
    public static IEnumerable<Frame> Read(TextReader reader, string fileName)
    {
        var frames = new ExtXyzReader(reader, fileName);
        while (frames.Next() is Frame frame)
            yield return frame;
    }

    /// <summary>Writes frames one by one; <paramref name="append"/> continues a trajectory.</summary>
    public sealed class Writer : IDisposable
    {
        private readonly TextWriter _out;

        public Writer(string path, bool append = false)
            : this(new StreamWriter(path, append, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" })
        {
        }

        public Writer(TextWriter output) => _out = output;

        public void Write(Frame frame) => _out.Write(ToText(frame));

        public void Flush() => _out.Flush();

        public void Dispose() => _out.Dispose();
    }

    public static string ToText(Frame frame)
    {
        Structure s = frame.Structure;
        var text = new StringBuilder(200 + 60 * s.Count);
        text.Append(s.Count).Append('\n');
        text.Append("Lattice=\"");
        AppendNumbers(text, s.Cell.ToRowMajor());
        text.Append("\" Properties=species:S:1:pos:R:3");
        if (frame.ForcesEvPerA is not null)
            text.Append(":forces:R:3");
        if (frame.VelocitiesAPerFs is not null)
            text.Append(":velocities:R:3");
        if (frame.EnergyEv is double energy)
            Append(text.Append(" energy="), energy);
        if (frame.VirialEv is Mat3 virial)
        {
            text.Append(" virial=\"");
            AppendNumbers(text, virial.ToRowMajor());
            text.Append('"');
        }
        if (frame.TimeFs is double time)
            Append(text.Append(" time_fs="), time);
        if (frame.Origin is { } origin)
            text.Append(" origin=\"").Append(origin.Replace('"', '\'').ReplaceLineEndings(" ")).Append('"');
        if (!IsOrderOfAppearance(s))
            text.Append(" type_map=\"").AppendJoin(' ', s.TypeMap).Append('"');
        text.Append(" pbc=\"T T T\"\n");
        for (int i = 0; i < s.Count; i++)
        {
            text.Append(s.SpeciesOf(i));
            AppendVector(text, s.Positions[i]);
            if (frame.ForcesEvPerA is not null)
                AppendVector(text, frame.ForcesEvPerA[i]);
            if (frame.VelocitiesAPerFs is not null)
                AppendVector(text, frame.VelocitiesAPerFs[i]);
            text.Append('\n');
        }
        return text.ToString();
    }

    private static bool IsOrderOfAppearance(Structure s)
    {
        int next = 0;
        foreach (int type in s.Types)
        {
            if (type > next)
                return false;
            if (type == next)
                next++;
        }
        return next == s.TypeMap.Count;
    }

    private static void AppendVector(StringBuilder text, Vec3 v)
    {
        Append(text.Append(' '), v.X);
        Append(text.Append(' '), v.Y);
        Append(text.Append(' '), v.Z);
    }

    private static void AppendNumbers(StringBuilder text, double[] values)
    {
        for (int i = 0; i < values.Length; i++)
            Append(i == 0 ? text : text.Append(' '), values[i]);
    }

    private static void Append(StringBuilder text, double value) => text.Append(CultureInfo.InvariantCulture, $"{value:R}");
}
