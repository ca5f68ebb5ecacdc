using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Runs;
using Campaign.Compute.Paths;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Bands;

/// <summary>The relaxation of an end point, in a fixed cell.</summary>
internal static class EndPointRun
{
    public static ProgramRun Prepare(Piece.Relaxation piece, VaspBarriers settings, EngineStart start)
    {
        VaspAtoms atoms = VaspAtoms.Of(piece.Start);
        RunInput poscar = piece.Runs is [.., var last] ? VaspRun.GoOnFrom(last, settled: false) : RunInput.Text(atoms.Text("end point of a hop"));
        int left = Math.Max(1, VaspBarriers.EndPointMaxSteps - Steps(piece));
        var relaxation = new VaspCalculation.Relaxation(settings.EndPointMaxForceEvPerA, false, left);
        return VaspRun.Of(settings.Level, relaxation, atoms, poscar, settings.ElectronsOf(piece.Start), start);
    }

    /// <returns>Null while there is more to compute.</returns>
    public static EndPoint? Read(Piece.Relaxation piece, VaspBarriers settings)
    {
        if (piece.Runs is not [.., var last])
            return null;
        bool converged = VaspRun.Summary(last) is { IonsConverged: true, Last.ElectronsConverged: true };
        int steps = Steps(piece);
        if ((!converged && steps < VaspBarriers.EndPointMaxSteps) || RunFrames.Read(last).LastOrDefault() is not { } frame)
            return null;
        Vec3[] places = VaspAtoms.Of(piece.Start).Restored(frame.PositionsA), forces = frame.ForcesEvPerA, start = piece.Start.Positions;
        Vec3[] positions = [.. start.Select((r, i) => r + piece.Start.Cell.MinimumImage(places[i] - r))];
        return new EndPoint(piece.Start with { Positions = positions }, frame.FreeEnergyEv, forces.Max(f => f.Norm), converged, steps);
    }

    private static int Steps(Piece.Relaxation piece) => piece.Runs.Sum(r => VaspRun.Summary(r).Frames);
}
