using System.Globalization;
using System.Text;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Relabelling;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Tests.Engines.Vasp.Relabelling;

/// <summary>A labelled trajectory of three atoms, and outputs of runs that label its frames again.</summary>
internal sealed class Trajectory : IDisposable
{
    public const int AllFrames = 8;
    private const double EdgeA = 10;
    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-relabel-").FullName;
    private int _runs;

    public Trajectory()
    {
        string file = Path.Combine(_folder, "frames.extxyz");
        using (var frames = new ExtXyz.Writer(file))
            for (int f = 0; f < AllFrames; f++)
                frames.Write(FrameOf(f));
        Settings = new VaspRelabelling(Level, file, 0.5, 7, null, Theory(450));
    }

    public static VaspLevel Level { get; } = new(
        "PBE", 450, true, new Dictionary<string, double> { ["Ti"] = 2 }, new Dictionary<string, HubbardU> { ["Ti"] = new("d", 4) }, new Dictionary<string, string>(), 1e-6, "gaussian", 0.05,
        [1, 1, 1], true, "none", false, []);

    public VaspRelabelling Settings { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public string NewRun() => Directory.CreateDirectory(Path.Combine(_folder, $"r{_runs++}")).FullName;

    /// <summary>Label of a chosen frame, changed, as VASP would leave it. Blocks of the POSCAR are Li and Ti, the frame has Ti first.</summary>
    /// <param name="number">From 1, among the chosen.</param>
    /// <param name="change">Added to the force of every atom; eV/Å.</param>
    public void Label(string run, int number, Vec3 change, double energyEv = 0, bool converged = true, bool finished = true, double encutEv = 450)
    {
        Frame before = Settings.Chosen()[number - 1];
        int[] order = [1, 2, 0];
        string directory = Directory.CreateDirectory(Path.Combine(run, number.ToString("d4", CultureInfo.InvariantCulture))).FullName;
        File.WriteAllText(Path.Combine(directory, "OUTCAR"), Header(encutEv) + (finished
            ? Step(converged ? 9 : 60, before.EnergyEv!.Value + energyEv, [.. order.Select(a => (before.Structure.Positions[a], before.ForcesEvPerA![a] + change))])
              + "\n General timing and accounting informations for this job:\n"
            : $"{new string('-', 40)} Iteration      1(   3)  {new string('-', 40)}\n"));
    }

    private static Frame FrameOf(int f)
    {
        var structure = new Structure(
            new Cell(new Vec3(EdgeA, 0, 0), new Vec3(0, EdgeA, 0), new Vec3(0, 0, EdgeA)), ["Li", "Ti"], [1, 0, 0], [new Vec3(1 + 0.1 * f, 2, 3), new Vec3(5, 5, 5), new Vec3(7, 2, 8)]);
        return new Frame(structure, -20 - f, [new Vec3(0.1 * f, 0, 0), new Vec3(0, 0.2, 0), new Vec3(0, 0, -0.3)], null, f) { Origin = $"aimd/v/u4/t600 run 1 step {f + 1}" };
    }

    private static LevelOfTheory Theory(double encutEv)
    {
        using var reader = new OutcarReader(new MemoryStream(Encoding.ASCII.GetBytes(Header(encutEv) + Step(1, 0, []))));
        reader.Read();
        return LevelOfTheory.Of(reader.Header, Kpoints.SpacingPerA(FrameOf(0).Structure.Cell, Level.KMesh));
    }

    private static string Header(double encutEv) => string.Create(
        CultureInfo.InvariantCulture, $" vasp.6.4.3 test\n   number of dos      NEDOS =    301   number of ions     NIONS =      3\n   ions per type =               2   1\n   ISIF   =      2    stress and relaxation\n   NELM   =     60;   NELMIN=  4\n   ENCUT  =  {encutEv:0.0} eV  33.07 Ry\n   NSW    =      0    number of steps for IOM\n   IBRION =     -1    ionic relax: 0-MD 1-quasi-New 2-CG\n");

    private static string Step(int electronicSteps, double energyEv, (Vec3 Place, Vec3 Force)[] atoms)
    {
        var text = new StringBuilder();
        for (int n = 1; n <= electronicSteps; n++)
            text.Append(CultureInfo.InvariantCulture, $"{new string('-', 40)} Iteration {1,6}({n,4})  {new string('-', 40)}\n");
        text.Append("  FREE ENERGIE OF THE ION-ELECTRON SYSTEM (eV)\n");
        text.Append(CultureInfo.InvariantCulture, $"  free  energy   TOTEN  = {energyEv:0.00000000} eV\n\n  energy  without entropy= {energyEv:0.00000000}  energy(sigma->0) = {energyEv:0.00000000}\n");
        text.Append("      direct lattice vectors                 reciprocal lattice vectors\n");
        for (int row = 0; row < 3; row++)
            text.Append(CultureInfo.InvariantCulture, $"{(row == 0 ? EdgeA : 0),14:0.000000000}{(row == 1 ? EdgeA : 0),14:0.000000000}{(row == 2 ? EdgeA : 0),14:0.000000000}   0.1 0.0 0.0\n");
        text.Append(" POSITION                                       TOTAL-FORCE (eV/Angst)\n -----------------------------------------------------------------------------------\n");
        foreach ((Vec3 r, Vec3 f) in atoms)
            text.Append(CultureInfo.InvariantCulture, $"{r.X,13:0.00000}{r.Y,13:0.00000}{r.Z,13:0.00000}{f.X,14:0.000000}{f.Y,14:0.000000}{f.Z,14:0.000000}\n");
        text.Append(" -----------------------------------------------------------------------------------\n");
        return text.ToString();
    }
}
