using System.Globalization;
using System.Text.Json;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp;

/// <summary>Every real OUTCAR and vasprun.xml of the collection gives the numbers that dpdata, ASE and pymatgen read in it, to the printed digits.</summary>
public sealed class ExpectedFileTests
{
    private static readonly string Expected = Path.Combine(VaspSamples.Folder, "expected", "expected.json");

    public static TheoryData<string> Files(string kind)
    {
        var files = new TheoryData<string>();
        if (!File.Exists(Expected))
        {
            files.Add(""); // skipped, and loudly
            return files;
        }
        using JsonDocument all = JsonDocument.Parse(File.ReadAllText(Expected));
        foreach (JsonProperty file in all.RootElement.EnumerateObject().Where(f => f.Value.GetProperty("kind").GetString() == kind))
            files.Add(file.Name);
        return files;
    }

    [SkippableTheory]
    [MemberData(nameof(Files), "OUTCAR")]
    public void An_OUTCAR_is_read_as_others_read_it(string file)
    {
        JsonElement expected = Entry(file);
        using var reader = new OutcarReader(VaspFile.Open(VaspSamples.PathOf(file)));
        List<VaspFrame> frames = All(reader.Read);
        List<VaspFrame> labels = frames.FindAll(f => !f.MachineLearned);

        VaspHeader header = reader.Header;
        Assert.Equal(expected.GetProperty("vasp_version").GetString(), "vasp." + header.Version);
        Assert.Equal(Integers(expected, "ions_per_type"), header.AtomsPerBlock);
        Assert.Equal(expected.GetProperty("titel").EnumerateArray().Select(t => t.GetString()!).Where(t => t.Length > 0), header.Settings.Count > 0 && expected.GetProperty("titel").GetArrayLength() == 0 ? [] : header.PotcarTitles);
        Assert.Equal(expected.GetProperty("nions").GetInt32(), header.Atoms);
        foreach (string name in (string[])["nelm", "nsw", "ibrion", "ispin"])
            Assert.Equal(expected.GetProperty(name).GetInt32(), header.Integer(name.ToUpperInvariant()));
        Assert.Equal(expected.GetProperty("ldau").GetBoolean(), header.Settings.ContainsKey("LDAUU"));

        Assert.Equal(expected.GetProperty("n_frames_with_full_forces").GetInt32(), labels.Count);
        Assert.Equal(Integers(expected, "electronic_steps_per_frame"), labels.Select(f => f.ElectronicSteps));
        Assert.Equal(
            Integers(expected, "frames_reaching_NELM_1based"),
            labels.Select((f, i) => (f, i)).Where(x => x.f.ElectronicSteps >= header.Integer("NELM")).Select(x => x.i + 1));
        Assert.Equal(expected.GetProperty("finished").GetBoolean(), reader.Finished);
        Assert.Equal(expected.GetProperty("soft_stop").GetBoolean(), reader.StoppedOnRequest);
        Assert.Equal(expected.GetProperty("ionic_converged_msg").GetBoolean(), reader.IonsConverged);
        Assert.Equal(expected.GetProperty("trailing_partial").GetBoolean(), reader.IncompleteSteps > 0);
        if (labels.Count == 0)
            return;
        foreach ((string which, VaspFrame frame) in (ReadOnlySpan<(string, VaspFrame)>)[("first", labels[0]), ("last", labels[^1])])
        {
            JsonElement e = expected.GetProperty(which);
            Assert.Equal(e.GetProperty("free_energy_TOTEN").GetDouble(), frame.FreeEnergyEv);
            Assert.Equal(e.GetProperty("energy_without_entropy").GetDouble(), frame.EnergyWithoutEntropyEv);
            Assert.Equal(e.GetProperty("energy_sigma0").GetDouble(), frame.SigmaZeroEnergyEv);
            Assert.Equal(Vector(e, "pos_atom1"), frame.PositionsA[0]);
            Assert.Equal(Vector(e, "pos_lastatom"), frame.PositionsA[^1]);
            Assert.Equal(Vector(e, "force_atom1"), frame.ForcesEvPerA[0]);
            Assert.Equal(Vector(e, "force_lastatom"), frame.ForcesEvPerA[^1]);
            Assert.Equal(e.GetProperty("max_force_norm").GetDouble(), frame.ForcesEvPerA.Max(f => f.Norm), 6);
            Assert.Equal(e.GetProperty("volume").GetDouble(), frame.Cell.Volume, 4);
            double[]? stress = e.TryGetProperty("in_kB_xx_yy_zz_xy_yz_zx", out JsonElement kb) && kb.ValueKind == JsonValueKind.Array ? [.. kb.EnumerateArray().Select(v => v.GetDouble())] : null;
            Assert.Equal(stress, frame.StressKb is { } s ? [s.XX, s.YY, s.ZZ, s.XY, s.YZ, s.ZX] : null);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Files), "vasprun")]
    public void A_vasprun_is_read_as_others_read_it(string file)
    {
        JsonElement expected = Entry(file);
        using var reader = new VasprunReader(VaspFile.Open(VaspSamples.PathOf(file)));
        List<VaspFrame> frames = All(reader.Read);

        VaspHeader header = reader.Header;
        Assert.Equal(expected.GetProperty("vasp_version").GetString(), header.Version);
        JsonElement[] blocks = [.. expected.GetProperty("atomtypes").EnumerateArray()];
        Assert.Equal(blocks.Select(b => int.Parse(b[0].GetString()!, CultureInfo.InvariantCulture)), header.AtomsPerBlock);
        Assert.Equal(blocks.Select(b => b[4].GetString()), header.PotcarTitles);
        Assert.Equal(blocks.SelectMany(b => Enumerable.Repeat(b[1].GetString()!.Trim(), int.Parse(b[0].GetString()!, CultureInfo.InvariantCulture))), header.Elements());
        Assert.Equal(expected.GetProperty("natoms").GetInt32(), header.Atoms);
        foreach (string name in (string[])["NELM", "NSW", "IBRION", "ISPIN", "EDIFF", "EDIFFG", "SMASS", "POTIM", "TEBEG", "ISIF"])
            Assert.Equal(double.Parse(expected.GetProperty(name).GetString()!, CultureInfo.InvariantCulture), header.Number(name));
        Assert.Equal(expected.GetProperty("LDAU").GetString() == "T", header.Flag("LDAU"));
        Assert.Equal(expected.GetProperty("well_formed").GetBoolean(), reader.Finished);

        Assert.Equal(expected.GetProperty("n_calculation_complete").GetInt32(), frames.Count + (reader.IncompleteSteps - (reader.Finished ? 0 : reader.Incomplete.Count(i => i.EndsWith("its end", StringComparison.Ordinal)))));
        Assert.Equal(expected.GetProperty("n_with_forces").GetInt32(), frames.Count);
        Assert.Equal(Integers(expected, "scsteps_per_calculation").Take(frames.Count), frames.Select(f => f.ElectronicSteps));
        if (frames.Count == 0)
            return;
        foreach ((string which, VaspFrame frame) in (ReadOnlySpan<(string, VaspFrame)>)[("first", frames[0]), ("last", frames[^1])])
        {
            JsonElement e = expected.GetProperty(which);
            Assert.Equal(e.GetProperty("e_fr_energy").GetDouble(), frame.FreeEnergyEv);
            Assert.Equal(e.GetProperty("e_0_energy_corrected").GetDouble(), frame.SigmaZeroEnergyEv!.Value, 8);
            Assert.Equal(Vector(e, "force_atom1"), frame.ForcesEvPerA[0]);
            Assert.Equal(Vector(e, "force_lastatom"), frame.ForcesEvPerA[^1]);
            Assert.Equal(e.GetProperty("volume").GetDouble(), frame.Cell.Volume, 2);
            double[]? stress = e.TryGetProperty("stress_kB_3x3", out JsonElement kb) && kb.ValueKind == JsonValueKind.Array ? [.. kb.EnumerateArray().SelectMany(r => r.EnumerateArray()).Select(v => v.GetDouble())] : null;
            Assert.Equal(stress, frame.StressKb?.ToRowMajor());
        }
    }

    private static JsonElement Entry(string file)
    {
        Skip.If(file.Length == 0, $"SKIPPED: the collection of VASP files is not here ({Expected}).");
        return JsonDocument.Parse(File.ReadAllText(Expected)).RootElement.GetProperty(file);
    }

    private static List<VaspFrame> All(Func<VaspFrame?> read)
    {
        var frames = new List<VaspFrame>();
        while (read() is { } frame)
            frames.Add(frame);
        return frames;
    }

    private static int[] Integers(JsonElement e, string name) => [.. e.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];

    private static Vec3 Vector(JsonElement e, string name) =>
        e.GetProperty(name).EnumerateArray().Select(v => v.GetDouble()).ToArray() is [var x, var y, var z] ? new Vec3(x, y, z) : throw new FormatException(name);
}
