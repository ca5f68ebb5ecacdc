using System.Globalization;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Formats;

namespace Campaign.Compute.Engines.Vasp.Runs;

/// <summary>What every run of VASP has in common: its files, how it is stopped, watched and judged.</summary>
internal static class VaspRun
{
    public const string Engine = "vasp", Incar = "INCAR", Poscar = "POSCAR", Kpoints = "KPOINTS", Contcar = "CONTCAR", Oszicar = "OSZICAR";

    private const long Small = 64L << 20, Large = 64L << 30;

    /// <summary>A build for meshes of the zone centre alone.</summary>
    private const string GammaBuild = "gamma";

    /// <summary>A run in one directory: relaxation, dynamics or a single point.</summary>
    /// <param name="poscar">Its bytes: those of a CONTCAR are not formatted anew.</param>
    /// <param name="extraElectrons">Beyond those of the neutral atoms; null: neutral.</param>
    public static ProgramRun Of(VaspLevel level, VaspCalculation calculation, VaspAtoms atoms, RunInput poscar, double? extraElectrons, EngineStart start)
    {
        var parallel = new VaspParallel(start.Cores, Count(start, "ncore"), Count(start, "kpar"), start.Options.ContainsKey("gpu"));
        PotcarStep potcar = PotcarStep.Of(start.Options.GetValueOrDefault("potcars"), level, atoms.Blocks, extraElectrons ?? 0);
        return new ProgramRun
        {
            Build = Inputs.Kpoints.IsGammaOnly(level.KMesh) ? GammaBuild : null,
            Inputs = new Dictionary<string, RunInput>
            {
                [Incar] = RunInput.Text(Inputs.Incar.Of(level, calculation, parallel, atoms.Blocks).ToString()),
                [Poscar] = poscar,
                [Kpoints] = RunInput.Text(Inputs.Kpoints.Text(level.KMesh, level.GammaCentred)),
                [PotcarStep.ScriptName] = potcar.Script,
            },
            Before = [potcar.Step],
            Stop = new JobStop(File: "STOPCAR", Text: "LSTOP = .TRUE.\n", Signal: null, AtLeast: Ahead(start.Segments)),
            Watched = [new WatchedFile(Oszicar, 2000)],
            Kept =
            [
                new RunFile(RunFrames.Outcar, Large), new RunFile(Contcar, Small), new RunFile(Incar, Small),
                new RunFile(RunFrames.Vasprun, Large, Optional: true), new RunFile(PotcarStep.Headers, Small, Optional: true),
                new RunFile("XDATCAR", Large, Optional: true), new RunFile("REPORT", Large, Optional: true),
            ],
            Outputs =
            [
                new RunFile(RunFrames.Outcar, Large, Optional: true), new RunFile(Contcar, Small, Optional: true), new RunFile(RunFrames.Vasprun, Large, Optional: true),
                new RunFile(Oszicar, Large, Optional: true), new RunFile(PotcarStep.Headers, Small, Optional: true),
            ],
        };
    }

    /// <summary>STOPCAR is looked at between two ionic steps, and the job is ended at half of this: three of the slowest so far must fit.</summary>
    private static TimeSpan? Ahead(IReadOnlyList<string> segments) =>
        segments is [.., var last] && Summary(last).SlowestStepSeconds is { } slowest ? TimeSpan.FromSeconds(StepsAhead * slowest) : null;

    private const int StepsAhead = 6;

    /// <summary>The same program died three times in a row within its first steps: it will again.</summary>
    public static bool DiesEveryTime(IReadOnlyList<string> runs) =>
        runs.Count >= 3 && runs.Skip(runs.Count - 3).Select(Summary).All(s => !s.Finished && !s.StoppedOnRequest && s.Frames < FewSteps);

    private const int FewSteps = 3;

    /// <summary>How far a run is, by the last line of its OSZICAR; steps of earlier runs are not counted.</summary>
    public static EngineProgress? Progress(IReadOnlyDictionary<string, string> tails, int total)
    {
        if (!tails.TryGetValue(Oszicar, out string? tail))
            return null;
        string? line = tail.Split('\n').LastOrDefault(l => l.Contains(" F= ", StringComparison.Ordinal));
        if (line is null || !int.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None, CultureInfo.InvariantCulture, out int step))
            return null;
        return new EngineProgress(Math.Min(0.99, (double)step / total), string.Create(CultureInfo.InvariantCulture, $"ionic step {step} of this run, {total} in all"));
    }

    /// <summary>What a run's OUTCAR comes to; a run without one has no frames.</summary>
    public static VaspSummary Summary(string directory)
    {
        using Stream? outcar = RunFrames.Open(directory, RunFrames.Outcar);
        return outcar is null ? new VaspSummary(new VaspHeader(), 0, 0, 0, null, false, false, false) : VaspSummary.OfOutcar(outcar);
    }

    public static VaspVerdict Verdict(VaspSummary summary, string directory)
    {
        var seen = new List<SeenSymptom>();
        foreach (string file in new[] { JobFile.Log, RunFrames.Outcar }) // some troubles are told of in OUTCAR alone
        {
            using Stream? said = RunFrames.Open(directory, file);
            if (said is not null)
                seen.AddRange(SymptomScan.Of(said, file).Where(s => seen.TrueForAll(o => o.Symptom != s.Symptom)));
        }
        return VaspVerdict.Of(summary, [.. VaspSymptoms.All.SelectMany(s => seen.Where(o => o.Symptom == s))]);
    }

    /// <summary>The failure a verdict tells of; a run that had too little memory is told apart.</summary>
    public static EngineOutcome<T> Failure<T>(VaspVerdict verdict) => verdict.Findings switch
    {
        [{ Key: "vasp.out_of_memory" } memory, ..] => new EngineOutcome<T>.OutOfMemory(memory.ToString()),
        [{ Key: "vasp.cut" }, { Key: "vasp.subspacematrix" or "vasp.amin" or "vasp.mesh_symmetry" } advice, ..] => new EngineOutcome<T>.Failed(advice), // it says nothing else
        [var first, ..] => new EngineOutcome<T>.Failed(first),
        [] => throw new InvalidOperationException($"A run that is {verdict.End} has nothing to tell."),
    };

    /// <summary>The POSCAR of the run after one that left off: CONTCAR's bytes, all of them only where the run ended in order.</summary>
    /// <param name="settled">Nothing that its predictor's block depends on has changed since.</param>
    public static RunInput GoOnFrom(string segment, bool settled)
    {
        Contcar contcar = ReadContcar(segment) ?? throw new InvalidDataException($"{Path.Combine(segment, Contcar)} is gone.");
        return RunInput.Bytes((settled ? contcar.Whole : contcar.WithoutPredictor).ToArray());
    }

    /// <returns>Null where there is none that one could go on from.</returns>
    public static Contcar? ReadContcar(string directory)
    {
        string path = Path.Combine(directory, Contcar);
        if (!File.Exists(path))
            return null;
        try
        {
            return Reading.Contcar.Read(File.ReadAllBytes(path), path);
        }
        catch (StructureFormatException)
        {
            return null;
        }
    }

    private static int? Count(EngineStart start, string option) =>
        start.Options.TryGetValue(option, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
