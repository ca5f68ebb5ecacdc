using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Runs;

/// <summary>
/// Reads the frames of one run directory from OUTCAR and vasprun.xml together: positions, forces and cell with vasprun.xml's eight digits
/// where it has the step, everything else from OUTCAR (moments, temperature, VASP's word on convergence). Either file may be missing, cut or
/// compressed. Frames of VASP's own force field are left out.
/// </summary>
public static class RunFrames
{
    public const string Outcar = "OUTCAR", Vasprun = "vasprun.xml";

    /// <summary>Both files print the energy with eight decimals.</summary>
    private const double SameEnergyEv = 1e-6;

    /// <summary>OUTCAR prints positions with five decimals.</summary>
    private const double SamePlaceA = 2e-5;

    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IEnumerable<VaspFrame> Read(string directory)
    {
        using Stream? outcar = Open(directory, Outcar), vasprun = Open(directory, Vasprun);
        using OutcarReader? coarse = outcar is null ? null : new OutcarReader(outcar);
        using VasprunReader? fine = vasprun is null ? null : new VasprunReader(vasprun);
        VaspFrame? next = fine?.Read();
        int last = 0;
        while (coarse?.Read() is { } frame)
        {
            if (frame.MachineLearned)
                continue;
            while (next is not null && next.Step < frame.Step && !IsSame(next, frame))
                next = fine!.Read();
            last = frame.Step;
            if (next is null || !IsSame(next, frame))
            {
                yield return frame;
                continue;
            }
            yield return frame with { Cell = next.Cell, PositionsA = next.PositionsA, ForcesEvPerA = next.ForcesEvPerA, StressKb = next.StressKb ?? frame.StressKb };
            next = fine!.Read();
        }
        for (; next is not null; next = fine!.Read())
            if (next.Step > last) // OUTCAR was cut earlier
                yield return next;
    }

    /// <summary>Opens a file of that name, compressed or not, or the only one whose name is that with something added; null where there is none.</summary>
    public static Stream? Open(string directory, string name)
    {
        string? path = new[] { name, name + ".gz" }.Select(n => Path.Combine(directory, n)).FirstOrDefault(File.Exists);
        if (path is null && Directory.Exists(directory) && Directory.EnumerateFiles(directory, $"*{Path.GetFileNameWithoutExtension(name)}*").Take(2).ToArray() is [var only])
            path = only;
        return path is null ? null : VaspFile.Open(path);
    }

    private static bool IsSame(VaspFrame a, VaspFrame b)
    {
        if (Math.Abs(a.FreeEnergyEv - b.FreeEnergyEv) > SameEnergyEv || a.PositionsA.Length != b.PositionsA.Length)
            return false;
        return ArePlacesSame(a.Cell, a.PositionsA, b.PositionsA, SamePlaceA);
    }

    /// <summary>Whether all atoms are at the same places of a cell, whatever their images.</summary>
    internal static bool ArePlacesSame(Cell cell, Vec3[] a, Vec3[] b, double toleranceA)
    {
        for (int i = 0; i < a.Length; i++)
        {
            Vec3 d = a[i] - b[i], f = cell.ToFractional(d);
            if ((d - cell.ToCartesian(new Vec3(Math.Round(f.X), Math.Round(f.Y), Math.Round(f.Z)))).Norm > toleranceA)
                return false;
        }
        return true;
    }
}
