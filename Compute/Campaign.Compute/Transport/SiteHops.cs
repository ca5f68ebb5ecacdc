using Campaign.Compute.Structures;

namespace Campaign.Compute.Transport;

/// <summary>Radii and residence of the site assignment.</summary>
/// <param name="EnterA">An ion belongs to a site once it is this close to it, Å.</param>
/// <param name="LeaveA">It stays there until it is further away than this, Å (hysteresis).</param>
/// <param name="ResidenceFs">A visit shorter than this is no visit.</param>
public sealed record SiteRadii(double EnterA, double LeaveA, double ResidenceFs = DisplacementHops.ResidenceFs);

/// <summary>Occupation and jumps of one trajectory over a list of sites.</summary>
/// <param name="Occupation">[atom][frame]: site of the last completed visit, -1 before the first.</param>
/// <param name="Hops">Changes of site, in order of time.</param>
/// <param name="ResidenceTimesFs">Completed stays (those cut by the ends of the run are not counted).</param>
/// <param name="JumpDiffusivityA2PerFs">Σ d²/(6 N t) of the counted hops.</param>
public sealed record SiteOccupation(
    int[][] Occupation, IReadOnlyList<Hop> Hops, IReadOnlyList<double> ResidenceTimesFs, double JumpDiffusivityA2PerFs)
{
    /// <summary>f = D*/D_J for a tracer slope/6 in Å²/fs.</summary>
    public double? CorrelationFactor(double tracerA2PerFs) => JumpDiffusivityA2PerFs > 0 ? tracerA2PerFs / JumpDiffusivityA2PerFs : null;

    /// <summary>Hops by (class of site left, class of site entered), for example Wyckoff letters.</summary>
    public IReadOnlyDictionary<(string From, string To), int> CountByClass(IReadOnlyList<string> siteClass) =>
        Hops.GroupBy(h => (siteClass[h.FromSite!.Value], siteClass[h.ToSite!.Value])).ToDictionary(g => g.Key, g => g.Count());
}

/// <summary>Jumps between the known sites of the parent crystal, by nearest site with hysteresis.</summary>
public static class SiteHops
{
    /// <summary>
    /// Radii that cannot overlap: leaving just under half the smallest site distance (at most 2.5 Å), entering at 70 % of that.
    /// </summary>
    /// <exception cref="ArgumentException">Sites closer than 1 Å cannot be told apart.</exception>
    public static SiteRadii DefaultRadii(Cell cell, IReadOnlyList<Vec3> sitesFractional)
    {
        double closest = double.PositiveInfinity;
        for (int i = 0; i < sitesFractional.Count; i++)
            for (int j = 0; j < i; j++)
                closest = Math.Min(closest, cell.MinimumImage(cell.ToCartesian(sitesFractional[i] - sitesFractional[j])).Norm);
        if (closest < 1)
            throw new ArgumentException(FormattableString.Invariant($"Two sites are {closest:f2} Å apart; below 1 Å an ion cannot be assigned to one of them."));
        double leave = Math.Min(2.5, 0.5 * closest - 0.005);
        return new SiteRadii(0.7 * leave, leave);
    }

    /// <summary>Assigns the mobile ions of an (unwrapped) trajectory to sites that move with the reference path.</summary>
    /// <param name="sitesFractional">Fractional coordinates at frame 0; they scale with each frame's cell.</param>
    public static SiteOccupation Assign(
        Trajectory trajectory, IReadOnlyList<int> atoms, Vec3[] referencePath, IReadOnlyList<Vec3> sitesFractional, SiteRadii radii)
    {
        int residence = Math.Max(1, (int)Math.Round(radii.ResidenceFs / trajectory.FrameSpacingFs));
        int[][] occupation = [.. atoms.Select(_ => new int[trajectory.FrameCount])];
        var hops = new List<Hop>();
        var stays = new List<double>();
        double sumSquares = 0;
        for (int a = 0; a < atoms.Count; a++)
        {
            int current = -1, candidate = -1, since = 0;
            int? arrived = null;
            for (int k = 0; k < trajectory.FrameCount; k++)
            {
                Cell cell = trajectory.CellOf(k);
                Vec3 r = trajectory.Frames[k][atoms[a]] - referencePath[k];
                int near = Holds(current) ? current : Holds(candidate) ? candidate : Nearest(cell, r, sitesFractional, radii.EnterA);
                if (near < 0 || near == current)
                    candidate = -1;
                else if (near != candidate)
                    (candidate, since) = (near, k);
                if (candidate >= 0 && k - since + 1 >= residence)
                {
                    if (current >= 0)
                    {
                        Vec3 step = cell.MinimumImage(cell.ToCartesian(sitesFractional[candidate] - sitesFractional[current]));
                        hops.Add(new Hop(a, since, step, current, candidate));
                        sumSquares += step.NormSquared;
                        if (arrived is { } entered)
                            stays.Add((since - entered) * trajectory.FrameSpacingFs);
                        arrived = since;
                    }
                    for (int back = since; back < k; back++)
                        occupation[a][back] = candidate;
                    (current, candidate) = (candidate, -1);
                }
                occupation[a][k] = current;

                bool Holds(int site) => site >= 0 && Distance(cell, r, sitesFractional[site]) <= radii.LeaveA;
            }
        }
        hops.Sort((x, y) => (x.Frame, x.Atom).CompareTo((y.Frame, y.Atom)));
        double time = trajectory.LengthFs * Math.Max(1, atoms.Count);
        return new SiteOccupation(occupation, hops, stays, time > 0 ? sumSquares / (6 * time) : 0);
    }

    private static int Nearest(Cell cell, Vec3 r, IReadOnlyList<Vec3> sites, double radius)
    {
        int best = -1;
        double closest = radius;
        for (int s = 0; s < sites.Count; s++)
        {
            double d = Distance(cell, r, sites[s]);
            if (d < closest)
                (best, closest) = (s, d);
        }
        return best;
    }

    private static double Distance(Cell cell, Vec3 r, Vec3 siteFractional) => cell.MinimumImage(r - cell.ToCartesian(siteFractional)).Norm;
}
