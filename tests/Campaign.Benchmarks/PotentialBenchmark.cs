using System.Diagnostics;
using Campaign.Compute;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Structures;

namespace Campaign.Benchmarks;

/// <summary>Microseconds per atom and step of Deep Potential inference, on a frame as dense as Li3TiCl6.</summary>
internal static class PotentialBenchmark
{
    public static void Run()
    {
        Structure frame = RandomFrame(new Rng(1));
        foreach (int[] neurons in new int[][] { [4, 8, 16], [8, 16, 32] })
            foreach (NetworkPrecision precision in Enum.GetValues<NetworkPrecision>())
            {
                DeepPotential model = ModelFactory.Random(
                    ["Li", "Ti", "Cl"], new DescriptorShape(7.0, 0.5, [60, 30, 110], neurons, 4, true, false), [32, 32, 32], new Rng(2));
                Console.WriteLine($"inference {string.Join('-', neurons)}, fitting 32-32-32, {precision}: {MicrosecondsPerAtomStep(model, precision, frame):f2} us/atom-step");
            }
    }

    public static double MicrosecondsPerAtomStep(DeepPotential model, NetworkPrecision precision, Structure frame)
    {
        using IDeepCalculator calculator = new DeepPotentialModel(model, precision).CreateDeepCalculator(frame);
        var forces = new Vec3[frame.Count];
        double best = double.PositiveInfinity;
        for (int repeat = 0; repeat < 8; repeat++)
        {
            const int steps = 50;
            var watch = Stopwatch.StartNew();
            for (int s = 0; s < steps; s++)
                calculator.Compute(frame.Cell, frame.Positions, forces);
            best = Math.Min(best, watch.Elapsed.TotalMicroseconds / (steps * frame.Count));
        }
        return best;
    }

    /// <summary>160 atoms in 3700 Å³ on a jittered grid: about 62 neighbours within 7 Å.</summary>
    public static Structure RandomFrame(Rng rng)
    {
        var cell = Cell.FromParameters(12.7, 21.8, 13.4, 90, 95, 90);
        var sites = new List<Vec3>();
        for (int a = 0; a < 4; a++)
            for (int b = 0; b < 8; b++)
                for (int c = 0; c < 5; c++)
                    sites.Add(cell.ToCartesian(new Vec3((a + 0.5) / 4, (b + 0.5) / 8, (c + 0.5) / 5))
                        + 0.2 * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian()));
        int[] types = [.. Enumerable.Range(0, 160).Select(i => (i * 7 % 10) switch { < 3 => 0, 3 => 1, _ => 2 })];
        return new Structure(cell, ["Li", "Ti", "Cl"], types, [.. sites]);
    }
}
