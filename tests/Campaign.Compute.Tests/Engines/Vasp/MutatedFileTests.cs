using System.Diagnostics;
using System.Globalization;
using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp;

/// <summary>
/// Real files with bytes changed, cut out, repeated or cut off: the readers never throw, never hang, and a frame that they return is whole.
/// <c>CAMPAIGN_MUTATIONS</c> in the environment is their number, <c>CAMPAIGN_SEED</c> where they begin.
/// </summary>
public sealed class MutatedFileTests
{
    private const int Default = 20_000, LongestMs = 1000, LargestFile = 100_000;

    private static readonly string[] Names = ["OUTCAR", "vasprun", "XDATCAR", "OSZICAR", "CONTCAR"];
    private static readonly byte[] Telling = "*-.0123456789EeNnIi<>/=\n \t\0"u8.ToArray();

    [SkippableFact]
    public void A_reader_survives_any_file_and_returns_whole_frames()
    {
        (string Name, byte[] Bytes)[] files =
        [
            .. Directory.EnumerateFiles(Samples.Data("vasp"), "*", SearchOption.AllDirectories)
                .Where(f => Names.Any(n => Path.GetFileName(f).Contains(n, StringComparison.Ordinal)) && new FileInfo(f).Length is > 0 and < LargestFile)
                .Order(StringComparer.Ordinal).Select(f => (f, Plain(f))),
        ];
        Assert.True(files.Length > 20);
        int count = Number("CAMPAIGN_MUTATIONS", Default), seed = Number("CAMPAIGN_SEED", 1), frames = 0;
        long slowest = 0;
        for (int i = 0; i < count; i++)
        {
            var random = new Random(seed + i);
            (string name, byte[] bytes) = files[random.Next(files.Length)];
            byte[] mutated = Mutated(bytes, random);
            long begun = Stopwatch.GetTimestamp();
            try
            {
                frames += Read(name, mutated);
            }
            catch (Exception e)
            {
                Assert.Fail($"{name}, seed {seed + i}: {e}");
            }
            slowest = Math.Max(slowest, (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        Assert.True(frames > count / 10, $"only {frames} frames were read at all: the mutations leave nothing to test");
        Assert.True(slowest < LongestMs, $"one file took {slowest} ms");
    }

    private static int Read(string file, byte[] bytes)
    {
        string name = Path.GetFileName(file);
        int frames = 0;
        if (name.Contains("OUTCAR", StringComparison.Ordinal))
        {
            using var reader = new OutcarReader(new MemoryStream(bytes));
            for (; reader.Read() is { } frame; frames++)
                IsWhole(frame, reader.Header.Atoms);
            _ = reader.Header.Elements();
        }
        else if (name.Contains("vasprun", StringComparison.Ordinal))
        {
            using var reader = new VasprunReader(new MemoryStream(bytes));
            for (; reader.Read() is { } frame; frames++)
                IsWhole(frame, reader.Header.Atoms);
            _ = reader.Header.Elements();
        }
        else if (name.Contains("XDATCAR", StringComparison.Ordinal))
        {
            using var reader = new XdatcarReader(new MemoryStream(bytes));
            for (; reader.Read() is { } frame; frames++)
                Assert.True(frame.Fractional.Length == reader.Counts.Sum() && frame.Fractional.All(IsFinite));
        }
        else if (name.Contains("OSZICAR", StringComparison.Ordinal))
        {
            using var reader = new OszicarReader(new MemoryStream(bytes));
            while (reader.Read() is not null)
                frames++;
        }
        else
        {
            try
            {
                Contcar contcar = Contcar.Read(bytes, name);
                Assert.True(contcar.VelocitiesAPerFs is null || contcar.VelocitiesAPerFs.Length == contcar.Structure.Count);
                frames++;
            }
            catch (StructureFormatException)
            {
            }
        }
        SymptomScan.Of(new MemoryStream(bytes), name);
        return frames;
    }

    private static void IsWhole(VaspFrame frame, int? atoms)
    {
        Assert.Equal(atoms, frame.PositionsA.Length);
        Assert.Equal(atoms, frame.ForcesEvPerA.Length);
        Assert.True(double.IsFinite(frame.FreeEnergyEv) && frame.PositionsA.All(IsFinite) && frame.ForcesEvPerA.All(IsFinite) && double.IsFinite(frame.Cell.Volume));
        Assert.True(frame.StressKb is not { } s || s.ToRowMajor().All(double.IsFinite));
        Assert.True(frame.Moments is not { } m || m.Length == atoms);
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        var result = new List<byte>(bytes);
        for (int n = random.Next(1, 6); n > 0 && result.Count > 0; n--)
        {
            int at = random.Next(result.Count), length = Math.Min(random.Next(1, 1 << random.Next(1, 14)), result.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    result[at] = (byte)random.Next(256);
                    break;
                case 1:
                    result[at] = Telling[random.Next(Telling.Length)];
                    break;
                case 2:
                    result.RemoveRange(at, length);
                    break;
                case 3:
                    result.InsertRange(at, result.GetRange(at, length));
                    break;
                case 4:
                    result.InsertRange(at, Enumerable.Repeat(Telling[random.Next(Telling.Length)], random.Next(1, 40)));
                    break;
                default:
                    if (random.Next(4) == 0)
                        result.RemoveRange(at, result.Count - at);
                    break;
            }
        }
        return [.. result];
    }

    private static byte[] Plain(string path)
    {
        using Stream stream = VaspFile.Open(path);
        using var copy = new MemoryStream();
        try
        {
            stream.CopyTo(copy);
        }
        catch (InvalidDataException)
        {
        }
        return copy.ToArray();
    }

    private static bool IsFinite(Vec3 v) => double.IsFinite(v.X + v.Y + v.Z);

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
}
