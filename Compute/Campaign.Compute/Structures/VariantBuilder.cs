using Campaign.Compute.Potentials;

namespace Campaign.Compute.Structures;

/// <summary>
/// Builds ordered supercells of disordered crystals: whole atoms by largest remainder under charge neutrality, seeded draws, ranked by Ewald energy.
/// Ranking is a filter against absurd draws, not a search for the ground state; disorder is represented by several results.
/// </summary>
public static class VariantBuilder
{
    private const double ContactSearchA = 6;

    /// <summary>The draw of lowest electrostatic energy.</summary>
    /// <exception cref="VariantException">The request cannot be met; the message says why and how to mend it.</exception>
    public static VariantResult Build(AverageStructure parent, VariantRequest request) => BuildRanked(parent, request, 1)[0];

    /// <summary>The <paramref name="keep"/> draws of lowest energy, different from each other, best first (fewer if there are fewer).</summary>
    public static IReadOnlyList<VariantResult> BuildRanked(AverageStructure parent, VariantRequest request, int keep)
    {
        if (request.Draws < 1 || keep < 1)
            throw new VariantException($"{request.Draws} draws, {keep} kept.", "Ask for at least one of each.");
        var messages = new List<string>(parent.Messages);
        var supercell = new Supercell(parent, request.Na, request.Nb, request.Nc);
        (IReadOnlyList<OccupancyTarget> targets, IReadOnlyDictionary<string, double> charges, int[] counts) = Compose(parent, request, messages);
        double net = targets.Select((t, i) => charges[t.Species] * counts[i]).Sum();

        IReadOnlyList<Draw> draws = [.. Ranked(supercell, targets, counts, charges, request, Math.Abs(net) < 1e-6)];
        double[] spectrum = [.. draws.Where(d => d.EnergyEv is not null).Select(d => d.EnergyEv!.Value)];
        var distinct = new List<(Draw Draw, int Rank)>();
        for (int i = 0; i < draws.Count && distinct.Count < keep; i++)
            if (!distinct.Exists(d => d.Draw.SpeciesOfSite.AsSpan().SequenceEqual(draws[i].SpeciesOfSite)))
                distinct.Add((draws[i], i + 1));
        return [.. distinct.Select(d => Describe(parent, request, supercell, targets, counts, charges, d.Draw, d.Rank, draws.Count, spectrum, messages))];
    }

    /// <summary>What a request asks for and leads to, without placing an atom: all that can be refused before anything is computed.</summary>
    /// <exception cref="VariantException">The request cannot be met; the message says why and how to mend it.</exception>
    public static VariantPreview Preview(AverageStructure parent, VariantRequest request)
    {
        Supercell.CheckRepeats(request.Na, request.Nb, request.Nc);
        var messages = new List<string>();
        (IReadOnlyList<OccupancyTarget> targets, IReadOnlyDictionary<string, double> charges, int[] counts) = Compose(parent, request, messages);
        int cells = request.Na * request.Nb * request.Nc;
        double[] asked = [.. targets.Select(t => charges[t.Species] * t.Occupancy * parent.Sites[t.Site].Multiplicity * cells)];
        return new VariantPreview(asked.Sum(), asked.Where(q => q > 0).Sum(),
            [.. targets.Select((t, i) => new SiteOccupancy(t.Species, parent.SiteName(t.Site), t.Occupancy, (double)counts[i] / (parent.Sites[t.Site].Multiplicity * cells), counts[i], parent.Sites[t.Site].Multiplicity * cells))],
            charges, messages);
    }

    private static (IReadOnlyList<OccupancyTarget> Targets, IReadOnlyDictionary<string, double> Charges, int[] Counts) Compose(
        AverageStructure parent, VariantRequest request, List<string> messages)
    {
        IReadOnlyList<OccupancyTarget> targets = OccupancyTargets.Resolve(parent, request.Occupancy, messages);
        var composition = new Dictionary<string, double>();
        foreach (OccupancyTarget t in targets)
            composition[t.Species] = composition.GetValueOrDefault(t.Species) + t.Occupancy * parent.Sites[t.Site].Multiplicity;
        IReadOnlyDictionary<string, double> charges = OxidationStates.Resolve(composition, parent, request.OxidationStates, messages);
        int[] rooms = [.. parent.Sites.Select(s => s.Multiplicity * request.Na * request.Nb * request.Nc)];
        return (targets, charges, OccupancyRounding.Round(targets, rooms, charges, messages));
    }

