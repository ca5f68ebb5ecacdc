using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Runs;

/// <summary>
/// Anything that VASP left, read the same way: a run directory, an OUTCAR, a vasprun.xml or an XDATCAR, compressed or not. What a file is
/// says its content, not its name.
/// </summary>
public abstract class VaspSource
{
    /// <summary>As it was named.</summary>
    public required string Path { get; init; }

    /// <summary>What the run says of itself before its first step.</summary>
    public abstract VaspSummary Summary { get; }

    /// <summary>Symptoms in what VASP printed; none where the run ended well.</summary>
    public abstract IReadOnlyList<SeenSymptom> Seen { get; }

    /// <summary>Null for a trajectory that carries no labels.</summary>
    public virtual VaspOutcome? Outcome => VaspOutcomes.Of(Summary, Seen);

    /// <summary>Element of every atom; null where the file does not tell.</summary>
    public virtual string[]? AtomSpecies => Summary.Header.Elements();

    /// <summary>Ab initio frames that are complete, read anew at every enumeration.</summary>
    public abstract IEnumerable<VaspFrame> Frames();

    /// <exception cref="FileNotFoundException">There is nothing there, or nothing that VASP writes.</exception>
    /// <exception cref="InvalidDataException">It is a band of images, of which each has its own files.</exception>
    public static VaspSource Open(string path)
    {
        if (Directory.Exists(path))
            return RunDirectorySource.IsBand(path)
                ? throw new InvalidDataException($"{path} is a band (00, 01, ...): its own vasprun.xml is written by all images at once and holds nothing to be relied on. Read 01, 02, ... one by one.")
                : RunDirectorySource.In(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file or directory '{path}'.");
        return Kind(path) switch
        {
            FileKind.Vasprun => new VasprunSource { Path = path },
            FileKind.Outcar => new OutcarSource { Path = path },
            FileKind.Xdatcar => new XdatcarSource { Path = path },
            _ => throw new FileNotFoundException($"{path} is no OUTCAR, vasprun.xml or XDATCAR. Name one of them, or the run's directory."),
        };
    }

    /// <summary>The images of a band, each with the words that VASP said for all of them; of anything else that alone.</summary>
    /// <inheritdoc cref="Open"/>
    public static IReadOnlyList<VaspSource> OpenAll(string path) => Directory.Exists(path) && RunDirectorySource.IsBand(path)
        ? [.. Directory.EnumerateDirectories(path).Where(d => File.Exists(System.IO.Path.Combine(d, RunFrames.Outcar)) || File.Exists(System.IO.Path.Combine(d, RunFrames.Outcar + ".gz")))
            .Order(StringComparer.Ordinal).Select(d => new RunDirectorySource { Path = d, Above = path })]
        : [Open(path)];

    private enum FileKind
    {
        Unknown, Vasprun, Outcar, Xdatcar,
    }

    private static FileKind Kind(string path)
    {
        using Stream stream = VaspFile.Open(path);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        var head = new char[4000];
        int read = ReadBlock(reader, head);
        string text = new(head, 0, read);
        if (text.TrimStart().StartsWith('<') || text.Contains("<modeling", StringComparison.Ordinal))
            return FileKind.Vasprun;
        if (text.TrimStart().StartsWith("vasp.", StringComparison.Ordinal) || text.Contains("INCAR:", StringComparison.Ordinal) || text.Contains("POTCAR:", StringComparison.Ordinal) || text.Contains("Startparameter for this run", StringComparison.Ordinal))
            return FileKind.Outcar;
        if (text.Contains("Direct configuration", StringComparison.Ordinal) || System.IO.Path.GetFileName(path).Contains("XDATCAR", StringComparison.OrdinalIgnoreCase))
            return FileKind.Xdatcar;
        return System.IO.Path.GetFileName(path).Contains("OUTCAR", StringComparison.OrdinalIgnoreCase) ? FileKind.Outcar : FileKind.Unknown;
    }

    private static int ReadBlock(StreamReader reader, char[] into)
    {
        try
        {
            return reader.ReadBlock(into, 0, into.Length);
        }
        catch (InvalidDataException) // damaged compression: nothing of it can be read
        {
            return 0;
        }
    }

    private sealed class OutcarSource : VaspSource
    {
        public override VaspSummary Summary => field ??= VaspSummary.OfOutcar(VaspFile.Open(Path));

        public override IReadOnlyList<SeenSymptom> Seen
        {
            get
            {
                if (field is null)
                {
                    using Stream said = VaspFile.Open(Path);
                    field = SymptomScan.Of(said, System.IO.Path.GetFileName(Path));
                }
                return field;
            }
        }

        public override IEnumerable<VaspFrame> Frames()
        {
            using Stream stream = VaspFile.Open(Path);
            using var reader = new OutcarReader(stream);
            while (reader.Read() is { } frame)
                if (!frame.MachineLearned)
                    yield return frame;
        }
    }

    private sealed class VasprunSource : VaspSource
    {
        public override VaspSummary Summary => field ??= VaspSummary.OfVasprun(VaspFile.Open(Path));

        public override IReadOnlyList<SeenSymptom> Seen => [];

        public override IEnumerable<VaspFrame> Frames()
        {
            using Stream stream = VaspFile.Open(Path);
            using var reader = new VasprunReader(stream);
            while (reader.Read() is { } frame)
                yield return frame;
        }
    }

    private sealed class XdatcarSource : VaspSource
    {
        public override VaspSummary Summary { get; } = new(new VaspHeader(), 0, 0, 0, null, false, false, false);

        public override IReadOnlyList<SeenSymptom> Seen => [];

        public override VaspOutcome? Outcome => null;

        public override string[]? AtomSpecies
        {
            get
            {
                using Stream stream = VaspFile.Open(Path);
                using var reader = new XdatcarReader(stream);
                reader.Read();
                return reader.Species.Count > 0 && reader.Species.Count == reader.Counts.Count ? [.. reader.Species.SelectMany((s, i) => Enumerable.Repeat(s, reader.Counts[i]))] : null;
            }
        }

        /// <summary>Cells and places only: energy and forces are no numbers.</summary>
        public override IEnumerable<VaspFrame> Frames()
        {
            using Stream stream = VaspFile.Open(Path);
            using var reader = new XdatcarReader(stream);
            while (reader.Read() is { } frame)
                yield return new VaspFrame(frame.Configuration, double.NaN, null, null, frame.Cell, [.. frame.Fractional.Select(frame.Cell.ToCartesian)], []);
        }
    }

    private sealed class RunDirectorySource : VaspSource
    {
        /// <summary>What schedulers and people call the output and the errors of a program.</summary>
        private static readonly string[] Said =
            ["job.log", "vasp.out", "vasp.log", "vasp_output", "std_err.txt", "stdout", "stderr", "stdout.txt", "stderr.txt", "error.out", "*.out", "*.err", "slurm-*", "_scheduler-std*.txt", "log"];

        /// <summary>The directory of the band that it is an image of.</summary>
        public string? Above { get; init; }

        public override VaspSummary Summary => field ??= ReadSummary();

        public override IReadOnlyList<SeenSymptom> Seen => field ??= ReadSeen();

        public override IEnumerable<VaspFrame> Frames() => RunFrames.Read(Path);

        /// <summary>VASP up to 6.3 cuts the list of atoms in OUTCAR after ten blocks; vasprun.xml has them all.</summary>
        public override string[]? AtomSpecies
        {
            get
            {
                if (base.AtomSpecies is { } species || RunFrames.Open(Path, RunFrames.Vasprun) is not { } vasprun)
                    return base.AtomSpecies;
                using (vasprun)
                    return VaspSummary.OfVasprun(vasprun).Header.Elements();
            }
        }

        public static bool IsBand(string path) =>
            Directory.Exists(System.IO.Path.Combine(path, "00")) && Directory.Exists(System.IO.Path.Combine(path, "01")) || Directory.Exists(System.IO.Path.Combine(path, "01"));

        public static RunDirectorySource In(string path)
        {
            using Stream? outcar = RunFrames.Open(path, RunFrames.Outcar), vasprun = RunFrames.Open(path, RunFrames.Vasprun);
            var source = new RunDirectorySource { Path = path };
            return outcar is null && vasprun is null && source.Seen.Count == 0
                ? throw new FileNotFoundException($"{path} holds no OUTCAR and no vasprun.xml: VASP has not run there, or its files have other names. Name the file itself.")
                : source;
        }

        private VaspSummary ReadSummary()
        {
            if (RunFrames.Open(Path, RunFrames.Outcar) is { } outcar)
            {
                using (outcar)
                    return VaspSummary.OfOutcar(outcar);
            }
            using Stream? vasprun = RunFrames.Open(Path, RunFrames.Vasprun);
            return vasprun is null ? new VaspSummary(new VaspHeader(), 0, 0, 0, null, false, false, false) : VaspSummary.OfVasprun(vasprun);
        }

        private List<SeenSymptom> ReadSeen()
        {
            var seen = new List<SeenSymptom>();
            IEnumerable<string> files =
                from directory in new[] { Path, Above }.OfType<string>()
                from pattern in Said
                from file in Directory.EnumerateFiles(directory, pattern).Concat(Directory.EnumerateFiles(directory, pattern + ".gz")).Order(StringComparer.Ordinal)
                select file;
            foreach (string file in files.Append(System.IO.Path.Combine(Path, RunFrames.Outcar)).Distinct().Where(File.Exists))
            {
                using Stream stream = VaspFile.Open(file);
                seen.AddRange(SymptomScan.Of(stream, System.IO.Path.GetFileName(file)).Where(s => seen.TrueForAll(o => o.Symptom != s.Symptom)));
            }
            return [.. VaspSymptoms.All.SelectMany(s => seen.Where(o => o.Symptom == s))];
        }
    }
}
