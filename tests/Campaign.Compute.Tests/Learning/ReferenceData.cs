using System.Globalization;
using System.Text.Json.Nodes;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Structures;
using Xunit;
using YamlDotNet.Serialization;

namespace Campaign.Compute.Tests.Learning;

/// <summary>Where reference models and numbers lie, and how a configuration is evaluated.</summary>
internal static class ReferenceData
{
    private static readonly string Checkout = FindCheckout();

    /// <summary>Random models and the numbers DeePMD-kit v3.0.0 gives for them; part of this project.</summary>
    public static string Own(string file) => Path.Combine(Checkout, "tests", "Campaign.Compute.Tests", "Learning", "Data", file);

    /// <summary>Reference files with a licence of their own, beside the checkout where present.</summary>
    public static string Lgpl(string file)
    {
        string path = Path.Combine(Checkout, "..", "shared", "data", "deepmd", "lgpl", file);
        Skip.IfNot(File.Exists(path) || Directory.Exists(path), $"{path} is absent");
        return path;
    }

    public static JsonNode Json(string file) => JsonNode.Parse(File.ReadAllText(Own(file)))!;

    public static double[] Numbers(JsonNode node) =>
        node is JsonArray a ? [.. a.SelectMany(n => Numbers(n!))] : [node.GetValue<double>()];

    /// <summary>The project's own test frame; without a cell, in a box too large for images to meet.</summary>
    public static Structure OwnFrame(bool periodic)
    {
        JsonNode frame = Json("frame.json");
        return Frame(
            [.. frame["type_map"]!.AsArray().Select(n => n!.GetValue<string>())],
            [.. frame["atype"]!.AsArray().Select(n => n!.GetValue<int>())],
            Numbers(frame["coord"]!),
            periodic ? Numbers(frame["box"]!) : null);
    }

    public static Structure Frame(string[] typeMap, int[] types, double[] coordinates, double[]? box) => new(
        Cell.FromRowMajor(box ?? [1000, 0, 0, 0, 1000, 0, 0, 0, 1000]), typeMap, types,
        [.. coordinates.Chunk(3).Select(c => new Vec3(c[0], c[1], c[2]))]);

    /// <summary>One block of a test-case file of DeePMD-kit.</summary>
    public sealed record TestCase(Structure Structure, double[] AtomEnergies, double[] Forces, double[] AtomVirials);

    public static IEnumerable<TestCase> TestCases(string file)
    {
        var root = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(File.ReadAllText(Lgpl(file)));
        string[] typeMap = [.. ((List<object>)root["type_map"]).Cast<string>()];
        foreach (Dictionary<object, object> block in ((List<object>)root["results"]).Cast<Dictionary<object, object>>())
        {
            double[]? List(string key) => block.TryGetValue(key, out object? value) && value is List<object> list
                ? [.. list.Select(v => double.Parse((string)v, CultureInfo.InvariantCulture))] : null;
            yield return new TestCase(
                Frame(typeMap, [.. List("atype")!.Select(t => (int)t)], List("coord")!, List("box")),
                List("atomic_energy")!, List("force")!, List("atomic_virial")!);
        }
    }

    public sealed record Evaluation(double Energy, double[] AtomEnergies, Vec3[] Forces, Mat3 Virial);

    public static Evaluation Evaluate(DeepPotential model, Structure structure, NetworkPrecision precision = NetworkPrecision.Float64) =>
        Evaluate(new DeepPotentialModel(model, precision), structure);

    public static Evaluation Evaluate(DeepPotentialModel potential, Structure structure)
    {
        using IDeepCalculator calculator = potential.CreateDeepCalculator(structure);
        var forces = new Vec3[structure.Count];
        var (energy, virial) = calculator.Compute(structure.Cell, structure.Positions, forces);
        return new Evaluation(energy, calculator.AtomEnergiesEv.ToArray(), forces, virial);
    }

    public static double[] Flat(Vec3[] v) => [.. v.SelectMany(f => new[] { f.X, f.Y, f.Z })];

    /// <summary>Equal to a tolerance relative to the largest expected number.</summary>
    public static void AssertClose(double[] expected, double[] actual, double relative)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= relative * scale,
                $"number {i}: expected {expected[i]:R}, got {actual[i]:R} (off by {Math.Abs(expected[i] - actual[i]) / scale:g3} of the largest)");
    }

    private static string FindCheckout()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "Campaign.sln")))
                return d.FullName;
        throw new DirectoryNotFoundException("No Campaign.sln above the test binaries.");
    }
}