    /// <summary>Index of the target whose species sits on each supercell site, -1 for a vacancy, and the energy in eV.</summary>
    private sealed record Draw(int[] SpeciesOfSite, double? EnergyEv);

    private static IEnumerable<Draw> Ranked(
        Supercell supercell, IReadOnlyList<OccupancyTarget> targets, int[] counts, IReadOnlyDictionary<string, double> charges, VariantRequest request, bool neutral)
    {
        bool ordered = targets.Select((t, i) => counts[i] == 0 || counts[i] == supercell.Parent.Sites[t.Site].Multiplicity * supercell.CellCount).All(x => x);
        int number = ordered ? 1 : request.Draws;
        var rng = new Rng(request.Seed);
        EwaldTable? table = neutral ? new EwaldTable(supercell) : null;
        double[] chargeOf = [.. targets.Select(t => charges[t.Species] * request.ChargeScale)];
        LayerShifts? shifts = request.Disorder == DisorderModel.StackingFaults && !ordered ? LayerShifts.Find(supercell.Parent, targets) : null;
        var draws = new Draw[number];
        for (int d = 0; d < number; d++)
        {
            int[] arrangement = shifts is null ? RandomSites(supercell, targets, counts, rng) : ShiftedLayers(supercell, targets, counts, shifts, rng);
            double? energy = table?.EnergyEv(Array.ConvertAll(arrangement, t => t < 0 ? 0 : chargeOf[t]));
            draws[d] = new Draw(arrangement, energy);
        }
        // Energies of equivalent draws differ by rounding only; those ties go to the earlier draw.
        return draws.OrderBy(d => Math.Round(d.EnergyEv ?? 0, 6));
    }

    private static int[] RandomSites(Supercell supercell, IReadOnlyList<OccupancyTarget> targets, int[] counts, Rng rng)
    {
        int[] arrangement = Empty(supercell);
        for (int site = 0; site < supercell.Parent.Sites.Count; site++)
        {
            int[] positions = [.. supercell.SitesOf(site)];
            int[] here = [.. Enumerable.Range(0, targets.Count).Where(i => targets[i].Site == site && counts[i] > 0)];
            if (here.Length > 1 || (here.Length == 1 && counts[here[0]] < positions.Length))
                rng.Shuffle<int>(positions);
            int next = 0;
            foreach (int target in here)
                for (int k = 0; k < counts[target]; k++)
                    arrangement[positions[next++]] = target;
        }
        return arrangement;
    }

    private static int[] ShiftedLayers(Supercell supercell, IReadOnlyList<OccupancyTarget> targets, int[] counts, LayerShifts shifts, Rng rng)
    {
        int Target(int site) => Enumerable.Range(0, targets.Count).First(i => targets[i].Site == site && targets[i].Species == shifts.Species);
        int major = Target(shifts.Sublattices[0][0].Site), minor = Target(shifts.Sublattices[1][0].Site);
        int straight = shifts.UnshiftedLayers(supercell, counts[major], counts[minor]);
        // Minority sublattices are used equally, as the average structure asks; which layer gets which is random.
        int[] layers = [.. Enumerable.Range(0, supercell.Nc).Select(l => l < straight ? 0 : 1 + (l - straight) % (shifts.Sublattices.Count - 1))];
        rng.Shuffle<int>(layers);

        int[] arrangement = Empty(supercell);
        for (int i = 0; i < targets.Count; i++)
            if (i != major && i != minor && counts[i] > 0)
                foreach (int s in supercell.SitesOf(targets[i].Site))
                    arrangement[s] = i;
        foreach (SupercellSite s in supercell.Sites)
            if (shifts.Sublattices[layers[s.Image.C]].Contains((s.ParentSite, s.OrbitIndex)))
                arrangement[s.Index] = layers[s.Image.C] == 0 ? major : minor;
        return arrangement;
    }

    private static int[] Empty(Supercell supercell)
    {
        var arrangement = new int[supercell.Sites.Count];
        Array.Fill(arrangement, -1);
        return arrangement;
    }

