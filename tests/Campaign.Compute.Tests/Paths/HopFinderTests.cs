using Campaign.Compute.Paths;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Paths;

public sealed class HopFinderTests
{
    private static readonly HopOptions Options = new();
    private static readonly Structure Crystal = HalideModel.Supercell();

    [Fact]
    public void Every_octahedral_lithium_has_six_neighbours_in_its_layer_and_four_empty_sites_around()
    {
        IReadOnlyList<HopSite> sites = Sites();
        ILookup<string, Hop[]> byLabel = HopFinder.Elementary(Crystal.Cell, sites, Options)
            .GroupBy(h => h.From).ToLookup(g => sites[g.Key].Label, g => g.ToArray());
        Assert.Equal(32, byLabel["4h"].Count());
        Assert.Equal(16, byLabel["2d"].Count());
        foreach (string label in new[] { "4h", "2d" })
            Assert.All(byLabel[label], hops =>
            {
                Assert.Equal(6, hops.Count(h => sites[h.To].Mobile));
                Assert.All(hops, h => Assert.InRange(h.IdealA.Norm, 3.6, 3.7));
                Assert.All(hops.Where(h => sites[h.To].Mobile), h => Assert.Equal(0, HalideModel.Frame.LayerChange(h.IdealA)));
                Assert.All(hops.Where(h => !sites[h.To].Mobile), h => Assert.Equal(1, Math.Abs(HalideModel.Frame.LayerChange(h.IdealA)!.Value)));
            });
        Assert.All(byLabel["4h"], hops => Assert.Equal(4, hops.Count(h => sites[h.To].Label == "4g")));
        Assert.All(byLabel["2d"], hops => Assert.Equal(4, hops.Count(h => sites[h.To].Label == "4g")));
    }

    [Fact]
    public void Hops_along_010_join_neighbours_of_one_layer()
    {
        DirectionPaths found = Along(0, 1, 0);
        Assert.Empty(found.Notes);
        Assert.Equal(16, found.Paths.Count(p => p.Labels == "4h-4h"));
        Assert.Equal(32, found.Paths.Count(p => p.Labels == "4h-2d"));
        Assert.Equal(48, found.Paths.Count);
        Assert.All(found.Paths, p =>
        {
            Assert.Equal(HopMechanism.Vacancy, p.Mechanism);
            Assert.False(p.InterLayer);
            Assert.Equal(1, p.Cosine, 9);
            Assert.Single(p.Moves);
        });
    }

    [Fact]
    public void Hops_along_101_leave_the_layer_for_the_empty_sites_between_the_metals()
    {
        DirectionPaths found = Along(1, 0, 1);
        Assert.Empty(found.Notes);
        Assert.Equal(64, found.Paths.Count);
        Assert.All(found.Paths, p =>
        {
            Assert.Equal("4h-4g", p.Labels);
            Assert.Equal(HopMechanism.EmptySite, p.Mechanism);
            Assert.Null(p.Removed);
            Assert.True(p.InterLayer);
            Assert.Equal(1, Math.Abs(p.LayerChange!.Value));
            Assert.InRange(p.Cosine, 0.9999, 1);
        });
    }

    [Theory]
    [InlineData(1, 0, 0, 6.350)]
    [InlineData(1, 1, 0, 6.303)]
    public void A_direction_without_a_hop_is_composed_of_two_and_says_so(int u, int v, int w, double lengthA)
    {
        DirectionPaths found = Along(u, v, w);
        Assert.Contains(found.Notes, n => n.StartsWith("no hop of up to 4.6 Å", StringComparison.Ordinal));
        Assert.Contains(found.Notes, n => n.Contains("net direction"));
        Assert.NotEmpty(found.Paths);
        Assert.All(found.Paths, p =>
        {
            Assert.Equal(2, p.Moves.Count);
            Assert.Equal(lengthA, p.DisplacementA.Norm, 2);
            Assert.InRange(p.Cosine, 0.9999, 1);
            Assert.False(p.InterLayer);
            Assert.Equal("Li", Crystal.SpeciesOf(p.Removed!.Value));
        });
    }

