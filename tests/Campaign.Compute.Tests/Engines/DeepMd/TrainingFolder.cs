using System.Diagnostics;
using System.IO.Compression;
using Campaign.Compute.Engines.DeepMd;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Engines.Vasp.StandIn;

namespace Campaign.Compute.Tests.Engines.DeepMd;

/// <summary>A small data set, and the directories of runs on it with the stand-in for dp.</summary>
internal sealed class TrainingFolder : IDisposable
{
    private static readonly Lazy<byte[]> Systems = new(MakeSystems);

    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-dp-").FullName;

    public TrainingFolder()
    {
        string dataset = In("systems.zip");
        File.WriteAllBytes(dataset, Systems.Value);
        Settings = SettingsOf(dataset);
    }

    public DeepMdTraining Settings { get; }

    public static DeepMdTraining SettingsOf(string dataset) => new(
        dataset, 4.0, 1.0, [4, 8], 2, [8, 8], true, 1.3, "tanh", true, 40, 1, 1e-3, 1e-5, 2, new DeepMdPrefactors(0.02, 1000, 0.02), new DeepMdPrefactors(1, 1, 1), -5, 5, 10);

    public DeepMdTrainEngine Engine { get; } = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public string In(string name) => Path.Combine(_folder, name);

    public ProgramRun Prepare(DeepMdTraining settings, params string[] segments) => Engine.Prepare(settings, new EngineStart(new Dictionary<string, IReadOnlyList<string>>(), segments) { Cores = 2 });

    /// <summary>Runs it under a real shell.</summary>
    /// <returns>What the engine makes of it.</returns>
    public async Task<(string Directory, EngineOutcome<DeepMdModel> Outcome)> RunAsync(string name, DeepMdTraining settings, string? fault = null, Action<string>? spoil = null, params string[] segments)
    {
        ProgramRun run = Prepare(settings, segments);
        string directory = In(name);
        foreach ((string file, RunInput input) in run.Inputs)
        {
            string path = Path.Combine(directory, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (input.Content.Bytes is { } bytes)
                File.WriteAllBytes(path, bytes);
            else
                File.Copy(input.Content.Source!, path);
        }
        spoil?.Invoke(directory);
        string[] command = [.. run.Through, Path.Combine(AppContext.BaseDirectory, "stand-in-dp"), .. run.Arguments];
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >job.log 2>&1", "sh", .. command]) { WorkingDirectory = directory };
        foreach ((string variable, string value) in run.Environment)
            start.Environment[variable] = value;
        if (fault is not null)
            start.Environment["STANDIN_FAULT"] = fault;
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        var exit = new JobExit("1", "here", process.ExitCode, null, JobExitReason.Ended, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        return (directory, Engine.Conclude(settings, new EngineEnd(directory, segments, exit)));
    }

    /// <summary>What is kept of a run, as the orchestrator keeps it; null where the engine says it is of no use.</summary>
    public string? Keep(string run, string name, DeepMdTraining settings)
    {
        string segment = Directory.CreateDirectory(In(name)).FullName;
        foreach (RunFile file in Prepare(settings).Kept)
        {
            string source = Path.Combine(run, file.Name);
            if (File.Exists(source))
                File.Copy(source, Path.Combine(segment, file.Name));
            else if (!file.Optional)
                return null;
        }
        return Engine.LeftOff(settings, segment) ? segment : null;
    }

    private static byte[] MakeSystems()
    {
        string folder = Directory.CreateTempSubdirectory("campaign-dp-").FullName, systems = Path.Combine(folder, "systems"), zip = Path.Combine(folder, "systems.zip");
        var rng = new Rng(3);
        foreach ((string name, int frames) in new[] { ("training/00-a", 6), ("training/01-b", 3), ("validation/00-a", 2), ("test/00-a", 2) })
        {
            DeepMdSystem.FromFrames([.. Enumerable.Range(0, frames).Select(_ => Labelled(rng, name.EndsWith('b')))]).Write(Path.Combine(systems, name));
            File.WriteAllText(Path.Combine(systems, name, "hop.raw"), string.Concat(Enumerable.Repeat("0\n", frames)));
        }
        ZipFile.CreateFromDirectory(systems, zip);
        byte[] bytes = File.ReadAllBytes(zip);
        Directory.Delete(folder, recursive: true);
        return bytes;
    }

    /// <summary>One atom less where the system is another.</summary>
    private static Frame Labelled(Rng rng, bool vacancy)
    {
        Structure whole = StandInRun.RockSalt;
        int skip = vacancy ? 1 : 0;
        var structure = new Structure(
            whole.Cell, whole.TypeMap, [.. whole.Types.Skip(skip)],
            [.. whole.Positions.Skip(skip).Select(r => r + 0.05 * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian()))]);
        (double energy, Vec3[] forces, Mat3 virial) = StandInRun.Model(structure);
        return new Frame(structure, energy, forces, virial);
    }
}
