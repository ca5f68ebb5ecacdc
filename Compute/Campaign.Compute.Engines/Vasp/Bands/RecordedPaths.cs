using Campaign.Compute.Engines.Vasp.Runs;
using Campaign.Compute.Paths;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Bands;

/// <summary>
/// A search for paths that is answered by what VASP has computed already, and that stops at the first thing it has not. The search asks for
/// the same things in the same order every time, so repeating it from the start after every run takes it one piece further.
/// </summary>
/// <param name="runs">Directories of all runs so far, oldest first.</param>
internal sealed class RecordedPaths(VaspBarriers settings, IReadOnlyList<string> runs) : IPathSearch
{
    private readonly ILookup<int, string> _runs = runs.ToLookup(Piece.NumberOf);
    private readonly List<(Structure Start, EndPoint End)> _relaxed = [];
    private int _asked;

    public EndPoint Relax(Structure structure, CancellationToken cancel = default)
    {
        foreach ((Structure start, EndPoint end) in _relaxed)
            if (IsSame(start, structure)) // the perfect crystal is where many hops begin
                return end;
        var piece = new Piece.Relaxation(_asked, [.. _runs[_asked]], structure);
        _asked++;
        EndPoint relaxed = EndPointRun.Read(piece, settings) ?? throw new PieceWantedException(piece);
        _relaxed.Add((structure, relaxed));
        return relaxed;
    }

    public PathResult Between(EndPoint initial, EndPoint final, Action<NebProgress>? progress = null, CancellationToken cancel = default)
    {
        double[][] points = InitialPath.Between(initial, final, settings.Band.Images, PathGuess.Auto);
        var piece = new Piece.Band(_asked, [.. _runs[_asked]], initial.Structure, points);
        _asked++;
        NebResult band = BandRun.Read(piece, settings, initial, final) ?? throw new PieceWantedException(piece);
        return new PathResult(band, null, [.. band.Notes, .. EndPoint.Notes(initial, final)]);
    }

    private static bool IsSame(Structure a, Structure b) =>
        a.Count == b.Count && a.Types.AsSpan().SequenceEqual(b.Types) && RunFrames.ArePlacesSame(a.Cell, a.Positions, b.Positions, 1e-6);
}