    [Fact]
    public void A_direction_that_nothing_leads_along_gets_no_path()
    {
        DirectionPaths found = HopFinder.Along(Crystal.Cell, Lattice(), new Miller(1, 0, 0), Options with { MaxDistanceA = 3.0 });
        Assert.Empty(found.Paths);
        Assert.Equal(2, found.Notes.Count);
    }

    [Fact]
    public void Directions_are_equivalent_as_the_parent_point_group_has_it()
    {
        ParentFrame frame = HalideModel.Frame;
        var given = new ParentFrame(frame.Cell, frame.LayerNormal, frame.LayerSpacingA,
            [Mat3.Identity, new Mat3(-1, 0, 0, 0, 1, 0, 0, 0, -1), new Mat3(1, 0, 0, 0, -1, 0, 0, 0, 1)]);
        foreach (ParentFrame f in new[] { frame, given })
        {
            Assert.Equal(1, f.Cosine(new Miller(1, 1, 0), Cartesian(1, -1, 0)), 9);
            Assert.Equal(1, f.Cosine(new Miller(1, 0, 1), Cartesian(-1, 0, -1)), 9);
            Assert.True(f.Cosine(new Miller(1, 0, 1), Cartesian(1, 0, -1)) < 0.1);
            Assert.Equal(0, f.LayerChange(Cartesian(1, 1, 0)));
            Assert.Equal(2, f.LayerChange(Cartesian(0, 0, 1)));
            Assert.Equal(2.983, f.LayerSpacingA!.Value, 3);
        }

        Vec3 Cartesian(int u, int v, int w) => frame.Cell.ToCartesian(new Vec3(u, v, w));
    }

    [Fact]
    public void Hexagonal_directions_need_the_rotations_and_take_them()
    {
        Cell cell = Cell.FromParameters(11, 11, 6, 90, 90, 120);
        var frame = new ParentFrame(cell, new Vec3(0, 0, 1), 3, [Mat3.Identity, new Mat3(0, -1, 0, 1, -1, 0, 0, 0, 1), new Mat3(-1, 1, 0, -1, 0, 0, 0, 0, 1)]);
        Assert.Equal(1, frame.Cosine(new Miller(1, 0, 0), cell.B), 9);
        Assert.Equal(1, frame.Cosine(new Miller(1, 0, 0), cell.A + cell.B), 9);
        Assert.True(new ParentFrame(cell, new Vec3(0, 0, 1), 3).Cosine(new Miller(1, 0, 0), cell.B) < 0.9);
    }

    [Fact]
    public void Sites_are_recognised_in_a_shaken_and_drifted_crystal()
    {
        var rng = new Rng(7);
        Structure shaken = Crystal with
        {
            Positions = Array.ConvertAll(Crystal.Positions, r => r + new Vec3(0.9, -0.5, 0.4) + 0.2 * new Vec3(rng.NextDouble() - 0.5, rng.NextDouble() - 0.5, rng.NextDouble() - 0.5)),
        };
        var notes = new List<string>();
        IReadOnlyList<HopSite> sites = HopSites.Assign(shaken, "Li", HalideModel.Sites, notes);
        Assert.Empty(notes);
        Assert.Equal(96, sites.Count);
        Assert.Equal(48, sites.Count(s => s.Mobile));
        Assert.All(sites.Where(s => s.Label == "4g"), s => Assert.Null(s.Atom));
        Assert.All(sites.Where(s => s.Atom is not null), s =>
        {
            Assert.Equal(s.Label == "2a" ? "Ti" : "Li", shaken.SpeciesOf(s.Atom!.Value));
            Assert.InRange((s.Position - s.Ideal).Norm, 0, 0.25);
        });
        Assert.Equal(48, HopFinder.Along(shaken.Cell, new HopLattice(sites, HalideModel.Frame, []), new Miller(0, 1, 0), Options).Paths.Count);
    }

