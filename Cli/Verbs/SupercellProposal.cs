using Campaign.Compute.Structures;

namespace Campaign.Cli.Verbs;

/// <summary>A supercell for a disordered crystal, and how well it holds the wanted occupancies.</summary>
/// <param name="WorstDeviation">Largest distance of a wanted occupancy from the nearest one with whole atoms; zero: exact.</param>
internal sealed record SupercellProposal(int Na, int Nb, int Nc, double Atoms, double WorstDeviation, double Anisotropy)
{
    private const double ManyAtoms = 360;
    private const double FewAtoms = 90;
    private const double MostAnisotropic = 2.2;

    /// <summary>
    /// The smallest near-cubic cell of about 100 to 350 atoms that holds all occupancies exactly; without one, the cell that comes nearest.
    /// A crystal whose own cell is larger than that stays as it is.
    /// </summary>
    public static SupercellProposal For(AverageStructure structure, IReadOnlyList<(int Multiplicity, double Occupancy)> targets)
    {
        double cellAtoms = structure.Composition.Values.Sum();
        Vec3 w = structure.Cell.PerpendicularWidths;
        var all = new List<SupercellProposal>();
        for (int a = 1; a <= 8; a++)
        for (int b = 1; b <= 8; b++)
        for (int c = 1; c <= 8; c++)
        {
            int n = a * b * c;
            double atoms = cellAtoms * n;
            if (n > 1 && atoms > ManyAtoms)
                continue;
            double[] widths = [a * w.X, b * w.Y, c * w.Z];
            double worst = targets.Select(t => Math.Abs(t.Occupancy - Math.Round(t.Occupancy * t.Multiplicity * n) / (t.Multiplicity * n))).DefaultIfEmpty(0).Max();
            all.Add(new SupercellProposal(a, b, c, atoms, worst < 1e-6 ? 0 : worst, widths.Max() / widths.Min()));
        }
        SupercellProposal[] large = [.. all.Where(p => p.Atoms >= FewAtoms)];
        SupercellProposal[] shaped = [.. (large.Length > 0 ? large : [.. all]).Where(p => p.Anisotropy <= MostAnisotropic)];
        SupercellProposal[] pool = shaped.Length > 0 ? shaped : large.Length > 0 ? large : [.. all];
        return pool.OrderBy(p => p.WorstDeviation == 0 ? 0 : 1).ThenBy(p => p.WorstDeviation == 0 ? p.Atoms : 0).ThenBy(p => Math.Round(p.WorstDeviation, 4)).ThenBy(p => p.Atoms).ThenBy(p => Math.Round(p.Anisotropy, 1)).ThenBy(p => p.Na).ThenBy(p => p.Nb).First();
    }
}
