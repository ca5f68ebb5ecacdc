using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Campaign.Cli.Tools;
using Campaign.Compute;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.SystemTests.Report;

/// <summary>The one-file tools against numbers from elsewhere: DeePMD-kit's, LAMMPS', and a law that is exact.</summary>
public sealed class PhysicsToolTests : IDisposable
{
    private static readonly string Checkout = FindCheckout();

    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-physics-tools-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("mini_one_side", "mini_one_side.dp")]
    [InlineData("mini_two_side", "mini_two_side.yaml")]
    public void Eval_gives_DeePMD_kits_numbers_also_after_a_conversion(string name, string file)
    {
        JsonNode expected = Data("expected_deepmd_v3.0.0.json")[name]!["pbc"]!;
        string frame = Frame();
        foreach (string model in new[] { DataPath(file), Converted(DataPath(file), ".yaml"), Converted(DataPath(file), ".dp") })
        {
            JsonNode json = Json(PotentialCommand.Create(), "eval", model, frame, "--json");
            Close(Numbers(expected["energy"]!), [json["energyEv"]!.GetValue<double>()], 1e-10);
            Close(Numbers(expected["atom_energy"]!), Numbers(json["atomEnergiesEv"]!), 1e-10);
            Close(Numbers(expected["force"]!), Numbers(json["forcesEvPerA"]!), 1e-10);
            Close(Numbers(expected["virial"]!), Numbers(json["virialEv"]!), 1e-10);
        }
    }

    [Fact]
    public void A_potential_tested_against_its_own_labels_has_no_error()
    {
        string frame = Frame();
        JsonNode own = Json(PotentialCommand.Create(), "eval", DataPath("mini_one_side.dp"), frame, "--json");
        Structure s = StructureFiles.Read(frame);
        string labelled = Path.Combine(_folder, "labelled.extxyz");
        using (var writer = new ExtXyz.Writer(labelled))
            writer.Write(new Frame(s, own["energyEv"]!.GetValue<double>(), [.. Numbers(own["forcesEvPerA"]!).Chunk(3).Select(f => new Vec3(f[0], f[1], f[2]))],
                Mat3.FromRowMajor(Numbers(own["virialEv"]!))));
        JsonNode test = Json(PotentialCommand.Create(), "test", DataPath("mini_one_side.dp"), labelled, "--json");
        Assert.Equal(1, test["frames"]!.GetValue<int>());
        foreach (string field in new[] { "energyMaeEvPerAtom", "energyRmseEvPerAtom", "forceMaeEvPerA", "forceRmseEvPerA", "virialRmseEvPerAtom", "maxForceErrorEvPerA" })
            Assert.Equal(0, test[field]!.GetValue<double>(), 1e-12);
        Assert.Equal(1, test["r2Force"]!.GetValue<double>(), 1e-12);
        Assert.Null(test["r2Energy"]); // one energy does not vary
    }

    [Fact]
    public void A_potential_is_trained_as_DeePMD_kits_input_says()
    {
        DeepPotentialModel teacher = DeepPotentialModel.Exact(DeepPotentialFile.Read(DataPath("mini_one_side.dp")));
        string data = Path.Combine(_folder, "data");
        Labelled(teacher, frames: 24).Write(Path.Combine(data, "train", "s0"));
        Labelled(teacher, frames: 4).Write(Path.Combine(data, "unseen"));
        string input = Path.Combine(_folder, "input.json");
        File.WriteAllText(input, """
            {
              "model": { "type_map": ["Cl", "Ti", "Li"], "descriptor": { "type": "se_e2_a", "rcut": 7.0, "neuron": [4, 8], "axis_neuron": 2, "sel": "auto" }, "fitting_net": { "neuron": [8, 8] } },
              "learning_rate": { "start_lr": 5e-3, "stop_lr": 1e-4, "decay_steps": 50 },
              "training": { "training_data": { "systems": "data/train", "batch_size": 2 }, "validation_data": { "systems": ["data/unseen"] }, "numb_steps": 900, "disp_freq": 300, "tensorboard": true }
            }
            """);
        string model = Path.Combine(_folder, "model.dp"), again = Path.Combine(_folder, "again", "model.yaml");
        Assert.True(Run(PotentialCommand.Create(), out string output, out string error, "train", input, "--out", model, "--json") == 0, error);
        Assert.Contains("training.tensorboard is not honoured", error);
        Assert.Contains("step 600 of 900", error);
        JsonNode json = JsonNode.Parse(output)!;
        Assert.Equal((24, 900, 2), (json["frames"]!.GetValue<int>(), json["steps"]!.GetValue<int>(), json["batchSizes"]![0]!.GetValue<int>()));
        Assert.Equal(4, File.ReadAllLines(Path.Combine(_folder, "lcurve.out")).Length); // header, 0, 300, 600
        Assert.False(Directory.Exists(model + ".training"));

        JsonNode test = Json(PotentialCommand.Create(), "test", model, Path.Combine(data, "unseen"), "--json");
        Close([json["validation"]!["forceRmseEvPerA"]!.GetValue<double>()], [test["forceRmseEvPerA"]!.GetValue<double>()], 1e-9);
        Assert.True(test["r2Force"]!.GetValue<double>() > 0.5, test.ToJsonString());
        Assert.Equal(["Cl", "Ti", "Li"], DeepPotentialFile.Read(model).TypeMap);

        string parity = Path.Combine(_folder, "parity.csv");
        Json(PotentialCommand.Create(), "test", model, Path.Combine(data, "unseen"), "--parity", parity, "--json");
        ILookup<string, double> errors = File.ReadLines(parity).Skip(1).Select(l => l.Split(','))
            .ToLookup(w => w[0], w => double.Parse(w[2], CultureInfo.InvariantCulture) - double.Parse(w[1], CultureInfo.InvariantCulture));
        Close([test["forceRmseEvPerA"]!.GetValue<double>()], [Rms(new[] { "Cl", "Ti", "Li" }.SelectMany(s => errors[s]))], 1e-12);
        Close([test["energyRmseEvPerAtom"]!.GetValue<double>()], [Rms(errors["energy"])], 1e-12);
        Close([test["virialRmseEvPerAtom"]!.GetValue<double>()], [Rms(errors["virial"])], 1e-12);

        Assert.Equal(2, Run(PotentialCommand.Create(), out _, out error, "train", input, "--out", model));
        Assert.Contains("there is something already", error);
        Assert.Equal(2, Run(PotentialCommand.Create(), out _, out error, "train", input, "--out", Path.Combine(_folder, "second.dp")));
        Assert.Contains("learning curve of another training", error);
        Assert.Equal(0, Run(PotentialCommand.Create(), out _, out error, "train", input, "--data", Path.Combine(data, "train", "s0"), "--out", again, "--quiet"));
        Assert.DoesNotContain("step", error);
        Assert.Equal(DeepPotentialFile.Read(model).Fittings[0].Layers[0].Weights, DeepPotentialFile.Read(again).Fittings[0].Layers[0].Weights);
    }

    [Fact]
    public void A_model_is_made_ready_for_LAMMPS_by_dp_and_comes_back_the_same()
    {
        string frozen = Path.Combine(_folder, "model.pth"), back = Path.Combine(_folder, "back.dp"), dp = Path.Combine(AppContext.BaseDirectory, "stand-in-dp");
        JsonNode json = Json(PotentialCommand.Create(), "convert", DataPath("mini_one_side.dp"), frozen, "--dp", dp, "--json");
        Assert.Equal(("deepmd model.pth", "* * Li Ti Cl"), (json["pairStyle"]!.GetValue<string>(), json["pairCoeff"]!.GetValue<string>()));
        Assert.Equal(0, Run(PotentialCommand.Create(), out string output, out _, "convert", DataPath("mini_one_side.dp"), frozen, "--dp", dp));
        Assert.Contains("pair_coeff * * Li Ti Cl", output);
        Assert.Equal(0, Run(PotentialCommand.Create(), out _, out _, "convert", frozen, back, "--dp", dp));
        double Energy(string model) => Json(PotentialCommand.Create(), "eval", model, Frame(), "--json")["energyEv"]!.GetValue<double>();
        Assert.Equal(Energy(DataPath("mini_one_side.dp")), Energy(back));
        Assert.Equal(["back.dp", "model.pth"], Directory.EnumerateFiles(_folder).Select(f => Path.GetFileName(f)!).Where(f => f.Contains("model", StringComparison.Ordinal) || f.EndsWith(".dp", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("no-such-program", "cannot be started")]
    [InlineData("/bin/false", "ended with code 1")]
    [InlineData("/bin/true", "wrote nothing")]
    public void A_conversion_that_dp_does_not_make_says_what_happened_and_leaves_nothing(string dp, string says)
    {
        string frozen = Path.Combine(_folder, "model.pth");
        Assert.Equal(1, Run(PotentialCommand.Create(), out _, out string error, "convert", DataPath("mini_one_side.dp"), frozen, "--dp", dp));
        Assert.Contains(says, error);
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder), f => f.Contains("model", StringComparison.Ordinal));
    }

    [Fact]
    public void Atoms_on_each_other_are_refused_by_name()
    {
        Structure s = StructureFiles.Read(Frame());
        string collapsed = Path.Combine(_folder, "collapsed.extxyz");
        StructureFiles.Write(collapsed, s with { Positions = [s.Positions[1] + new Vec3(0, 0.4, 0), .. s.Positions[1..]] });
        Assert.Equal(2, Run(PotentialCommand.Create(), out _, out string error, "eval", DataPath("mini_one_side.dp"), collapsed));
        Assert.Contains("Atoms 0 and 1 are 0.4 Å apart", error);
    }

    [Theory]
    [InlineData("--data", "none", "there is no such directory")]
    [InlineData("--data", ".", "no DeePMD system in it")]
    [InlineData("--out", "model.pb", "ends in .dp")]
    public void A_training_that_cannot_begin_says_why(string option, string value, string says)
    {
        string input = Path.Combine(_folder, "input.json");
        File.WriteAllText(input, """{ "training": { "numb_steps": 3 } }""");
        string At(string name) => Path.Combine(_folder, name);
        string[] arguments = option == "--data" ? ["--data", At(value), "--out", At("m.dp")] : ["--data", _folder, "--out", At(value)];
        Assert.Equal(2, Run(PotentialCommand.Create(), out _, out string error, ["train", input, .. arguments]));
        Assert.Contains(says, error);
    }

    [Fact]
    public void Arrhenius_finds_the_activation_energy_a_table_was_made_with()
    {
        const double ea = 0.3, k = 8.617333262e-5;
        string table = Path.Combine(_folder, "sigma.csv");
        File.WriteAllLines(table, ["temperatureK,sigmaMsPerCm,stderr",
            .. new[] { 500.0, 600, 700, 800 }.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t},{1e6 / t * Math.Exp(-ea / (k * t)):R},{1e4 / t * Math.Exp(-ea / (k * t)):R}"))]);
        JsonNode json = Json(AnalyzeCommand.Create(), "arrhenius", table, "--at", "300", "--at", "650", "--json");
        Assert.Equal("sigmaT", json["fit"]!.GetValue<string>());
        Assert.Equal(ea, json["activationEnergyEv"]!["value"]!.GetValue<double>(), 1e-6);
        Assert.Equal(1e6 / 650 * Math.Exp(-ea / (k * 650)), json["extrapolated"]![1]!["value"]!.GetValue<double>(), 1e-3);
        Assert.False(json["extrapolated"]![0]!["resolved"]!.GetValue<bool>()); // far outside

        File.WriteAllText(table, "temperatureK,sigmaMsPerCm\n600,12\n700,\n");
        Assert.Equal(2, Run(AnalyzeCommand.Create(), out _, out string error, "arrhenius", table));
        Assert.Contains("sigma.csv:3", error);
        File.WriteAllText(table, "temperatureK,sigmaMsPerCm\n600,12\n");
        Assert.Equal(1, Run(AnalyzeCommand.Create(), out _, out error, "arrhenius", table));
        Assert.Contains("two temperatures", error);
    }

    [SkippableFact]
    public void Rdf_is_that_of_LAMMPS_beyond_half_an_oblique_box()
    {
        string fixtures = Path.Combine(Checkout, "..", "shared", "data", "structures", "fixtures");
        Skip.IfNot(Directory.Exists(fixtures), $"{fixtures} is absent");
        string cell = Path.Combine(_folder, "ltc160.extxyz");
        StructureFiles.Convert(Path.Combine(fixtures, "ltc160.data"), cell);
        string[] species = StructureFiles.Read(cell).TypeMap is { Count: 3 } map ? [.. map] : throw new InvalidDataException("three species expected");
        JsonNode json = Json(AnalyzeCommand.Create(), "rdf", cell, "--rmax", "9", "--bins", "180", "--json");
        double[] mine = Numbers(json["pairs"]![$"{species[0]}-{species[2]}"]!["g"]!);
        double[] theirs = [.. File.ReadLines(Path.Combine(fixtures, "ltc160_rdf_lammps.dat")).Where(l => !l.StartsWith('#'))
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length == 14).Select(w => double.Parse(w[6], CultureInfo.InvariantCulture))];
        Assert.Equal(180, theirs.Length);
        Close(theirs, mine, 2e-4); // LAMMPS prints six digits
    }

    /// <summary>Jiggled copies of the reference frame with a model's labels.</summary>
    private DeepMdSystem Labelled(DeepPotentialModel teacher, int frames)
    {
        Structure s = StructureFiles.Read(Frame());
        var rng = new Rng((ulong)frames);
        using IDeepCalculator calculator = teacher.CreateDeepCalculator(s);
        return DeepMdSystem.FromFrames([.. Enumerable.Range(0, frames).Select(_ =>
        {
            Structure moved = s with { Positions = Array.ConvertAll(s.Positions, p => p + 0.15 * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian())) };
            var forces = new Vec3[s.Count];
            (double energy, Mat3 virial) = calculator.Compute(moved.Cell, moved.Positions, forces);
            return new Frame(moved, energy, forces, virial);
        })]);
    }

    private string Frame()
    {
        JsonNode f = Data("frame.json");
        string[] map = [.. f["type_map"]!.AsArray().Select(n => n!.GetValue<string>())];
        int[] types = [.. f["atype"]!.AsArray().Select(n => n!.GetValue<int>())];
        var s = new Structure(Cell.FromRowMajor(Numbers(f["box"]!)), map, types, [.. Numbers(f["coord"]!).Chunk(3).Select(c => new Vec3(c[0], c[1], c[2]))]);
        string path = Path.Combine(_folder, "frame.extxyz");
        StructureFiles.Write(path, s);
        return path;
    }

    private string Converted(string model, string suffix)
    {
        string target = Path.Combine(_folder, Path.GetFileNameWithoutExtension(model) + "-copy" + suffix);
        Assert.Equal(0, Run(PotentialCommand.Create(), out _, out _, "convert", model, target));
        return target;
    }

    private static JsonNode Data(string file) => JsonNode.Parse(File.ReadAllText(DataPath(file)))!;

    private static string DataPath(string file) => Path.Combine(Checkout, "tests", "Campaign.Compute.Tests", "Learning", "Data", file);

    private static double[] Numbers(JsonNode node) => node is JsonArray a ? [.. a.SelectMany(n => Numbers(n!))] : [node.GetValue<double>()];

    private static double Rms(IEnumerable<double> errors) => Math.Sqrt(errors.Average(e => e * e));

    private static void Close(double[] expected, double[] actual, double within)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= within, $"number {i}: {actual[i]:R} instead of {expected[i]:R}");
    }

    private static JsonNode Json(Command command, params string[] arguments)
    {
        int code = Run(command, out string output, out string error, arguments);
        Assert.True(code == 0, error);
        return JsonNode.Parse(output)!;
    }

    private static int Run(Command command, out string output, out string error, params string[] arguments)
    {
        using StringWriter o = new(), e = new();
        int code = command.Parse(arguments).Invoke(new InvocationConfiguration { Output = o, Error = e, EnableDefaultExceptionHandler = false });
        (output, error) = (o.ToString(), e.ToString());
        return code;
    }

    private static string FindCheckout()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "Campaign.sln")))
                return d.FullName;
        throw new DirectoryNotFoundException("Campaign.sln is in no folder above the tests.");
    }
}
