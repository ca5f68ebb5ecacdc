using Campaign.Compute.Structures;

namespace Campaign.Compute.Formats;

/// <summary>Structure files by name: .cif; .extxyz, .xyz (.gz); .data, .lmp; POSCAR*, CONTCAR*, .vasp, .poscar; a DeePMD system directory.</summary>
public static class StructureFiles
{
    private enum Kind
    {
        Cif,
        ExtXyz,
        Lammps,
        Poscar,
        DeepMd,
    }

    /// <summary>
    /// Reads one ordered structure (the last frame of a trajectory, the first of a DeePMD system). A CIF with partial occupancies is a
    /// <see cref="StructureFormatException"/> that points to variants.
    /// </summary>
    public static Structure Read(string path)
    {
        switch (KindOf(path))
        {
            case Kind.Cif:
                AverageStructure average = Cif.ReadFile(path);
                if (average.IsDisordered)
                    throw new StructureFormatException(path, 0, "The structure has partial occupancies, so it is no single set of atoms.", "Build ordered variants of it ('structure variants').");
                return Ordered(average);
            case Kind.ExtXyz:
                return ExtXyz.Read(path).LastOrDefault()?.Structure
                    ?? throw new StructureFormatException(path, 0, "The file holds no frame.", "Check that it was written completely.");
            case Kind.Lammps:
                return LammpsData.ReadFile(path);
            case Kind.Poscar:
                return Poscar.ReadFile(path);
            default:
                return PeriodicSystem(path).FrameAt(0).Structure;
        }
    }

    /// <summary>Reads the structure a campaign starts from: a CIF with its sites and occupancies, anything else as an ordered structure in P1.</summary>
    public static AverageStructure ReadAverage(string path) => KindOf(path) == Kind.Cif
        ? Cif.ReadFile(path)
        : AverageStructure.FromOrdered(Read(path), Path.GetFileNameWithoutExtension(path));

    /// <summary>Writes in the format the name asks for.</summary>
    public static void Write(string path, Structure structure, string comment = "")
    {
        string name = comment.Length > 0 ? comment : Path.GetFileNameWithoutExtension(path);
        switch (KindOf(path))
        {
            case Kind.Cif: File.WriteAllText(path, Cif.Write(structure, name)); break;
            case Kind.ExtXyz:
                using (var writer = new ExtXyz.Writer(path))
                    writer.Write(new Frame(structure));
                break;
            case Kind.Lammps: File.WriteAllText(path, LammpsData.Write(structure, name).Text); break;
            case Kind.Poscar: File.WriteAllText(path, Poscar.Write(structure, name)); break;
            default: DeepMdSystem.FromFrames([new Frame(structure)]).Write(path); break;
        }
    }

    /// <summary>
    /// Converts a file. Between extended XYZ and DeePMD systems all frames with their labels go over; otherwise one structure.
    /// What the target cannot hold is a <see cref="StructureFormatException"/>.
    /// </summary>
    public static void Convert(string input, string output)
    {
        Kind from = KindOf(input), to = KindOf(output);
        try
        {
            if (from is not (Kind.ExtXyz or Kind.DeepMd) || to is not (Kind.ExtXyz or Kind.DeepMd))
            {
                Write(output, Read(input));
                return;
            }
            IEnumerable<Frame> frames = from == Kind.ExtXyz ? ExtXyz.Read(input) : PeriodicSystem(input).Frames;
            if (to == Kind.DeepMd)
            {
                DeepMdSystem.FromFrames([.. frames]).Write(output);
                return;
            }
            using var writer = new ExtXyz.Writer(output);
            foreach (Frame frame in frames)
                writer.Write(frame);
        }
        catch (ArgumentException e)
        {
            throw new StructureFormatException(Path.GetFileName(input), 0, e.Message, $"It cannot be written as {Path.GetFileName(output)} as it is.");
        }
    }

    private static DeepMdSystem PeriodicSystem(string path)
    {
        DeepMdSystem system = DeepMdSystem.Read(path);
        return system.Periodic ? system : throw new StructureFormatException(
            path, 0, "The system is not periodic (nopbc), and this needs a cell.", "Remove nopbc and add box.npy to every set; 'potential eval', 'test' and 'train' take it as it is.");
    }

    private static Structure Ordered(AverageStructure average)
    {
        string[] map = [.. average.Sites.Select(s => s.Species.First(x => x.Occupancy > 0).Symbol).Distinct()];
        (int Type, Vec3 Position)[] atoms = [.. average.Sites
            .SelectMany(s => s.Orbit.Select(p => (Array.IndexOf(map, s.Species.First(x => x.Occupancy > 0).Symbol), average.Cell.ToCartesian(p))))
            .OrderBy(a => a.Item1)];
        return new Structure(average.Cell, map, Array.ConvertAll(atoms, a => a.Type), Array.ConvertAll(atoms, a => a.Position));
    }

    private static Kind KindOf(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        string plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        if (plain.StartsWith("POSCAR", StringComparison.OrdinalIgnoreCase) || plain.StartsWith("CONTCAR", StringComparison.OrdinalIgnoreCase))
            return Kind.Poscar;
        switch (Path.GetExtension(plain).ToLowerInvariant())
        {
            case ".cif": return Kind.Cif;
            case ".extxyz" or ".xyz": return Kind.ExtXyz;
            case ".data" or ".lmp": return Kind.Lammps;
            case ".vasp" or ".poscar": return Kind.Poscar;
        }
        if (path.EndsWith(Path.DirectorySeparatorChar) || path.EndsWith(".deepmd", StringComparison.OrdinalIgnoreCase) || Directory.Exists(path))
            return Kind.DeepMd;
        throw new StructureFormatException(name, 0, "The name tells no format.",
            "Use .cif, .extxyz, .data (LAMMPS), .vasp or POSCAR*, or a directory ending in / (DeePMD system).");
    }
}
