namespace Campaign.Compute.Structures;

/// <summary>
/// Turns fractional occupancies into atom counts: first the number of atoms of each species, neutral and nearest to the targets, then their
/// distribution over the sites by largest remainder within the room of each site.
/// </summary>
public static class OccupancyRounding
{
    private const double Tiny = 1e-6;

    /// <summary>Atoms per target, in the same order.</summary>
    /// <param name="targets">Occupancies, at most full sites.</param>
    /// <param name="rooms">Positions per parent site in the supercell.</param>
    /// <param name="charges">Formal charge per species in e.</param>
    public static int[] Round(
        IReadOnlyList<OccupancyTarget> targets, IReadOnlyList<int> rooms, IReadOnlyDictionary<string, double> charges, ICollection<string> messages)
    {
        double[] amounts = [.. targets.Select(t => t.Occupancy * rooms[t.Site])];
        bool[] partial = [.. targets.Select((t, i) => amounts[i] > Tiny && amounts[i] < rooms[t.Site] - Tiny)];
        IReadOnlyDictionary<string, int> totals = NeutralTotals(targets, amounts, partial, rooms, charges, messages);
        return Distribute(targets, amounts, partial, rooms, totals);
    }

    private static Dictionary<string, int> NeutralTotals(
        IReadOnlyList<OccupancyTarget> targets, double[] amounts, bool[] partial, IReadOnlyList<int> rooms,
        IReadOnlyDictionary<string, double> charges, ICollection<string> messages)
    {
        string[] species = [.. targets.Select(t => t.Species).Distinct()];
        var amount = species.ToDictionary(s => s, s => Sum(s, i => amounts[i]));
        var totals = species.ToDictionary(s => s, s => (int)Math.Round(amount[s]));
        string[] free = [.. species.Where(s => targets.Where((t, i) => t.Species == s && partial[i]).Any()).OrderBy(s => charges[s] == 0).ThenByDescending(s => Math.Abs(charges[s]))];
        double fixedCharge = species.Except(free).Sum(s => charges[s] * totals[s]);
        if (free.Length == 0)
        {
            if (Math.Abs(fixedCharge) > Tiny)
                messages.Add($"The ordered structure carries a net charge of {fixedCharge:+0.###;-0.###} e with the oxidation states used.");
            return totals;
        }

        double net = fixedCharge + free.Sum(s => charges[s] * amount[s]);
        double stiffness = free.Sum(s => charges[s] * charges[s] * amount[s]);
        double[] centre = [.. free.Select(s => amount[s] * (1 - (stiffness > 0 ? net * charges[s] / stiffness : 0)))];
        int[] low = [.. free.Select(s => (int)Math.Round(Sum(s, i => partial[i] ? 0 : amounts[i])))];
        int[] high = [.. free.Select(s => (int)Math.Round(Sum(s, i => amounts[i] > Tiny ? rooms[targets[i].Site] : 0)))];
        int[] best = NearestNeutral(centre, low, high, [.. free.Select(s => charges[s])], fixedCharge)
            ?? throw new VariantException(
                $"No neutral composition lies near the occupancies asked for (net charge {net:+0.###;-0.###} e in the supercell, adjustable: {string.Join(", ", free)}).",
                "Check the occupancies and oxidation states, or take a larger supercell.");
        for (int i = 0; i < free.Length; i++)
        {
            totals[free[i]] = best[i];
            if (Math.Abs(net) > Tiny && Math.Abs(centre[i] - amount[free[i]]) > 0.001 * amount[free[i]])
                messages.Add($"{free[i]}: the occupancies give {amount[free[i]]:0.###} atoms in the supercell and a net charge of {net:+0.###;-0.###} e; renormalised to {best[i]} atoms to be neutral.");
        }
        return totals;

        double Sum(string s, Func<int, double> value) => targets.Select((t, i) => t.Species == s ? value(i) : 0).Sum();
    }

    /// <summary>
    /// Integers within bounds whose charge cancels the rest, with the smallest Σ (n - centre)²/centre; the first entry is solved for, the others
    /// are searched in a growing window. Null if there are none.
    /// </summary>
    private static int[]? NearestNeutral(double[] centre, int[] low, int[] high, double[] charges, double fixedCharge)
    {
        int[]? best = null;
        double bestCost = double.PositiveInfinity;
        bool found = false;
        for (int window = 1; window <= 12 && !found; window++)
        {
            found = best is not null; // one window beyond the first hit, where a nearer solution may hide
            var trial = new int[centre.Length];
            if (Math.Pow(2 * window + 1, centre.Length - 1) > 2e6)
                return best;
            Search(1, fixedCharge, 0);

            void Search(int i, double charge, double cost)
            {
                if (i < centre.Length)
                {
                    for (int n = (int)Math.Floor(centre[i]) - window + 1; n <= (int)Math.Floor(centre[i]) + window; n++)
                        if (n >= low[i] && n <= high[i])
                        {
                            trial[i] = n;
                            Search(i + 1, charge + charges[i] * n, cost + Cost(n, centre[i]));
                        }
                    return;
                }
                double exact = charges[0] == 0 ? Math.Round(centre[0]) : -charge / charges[0];
                trial[0] = (int)Math.Round(exact);
                if (Math.Abs(exact - trial[0]) > Tiny || Math.Abs(charge + charges[0] * trial[0]) > Tiny || trial[0] < low[0] || trial[0] > high[0])
                    return;
                cost += Cost(trial[0], centre[0]);
                if (cost < bestCost - 1e-12)
                    (best, bestCost) = ([.. trial], cost);
            }
        }
        return best;

        static double Cost(int n, double target) => (n - target) * (n - target) / Math.Max(target, 1);
    }

