using System.Diagnostics;
using System.Globalization;
using Campaign.Compute;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Training;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Benchmarks;

/// <summary>Cost of a training step, and what a training of given length reaches on frames of the ionic model it has not seen.</summary>
internal static class TrainingBenchmark
{
    public static void Step()
    {
        Structure s = PotentialBenchmark.RandomFrame(new Rng(1));
        var rng = new Rng(3);
        double[] forces = [.. Enumerable.Range(0, 3 * s.Count).Select(_ => rng.NextGaussian())];
        TrainingFrame frame = TrainingFrame.Build(s.Types, 3, s.Cell, s.Positions, 7.0, -3 * s.Count, forces, new double[9]);
        foreach (TrainingPrecision precision in Enum.GetValues<TrainingPrecision>())
            foreach (int threads in new[] { 1, 2 })
                foreach (GradientMethod method in Enum.GetValues<GradientMethod>())
                    Print("8-16-32 / 32-32-32", TrainingOptions.Small, precision, threads, method);
        foreach (int threads in new[] { 1, 2 })
            Console.WriteLine($"training, {s.Count} atoms, 32-64-128 / 256-256-256, Float32, {threads} thread(s), whole steps: {WholeSteps(s, forces, threads):f0} ms a step");

        void Print(string network, TrainingOptions options, TrainingPrecision precision, int threads, GradientMethod method)
        {
            DeepPotential model = Trainer.InitialModel(options, ["Li", "Ti", "Cl"], [frame]);
            using ILossGradient engine = method == GradientMethod.Analytic
                ? LossGradients.Analytic(model, precision, threads) : LossGradients.Autograd(model, precision, threads);
            double[] parameters = ParameterVector.Flatten(model), gradient = new double[parameters.Length];
            double best = double.PositiveInfinity;
            for (int k = 0; k < 20; k++)
            {
                var watch = Stopwatch.StartNew();
                engine.Load(parameters);
                engine.AddGradient([frame], new Prefactors(1, 1, 1), gradient, new ErrorSums());
                best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
            }
            Console.WriteLine($"training step, {s.Count} atoms, {network}, {precision}, {threads} thread(s), {method}: {best:f2} ms");
        }
    }

    /// <summary>Milliseconds per step of the seed's training, with the optimiser and whatever else a step has.</summary>
    private static double WholeSteps(Structure s, double[] forces, int threads)
    {
        DeepMdSystem data = DeepMdSystem.FromFrames([new Frame(s, -3 * s.Count, [.. forces.Chunk(3).Select(f => new Vec3(f[0], f[1], f[2]))], Mat3.Zero)]);
        string run = Directory.CreateTempSubdirectory("campaign-benchmark-").FullName;
        double best = double.PositiveInfinity;
        var watch = Stopwatch.StartNew();
        Trainer.Run(TrainingOptions.SeedStudy with { Steps = 60, Threads = threads, DisplayEvery = 10, CheckpointEvery = 1000 }, [data], [], run, line =>
        {
            if (line.Step > 0) // before it lies the preparation
                best = Math.Min(best, watch.Elapsed.TotalMilliseconds / 10);
            watch.Restart();
        }, CancellationToken.None);
        Directory.Delete(run, recursive: true);
        return best;
    }

    /// <summary>Labelled trajectories of the quickstart kind, one DeePMD system per trajectory and part.</summary>
    public static void MakeData(string cif, string potentialFile, string folder)
    {
        IonicModel teacher = IonicModelFile.Read(potentialFile);
        VariantResult variant = VariantBuilder.Build(Cif.ReadFile(cif),
            new VariantRequest("ti0750", 2, 2, 2, new Dictionary<string, double> { ["Ti@2a"] = 0.75, ["Ti@4g"] = 0.125 }, 50, 3));
        Structure relaxed = CellRelaxation.Relax(teacher, variant.Structure, new RelaxationOptions()).Structure;
        foreach ((double temperature, double strain) in new[] { (300.0, 0.0), (600, 0), (850, 0), (600, -0.03), (600, 0.03) })
        {
            var e = new Mat3(strain, 0, 0, 0, strain, 0, 0, 0, strain);
            Structure start = relaxed with { Cell = relaxed.Cell.Strained(e), Positions = Array.ConvertAll(relaxed.Positions, p => (1 + strain) * p) };
            var frames = new List<Frame>();
            var watch = Stopwatch.StartNew();
            MolecularDynamics.Run(teacher, start, new MdOptions { TimeStepFs = 2, Nvt = new NvtOptions(temperature), SampleEverySteps = 20 },
                MdState.Start(start, temperature, new Rng(7)), 5500, f =>
                {
                    if (f.Step > 500)
                        frames.Add(new Frame(start with { Cell = f.Cell, Positions = [.. f.Positions] }, f.PotentialEv, [.. f.Forces], f.VirialEv));
                });
            string name = string.Create(CultureInfo.InvariantCulture, $"t{temperature}-{strain}");
            for (int part = 0; part < 2; part++)
                DeepMdSystem.FromFrames([.. frames.Where((_, k) => k * 10 / frames.Count is 4 or 9 == (part == 1))]).Write(Path.Combine(folder, part == 0 ? "train" : "test", name));
            Console.WriteLine($"{name}: {frames.Count} frames in {watch.Elapsed.TotalSeconds:f1} s");
        }
    }

