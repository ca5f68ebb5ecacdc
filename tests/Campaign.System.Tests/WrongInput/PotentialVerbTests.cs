using System.CommandLine;
using System.Text;
using Campaign.Cli.Tools;
using Campaign.Compute;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.SystemTests.WrongInput;

/// <summary>Wrong models and labelled systems, given to <c>potential eval</c>, <c>test</c> and <c>train</c>: exit code 2 and one line with place, reason and mend.</summary>
public sealed class PotentialVerbTests : IDisposable
{
    private const string Input = """
        {
          "model": { "type_map": ["Li", "Cl"], "descriptor": { "type": "se_e2_a", "rcut": 4.0, "neuron": [4, 8], "axis_neuron": 2, "sel": "auto" }, "fitting_net": { "neuron": [8] } },
          "training": { "training_data": { "systems": "data" }, "numb_steps": 3 }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-wrong-potential-").FullName;

    public PotentialVerbTests()
    {
        File.WriteAllText(At("input.json"), Input);
        DeepPotentialFile.Write(ModelFactory.Random(["Li", "Cl"], new DescriptorShape(4, 0.5, [60, 60], [4, 8], 2, true, false), [8], new Rng(1)), At("model.yaml"));
        Write(Good());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_the_cases_below_begin_from_is_good()
    {
        foreach (string verb in new[] { "eval", "test", "train" })
            Assert.True(Run(verb, out string error) == 0, error);
    }

    [Theory]
    [InlineData("coordinates of another number of atoms", "set.000/coord.npy|2 frames of 12 expected|Check the number of atoms")]
    [InlineData("an energy too few", "set.000/energy.npy|1 values, 2 frames of 1 expected")]
    [InlineData("a box of six numbers", "set.000/box.npy|not a multiple of 9")]
    [InlineData("a file cut short", "set.000/coord.npy|cut off|Copy or write it again")]
    [InlineData("Fortran order", "set.000/coord.npy|Fortran order|numpy.ascontiguousarray")]
    [InlineData("big-endian", "set.000/coord.npy|big-endian|astype('<f8')")]
    [InlineData("objects", "set.000/coord.npy|no simple type|objects are not read")]
    [InlineData("complex numbers", "set.000/coord.npy|Type '<c16' is not read|astype('<f8')")]
    [InlineData("no npy at all", "set.000/coord.npy|no .npy file|numpy.save")]
    [InlineData("no coordinates", "set.000/coord.npy|missing")]
    [InlineData("zero atoms", "type.raw|The file is empty|one type index per atom")]
    [InlineData("zero frames", "data|The sets hold no frame|Check box.npy")]
    [InlineData("no set", "data|no set.NNN")]
    [InlineData("a type without a name", "type_map.raw|uses type 1|One name per type")]
    public void A_system_that_is_no_system_is_refused_by_every_verb(string what, string says)
    {
        Damage(what);
        foreach (string verb in new[] { "eval", "test", "train" })
            AssertRefused(verb, says);
    }

    [Theory]
    [InlineData("energies without a number", "energy", "Value 1 is not finite", "frame 1 is left out: energy holds what is not a number")]
    [InlineData("positions without a number", "coord", "Value 12 is not finite", "frame 1 is left out: coord holds what is not a number")]
    [InlineData("a cell without volume", "data", "The box of frame 1 spans no volume", "frame 1 is left out: box spans no volume")]
    public void A_broken_frame_is_refused_where_it_counts_and_left_out_of_a_training(string what, string names, string says, string leftOut)
    {
        Damage(what);
        foreach (string verb in new[] { "eval", "test" })
            AssertRefused(verb, $"{names}|{says}|Remove the broken frame");
        Assert.Equal(0, Run("train", out string error));
        Assert.Contains(leftOut, error);
    }

    [Fact]
    public void A_training_of_broken_frames_alone_is_refused()
    {
        Write(Good() with { EnergiesEv = [double.NaN, double.NaN] });
        AssertRefused("train", "frame 0 is left out|frame 1 is left out|no frame is left");
    }

    [Fact]
    public void Atoms_on_each_other_are_refused()
    {
        DeepMdSystem system = Good();
        for (int c = 0; c < 3; c++)
            system.CoordinatesA[3 + c] = system.CoordinatesA[c] + 0.2;
        Write(system);
        foreach (string verb in new[] { "eval", "test" })
            AssertRefused(verb, "data|Atoms 0 and 1 are 0.346 Å apart|collapsed structure");
        Assert.Equal(0, Run("train", out string error));
        Assert.Contains("frame 0 is left out: atoms 0 and 1", error);
    }

    [Fact]
    public void A_species_the_model_lacks_is_refused()
    {
        Write(Good() with { TypeMap = ["Zr", "Cl"] });
        AssertRefused("eval", "data|Zr|knows Li, Cl|Take a model trained with it");
        AssertRefused("test", "data|Zr|knows Li, Cl|Take a model trained with it");
        AssertRefused("train", "data|Zr|not among Li, Cl|type_map");
    }

    [Theory]
    [InlineData("energy")]
    [InlineData("force")]
    public void A_label_that_is_missing_is_named(string label)
    {
        File.Delete(At("data/set.000", label + ".npy"));
        Assert.Equal(0, Run("eval", out _));
        AssertRefused("test", "data|no energy or no forces");
        AssertRefused("train", $"data|{label}.npy|Label its frames");
    }

    [Fact]
    public void Slots_that_do_not_suffice_are_refused_with_the_number_needed()
    {
        File.WriteAllText(At("input.json"), Input.Replace("\"auto\"", "[4, 4]", StringComparison.Ordinal));
        AssertRefused("train", "input.json|sel [4, 4] is too small|neighbours (Li, Cl) within 4 Å|margin");
        Assert.Equal(2, RunVerb(out string error, "train", At("input.json"), "--data", At("data"), "--out", At("two.yaml"), "--threads", "2"));
        Assert.Contains("sel [4, 4] is too small", error);
        DeepPotentialFile.Write(ModelFactory.Random(["Li", "Cl"], new DescriptorShape(4, 0.5, [4, 4], [4, 8], 2, true, false), [8], new Rng(1)), At("model.yaml"));
        AssertRefused("eval", "data|Atom 0 (Li)|sel >= ");
        AssertRefused("test", "data|Atom 0 (Li)|sel >= ");
    }

    [Theory]
    [InlineData("\"type\":\"se_e2_a\"", "\"type\":\"se_e2_r\"", "se_e2_r")]
    [InlineData("\"type\":\"se_e2_a\"", "\"type\":\"dpa1\"", "dpa1")]
    [InlineData("\"type\":\"ener\"", "\"type\":\"dipole\"", "dipole")]
    [InlineData("\"activation_function\":\"tanh\",\"resnet\"", "\"activation_function\":\"gelu\",\"resnet\"", "gelu")]
    [InlineData("\"type\":\"standard\",\"@version\":2", "\"type\":\"standard\",\"@version\":9", "version 9")]
    [InlineData("\"rcut\":4.0", "\"rcut\":\"far\"", "far")]
    public void A_model_of_another_kind_is_refused(string text, string instead, string named)
    {
        string tree = File.ReadAllText(At("model.yaml")), other = tree.Replace(text, instead, StringComparison.Ordinal);
        Assert.NotEqual(tree, other);
        File.WriteAllText(At("model.yaml"), other);
        foreach (string verb in new[] { "eval", "test" })
            AssertRefused(verb, $"model.yaml|{named}|dp convert-backend");
    }

    [Theory]
    [InlineData(".dp", 0.1)]
    [InlineData(".dp", 0.6)]
    [InlineData(".dp", 0.99)]
    [InlineData(".yaml", 0.1)]
    [InlineData(".yaml", 0.6)]
    [InlineData(".yaml", 0.99)]
    public void A_model_cut_short_is_refused(string suffix, double part)
    {
        string path = At("cut" + suffix);
        DeepPotentialFile.Write(DeepPotentialFile.Read(At("model.yaml")), path);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(int)(part * bytes.Length)]);
        foreach (string verb in new[] { "eval", "test" })
        {
            Assert.Equal(2, RunVerb(out string error, verb, path, At("data")));
            Assert.Contains(path, error);
            Assert.Contains("Give a whole se_e2_a model", error);
        }
    }

    [Fact]
    public void Types_in_another_order_are_matched_by_name()
    {
        Assert.Equal(0, RunVerb(out string output, "eval", At("model.yaml"), At("data"), "--json"));
        Assert.Equal(0, Run("train", out _));
        DeepMdSystem system = Good();
        Write(system with { TypeMap = ["Cl", "Li"], Types = [.. system.Types.Select(t => 1 - t)] });
        Assert.Equal(0, RunVerb(out string again, "eval", At("model.yaml"), At("data"), "--json"));
        Assert.Equal(output, again);
        Assert.Equal(0, RunVerb(out _, "train", At("input.json"), "--data", At("data"), "--out", At("second/again.yaml")));
        Assert.Equal(File.ReadAllText(At("out.yaml")), File.ReadAllText(At("second/again.yaml")));
    }

    private void Damage(string what)
    {
        string set = At("data/set.000"), coord = Path.Combine(set, "coord.npy");
        switch (what)
        {
            case "coordinates of another number of atoms": Npy.WriteFile(coord, [2, 15], Some(30)); break;
            case "an energy too few": Npy.WriteFile(Path.Combine(set, "energy.npy"), [1], Some(1)); break;
            case "a box of six numbers": Npy.WriteFile(Path.Combine(set, "box.npy"), [2, 6], Some(12)); break;
            case "a file cut short": File.WriteAllBytes(coord, File.ReadAllBytes(coord)[..^5]); break;
            case "Fortran order": Header("'fortran_order': False", "'fortran_order': True "); break;
            case "big-endian": Header("'<f8'", "'>f8'"); break;
            case "objects": Header("'<f8'", "'|O' "); break;
            case "complex numbers": Header("'<f8', ", "'<c16',"); break;
            case "no npy at all": File.WriteAllText(coord, "0 0 0\n1 1 1\n"); break;
            case "no coordinates": File.Delete(coord); break;
            case "zero atoms": File.WriteAllText(At("data/type.raw"), "\n"); break;
            case "zero frames":
                foreach (string file in Directory.EnumerateFiles(set))
                    Npy.WriteFile(file, [0, 1], []);
                break;
            case "no set": Directory.Delete(set, recursive: true); break;
            case "a type without a name": File.WriteAllText(At("data/type_map.raw"), "Li\n"); break;
            case "energies without a number": Write(Good() with { EnergiesEv = [1, double.NaN] }); break;
            case "positions without a number":
                DeepMdSystem system = Good();
                system.CoordinatesA[12] = double.NaN;
                Write(system);
                break;
            case "a cell without volume":
                DeepMdSystem flat = Good();
                flat.BoxesA[9 + 8] = 0;
                Write(flat);
                break;
            default: throw new ArgumentException(what);
        }

        void Header(string text, string instead)
        {
            byte[] bytes = File.ReadAllBytes(coord);
            string all = Encoding.Latin1.GetString(bytes);
            Assert.Contains(text, all);
            Assert.Equal(text.Length, instead.Length);
            File.WriteAllBytes(coord, Encoding.Latin1.GetBytes(all.Replace(text, instead, StringComparison.Ordinal)));
        }
    }

    private void AssertRefused(string verb, string says)
    {
        Assert.True(Run(verb, out string error) == 2, $"{verb}: {error}");
        Assert.All(says.Split('|'), part => Assert.Contains(part, error));
        Assert.DoesNotContain("   at ", error);
    }

    private int Run(string verb, out string error)
    {
        if (verb != "train")
            return RunVerb(out error, verb, At("model.yaml"), At("data"));
        if (File.Exists(At("out.yaml")))
            File.Delete(At("out.yaml"));
        return RunVerb(out error, "train", At("input.json"), "--data", At("data"), "--out", At("out.yaml"));
    }

    /// <summary>Runs it; gives what it said, on standard output where there was no error.</summary>
    private static int RunVerb(out string said, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = PotentialCommand.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        said = code == 0 && error.ToString().Length == 0 ? output.ToString() : error.ToString();
        return code;
    }

    private string At(params string[] parts) => Path.Combine([_folder, .. parts]);

    private void Write(DeepMdSystem system) => system.Write(At("data"));

    private static double[] Some(int count) => [.. Enumerable.Range(0, count).Select(k => (double)k)];

    private static DeepMdSystem Good()
    {
        var rng = new Rng(3);
        Vec3 Some(double scale) => scale * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian());
        var cell = new Cell(new Vec3(5, 0, 0), new Vec3(0.4, 5, 0), new Vec3(0, -0.3, 5));
        Vec3[] sites = [new(0, 0, 0), new(2.5, 2.5, 0), new(2.5, 0, 2.5), new(0, 2.5, 2.5)];
        return DeepMdSystem.FromFrames([.. Enumerable.Range(0, 2).Select(k => new Frame(
            new Structure(cell, ["Li", "Cl"], [0, 0, 1, 1], Array.ConvertAll(sites, r => r + Some(0.1))), k, Array.ConvertAll(sites, _ => Some(0.5))))]);
    }
}
