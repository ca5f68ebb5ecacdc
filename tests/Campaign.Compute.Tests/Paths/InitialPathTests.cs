using Campaign.Compute.Paths;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Paths;

public sealed class InitialPathTests
{
    [Fact]
    public void Interpolated_pair_distances_keep_rotating_hydrogens_apart()
    {
        (Structure initial, Structure final) = MethylRotation();
        (double[][] line, PathGuess taken) = InitialPath.Between(initial, final, 5, PathGuess.Linear);
        Assert.Equal(PathGuess.Linear, taken);
        Assert.Equal(0.88, Distance(line[3], 2, 3), 2);

        (double[][] bent, PathGuess chosen) = InitialPath.Between(initial, final, 5, PathGuess.Auto, idppForce: 0.005);
        Assert.Equal(PathGuess.PairDistances, chosen);
        Assert.InRange(Distance(bent[3], 2, 3), 1.73, 1.75);
        Assert.Equal(line[0], bent[0]);
        Assert.Equal(line[^1], bent[^1]);
    }

    [Fact]
    public void Alignment_takes_the_nearest_images_and_removes_the_drift()
    {
        var cell = new Cell(new Vec3(8, 0, 0), new Vec3(2, 9, 0), new Vec3(-3, 0, 9));
        var initial = new Structure(cell, ["Li"], [0, 0, 0], [new Vec3(0.1, 0, 0), new Vec3(3, 3, 3), new Vec3(5, 2, 6)]);
        var moved = new Vec3(0.7, -0.3, 0.2);
        Vec3[] positions = [initial.Positions[0] + moved + cell.A, initial.Positions[1] + moved - cell.B + cell.C, initial.Positions[2] + moved + new Vec3(0.9, 0, 0)];
        Structure aligned = InitialPath.Align(initial, initial with { Positions = positions });
        Vec3[] d = [.. aligned.Positions.Zip(initial.Positions, (a, b) => a - b)];
        Assert.InRange((d[0] + d[1] + d[2]).Norm, 0, 1e-12);
        Assert.InRange((d[2] - d[0] - new Vec3(0.9, 0, 0)).Norm, 0, 1e-12);
        Assert.InRange((d[1] - d[0]).Norm, 0, 1e-12);
    }

    [Fact]
    public void End_points_that_do_not_belong_together_are_refused_with_the_reason()
    {
        var cell = new Cell(new Vec3(6, 0, 0), new Vec3(0, 6, 0), new Vec3(0, 0, 6));
        var a = new Structure(cell, ["Li", "Cl"], [0, 1], [Vec3.Zero, new Vec3(3, 0, 0)]);
        Assert.Contains("order", Message(a with { Types = [1, 0] }));
        Assert.Contains("cells", Message(a with { Cell = new Cell(new Vec3(6.1, 0, 0), new Vec3(0, 6, 0), new Vec3(0, 0, 6)) }));
        Assert.Contains("ambiguous", Message(a with { Positions = [new Vec3(3, 3, 0), new Vec3(3, 0, 0)] }));
        Assert.Contains("1 atoms", Message(new Structure(cell, ["Li"], [0], [Vec3.Zero])));

        string Message(Structure b) => Assert.Throws<ArgumentException>(() => InitialPath.Align(a, b)).Message;
    }

    /// <summary>Ethane whose first methyl group (atoms 2 to 4) turns by 120 degrees.</summary>
    private static (Structure Initial, Structure Final) MethylRotation()
    {
        var cell = new Cell(new Vec3(20, 0, 0), new Vec3(0, 20, 0), new Vec3(0, 0, 20));
        Vec3[] r =
        [
            new(0, 0, 0.762209), new(0, 0, -0.762209),
            new(0, 1.018957, 1.157229), new(-0.882443, -0.509479, 1.157229), new(0.882443, -0.509479, 1.157229),
            new(0, -1.018957, -1.157229), new(-0.882443, 0.509479, -1.157229), new(0.882443, 0.509479, -1.157229),
        ];
        var initial = new Structure(cell, ["C", "H"], [0, 0, 1, 1, 1, 1, 1, 1], r);
        return (initial, initial with { Positions = [r[0], r[1], r[3], r[4], r[2], r[5], r[6], r[7]] });
    }

    private static double Distance(double[] point, int i, int j)
    {
        Vec3[] r = AtomicSurface.Unflatten(point);
        return (r[i] - r[j]).Norm;
    }
}