    /// <summary>key=value options on top of the small preset; prints the errors on the test part.</summary>
    public static void Train(string folder, IEnumerable<string> settings)
    {
        TrainingOptions o = TrainingOptions.Small with { SmoothFromA = 2.0, Threads = 2, DisplayEvery = 1000, CheckpointEvery = 100_000 };
        int stride = 1;
        foreach (string[] s in settings.Select(s => s.Split('=')))
        {
            double[] v = [.. s[1].Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture))];
            int[] n = Array.ConvertAll(v, x => (int)x);
            o = s[0] switch
            {
                "steps" => o with { Steps = n[0], DecaySteps = Math.Max(1, n[0] / 100) },
                "batch" => o with { BatchSize = n[0] },
                "lr" => o with { StartLearningRate = v[0], StopLearningRate = v[1] },
                "pe" => o with { Loss = new(o.Loss.Start with { Energy = v[0] }, o.Loss.Limit with { Energy = v[1] }) },
                "pf" => o with { Loss = new(o.Loss.Start with { Force = v[0] }, o.Loss.Limit with { Force = v[1] }) },
                "pv" => o with { Loss = new(o.Loss.Start with { Virial = v[0] }, o.Loss.Limit with { Virial = v[1] }) },
                "embed" => o with { EmbeddingNeurons = n },
                "axis" => o with { AxisNeurons = n[0] },
                "fit" => o with { FittingNeurons = n },
                "smooth" => o with { SmoothFromA = v[0] },
                "side" => o with { TypeOneSide = n[0] == 1 },
                "threads" => o with { Threads = n[0] },
                "seed" => o with { Seed = (ulong)n[0] },
                "stride" => o,
                _ => throw new ArgumentException($"unknown setting {s[0]}"),
            };
            stride = s[0] == "stride" ? n[0] : stride;
        }
        DeepMdSystem[] Read(string part, int every) => [.. Directory.GetDirectories(Path.Combine(folder, part)).Order(StringComparer.Ordinal)
            .Select(d => DeepMdSystem.FromFrames([.. DeepMdSystem.Read(d).Frames.Where((_, k) => k % every == 0)]))];
        DeepMdSystem[] training = Read("train", stride), test = Read("test", 5);
        string run = Directory.CreateTempSubdirectory("campaign-benchmark-").FullName;
        var watch = Stopwatch.StartNew();
        TrainingResult result = Trainer.Run(o, training, test, run, p => Console.WriteLine(
            $"{p.Step,7} {watch.Elapsed.TotalSeconds,6:f1} s  force {p.Training.ForceEvPerA:f4} / {p.Validation?.ForceEvPerA:f4}  energy {1000 * p.Validation?.EnergyEvPerAtom:f2} meV"), CancellationToken.None);
        Console.WriteLine($"{watch.Elapsed.TotalSeconds:f1} s for {o.Steps} steps on {training.Sum(t => t.FrameCount)} frames, {result.Model.ParameterCount} parameters");
        PotentialTestResult r = PotentialTest.Evaluate(new DeepPotentialModel(result.Model, NetworkPrecision.Float32), test.SelectMany(t => t.Frames));
        Console.WriteLine($"force RMSE {r.Force.Rmse:f4} eV/A = {100 * r.Force.Rmse / r.Force.LabelStd:f2} % of {r.Force.LabelStd:f4}; "
            + string.Join(", ", r.ForceBySpecies.Select(p => $"{p.Key} {100 * p.Value.Rmse / p.Value.LabelStd:f1} %"))
            + $"; energy {1000 * r.EnergyPerAtom.Rmse:f3} meV/atom; virial {1000 * r.VirialPerAtom?.Rmse:f2} meV/atom of {1000 * r.VirialPerAtom?.LabelStd:f1}");
        Structure first = test[0].FrameAt(0).Structure;
        Console.WriteLine($"inference {PotentialBenchmark.MicrosecondsPerAtomStep(DeepPotentialModel.Fast(result.Model), first, 50):f2} us/atom-step in float32 with tables");
        Directory.Delete(run, recursive: true);
    }
}
