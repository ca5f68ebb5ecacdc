using System.Diagnostics;
using Campaign.Compute;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Structures;
using TorchSharp;

namespace Campaign.Benchmarks;

/// <summary>Microseconds per atom and step of Deep Potential inference, on a frame as dense as Li3TiCl6.</summary>
internal static class PotentialBenchmark
{
    private static readonly int[] Hidden = [256, 256, 256];

    public static void Run()
    {
        Structure frame = RandomFrame(new Rng(1));
        foreach (int[] neurons in new int[][] { [4, 8, 16], [8, 16, 32] })
        {
            DeepPotential model = ModelFactory.Random(
                ["Li", "Ti", "Cl"], new DescriptorShape(7.0, 0.5, [60, 30, 110], neurons, 4, true, false), [32, 32, 32], new Rng(2));
            foreach ((string name, DeepPotentialModel potential) in Ways(model))
                Console.WriteLine($"inference {string.Join('-', neurons)}, fitting 32-32-32, {name}: {MicrosecondsPerAtomStep(potential, frame, 50):f2} us/atom-step");
        }

        DeepPotential seed = SeedNetwork();
        Structure large = Repeated(frame, 5, 5, 5);
        torch.set_num_threads(1);
        double floor = ProductsAlone();
        foreach (int threads in new[] { 1, 2 })
        {
            double fast = MicrosecondsPerAtomStep(DeepPotentialModel.Fast(seed, threads: threads), large, 1);
            Console.WriteLine($"inference 32-64-128, fitting 256-256-256, {large.Count} atoms, Float32 with tables, {threads} thread(s): {fast:f1} us/atom-step, " +
                $"{fast / floor:f2} times the {floor:f1} of the fitting net's products alone on one thread; {Environment.WorkingSet / 1e9:f2} GB");
        }
        double exact = MicrosecondsPerAtomStep(new DeepPotentialModel(seed, NetworkPrecision.Float32), frame, 1);
        Console.WriteLine($"inference 32-64-128, fitting 256-256-256, {frame.Count} atoms, Float32 without tables, one thread: {exact:f1} us/atom-step");
    }

    /// <summary>
    /// What so many steps leave held, native memory included: the seed's network, atoms that move, and a new calculator every 1,000 steps as
    /// at the checkpoints of a run.
    /// </summary>
    public static void Memory(int steps)
    {
        const int segment = 1000;
        torch.set_num_threads(1);
        Structure frame = RandomFrame(new Rng(1));
        DeepPotentialModel potential = DeepPotentialModel.Fast(SeedNetwork());
        var rng = new Rng(5);
        var forces = new Vec3[frame.Count];
        HeldMemory.PrintTitle();
        HeldMemory? first = null, last = null;
        for (int step = 0; step < steps; step += segment)
        {
            using IDeepCalculator calculator = potential.CreateDeepCalculator(frame);
            for (int s = 0; s < segment; s++)
            {
                Vec3[] moved = Array.ConvertAll(frame.Positions, p => p + 0.1 * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian()));
                calculator.Compute(frame.Cell, moved, forces);
            }
            last = HeldMemory.Read($"{step + segment} steps");
            first ??= last;
        }
        Console.WriteLine($"growth from {segment} to {steps} steps: {last!.GrowthSince(first!)}");
    }

    private static DeepPotential SeedNetwork() => ModelFactory.Random(
        ["Li", "Ti", "Cl"], new DescriptorShape(7.0, 0.5, [60, 30, 110], [32, 64, 128], 16, true, false), Hidden, new Rng(2));

    public static double MicrosecondsPerAtomStep(DeepPotentialModel potential, Structure frame, int steps)
    {
        using IDeepCalculator calculator = potential.CreateDeepCalculator(frame);
        var forces = new Vec3[frame.Count];
        double best = double.PositiveInfinity;
        for (int repeat = 0; repeat < 8; repeat++)
        {
            var watch = Stopwatch.StartNew();
            for (int s = 0; s < steps; s++)
                calculator.Compute(frame.Cell, frame.Positions, forces);
            best = Math.Min(best, watch.Elapsed.TotalMicroseconds / (steps * frame.Count));
        }
        return best;
    }

    private static IEnumerable<(string Name, DeepPotentialModel Potential)> Ways(DeepPotential model) =>
    [
        ("Float32 with tables", DeepPotentialModel.Fast(model)),
        ("Float32", new(model, NetworkPrecision.Float32)),
        ("Float64 with tables", DeepPotentialModel.Fast(model, NetworkPrecision.Float64)),
        ("Float64", new(model, NetworkPrecision.Float64)),
    ];

    /// <summary>What libtorch needs per atom for the products of the seed's fitting net and their transposes, in batches of 2,000 atoms.</summary>
    private static double ProductsAlone()
    {
        const int atoms = 2000;
        using DisposeScope scope = torch.NewDisposeScope();
        int[] widths = [2048, .. Hidden];
        (torch.Tensor A, torch.Tensor B, torch.Tensor Result)[] products = [.. Enumerable.Range(0, Hidden.Length).SelectMany(l => new[]
        {
            (torch.rand(atoms, widths[l]), torch.rand(widths[l], widths[l + 1]), torch.zeros(atoms, widths[l + 1])),
            (torch.rand(atoms, widths[l + 1]), torch.rand(widths[l + 1], widths[l]), torch.zeros(atoms, widths[l])),
        })];
        double best = double.PositiveInfinity;
        for (int repeat = 0; repeat < 10; repeat++)
        {
            var watch = Stopwatch.StartNew();
            foreach ((torch.Tensor a, torch.Tensor b, torch.Tensor result) in products)
                result.addmm_(a, b, beta: 0);
            best = Math.Min(best, watch.Elapsed.TotalMicroseconds / atoms);
        }
        return best;
    }

    private static Structure Repeated(Structure frame, int na, int nb, int nc)
    {
        Vec3[] shifts = [.. from a in Enumerable.Range(0, na) from b in Enumerable.Range(0, nb) from c in Enumerable.Range(0, nc)
            select a * frame.Cell.A + b * frame.Cell.B + c * frame.Cell.C];
        return new Structure(frame.Cell.Repeated(na, nb, nc), frame.TypeMap,
            [.. shifts.SelectMany(_ => frame.Types)], [.. shifts.SelectMany(s => frame.Positions.Select(p => p + s))]);
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
