using Campaign.Compute.Structures;

namespace Campaign.Compute.Transport;

/// <summary>What displacements are measured against.</summary>
public enum ReferenceFrame
{
    /// <summary>The mean displacement of the anions: the rigid part of the host (cations may exchange sites).</summary>
    Anions,

    /// <summary>The unweighted mean displacement of all atoms that are not mobile.</summary>
    Host,

    /// <summary>Nothing subtracted.</summary>
    Laboratory,

    /// <summary>The mass-weighted mean displacement of all atoms.</summary>
    Barycentric,

    /// <summary>The mean of the mobile species itself: makes every collective displacement vanish; for tracer diffusion only.</summary>
    MobileCentreOfMass,
}

/// <summary>Displacements of chosen atoms relative to a reference frame.</summary>
public static class ReferenceFrames
{
    private static readonly HashSet<string> Anions =
        ["F", "Cl", "Br", "I", "O", "S", "Se", "Te", "N", "P", "H"];

    /// <summary>Elements taken as anions by default, among those present and not mobile: halogens, chalcogens, N; P and H only when nothing else is.</summary>
    public static string[] AnionSpecies(IEnumerable<string> present, string mobile)
    {
        string[] candidates = [.. present.Distinct().Where(s => s != mobile && Anions.Contains(s))];
        string[] sure = [.. candidates.Where(s => s is not ("P" or "H"))];
        return sure.Length > 0 ? sure : candidates;
    }

    /// <summary>
    /// Path of the reference point: its displacement from frame 0, one vector per frame, in Å.
    /// </summary>
    /// <param name="masses">Mass per atom (amu), needed for <see cref="ReferenceFrame.Barycentric"/> only.</param>
    public static Vec3[] ReferencePath(
        Trajectory trajectory, string mobile, ReferenceFrame frame,
        IReadOnlyList<string>? anions = null, IReadOnlyList<double>? masses = null)
    {
        int n = trajectory.AtomCount;
        var weight = new double[n];
        IReadOnlyList<string> host = anions ?? (frame == ReferenceFrame.Anions ? AnionSpecies(trajectory.Species, mobile) : []);
        for (int i = 0; i < n; i++)
        {
            string s = trajectory.Species[i];
            weight[i] = frame switch
            {
                ReferenceFrame.Anions => host.Contains(s) ? 1 : 0,
                ReferenceFrame.Host => s != mobile ? 1 : 0,
                ReferenceFrame.Laboratory => 0,
                ReferenceFrame.MobileCentreOfMass => s == mobile ? 1 : 0,
                ReferenceFrame.Barycentric => masses?[i]
                    ?? throw new ArgumentException("The barycentric frame needs the mass of every atom."),
                _ => throw new ArgumentOutOfRangeException(nameof(frame)),
            };
        }
        var path = new Vec3[trajectory.FrameCount];
        double total = weight.Sum();
        if (total == 0)
        {
            if (frame != ReferenceFrame.Laboratory)
                throw new ArgumentException($"No atom defines the {frame} frame beside mobile {mobile} (species present: {string.Join(", ", trajectory.Species.Distinct())}).");
            return path;
        }
        Vec3[] first = trajectory.FrameCount > 0 ? trajectory.Frames[0] : [];
        for (int k = 0; k < path.Length; k++)
        {
            Vec3[] r = trajectory.Frames[k];
            Vec3 sum = Vec3.Zero;
            for (int i = 0; i < n; i++)
                if (weight[i] != 0)
                    sum += weight[i] * (r[i] - first[i]);
            path[k] = sum / total;
        }
        return path;
    }

    /// <summary>
    /// Displacements from frame 0 of the given atoms relative to the reference path, [atom][frame] in Å: the
    /// layout the correlation routines stream through.
    /// </summary>
    public static Vec3[][] RelativePaths(Trajectory trajectory, IReadOnlyList<int> atoms, Vec3[] referencePath)
    {
        var paths = new Vec3[atoms.Count][];
        for (int a = 0; a < paths.Length; a++)
        {
            int atom = atoms[a];
            var path = new Vec3[trajectory.FrameCount];
            for (int k = 0; k < path.Length; k++)
                path[k] = trajectory.Frames[k][atom] - trajectory.Frames[0][atom] - referencePath[k];
            paths[a] = path;
        }
        return paths;
    }
}
