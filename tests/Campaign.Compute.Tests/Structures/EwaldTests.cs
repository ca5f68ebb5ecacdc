using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Structures;

public sealed class EwaldTests
{
    private static Cell Cubic(double a) => new(new Vec3(a, 0, 0), new Vec3(0, a, 0), new Vec3(0, 0, a));

    private static (Vec3[] Positions, double[] Charges) RockSalt(double a)
    {
        Vec3[] fcc = [new(0, 0, 0), new(0, 0.5, 0.5), new(0.5, 0, 0.5), new(0.5, 0.5, 0)];
        return ([.. fcc.Select(f => a * f), .. fcc.Select(f => a * (f + new Vec3(0.5, 0, 0)))], [1, 1, 1, 1, -1, -1, -1, -1]);
    }

    [Fact]
    public void Rock_salt_has_its_Madelung_constant()
    {
        (Vec3[] positions, double[] charges) = RockSalt(5.64);
        double energyEv = new EwaldPotential(Cubic(5.64)).EnergyEv(positions, charges);
        Assert.Equal(1.7475645946, -energyEv / 4 * (5.64 / 2) / PhysicalConstants.CoulombEvA, 9);
    }

    [Fact]
    public void Caesium_chloride_has_its_Madelung_constant()
    {
        double energyEv = new EwaldPotential(Cubic(4.12)).EnergyEv([Vec3.Zero, new(2.06, 2.06, 2.06)], [1, -1]);
        Assert.Equal(1.76267477, -energyEv * 4.12 * Math.Sqrt(3) / 2 / PhysicalConstants.CoulombEvA, 7);
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.4)]
    [InlineData(0.7)]
    public void The_energy_does_not_depend_on_the_splitting_in_a_triclinic_cell(double alphaPerA)
    {
        Cell cell = Cell.FromParameters(5.1, 7.3, 6.2, 71, 132, 95);
        Vec3[] positions = [.. new Vec3[] { new(0.1, 0.2, 0.3), new(0.6, 0.75, 0.1), new(0.35, 0.4, 0.8), new(0.9, 0.05, 0.55) }.Select(cell.ToCartesian)];
        double[] charges = [3, -1, -1.5, -0.5];
        double expected = new EwaldPotential(cell).EnergyEv(positions, charges);
        Assert.Equal(expected, new EwaldPotential(cell, alphaPerA).EnergyEv(positions, charges), 9);
    }

    [Fact]
    public void A_skewed_choice_of_lattice_vectors_gives_the_same_energy()
    {
        (Vec3[] positions, double[] charges) = RockSalt(5.64);
        Cell straight = Cubic(5.64);
        var skewed = new Cell(straight.A, straight.B + 2 * straight.A, straight.C - straight.A + straight.B);
        Assert.Equal(new EwaldPotential(straight).EnergyEv(positions, charges), new EwaldPotential(skewed).EnergyEv(positions, charges), 8);
    }

    [Fact]
    public void The_table_of_a_supercell_gives_the_energy_of_the_plain_sum()
    {
        VariantResult v = VariantBuilder.Build(Samples.Li3TiCl6, new VariantRequest("v", 2, 1, 2, new Dictionary<string, double> { ["Ti@2a"] = 0.75, ["Ti@4g"] = 0.125 }, 5, 7));
        double[] charges = Array.ConvertAll(v.Structure.Types, t => v.Charges[v.Structure.TypeMap[t]]);
        Assert.Equal(new EwaldPotential(v.Structure.Cell).EnergyEv(v.Structure.Positions, charges), v.EwaldEv!.Value, 8);
    }
}
