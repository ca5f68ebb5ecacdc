namespace Campaign.Compute.Structures;

/// <summary>
/// Ewald interactions between all sites of a supercell, computed once. Translations of the parent cell make the potential of two sites depend on
/// their orbit positions and the difference of their images only, so B² n numbers (B positions per parent cell, n cells) stand for the
/// full (B n)² matrix, and the energy of a draw is a quadratic form.
/// </summary>
internal sealed class EwaldTable
{
    private readonly int _positions, _cells;
    private readonly double[][] _potential; // [a * positions + b], b <= a, over image differences
    private readonly int[][] _difference;   // [A][B]: index of image A - B

    public EwaldTable(Supercell supercell)
    {
        _cells = supercell.CellCount;
        _positions = supercell.Sites.Count / _cells;
        (int A, int B, int C)[] images = [.. supercell.Images];
        (int na, int nb, int nc) = (supercell.Na, supercell.Nb, supercell.Nc);
        _difference = Array.ConvertAll(images, p => Array.ConvertAll(images, q =>
            ((p.A - q.A + na) % na * nb + (p.B - q.B + nb) % nb) * nc + (p.C - q.C + nc) % nc));

        var ewald = new EwaldPotential(supercell.Cell);
        _potential = new double[_positions * _positions][];
        for (int a = 0; a < _positions; a++)
            for (int b = 0; b <= a; b++)
            {
                Vec3 home = supercell.Sites[b * _cells].Position;
                var row = new double[_cells];
                for (int image = 0; image < _cells; image++)
                    row[image] = a == b && image == 0 ? ewald.SelfPotential : ewald.At(supercell.Sites[a * _cells + image].Position - home);
                _potential[a * _positions + b] = row;
            }
    }

    /// <summary>Energy in eV of charges (in e), one per supercell site, zero for a vacancy.</summary>
    public double EnergyEv(ReadOnlySpan<double> charges)
    {
        double twice = 0;
        for (int a = 0; a < _positions; a++)
            for (int b = 0; b <= a; b++)
            {
                double[] row = _potential[a * _positions + b];
                ReadOnlySpan<double> left = charges.Slice(a * _cells, _cells), right = charges.Slice(b * _cells, _cells);
                double block = 0;
                for (int p = 0; p < _cells; p++)
                {
                    if (left[p] == 0)
                        continue;
                    int[] difference = _difference[p];
                    double field = 0;
                    for (int q = 0; q < right.Length; q++)
                        field += row[difference[q]] * right[q];
                    block += left[p] * field;
                }
                twice += a == b ? block : 2 * block;
            }
        return 0.5 * twice * PhysicalConstants.CoulombEvA;
    }
}
