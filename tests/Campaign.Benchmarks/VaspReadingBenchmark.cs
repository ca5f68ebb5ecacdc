using System.Diagnostics;
using System.Globalization;
using System.Text;
using Campaign.Compute.Engines.Vasp.Reading;

namespace Campaign.Benchmarks;

/// <summary>How fast, and in how much memory, 100 MB of OUTCAR and vasprun.xml are read; and how long pymatgen and ASE take, where Python has them.</summary>
internal static class VaspReadingBenchmark
{
    private const long Bytes = 100_000_000;

    private const string Others = """
        import sys, time, warnings
        warnings.filterwarnings('ignore')
        which, path = sys.argv[1:]
        if which == 'pymatgen':
            from pymatgen.io.vasp.outputs import Vasprun
            t = time.time(); n = len(Vasprun(path, parse_dos=False, parse_eigen=False, parse_projected_eigen=False, parse_potcar_file=False).ionic_steps)
        else:
            from ase.io import iread
            t = time.time(); n = sum(1 for _ in iread(path, index=':', format='vasp-xml' if path.endswith('xml') else 'vasp-out'))
        print(n, time.time() - t)
        """;

    /// <param name="xml">A vasprun.xml, and</param>
    /// <param name="outcar">an OUTCAR; their ionic steps are repeated.</param>
    public static void Run(string xml, string outcar, string folder)
    {
        Directory.CreateDirectory(folder);
        string bigXml = Path.Combine(folder, "vasprun.xml"), bigOutcar = Path.Combine(folder, "OUTCAR");
        Repeat(xml, bigXml, "<calculation>", "<structure name=\"finalpos\"");
        Repeat(outcar, bigOutcar, "Iteration", "General timing and accounting");
        Time("vasprun.xml", bigXml, stream =>
        {
            using var reader = new VasprunReader(stream);
            return Count(reader.Read);
        });
        Time("OUTCAR", bigOutcar, stream =>
        {
            using var reader = new OutcarReader(stream);
            return Count(reader.Read);
        });
        foreach ((string which, string path) in (ReadOnlySpan<(string, string)>)[("pymatgen", bigXml), ("ase", bigXml), ("ase", bigOutcar)])
            Other(which, path);
    }

    private static void Time(string name, string path, Func<Stream, int> read)
    {
        for (int round = 1; round <= 3; round++)
        {
            long begun = Stopwatch.GetTimestamp(), allocated = GC.GetTotalAllocatedBytes();
            using Stream stream = VaspFile.Open(path);
            int frames = read(stream);
            double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            using Process self = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} {new FileInfo(path).Length / 1e6:0} MB, {frames} frames: {seconds:0.00} s, {new FileInfo(path).Length / 1e6 / seconds:0} MB/s; peak of the process {self.PeakWorkingSet64 / 1e6:0} MB, allocated {(GC.GetTotalAllocatedBytes() - allocated) / 1e6:0} MB"));
        }
    }

    private static int Count(Func<VaspFrame?> read)
    {
        int frames = 0;
        while (read() is not null)
            frames++;
        return frames;
    }

    private static void Repeat(string from, string to, string first, string last)
    {
        using Stream stream = VaspFile.Open(from);
        using var source = new StreamReader(stream, Encoding.Latin1);
        string text = source.ReadToEnd();
        int begin = LineOf(text, text.IndexOf(first, StringComparison.Ordinal)), end = LineOf(text, text.IndexOf(last, StringComparison.Ordinal));
        using var file = new StreamWriter(to, false, Encoding.Latin1);
        file.Write(text[..begin]);
        string steps = text[begin..end];
        for (long written = begin; written < Bytes; written += steps.Length)
            file.Write(steps);
        file.Write(text[end..]);
    }

    private static int LineOf(string text, int at) => at < 0 ? throw new InvalidDataException("The file has no ionic step to repeat.") : text.LastIndexOf('\n', at) + 1;

    private static void Other(string which, string path)
    {
        using Process python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Others, which, path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = python.StandardError.ReadToEndAsync();
        string[] said = python.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        python.WaitForExit();
        Console.WriteLine(said.Length == 2 ? $"{which} {Path.GetFileName(path)}: {said[0]} frames in {said[1].Trim()} s" : $"{which}: not here, or it failed (python3-ase, python3-pymatgen)");
    }
}