    [Fact]
    public void The_lattice_follows_from_the_average_structure_alone()
    {
        AverageStructure parent = HalideModel.AverageStructure();
        var strain = new Mat3(0.01, 0.004, 0, 0.004, -0.02, 0, 0, 0, 0.015);
        Cell cell = Crystal.Cell.Strained(strain);
        Structure strained = Crystal with { Cell = cell, Positions = Array.ConvertAll(Crystal.FractionalPositions(), cell.ToCartesian) };
        HopLattice lattice = HopLattice.Of(strained, parent, "Li", 2);
        Assert.Empty(lattice.Notes);
        Assert.Equal(96, lattice.Sites.Count);
        Assert.Equal(32, lattice.Sites.Count(s => s.Label == "4g" && s.Atom is null));
        Assert.InRange(lattice.Frame.LayerSpacingA!.Value, 2.9, 3.1);
        Assert.Equal(48, HopFinder.Along(cell, lattice, new Miller(0, 1, 0), Options).Paths.Count);
        Assert.Equal(64, HopFinder.Along(cell, lattice, new Miller(1, 0, 1), Options).Paths.Count);
        Assert.Throws<ArgumentException>(() => HopLattice.Of(Crystal with { Cell = cell.Strained(new Mat3(0.3, 0, 0, 0, 0, 0, 0, 0, 0)) }, parent, "Li", 2));
    }

    [Fact]
    public void The_sample_takes_every_class_and_spreads_over_its_environments()
    {
        Structure disordered = SwapOneTitanium();
        IReadOnlyList<HopPath> paths = HopFinder.Along(disordered.Cell, Lattice(disordered), new Miller(0, 1, 0), Options).Paths;
        IReadOnlyList<(HopPath Path, int ClassSize)> sample = HopFinder.Sample(paths, 3);
        foreach (IGrouping<string, HopPath> ofClass in paths.GroupBy(p => p.Class))
        {
            HopPath[] taken = [.. sample.Select(s => s.Path).Where(p => p.Class == ofClass.Key)];
            Assert.Equal(Math.Min(3, ofClass.Count()), taken.Length);
            Assert.Equal(Math.Min(3, ofClass.Select(p => p.Environment).Distinct().Count()), taken.Select(p => p.Environment).Distinct().Count());
        }
        Assert.True(paths.Select(p => p.Environment).Distinct().Count() > 1);
        Assert.Equal(
            sample.Select(s => string.Join(',', s.Path.Sites)),
            HopFinder.Sample(paths, 3).Select(s => string.Join(',', s.Path.Sites)));
    }

    [Theory]
    [InlineData(1, 1, 0, "[110]")]
    [InlineData(1, 0, -1, "[1 0 -1]")]
    [InlineData(12, 0, 1, "[12 0 1]")]
    public void Directions_print_unambiguously(int u, int v, int w, string text) => Assert.Equal(text, new Miller(u, v, w).ToString());

    /// <summary>One Ti of 2a moved to a 4g site, as in the disordered crystal.</summary>
    private static Structure SwapOneTitanium()
    {
        int ti = Array.FindIndex(Crystal.Types, t => Crystal.TypeMap[t] == "Ti");
        var positions = (Vec3[])Crystal.Positions.Clone();
        positions[ti] = Crystal.Cell.ToCartesian(HalideModel.Sites.First(s => s.Label == "4g").Fractional);
        return Crystal with { Positions = positions };
    }

    private static DirectionPaths Along(int u, int v, int w) => HopFinder.Along(Crystal.Cell, Lattice(), new Miller(u, v, w), Options);

    private static HopLattice Lattice(Structure? structure = null) => new(Sites(structure), HalideModel.Frame, []);

    private static IReadOnlyList<HopSite> Sites(Structure? structure = null) => HopSites.Assign(structure ?? Crystal, "Li", HalideModel.Sites, []);
}
