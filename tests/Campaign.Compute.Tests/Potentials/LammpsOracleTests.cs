using System.Diagnostics;
using System.Globalization;
using System.Text;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Potentials;

/// <summary>The unsmoothed ionic model against LAMMPS <c>born/coul/dsf</c>, an independent implementation.</summary>
public sealed class LammpsOracleTests
{
    private static readonly IonicParameters Parameters = Li3TiCl6.ShippedModel().Parameters with
    {
        ShortRange = ShortRangeEnd.Unsmoothed,
        CoulombEvA = IonicModel.LammpsCoulombEvA,
    };

    private static readonly string? Lmp = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(d => Path.Combine(d, "lmp")).FirstOrDefault(File.Exists);

    [SkippableTheory]
    [InlineData(1, 0.05, 0.0)]
    [InlineData(2, 0.25, 0.0)]
    [InlineData(3, 0.20, 0.04)]
    public void Energy_forces_and_pressure_of_160_atoms_equal_born_coul_dsf(int seed, double rattleA, double shear)
    {
        Skip.If(Lmp is null, "LAMMPS (lmp) is not installed: the ionic model is not compared with it.");
        Structure s = Li3TiCl6.Supercell(2, 2, 2, 12, (ulong)seed).Rattled(rattleA, (ulong)seed + 10);
        Vec3[] fractional = s.FractionalPositions();
        Cell c = s.Cell;
        var sheared = new Cell(c.A, c.B + shear * c.B.Norm * new Vec3(1, 0, 0), c.C + shear * c.C.Norm * new Vec3(-1, 2, 0));
        s = s with { Cell = sheared, Positions = Array.ConvertAll(fractional, sheared.ToCartesian) };

        (double energy, Vec3[] forces, Mat3 virial) = new IonicModel(Parameters).Compute(s);
        LammpsResult lammps = Run(s);

        Assert.Equal(lammps.EnergyEv, energy, 1e-10 * Math.Abs(energy));
        double scale = forces.Max(f => f.Norm);
        for (int i = 0; i < forces.Length; i++)
            Assert.True((forces[i] - lammps.Forces[i]).Norm < 2e-10 * scale, $"atom {i}: {forces[i]} against {lammps.Forces[i]}");
        double[] pressure = (1 / s.Cell.Volume * virial).ToRowMajor(); // row-major xx xy xz yx yy yz zx zy zz
        int[] order = [0, 4, 8, 1, 2, 5];
        double largest = pressure.Max(Math.Abs);
        for (int k = 0; k < 6; k++)
            Assert.Equal(lammps.PressureBar[k] / LammpsBarPerEvPerA3, pressure[order[k]], 2e-10 * largest);
    }

    /// <summary>nktv2p of <c>units metal</c>.</summary>
    private const double LammpsBarPerEvPerA3 = 1.6021765e6;

    private sealed record LammpsResult(double EnergyEv, Vec3[] Forces, double[] PressureBar);

    private static LammpsResult Run(Structure s)
    {
        string directory = Directory.CreateTempSubdirectory("campaign-lammps-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(directory, "data"), Data(s));
            File.WriteAllText(Path.Combine(directory, "in"), Input());
            using Process lmp = Process.Start(new ProcessStartInfo(Lmp!, "-in in -log log -screen none")
            {
                WorkingDirectory = directory,
                Environment = { ["OMP_NUM_THREADS"] = "1" },
            })!;
            lmp.WaitForExit();
            Assert.True(lmp.ExitCode == 0, "LAMMPS failed: " + (File.Exists(Path.Combine(directory, "log")) ? File.ReadAllText(Path.Combine(directory, "log")) : ""));
            double[] numbers = Numbers(File.ReadAllText(Path.Combine(directory, "numbers")));
            var forces = new Vec3[s.Count];
            foreach (string line in File.ReadLines(Path.Combine(directory, "forces")).SkipWhile(l => !l.StartsWith("ITEM: ATOMS", StringComparison.Ordinal)).Skip(1))
            {
                double[] f = Numbers(line);
                forces[(int)f[0] - 1] = new Vec3(f[1], f[2], f[3]);
            }
            return new LammpsResult(numbers[0], forces, numbers[1..7]);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static double[] Numbers(string line) =>
        [.. line.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(x => double.Parse(x, CultureInfo.InvariantCulture))];

    private static string Data(Structure s)
    {
        var text = new StringBuilder();
        Cell c = s.Cell;
        text.AppendLine(CultureInfo.InvariantCulture, $"cell\n\n{s.Count} atoms\n3 atom types\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"0 {c.A.X:R} xlo xhi\n0 {c.B.Y:R} ylo yhi\n0 {c.C.Z:R} zlo zhi\n{c.B.X:R} {c.C.X:R} {c.C.Y:R} xy xz yz\n");
        text.AppendLine("Masses\n\n1 6.94\n2 47.867\n3 35.45\n\nAtoms # charge\n");
        for (int i = 0; i < s.Count; i++)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{i + 1} {s.Types[i] + 1} {Parameters.Charges[s.Types[i]].ChargeE:R} {s.Positions[i].X:R} {s.Positions[i].Y:R} {s.Positions[i].Z:R}");
        return text.ToString();
    }

    private static string Input()
    {
        var text = new StringBuilder("units metal\natom_style charge\nbox tilt large\nread_data data\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"pair_style born/coul/dsf {Parameters.DampingPerA:R} {Parameters.CutoffA:R} {Parameters.CutoffA:R}");
        text.AppendLine("pair_coeff * * 0 1 0 0 0");
        foreach (IonicPair p in Parameters.Pairs)
        {
            int i = Array.IndexOf(Li3TiCl6.TypeMap, p.SpeciesA) + 1, j = Array.IndexOf(Li3TiCl6.TypeMap, p.SpeciesB) + 1;
            text.AppendLine(CultureInfo.InvariantCulture, $"pair_coeff {Math.Min(i, j)} {Math.Max(i, j)} {p.AEv:R} {p.RhoA:R} 0 {p.CEvA6:R} 0");
        }
        text.AppendLine("""
            variable e equal pe
            variable xx equal pxx
            variable yy equal pyy
            variable zz equal pzz
            variable xy equal pxy
            variable xz equal pxz
            variable yz equal pyz
            thermo_style custom step pe pxx pyy pzz pxy pxz pyz
            dump 1 all custom 1 forces id fx fy fz
            dump_modify 1 format float %.17g
            run 0
            print "$(pe:%.17g) $(pxx:%.17g) $(pyy:%.17g) $(pzz:%.17g) $(pxy:%.17g) $(pxz:%.17g) $(pyz:%.17g)" file numbers
            """);
        return text.ToString();
    }
}