    private static VariantResult Describe(
        AverageStructure parent, VariantRequest request, Supercell supercell, IReadOnlyList<OccupancyTarget> targets, int[] counts,
        IReadOnlyDictionary<string, double> charges, Draw draw, int rank, int draws, double[] spectrum, IReadOnlyList<string> messages)
    {
        var perSpecies = new Dictionary<string, int>();
        for (int i = 0; i < targets.Count; i++)
            perSpecies[targets[i].Species] = perSpecies.GetValueOrDefault(targets[i].Species) + counts[i];
        string[] map = [.. perSpecies.Where(p => p.Value > 0).Select(p => p.Key)
            .OrderBy(s => charges[s] > 0 ? charges[s] : 1000 - charges[s]).ThenBy(s => s, StringComparer.Ordinal)];
        int[] siteOfAtom = [.. Enumerable.Range(0, draw.SpeciesOfSite.Length).Where(s => draw.SpeciesOfSite[s] >= 0)
            .OrderBy(s => Array.IndexOf(map, targets[draw.SpeciesOfSite[s]].Species)).ThenBy(s => s)];
        var structure = new Structure(
            supercell.Cell, map,
            Array.ConvertAll(siteOfAtom, s => Array.IndexOf(map, targets[draw.SpeciesOfSite[s]].Species)),
            Array.ConvertAll(siteOfAtom, s => supercell.Sites[s].Position));

        string[] disorderedCations = [.. targets.Where((t, i) => charges[t.Species] > 0 && counts[i] > 0 && counts[i] < parent.Sites[t.Site].Multiplicity * supercell.CellCount)
            .Select(t => t.Species).Distinct()];
        Contacts contacts = Contacts.Find(structure, [.. map.Select(s => charges[s] > 0)], disorderedCations, request.ShortContactA);
        var notes = new List<string>(messages);
        if (contacts.ShortestA < 1.5)
            notes.Add($"Two atoms are only {contacts.ShortestA:0.00} Å apart: the sites of the file exclude each other; use more draws or check the occupancies.");
        return new VariantResult
        {
            Name = request.Name,
            Structure = structure,
            Supercell = supercell,
            SiteOfAtom = siteOfAtom,
            KMesh = KMesh.Propose(supercell.Cell, request.KSpacingPerA),
            Counts = map.ToDictionary(s => s, s => perSpecies[s]),
            Charges = charges,
            Occupancies = [.. targets.Select((t, i) => Occupancy(t, counts[i]))],
            MinCationDistanceA = contacts.ShortestCationsA,
            ShortContacts = contacts.Short,
            EwaldEv = draw.EnergyEv,
            Rank = rank,
            Draws = draws,
            EwaldSpectrumEv = spectrum,
            Disorder = request.Disorder,
            Messages = notes,
        };

        SiteOccupancy Occupancy(OccupancyTarget t, int atoms)
        {
            int positions = parent.Sites[t.Site].Multiplicity * supercell.CellCount;
            return new SiteOccupancy(t.Species, parent.SiteName(t.Site), t.Occupancy, (double)atoms / positions, atoms, positions);
        }
    }

    private sealed record Contacts(double ShortestA, double? ShortestCationsA, IReadOnlyList<ShortContacts> Short)
    {
        public static Contacts Find(Structure structure, bool[] isCation, string[] species, double limitA)
        {
            var list = new NeighborList(Math.Max(ContactSearchA, limitA), 0);
            list.Update(structure.Cell, structure.Positions);
            double shortest = double.PositiveInfinity, cations = double.PositiveInfinity;
            var halves = new int[structure.TypeMap.Count];
            for (int i = 0; i < structure.Count; i++)
                for (int e = list.Start[i]; e < list.Start[i + 1]; e++)
                {
                    int j = list.Neighbors[e];
                    double d = (structure.Positions[j] + list.Shifts[e] - structure.Positions[i]).Norm;
                    shortest = Math.Min(shortest, d);
                    if (isCation[structure.Types[i]] && isCation[structure.Types[j]])
                        cations = Math.Min(cations, d);
                    if (structure.Types[i] == structure.Types[j] && d < limitA)
                        halves[structure.Types[i]]++;
                }
            return new Contacts(shortest, double.IsInfinity(cations) ? null : cations,
                [.. species.Select(s => new ShortContacts(s, limitA, halves[structure.TypeMap.ToList().IndexOf(s)] / 2))]);
        }
    }
}
