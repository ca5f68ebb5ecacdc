using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Tests.Potentials;

/// <summary>
/// The idealised C2/m Li3TiCl6 supercells of the tests: Li on 4h and 2d, Cl on 4i and 8j, Ti spread over 2a and 4g at random.
/// </summary>
internal static class Li3TiCl6
{
    public static readonly string[] TypeMap = ["Li", "Ti", "Cl"];

    /// <summary>Experimental cell of the sample with 0.754 Ti on 2a.</summary>
    public static readonly Cell ExperimentalCell = Cell.FromParameters(6.350, 10.89, 6.353, 90, 110.1, 90);

    private static readonly Vec3[] Li = [.. Orbit(0, 1.0 / 6, 0.5), .. Orbit(0, 0.5, 0.5)];
    private static readonly Vec3[] Ti2a = Orbit(0, 0, 0);
    private static readonly Vec3[] Ti4g = Orbit(0, 1.0 / 3, 0);
    private static readonly Vec3[] Cl = [.. Orbit(0.242, 0, 0.765), .. Orbit(0.240, 0.159, 0.237)];

    /// <summary>na x nb x nc conventional cells with the given number of Ti on 2a, the others on 4g without close pairs where possible.</summary>
    public static Structure Supercell(int na, int nb, int nc, int ti2a, ulong seed)
    {
        var rng = new Rng(seed);
        int cells = na * nb * nc;
        Cell cell = ExperimentalCell.Repeated(na, nb, nc);
        Vec3[] two = Repeat(Ti2a, na, nb, nc), four = Repeat(Ti4g, na, nb, nc);
        rng.Shuffle<Vec3>(two);
        List<Vec3> ti = [.. two.Take(ti2a)];
        var free = four.ToList();
        while (ti.Count < 2 * cells)
        {
            rng.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(free));
            Vec3 best = free.MaxBy(f => ti.Min(t => cell.MinimumImage(cell.ToCartesian(f - t)).Norm));
            free.Remove(best);
            ti.Add(best);
        }
        Vec3[] li = Repeat(Li, na, nb, nc), cl = Repeat(Cl, na, nb, nc);
        Vec3[] fractional = [.. li, .. ti, .. cl];
        int[] types = [.. Enumerable.Repeat(0, li.Length), .. Enumerable.Repeat(1, ti.Count), .. Enumerable.Repeat(2, cl.Length)];
        return new Structure(cell, TypeMap, types, Array.ConvertAll(fractional, cell.ToCartesian));
    }

    /// <summary>Every atom moved by a Gaussian of the given width.</summary>
    public static Structure Rattled(this Structure s, double widthA, ulong seed)
    {
        var rng = new Rng(seed);
        return s with { Positions = Array.ConvertAll(s.Positions, r => r + widthA * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian())) };
    }

    public static (double EnergyEv, Vec3[] Forces, Mat3 Virial) Compute(this IPotential potential, Structure s)
    {
        using ICalculator calculator = potential.CreateCalculator(s);
        var forces = new Vec3[s.Count];
        EnergyAndVirial e = calculator.Compute(s.Cell, s.Positions, forces);
        return (e.EnergyEv, forces, e.VirialEv);
    }

    /// <summary>A file of the repository's config folder, found from the test's own folder upwards.</summary>
    public static string ConfigPath(string relative)
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "Campaign.sln")))
                return Path.Combine(d.FullName, "config", relative);
        throw new DirectoryNotFoundException("Campaign.sln was not found above the tests.");
    }

    public static IonicModel ShippedModel() => IonicModelFile.Read(ConfigPath("potentials/li-ti-cl.yaml"));

    private static Vec3[] Repeat(Vec3[] sites, int na, int nb, int nc) =>
        [.. from a in Enumerable.Range(0, na) from b in Enumerable.Range(0, nb) from c in Enumerable.Range(0, nc) from s in sites
            select new Vec3((a + s.X) / na, (b + s.Y) / nb, (c + s.Z) / nc)];

    private static Vec3[] Orbit(double x, double y, double z)
    {
        Vec3[] images = [new(x, y, z), new(-x, y, -z), new(-x, -y, -z), new(x, -y, z)];
        return [.. images.Concat(images.Select(v => v + new Vec3(0.5, 0.5, 0)))
            .Select(v => v - v.Floor())
            .DistinctBy(v => (Math.Round(v.X * 1e6) % 1e6, Math.Round(v.Y * 1e6) % 1e6, Math.Round(v.Z * 1e6) % 1e6))];
    }
}
