using System.Text;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Interchange;
using Xunit;

namespace Campaign.Compute.Tests.Learning;

/// <summary>Models and inputs with seeded damage: read, or refused with the one documented exception, soon and without much memory.</summary>
public sealed class DamagedModelTests : IDisposable
{
    private const int Rounds = 200;
    private const long MostBytes = 300 << 20;

    private static readonly string[] Fragments =
        ["{", "}", "[", "]", "[[[[", ":", ",", "\"", "\n", "\t", "&a ", "*a", "- ", "null", "true", "NaN", "1e400", "-1", "0", "99999999999", "2000000000", "1e-300", "\"sel\":[]", "\"neuron\":[]", "\0", "\u00e4"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("campaign-damaged-model-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static DeepPotential Small => ModelFactory.Random(["Li", "Cl"], new DescriptorShape(4, 0.5, [4, 4], [2, 4], 2, true, false), [3], new Rng(1));

    [Theory]
    [InlineData("model.dp")]
    [InlineData("model.yaml")]
    public void A_damaged_model_is_read_or_refused(string file)
    {
        string path = Path.Combine(_folder.FullName, file);
        DeepPotentialFile.Write(Small, path);
        Survives(path, () => DeepPotentialFile.Read(path));
    }

    [Fact]
    public void A_damaged_input_is_read_or_refused()
    {
        string path = Path.Combine(_folder.FullName, "input.json");
        File.WriteAllText(path, """
            {
              "model": { "type_map": ["Li", "Cl"], "descriptor": { "type": "se_e2_a", "sel": [60, 30], "rcut": 7.0, "rcut_smth": 2.0, "neuron": [8, 16], "axis_neuron": 4 }, "fitting_net": { "neuron": [8] } },
              "learning_rate": { "type": "exp", "start_lr": 2e-3, "stop_lr": 1e-7, "decay_steps": 500 },
              "loss": { "start_pref_e": 0.1, "limit_pref_e": 2 },
              "training": { "training_data": { "systems": ["a", "b"], "batch_size": [1, 2], "auto_prob": "prob_sys_size;0:1:0.5;1:2:0.5" }, "numb_steps": 20000, "seed": 3 }
            }
            """);
        Survives(path, () => DeepMdInput.Read(path).Batches([(3, 4), (5, 6)]));
    }

    [Fact]
    public void A_model_cut_anywhere_is_refused()
    {
        string path = Path.Combine(_folder.FullName, "model.dp");
        DeepPotentialFile.Write(Small, path);
        byte[] bytes = File.ReadAllBytes(path);
        for (int length = 0; length < bytes.Length - 1; length += 1 + bytes.Length / 50)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Contains(path, Assert.Throws<FormatException>(() => DeepPotentialFile.Read(path)).Message);
        }
    }

    [Theory]
    [InlineData("\"sel\":[4,4]", "\"sel\":[-4,12]", "sel [-4, 12]")]
    [InlineData("\"sel\":[4,4]", "\"sel\":[0,0]", "no slot")]
    [InlineData("\"sel\":[4,4]", "\"sel\":[2000000000,2000000000]", "")]
    [InlineData("\"neuron\":[2,4]", "\"neuron\":[]", "no layer")]
    [InlineData("\"axis_neuron\":2", "\"axis_neuron\":9", "axis_neuron 9")]
    [InlineData("\"rcut\":4.0", "\"rcut\":0.1", "rcut 0.1")]
    [InlineData("\"value\":[[[0],", "\"value\":[[[\"nan\"],", "not a number")]
    [InlineData("[0.1,", "[0,", "dstd")]
    public void Numbers_that_make_no_model_are_refused(string text, string instead, string named)
    {
        string path = Path.Combine(_folder.FullName, "model.yaml");
        DeepPotentialFile.Write(Small, path);
        string tree = File.ReadAllText(path), other = tree.Replace(text, instead, StringComparison.Ordinal);
        Assert.NotEqual(tree, other);
        File.WriteAllText(path, other);
        var e = Assert.Throws<FormatException>(() => DeepPotentialFile.Read(path));
        Assert.Contains(path, e.Message);
        Assert.Contains(named, e.Message);
    }

    private static void Survives(string path, Action read)
    {
        byte[] good = File.ReadAllBytes(path);
        read();
        int refused = 0;
        for (ulong seed = 1; seed <= Rounds; seed++)
        {
            File.WriteAllBytes(path, Damaged(good, seed, text: !path.EndsWith(".dp", StringComparison.Ordinal)));
            FormatException? refusal = null;
            long taken = 0;
            Task reading = Task.Run(() =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    read();
                }
                catch (FormatException e)
                {
                    refusal = e;
                }
                taken = GC.GetAllocatedBytesForCurrentThread() - before;
            });
            Assert.True(reading.Wait(TimeSpan.FromSeconds(20)), $"seed {seed} hangs");
            // the HDF5 library reserves what a damaged length asks for before it looks whether the file has it
            Assert.True(taken < MostBytes || path.EndsWith(".dp", StringComparison.Ordinal), $"seed {seed} takes {taken} bytes");
            refused += refusal is null ? 0 : 1;
        }
        Assert.InRange(refused, Rounds / 10, Rounds);
    }

    private static byte[] Damaged(byte[] good, ulong seed, bool text)
    {
        var rng = new Rng(seed);
        var bytes = new List<byte>(good);
        for (int edits = 1 + rng.NextInt(3); edits > 0 && bytes.Count > 0; edits--)
        {
            int at = rng.NextInt(bytes.Count), length = Math.Min(bytes.Count - at, rng.NextInt(10));
            switch (rng.NextInt(text ? 5 : 4))
            {
                case 0: bytes[at] = (byte)rng.NextInt(256); break;
                case 1: bytes[at] ^= (byte)(1 << rng.NextInt(8)); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(rng.NextInt(bytes.Count - length + 1), length)); break;
                default: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Fragments[rng.NextInt(Fragments.Length)])); break;
            }
        }
        return [.. bytes];
    }
}
