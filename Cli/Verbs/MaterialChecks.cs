using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Specs;
using static System.FormattableString;

namespace Campaign.Cli.Verbs;

/// <summary>What the structure, the variants and the potentials of a campaign say to each other before anything is computed.</summary>
internal sealed class MaterialChecks(CampaignSpec spec, AverageStructure structure)
{
    /// <summary>Net charge over cation charge that is taken for the rounding of printed occupancies.</summary>
    private const double ChargeTolerance = 0.03;

    /// <summary>Cells beyond this are refused: relaxation, labels and barriers of such a cell end in no one's lifetime.</summary>
    private const double MostAtoms = 20_000;

    private const double MostAtomsInBox = 2_000_000;

    public IEnumerable<SpecProblem> Check()
    {
        if (Overlaps.Closest(structure) is { } o)
            yield return Error("overlap", "material.structure", Invariant($"{o.First} and {o.Second} are {o.DistanceA:0.00} Å apart; atoms come no closer than {o.LimitA:0.0} Å."),
                "Check coordinates, occupancies, cell lengths (Å) and symmetry operations of the structure file.");
        for (int i = 0; i < spec.Material.Variants.Count; i++)
        {
            VariantSpec v = spec.Material.Variants[i];
            foreach (SpecProblem p in Cell(v.Name, v.Supercell, v.Occupancy, $"material.variants[{i}]", MostAtoms))
                yield return p;
        }
        if (spec.Dlmd is { Fresh: { } fresh } dlmd)
            foreach (string name in dlmd.Variants.Where(n => spec.Material.Variants.Any(v => v.Name == n)))
                foreach (SpecProblem p in Cell(name, fresh.Supercell, fresh.Occupancy.Count > 0 ? fresh.Occupancy : spec.Variant(name).Occupancy, "dlmd.fresh", MostAtomsInBox))
                    yield return p;
    }

    /// <summary>The charges of an analytic potential must cancel in the material it is used for.</summary>
    public SpecProblem? Neutrality(IonicModel model, string path)
    {
        Dictionary<string, double> charge = model.Parameters.Charges.ToDictionary(c => c.Species, c => c.ChargeE);
        (string Species, double Amount)[] known = [.. structure.Composition.Where(c => charge.ContainsKey(c.Key)).Select(c => (c.Key, c.Value))];
        double net = known.Sum(k => charge[k.Species] * k.Amount), cations = known.Sum(k => Math.Max(0, charge[k.Species]) * k.Amount);
        return known.Length < structure.Composition.Count || Math.Abs(net) <= ChargeTolerance * cations
            ? null
            : Error("potentialCharged", path, Invariant($"The charges of '{model.Parameters.Name}' leave {net:+0.00;-0.00} e in the cell ({string.Join(", ", known.Select(k => Invariant($"{k.Amount:0.##} {k.Species} of {charge[k.Species]:+0.####;-0.####}")))})."),
                "Use a parameter set made for this composition, or scale its charges until the cell is neutral.");
    }

    private IEnumerable<SpecProblem> Cell(string name, IReadOnlyList<int> supercell, IReadOnlyDictionary<string, double> occupancy, string path, double mostAtoms)
    {
        double cells = (double)supercell[0] * supercell[1] * supercell[2], atoms = structure.Composition.Values.Sum() * cells;
        if (atoms > mostAtoms || cells > Supercell.MaximumCells)
        {
            yield return Error("cellTooLarge", $"{path}.supercell", Invariant($"{string.Join(" x ", supercell)} cells hold {atoms:0} atoms; at most {Math.Min(mostAtoms, Supercell.MaximumCells * structure.Composition.Values.Sum()):0} are possible here."),
                "Take a smaller supercell; 100 to 400 atoms are usual for a variant.");
            yield break;
        }
        VariantPreview? preview = null;
        VariantException? refused = null;
        try
        {
            preview = VariantBuilder.Preview(structure, new VariantRequest(name, supercell[0], supercell[1], supercell[2], occupancy, 1, 1)
            {
                OxidationStates = spec.Material.OxidationStates.Count > 0 ? spec.Material.OxidationStates : null,
            });
        }
        catch (VariantException e)
        {
            refused = e;
        }
        if (refused is not null)
            yield return Error("variantImpossible", occupancy.Count > 0 ? $"{path}.occupancy" : path, refused.Problem, refused.Mend);
        else if (preview is not null && Math.Abs(preview.AskedChargeE) > Math.Max(ChargeTolerance * preview.CationChargeE, 1e-6))
            yield return Error("chargeImbalance", occupancy.Count > 0 ? $"{path}.occupancy" : "material.structure",
                Invariant($"'{name}' would carry {preview.AskedChargeE:+0.##;-0.##} e in {cells:0} cells ({string.Join(", ", Amounts(preview))})."),
                Neutral(preview) ?? "Change the occupancies, or material.oxidationStates, until the charges cancel.");
    }

    private static IEnumerable<string> Amounts(VariantPreview p) =>
        p.Occupancies.GroupBy(o => o.Species).Select(g => Invariant($"{g.Sum(o => o.Target * o.Positions):0.##} {g.Key} of {p.Charges[g.Key]:+0.##;-0.##}"));

    /// <summary>The one partial occupancy whose change would make the cell neutral.</summary>
    private static string? Neutral(VariantPreview p)
    {
        foreach (SiteOccupancy o in p.Occupancies.Where(o => o.Target is > 0 and < 1 && p.Charges[o.Species] != 0).OrderBy(o => o.Target))
        {
            double needed = o.Target - p.AskedChargeE / (p.Charges[o.Species] * o.Positions);
            if (needed is >= 0 and <= 1)
                return Invariant($"With {o.Species}@{o.Site} = {needed:0.######} it would be neutral.");
        }
        return null;
    }

    private SpecProblem Error(string rule, string path, string message, string mend)
    {
        var (file, line, column) = spec.Source.PositionOf(path);
        return new SpecProblem(file, line, column, path, message, mend, SpecSeverity.Error, rule);
    }
}
