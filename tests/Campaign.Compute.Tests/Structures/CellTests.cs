using Campaign.Compute.Structures;
using FsCheck.Xunit;
using Xunit;

namespace Campaign.Compute.Tests.Structures;

public sealed class CellTests
{
    /// <summary>A cell and a displacement from a seed; angles from 40 to 140 degrees, aspect ratios up to 4.</summary>
    private static (Cell Cell, Rng Rng) RandomCell(ulong seed)
    {
        var rng = new Rng(seed);
        while (true)
        {
            double Angle() => 40 + 100 * rng.NextDouble();
            double Length() => 3 + 9 * rng.NextDouble();
            try
            {
                Cell cell = Cell.FromParameters(Length(), Length(), Length(), Angle(), Angle(), Angle());
                if (cell.Volume > 0.2 * cell.A.Norm * cell.B.Norm * cell.C.Norm)
                    return (cell, rng);
            }
            catch (ArgumentException)
            {
                // these three angles close no cell; draw again
            }
        }
    }

    [Property(MaxTest = 300)]
    public bool The_minimum_image_is_the_shortest_of_all_images(ulong seed)
    {
        (Cell cell, Rng rng) = RandomCell(seed);
        Vec3 d = cell.ToCartesian(new Vec3(6 * rng.NextDouble() - 3, 6 * rng.NextDouble() - 3, 6 * rng.NextDouble() - 3));
        double shortest = double.PositiveInfinity;
        for (int i = -7; i <= 7; i++)
            for (int j = -7; j <= 7; j++)
                for (int k = -7; k <= 7; k++)
                    shortest = Math.Min(shortest, (d + i * cell.A + j * cell.B + k * cell.C).Norm);
        return Math.Abs(cell.MinimumImage(d).Norm - shortest) < 1e-9;
    }

    [Property(MaxTest = 300)]
    public bool Skewed_cell_vectors_do_not_change_the_minimum_image(ulong seed)
    {
        (Cell cell, Rng rng) = RandomCell(seed);
        int Skew() => rng.NextInt(9) - 4;
        Vec3 b = cell.B + Skew() * cell.A;
        var skewed = new Cell(cell.A, b, cell.C + Skew() * cell.A + Skew() * b);
        Vec3 d = cell.ToCartesian(new Vec3(rng.NextDouble(), rng.NextDouble(), rng.NextDouble()));
        return Math.Abs(cell.MinimumImage(d).Norm - skewed.MinimumImage(d).Norm) < 1e-9;
    }

    [Property(MaxTest = 300)]
    public bool Fractional_and_Cartesian_coordinates_are_inverse(ulong seed)
    {
        (Cell cell, Rng rng) = RandomCell(seed);
        var f = new Vec3(rng.NextDouble(), rng.NextDouble(), rng.NextDouble());
        return (cell.ToFractional(cell.ToCartesian(f)) - f).Norm < 1e-12;
    }

    [Property(MaxTest = 300)]
    public bool Lengths_angles_and_volume_give_the_cell_back(ulong seed)
    {
        (Cell cell, _) = RandomCell(seed);
        LatticeParameters p = LatticeParameters.Of(cell);
        Cell again = Cell.FromParameters(p.A, p.B, p.C, p.AlphaDeg, p.BetaDeg, p.GammaDeg);
        return (again.A - cell.A).Norm + (again.B - cell.B).Norm + (again.C - cell.C).Norm < 1e-9 && Math.Abs(p.VolumeA3 / cell.Volume - 1) < 1e-12;
    }

    [Fact]
    public void A_relaxed_supercell_reads_as_its_parent_cell()
    {
        Cell parent = Cell.FromParameters(6.35, 10.89, 6.353, 90, 110.1, 90);
        LatticeParameters p = LatticeParameters.OfParent(parent.Repeated(2, 2, 4).Strained(new Mat3(0.01, 0, 0, 0, -0.02, 0, 0, 0, 0)), 2, 2, 4);
        LatticeDeviation d = p.DeviationFrom(LatticeParameters.Of(parent));
        Assert.Equal(1.0, d.APercent, 6);
        Assert.Equal(-2.0, d.BPercent, 6);
        Assert.Equal(100 * (1.01 * 0.98 - 1), d.VolumePercent, 6);
        Assert.Equal(0, d.GammaDeg, 9);
        Assert.Equal(2.0, d.LargestLengthPercent, 6);
    }
}
