using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Campaign.Compute.Transport;

namespace Campaign.Compute.Datasets;

/// <summary>One system of one part: frames of the same atoms, and which of them hold a hop of the mobile species.</summary>
public sealed record DatasetSystem(DatasetPart Part, string Name, DeepMdSystem System, bool[] HasHop)
{
    /// <summary>Where each frame comes from; null where none says.</summary>
    public IReadOnlyList<string>? Origins { get; init; }
}

/// <summary>Gathers labelled trajectories into DeePMD systems, one per kind of cell and part.</summary>
public static class DatasetBuilder
{
    /// <summary>
    /// Splits every trajectory by blocks and joins the pieces that hold the same atoms.
    /// </summary>
    /// <param name="trajectories">Labelled frames of each trajectory, evenly spaced in time.</param>
    /// <param name="mobile">Symbol of the mobile species, for the hop flags.</param>
    /// <param name="split">The part of each frame of a trajectory of the given length.</param>
    public static IReadOnlyList<DatasetSystem> Build(
        IReadOnlyList<IReadOnlyList<Frame>> trajectories, string mobile, Func<int, DatasetPart[]> split)
    {
        var groups = new List<(DatasetPart Part, Structure Atoms, List<Frame> Frames, List<bool> Hops)>();
        foreach (IReadOnlyList<Frame> frames in trajectories)
        {
            DatasetPart[] parts = split(frames.Count);
            bool[] hops = HopFrames(frames, mobile);
            for (int f = 0; f < frames.Count; f++)
            {
                if (parts[f] == DatasetPart.Gap)
                    continue;
                Structure atoms = frames[f].Structure;
                int group = groups.FindIndex(g => g.Part == parts[f] && SameAtoms(g.Atoms, atoms));
                if (group < 0)
                {
                    groups.Add((parts[f], atoms, [], []));
                    group = groups.Count - 1;
                }
                groups[group].Frames.Add(frames[f]);
                groups[group].Hops.Add(hops[f]);
            }
        }
        return
        [
            .. groups.GroupBy(g => g.Part).OrderBy(p => p.Key)
                .SelectMany(part => part.Select((g, i) => new DatasetSystem(g.Part, $"{i:d2}-{Formula(g.Atoms)}", DeepMdSystem.FromFrames(g.Frames), [.. g.Hops])
                {
                    Origins = g.Frames.Exists(f => f.Origin is not null) ? [.. g.Frames.Select(f => f.Origin ?? "")] : null,
                }))
        ];
    }

    /// <summary>Frames during which a mobile ion is on its way: within one residence time before it counts as arrived.</summary>
    private static bool[] HopFrames(IReadOnlyList<Frame> frames, string mobile)
    {
        var has = new bool[frames.Count];
        if (frames.Count < 3 || frames[0].TimeFs is not { } t0 || frames[1].TimeFs is not { } t1)
            return has;
        double spacingFs = t1 - t0;
        Trajectory trajectory = Trajectory.FromStructures(frames.Select(f => f.Structure), spacingFs, wrapped: false);
        int[] ions = trajectory.AtomsOf(mobile);
        if (ions.Length < 2)
            return has;
        Vec3[] reference = ReferenceFrames.ReferencePath(trajectory, mobile, ReferenceFrame.Anions);
        Vec3[][] paths = ReferenceFrames.RelativePaths(trajectory, ions, reference);
        int around = Math.Max(1, (int)Math.Round(DisplacementHops.ResidenceFs / 2 / spacingFs));
        foreach (Hop hop in DisplacementHops.Find(paths, spacingFs, TransportAnalysis.TypicalSpacing(trajectory, ions)))
            for (int f = Math.Max(0, hop.Frame - around); f <= Math.Min(frames.Count - 1, hop.Frame + around); f++)
                has[f] = true;
        return has;
    }

    private static bool SameAtoms(Structure a, Structure b) =>
        a.TypeMap.SequenceEqual(b.TypeMap) && a.Types.AsSpan().SequenceEqual(b.Types);

    private static string Formula(Structure s) =>
        string.Concat(s.CountsByType().Select((n, t) => n == 0 ? "" : $"{s.TypeMap[t]}{n}"));
}
