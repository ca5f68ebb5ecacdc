using System.Diagnostics;
using System.Globalization;
using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Structures;

namespace Campaign.Compute.Tests.Engines.Vasp.StandIn;

/// <summary>A directory in which the stand-in for VASP is run.</summary>
internal sealed class StandInRun : IDisposable
{
    public static readonly string PotentialFile = Path.Combine(Samples.Root, "config", "potentials", "li-ti-cl.yaml");

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "stand-in-vasp");

    private const string Common = """
        GGA = PE
        ENCUT = 450
        ISMEAR = 0 ; SIGMA = 0.05
        NELM = 60
        EDIFF = 1E-6

        """;

    private const string Spin = """
        ISPIN = 2
        MAGMOM = 5*0 1 8*0
        LORBIT = 11
        LDAU = .TRUE.
        LDAUL = -1 2 -1
        LDAUU = 0 4 0
        LDAUJ = 0 0 0

        """;

    /// <param name="spin">Settings for the atoms of <see cref="RockSalt"/>; of a tag given twice, the first counts.</param>
    public StandInRun(string incar, string? poscar = null, bool spin = true)
    {
        Write("INCAR", Common + (spin ? Spin : "") + incar);
        Write("KPOINTS", "k\n0\nGamma\n2 4 4\n0 0 0\n");
        Write("POSCAR", poscar ?? Poscar.Write(RockSalt, "Li5TiCl8"));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("campaign-stand-in-").FullName;

    public Dictionary<string, string> Environment { get; } = new() { ["STANDIN_POTENTIAL"] = PotentialFile };

    /// <summary>Rock salt of which one Li is Ti and two are not there; every atom a little off its site, the cell oblique.</summary>
    public static Structure RockSalt { get; } = MakeRockSalt();

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string In(string name) => Path.Combine(Folder, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        File.WriteAllText(In(name), text);
    }

    public Process Start()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" > vasp.out 2> vasp.err", Program]) { WorkingDirectory = Folder };
        foreach ((string name, string value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        using Process process = Start();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public List<VaspFrame> Outcar(string name = "OUTCAR")
    {
        using var reader = new OutcarReader(VaspFile.Open(In(name)));
        return All(reader.Read);
    }

    public List<VaspFrame> Vasprun()
    {
        using var reader = new VasprunReader(VaspFile.Open(In("vasprun.xml")));
        return All(reader.Read);
    }

    public List<OszicarStep> Oszicar()
    {
        using var reader = new OszicarReader(VaspFile.Open(In("OSZICAR")));
        return All(reader.Read);
    }

    public List<XdatcarFrame> Xdatcar()
    {
        using var reader = new XdatcarReader(VaspFile.Open(In("XDATCAR")));
        return All(reader.Read);
    }

    public Contcar Contcar(string name = "CONTCAR") => Compute.Engines.Vasp.Reading.Contcar.Read(File.ReadAllBytes(In(name)), In(name));

    public VaspSummary Summary(string name = "OUTCAR") => VaspSummary.OfOutcar(VaspFile.Open(In(name)));

    public VaspVerdict Verdict() => VaspVerdict.Of(Summary(), [.. SymptomScan.Of(VaspFile.Open(In("vasp.out")), "vasp.out"), .. SymptomScan.Of(VaspFile.Open(In("vasp.err")), "vasp.err")]);

    /// <summary>What the model itself says of a structure whose atoms are those of <see cref="RockSalt"/>.</summary>
    public static (double EnergyEv, Vec3[] Forces, Mat3 VirialEv) Model(Cell cell, Vec3[] positions) => Model(RockSalt with { Cell = cell, Positions = positions });

    public static (double EnergyEv, Vec3[] Forces, Mat3 VirialEv) Model(Structure structure)
    {
        using ICalculator calculator = IonicModelFile.Read(PotentialFile).CreateCalculator(structure);
        var forces = new Vec3[structure.Count];
        EnergyAndVirial e = calculator.Compute(structure.Cell, structure.Positions, forces);
        return (e.EnergyEv, forces, e.VirialEv);
    }

    private static List<T> All<T>(Func<T?> read)
        where T : class
    {
        var all = new List<T>();
        while (read() is { } one)
            all.Add(one);
        return all;
    }

    private static Structure MakeRockSalt()
    {
        const double A = 5.15;
        var rng = new Rng(5);
        Vec3[] sites = [new(0, 0, 0), new(0, 0.5, 0.5), new(0.5, 0, 0.5), new(0.5, 0.5, 0)];
        Vec3[] cations = [.. sites, .. sites.Select(s => s + new Vec3(1, 0, 0))], anions = [.. cations.Select(s => s + new Vec3(0.5, 0, 0))];
        var cell = new Cell(new Vec3(2 * A, 0, 0), new Vec3(0, A, 0), new Vec3(0.1, 0, A));
        Vec3[] positions = [.. ((Vec3[])[cations[1], cations[2], cations[3], cations[5], cations[6], cations[0], .. anions]).Select(s =>
            cell.ToCartesian(new Vec3(s.X / 2, s.Y, s.Z)) + 0.05 * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian()))];
        return new Structure(cell, ["Li", "Ti", "Cl"], [0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2], positions);
    }
}
