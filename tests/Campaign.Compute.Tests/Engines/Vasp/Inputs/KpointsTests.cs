using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Structures;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

public sealed class KpointsTests
{
    [Fact]
    public void A_mesh_is_written_as_VASP_wants_it()
    {
        Assert.Equal("4x2x4\n0\nGamma\n4 2 4\n0 0 0\n", Kpoints.Text([4, 2, 4], gammaCentred: true));
        Assert.Equal("4x2x4\n0\nMonkhorst-Pack\n4 2 4\n0 0 0\n", Kpoints.Text([4, 2, 4], gammaCentred: false));
    }

    [Fact]
    public void What_is_no_mesh_is_refused()
    {
        Assert.Contains("[4, 2]", Assert.Throws<InvalidDataException>(() => Kpoints.Text([4, 2], true)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Kpoints.Text([4, 0, 4], true));
    }

    [Fact]
    public void Only_one_point_is_the_zone_centre_alone()
    {
        Assert.True(Kpoints.IsGammaOnly([1, 1, 1]));
        Assert.False(Kpoints.IsGammaOnly([1, 1, 2]));
    }

    [Fact]
    public void The_spacing_has_the_factor_two_pi_and_follows_the_reciprocal_vectors()
    {
        var cell = new Cell(new Vec3(10, 0, 0), new Vec3(-10, 10, 0), new Vec3(0, 0, 20)); // sheared: |a*| = sqrt(2)/10
        double[] spacing = Kpoints.SpacingPerA(cell, [2, 1, 4]);
        Assert.Equal([2 * Math.PI * Math.Sqrt(2) / 20, 2 * Math.PI / 10, 2 * Math.PI / 80], spacing, new Close(1e-12));
    }

    [SkippableTheory]
    [InlineData("inputs/KPOINTS", false, 2, 4, 6)]
    [InlineData("inputs/KPOINTS_gamma", true, 4, 4, 4)]
    [InlineData("dftu-spin/FeO-LDAU2-28steps-v5.3.5/KPOINTS", true, 1, 1, 1)]
    [InlineData("relax/Si-converged-v5.4.4/KPOINTS", false, 4, 4, 4)]
    [InlineData("crashed/slurm-aborted-Ni-Ti-Nb-N/KPOINTS", false, 2, 2, 1)]
    [InlineData("neb/NH3-3images-1step-v6.2.0/inp/KPOINTS", true, 1, 1, 1)]
    public void Real_files_with_a_mesh_are_read(string file, bool gammaCentred, int a, int b, int c)
    {
        RegularKpoints? read = Kpoints.Parse(File.ReadAllText(Samples.Data("vasp", file)));
        Assert.Equal([a, b, c], read!.Mesh);
        Assert.Equal([0, 0, 0], read.Shift);
        Assert.Equal(gammaCentred, read.GammaCentred);
    }

    [SkippableFact]
    public void A_list_of_points_is_no_mesh() => Assert.Null(Kpoints.Parse(File.ReadAllText(Samples.Data("vasp", "inputs", "KPOINTS_explicit"))));

    [Theory]
    [InlineData("")]
    [InlineData("x\n0\nAuto\n20\n")]
    [InlineData("x\n0\nGamma\n4 4\n")]
    [InlineData("x\n0\nGamma\n4 4 0\n")]
    [InlineData("x\n0\nGamma\n4 4 99999999999\n")]
    [InlineData("x\n40\nLine\nreciprocal\n0 0 0\n")]
    [InlineData("x\n0\nMonkhorst\n2 2 2\n0.5 nan 0\n")]
    public void Anything_else_is_none(string text) => Assert.Null(Kpoints.Parse(text));

    [Fact]
    public void A_shift_is_kept() => Assert.Equal([0.5, 0.5, 0], Kpoints.Parse("x\n0\nMonkhorst\n2 2 2\n0.5 .5 0\n")!.Shift);

    [Property]
    public void What_is_written_is_read(PositiveInt a, PositiveInt b, PositiveInt c, bool gammaCentred)
    {
        RegularKpoints? read = Kpoints.Parse(Kpoints.Text([a.Get, b.Get, c.Get], gammaCentred));
        Assert.Equal([a.Get, b.Get, c.Get], read!.Mesh);
        Assert.Equal(gammaCentred, read.GammaCentred);
    }

    [Property]
    public void Any_text_is_survived(NonNull<string> text) => Kpoints.Parse($"x\n0\nG\n{text.Get}");

    private sealed class Close(double tolerance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(double obj) => 0;
    }
}
