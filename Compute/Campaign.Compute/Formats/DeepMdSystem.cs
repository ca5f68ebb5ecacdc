using System.Globalization;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Formats;

/// <summary>
/// A DeePMD-kit system: frames that share one list of atoms. Arrays are flat, frame by frame: coordinates and forces 3N numbers per frame (Å, eV/Å), boxes
/// and virials 9 (rows a, b, c; eV, -dE/dstrain), energies 1 (eV). On disk: type.raw, type_map.raw, set.NNN/{coord,box,energy,force,virial}.npy;
/// float32 and float64 are read, float64 is written. A file nopbc marks frames that are not periodic; they have no box.npy.
/// </summary>
public sealed record DeepMdSystem(
    IReadOnlyList<string> TypeMap, int[] Types, double[] CoordinatesA, double[] BoxesA,
    double[]? EnergiesEv, double[]? ForcesEvPerA, double[]? VirialsEv)
{
    /// <summary>Empty space in Å about frames that are not periodic.</summary>
    public const double VacuumA = 100;

    private const string NotPeriodic = "nopbc";

    /// <summary>False for molecules and clusters: their boxes only keep images <see cref="VacuumA"/> apart, and are not written.</summary>
    public bool Periodic { get; init; } = true;

    public int AtomCount => Types.Length;

    public int FrameCount => BoxesA.Length / 9;

    /// <summary>Frame k as a structure with its labels.</summary>
    public Frame FrameAt(int k)
    {
        var structure = new Structure(Cell.FromRowMajor(BoxesA.AsSpan(9 * k, 9)), TypeMap, Types, Vectors(CoordinatesA, k, AtomCount));
        return new Frame(
            structure, EnergiesEv?[k], ForcesEvPerA is null ? null : Vectors(ForcesEvPerA, k, AtomCount),
            VirialsEv is null ? null : Mat3.FromRowMajor(VirialsEv.AsSpan(9 * k, 9)));
    }

    /// <summary>Whether the box of frame k can hold anything.</summary>
    public bool HasVolume(int k) => Vectors(BoxesA, k, 3) is [var a, var b, var c] && Cell.HasVolume(a, b, c);

    public IEnumerable<Frame> Frames => Enumerable.Range(0, FrameCount).Select(FrameAt);

    /// <summary>
    /// Gathers frames of the same atoms. A label (energy, forces, virial) is kept when every frame has it. Frames of different atoms are an <see cref="ArgumentException"/>.
    /// </summary>
    public static DeepMdSystem FromFrames(IReadOnlyList<Frame> frames)
    {
        if (frames.Count == 0)
            throw new ArgumentException("A system needs at least one frame.");
        Structure first = frames[0].Structure;
        if (frames.Any(f => !f.Structure.TypeMap.SequenceEqual(first.TypeMap) || !f.Structure.Types.AsSpan().SequenceEqual(first.Types)))
            throw new ArgumentException("All frames of a system must hold the same atoms in the same order.");
        return new DeepMdSystem(
            first.TypeMap, first.Types,
            Flat(frames.Select(f => f.Structure.Positions)),
            [.. frames.SelectMany(f => f.Structure.Cell.ToRowMajor())],
            frames.All(f => f.EnergyEv is not null) ? [.. frames.Select(f => f.EnergyEv!.Value)] : null,
            frames.All(f => f.ForcesEvPerA is not null) ? Flat(frames.Select(f => f.ForcesEvPerA!)) : null,
            frames.All(f => f.VirialEv is not null) ? [.. frames.SelectMany(f => f.VirialEv!.Value.ToRowMajor())] : null);
    }

    public static bool IsSystem(string directory) => File.Exists(Path.Combine(directory, "type.raw"));

    /// <summary>Reads a directory, its sets joined in the order of their names. Bad content is a <see cref="StructureFormatException"/>.</summary>
    /// <param name="finite">Whether a value that is not a number, or a box without volume, is bad content; false leaves the judgement to the caller.</param>
    public static DeepMdSystem Read(string directory, bool finite = true)
    {
        string typeFile = Path.Combine(directory, "type.raw");
        if (!File.Exists(typeFile))
            throw new StructureFormatException(directory, 0, "There is no type.raw.", "A DeePMD system is a directory with type.raw and set.000.");
        bool periodic = !File.Exists(Path.Combine(directory, NotPeriodic));
        int[] types = ReadTypes(typeFile);
        string mapFile = Path.Combine(directory, "type_map.raw");
        string[] map = File.Exists(mapFile)
            ? TextFiles.ReadAllText(mapFile).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            : [.. Enumerable.Range(0, types.Max() + 1).Select(t => $"TYPE_{t}")];
        if (types.Max() >= map.Length)
            throw new StructureFormatException(mapFile, 0, $"type.raw uses type {types.Max()}, but only {map.Length} names are given.", "One name per type, counted from 0.");
        string[] sets = [.. Directory.GetDirectories(directory, "set.*").OrderBy(s => s, StringComparer.Ordinal)];
        if (sets.Length == 0)
            throw new StructureFormatException(directory, 0, "There is no set.NNN directory.", "The frames lie in set.000, set.001, ...");
        if (sets.Any(s => File.Exists(Path.Combine(s, "real_atom_types.npy"))))
            throw new StructureFormatException(directory, 0, "This is a mixed-type system.", "Write one system per composition.");
        int n3 = 3 * types.Length;
        (string counted, int width) = periodic ? ("box", 9) : ("coord", n3);
        int[] frames = Array.ConvertAll(sets, s => Load(s, counted, width, null).Length / width);
        double[] coordinates = Join("coord", n3, true)!;
        var system = new DeepMdSystem(
            map, types, coordinates, periodic ? Join("box", 9, true)! : BoxesAbout(coordinates, n3), Join("energy", 1, false), Join("force", n3, false), Join("virial", 9, false))
        {
            Periodic = periodic,
        };
        if (system.FrameCount == 0)
            throw new StructureFormatException(directory, 0, "The sets hold no frame.", $"Check {counted}.npy.");
        if (finite && Enumerable.Range(0, system.FrameCount).FirstOrDefault(k => !system.HasVolume(k), -1) is var flat and >= 0)
            throw new StructureFormatException(directory, 0, $"The box of frame {flat} spans no volume.", "Remove the broken frame; a file nopbc marks frames without a box.");
        return system;

        double[]? Join(string quantity, int width, bool required)
        {
            if (!required && !sets.Any(s => File.Exists(Path.Combine(s, quantity + ".npy"))))
                return null;
            return [.. sets.SelectMany((s, i) => Load(s, quantity, width, frames[i]))];
        }

        double[] Load(string set, string quantity, int width, int? frames)
        {
            string path = Path.Combine(set, quantity + ".npy");
            if (!File.Exists(path))
                throw new StructureFormatException(path, 0, "The file is missing.", "Every set of a system holds the same quantities.");
            double[] values = Npy.ReadFile(path).Values;
            if (values.Length % width != 0 || (frames is int f && values.Length != f * width))
                throw new StructureFormatException(path, 0, $"{values.Length} values, {(frames is int k ? $"{k} frames of " : "not a multiple of ")}{width} expected.", "Check the number of atoms and frames.");
            int bad = finite ? Array.FindIndex(values, v => !double.IsFinite(v)) : -1;
            return bad < 0 ? values : throw new StructureFormatException(path, 0, $"Value {bad} is not finite.", "Remove the broken frame.");
        }
    }

    /// <summary>Upright boxes that hold every frame and the vacuum.</summary>
    private static double[] BoxesAbout(double[] coordinates, int n3)
    {
        var boxes = new double[coordinates.Length / n3 * 9];
        for (int k = 0; k < boxes.Length / 9; k++)
            for (int axis = 0; axis < 3; axis++)
            {
                double lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
                for (int at = k * n3 + axis; at < (k + 1) * n3; at += 3)
                    (lowest, highest) = (Math.Min(lowest, coordinates[at]), Math.Max(highest, coordinates[at]));
                boxes[9 * k + 4 * axis] = highest - lowest + VacuumA;
            }
        return boxes;
    }

    /// <summary>Writes the directory; existing sets are replaced. Frames are split into sets of at most <paramref name="framesPerSet"/>.</summary>
    public void Write(string directory, int framesPerSet = 5000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(framesPerSet);
        Directory.CreateDirectory(directory);
        foreach (string old in Directory.GetDirectories(directory, "set.*"))
            Directory.Delete(old, recursive: true);
        File.WriteAllText(Path.Combine(directory, "type.raw"), string.Concat(Types.Select(t => t.ToString(CultureInfo.InvariantCulture) + "\n")));
        File.WriteAllText(Path.Combine(directory, "type_map.raw"), string.Concat(TypeMap.Select(t => t + "\n")));
        if (Periodic)
            File.Delete(Path.Combine(directory, NotPeriodic));
        else
            File.WriteAllText(Path.Combine(directory, NotPeriodic), "");
        for (int start = 0, set = 0; start < FrameCount; start += framesPerSet, set++)
        {
            int count = Math.Min(framesPerSet, FrameCount - start);
            string folder = Path.Combine(directory, $"set.{set:000}");
            Directory.CreateDirectory(folder);
            Save("coord", CoordinatesA, 3 * AtomCount);
            Save("box", Periodic ? BoxesA : null, 9);
            Save("energy", EnergiesEv, 1);
            Save("force", ForcesEvPerA, 3 * AtomCount);
            Save("virial", VirialsEv, 9);

            void Save(string quantity, double[]? values, int width)
            {
                if (values is not null)
                    Npy.WriteFile(Path.Combine(folder, quantity + ".npy"), width == 1 ? [count] : [count, width], values.AsSpan(start * width, count * width));
            }
        }
    }

    private static int[] ReadTypes(string path)
    {
        string[] fields = TextFiles.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 0)
            throw new StructureFormatException(path, 0, "The file is empty.", "It holds one type index per atom.");
        return Array.ConvertAll(fields, f => int.TryParse(f, NumberStyles.None, CultureInfo.InvariantCulture, out int t) && t < 1000
            ? t
            : throw new StructureFormatException(path, 0, $"'{CifBlock.Shorten(f)}' is not a type index.", "Types are integers from 0."));
    }

    private static Vec3[] Vectors(double[] flat, int frame, int count)
    {
        var result = new Vec3[count];
        for (int i = 0, o = 3 * count * frame; i < result.Length; i++, o += 3)
            result[i] = new Vec3(flat[o], flat[o + 1], flat[o + 2]);
        return result;
    }

    private static double[] Flat(IEnumerable<Vec3[]> vectors) => [.. vectors.SelectMany(v => v).SelectMany(v => new[] { v.X, v.Y, v.Z })];
}