    private static int[] Distribute(
        IReadOnlyList<OccupancyTarget> targets, double[] amounts, bool[] partial, IReadOnlyList<int> rooms, IReadOnlyDictionary<string, int> totals)
    {
        int n = targets.Count;
        var ideal = new double[n];
        foreach (IGrouping<string, int> g in Enumerable.Range(0, n).GroupBy(i => targets[i].Species))
        {
            double whole = g.Sum(i => partial[i] ? 0 : amounts[i]), shared = g.Sum(i => partial[i] ? amounts[i] : 0);
            foreach (int i in g)
                ideal[i] = partial[i] ? amounts[i] * (totals[g.Key] - whole) / shared : amounts[i];
        }
        int[] counts = Array.ConvertAll(ideal, x => (int)Math.Floor(x + Tiny));
        int[] free = [.. rooms.Select((room, site) => room - Indices(site).Sum(i => counts[i]))];
        for (int site = 0; site < free.Length; site++)
            for (; free[site] < 0; free[site]++) // making the cell neutral can ask for more atoms than a full site holds
                counts[Indices(site).Where(i => partial[i] && counts[i] > 0).MinBy(i => Math.Round(ideal[i] - counts[i], 9))]--;
        Dictionary<string, int> left = totals.ToDictionary(t => t.Key, t => t.Value - Enumerable.Range(0, n).Where(i => targets[i].Species == t.Key).Sum(i => counts[i]));
        while (left.Values.Any(v => v > 0))
        {
            int next = Enumerable.Range(0, n).Where(i => left[targets[i].Species] > 0 && free[targets[i].Site] > 0 && targets[i].Occupancy > 0)
                .OrderByDescending(i => Math.Round(ideal[i] - counts[i], 9)).ThenBy(i => i).DefaultIfEmpty(-1).First();
            if (next < 0)
                throw new VariantException("The atoms asked for do not fit on their sites.", "Lower the occupancies or take a larger supercell.");
            counts[next]++;
            free[targets[next].Site]--;
            left[targets[next].Species]--;
        }
        ImproveByExchange(targets, ideal, counts, free, partial);
        return counts;

        IEnumerable<int> Indices(int site) => Enumerable.Range(0, n).Where(i => targets[i].Site == site);
    }

    /// <summary>Moves single atoms, or exchanges two species between two sites, while that brings the counts closer to the ideal ones.</summary>
    private static void ImproveByExchange(IReadOnlyList<OccupancyTarget> targets, double[] ideal, int[] counts, int[] free, bool[] partial)
    {
        double Gain(int index, int change) => (counts[index] - ideal[index]) * (counts[index] - ideal[index])
            - (counts[index] + change - ideal[index]) * (counts[index] + change - ideal[index]);

        bool improved = true;
        while (improved)
        {
            improved = false;
            for (int from = 0; from < counts.Length && !improved; from++)
                for (int to = 0; to < counts.Length && !improved; to++)
                {
                    if (from == to || targets[from].Species != targets[to].Species || !partial[from] || !partial[to] || counts[from] == 0)
                        continue;
                    double gain = Gain(from, -1) + Gain(to, 1);
                    if (free[targets[to].Site] > 0 && gain > 1e-9)
                    {
                        counts[from]--;
                        counts[to]++;
                        free[targets[from].Site]++;
                        free[targets[to].Site]--;
                        improved = true;
                    }
                    for (int back = 0; back < counts.Length && !improved; back++)
                    {
                        int home = Enumerable.Range(0, counts.Length).FirstOrDefault(i => targets[i].Species == targets[back].Species && targets[i].Site == targets[from].Site, -1);
                        if (targets[back].Site != targets[to].Site || targets[back].Species == targets[to].Species || home < 0 || counts[back] == 0 || !partial[back] || !partial[home])
                            continue;
                        if (gain + Gain(back, -1) + Gain(home, 1) <= 1e-9)
                            continue;
                        counts[from]--;
                        counts[to]++;
                        counts[back]--;
                        counts[home]++;
                        improved = true;
                    }
                }
        }
    }
}
