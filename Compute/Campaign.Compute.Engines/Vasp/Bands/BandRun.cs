using System.Globalization;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Runs;
using Campaign.Compute.Paths;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Bands;

/// <summary>
/// A band: INCAR, KPOINTS and POTCAR above directories 00 to NN+1 with a POSCAR each. VASP writes nothing for the two ends: their energies
/// are those of their relaxations. What counts is in the images' OUTCARs; the vasprun.xml above them is written by all at once.
/// </summary>
internal static class BandRun
{
    private const long Limit = 64L << 30;

    public static ProgramRun Prepare(Piece.Band piece, VaspBarriers settings, EngineStart start)
    {
        VaspAtoms atoms = VaspAtoms.Of(piece.Atoms);
        bool vtst = Climbs(settings, start);
        int images = settings.Band.Images, left = Math.Max(1, VaspBarriers.BandMaxSteps - Steps(piece, images));
        var band = new VaspCalculation.Band(images, settings.Band.SpringEvPerA2, settings.Band.MaxForceEvPerA, left, vtst);
        ProgramRun run = VaspRun.Of(WithoutMover(settings.Level), band, atoms, RunInput.Text(""), settings.ElectronsOf(piece.Atoms), start);
        var inputs = run.Inputs.Where(i => i.Key != VaspRun.Poscar).ToDictionary();
        for (int i = 0; i <= images + 1; i++)
            inputs[$"{Directory(i)}/{VaspRun.Poscar}"] = piece.Runs is [.., var last] && i > 0 && i <= images && VaspRun.ReadContcar(Path.Combine(last, Directory(i))) is not null
                ? VaspRun.GoOnFrom(Path.Combine(last, Directory(i)), settled: false)
                : RunInput.Text(VaspAtoms.Of(piece.Atoms with { Positions = AtomicSurface.Unflatten(piece.Points[i]) }).Text($"image {Directory(i)}"));
        RunFile[] results = [.. Enumerable.Range(1, images).SelectMany(i => new[]
        {
            new RunFile($"{Directory(i)}/{RunFrames.Outcar}", Limit), new RunFile($"{Directory(i)}/{VaspRun.Contcar}", Limit),
        })];
        return run with
        {
            Inputs = inputs,
            Watched = [new WatchedFile($"{Directory(1)}/{VaspRun.Oszicar}", 2000)],
            Kept = [.. results, new RunFile(VaspRun.Incar, Limit), new RunFile(PotcarStep.Headers, Limit, Optional: true)],
            Outputs = [.. results.Select(r => r with { Optional = true })],
        };
    }

    /// <returns>Null while there is more to compute.</returns>
    public static NebResult? Read(Piece.Band piece, VaspBarriers settings, EndPoint initial, EndPoint final)
    {
        int images = settings.Band.Images;
        if (piece.Runs is not [.., var last])
            return null;
        int steps = Steps(piece, images);
        bool said = Enumerable.Range(1, images).All(i => VaspRun.Summary(Path.Combine(last, Directory(i))) is { IonsConverged: true, Last.ElectronsConverged: true });
        if (!said && steps < VaspBarriers.BandMaxSteps)
            return null;
        VaspAtoms atoms = VaspAtoms.Of(piece.Atoms);
        var frames = new VaspFrame?[images];
        for (int i = 0; i < images; i++)
            frames[i] = RunFrames.Read(Path.Combine(last, Directory(i + 1))).LastOrDefault();
        if (Array.Exists(frames, f => f is null))
            return null;
        double[][] points = [.. piece.Points.Select(p => (double[])p.Clone())], forces = [.. points.Select(p => new double[p.Length])];
        double[] energies = [initial.EnergyEv, .. frames.Select(f => f!.FreeEnergyEv), final.EnergyEv];
        for (int i = 1; i <= images; i++)
        {
            Vec3[] places = atoms.Restored(frames[i - 1]!.PositionsA), before = AtomicSurface.Unflatten(points[i - 1]);
            points[i] = AtomicSurface.Flatten([.. before.Select((r, k) => r + piece.Atoms.Cell.MinimumImage(places[k] - r))]);
            forces[i] = AtomicSurface.Flatten(atoms.Restored(frames[i - 1]!.ForcesEvPerA));
        }
        // the ends' own forces are below what they were relaxed to; along the path they count as none
        bool climbed = HasClimbed(last);
        NebOptions options = settings.Band with { Climb = climbed };
        NebResult result = NebResult.Of(points, energies, forces, 3, options, climbed ? ClimbPhase.Climbing : ClimbPhase.Waiting, said, steps);
        return result with { Notes = [.. result.Notes, .. Remarks(frames!, climbed)] };
    }

    /// <summary>Names as VASP wants them: 00, 01, ...</summary>
    public static string Directory(int image) => image.ToString("d2", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Remarks(VaspFrame[] frames, bool climbed)
    {
        if (!climbed)
            yield return "no image climbed (VASP without VTST): the barrier of the images is a lower bound (see the spline)";
        foreach ((VaspFrame frame, int i) in frames.Select((f, i) => (f, i)))
            if (frame.ElectronsConverged == false)
                yield return $"image {Directory(i + 1)}: the electrons of its last step did not converge";
    }

    /// <summary>What mends the relaxation of an end point moves no band: VTST's optimiser wants IBRION and POTIM for itself.</summary>
    private static VaspLevel WithoutMover(VaspLevel level) => level with { Extra = [.. level.Extra.Where(l => l.Split('=')[0].Trim().ToUpperInvariant() is not ("IBRION" or "POTIM"))] };

    private static bool Climbs(VaspBarriers settings, EngineStart start) => settings.Band.Climb && start.Options.ContainsKey("vtst");

    private static bool HasClimbed(string run)
    {
        string path = Path.Combine(run, VaspRun.Incar);
        return File.Exists(path) && Incar.Parse(File.ReadAllText(path))["LCLIMB"]?.Trim('.').StartsWith('T') == true;
    }

    /// <summary>Ionic steps of all runs, by the image that has made the fewest.</summary>
    private static int Steps(Piece.Band piece, int images) =>
        piece.Runs.Sum(r => Enumerable.Range(1, images).Min(i => VaspRun.Summary(Path.Combine(r, Directory(i))).Frames));
}
