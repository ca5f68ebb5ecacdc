using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Structures;

public sealed class VariantTests
{
    private static VariantRequest Request(int na, int nb, int nc, double on2a, double on4g, int draws = 50, ulong seed = 1) =>
        new("v", na, nb, nc, new Dictionary<string, double> { ["Ti@2a"] = on2a, ["Ti@4g"] = on4g }, draws, seed);

    [Theory]
    [InlineData(2, 0.875, 0.0625, 160, 14, 2, "4x2x4")]
    [InlineData(4, 0.84375, 0.078125, 320, 27, 5, "4x2x2")]
    [InlineData(4, 0.844, 0.078, 320, 27, 5, "4x2x2")]
    [InlineData(2, 0.75, 0.125, 160, 12, 4, "4x2x4")]
    [InlineData(2, 0.875, 0.063, 160, 14, 2, "4x2x4")]
    public void The_three_variants_of_Li3TiCl6_have_the_tabulated_atoms(int nc, double on2a, double on4g, int atoms, int ti2a, int ti4g, string mesh)
    {
        VariantResult v = VariantBuilder.Build(Samples.Li3TiCl6, Request(2, 2, nc, on2a, on4g));

        Assert.Equal(atoms, v.Structure.Count);
        Assert.Equal(["Li", "Ti", "Cl"], v.Structure.TypeMap);
        Assert.Equal([atoms * 48 / 160, atoms / 10, atoms * 96 / 160], v.Structure.CountsByType());
        Assert.Equal(ti2a, v.Occupancies.Single(o => o is { Species: "Ti", Site: "2a" }).Atoms);
        Assert.Equal(ti4g, v.Occupancies.Single(o => o is { Species: "Ti", Site: "4g" }).Atoms);
        Assert.Equal(mesh, v.KMesh.ToString());
        Assert.Empty(v.Messages);
    }

    [Theory]
    [InlineData(0.875, 0.0625, 1750, 250)]
    [InlineData(0.844, 0.078, 1688, 312)]
    [InlineData(0.754, 0.123, 1508, 492)]
    [InlineData(0.851, 0.0745, 1702, 298)]
    public void Twenty_thousand_atoms_hold_the_tabulated_titanium(double on2a, double on4g, int ti2a, int ti4g)
    {
        var messages = new List<string>();
        int[] counts = OccupancyRounding.Round(
            [new(0, "Ti", on2a), new(1, "Ti", on4g), new(2, "Li", 1), new(3, "Cl", 1)], [2000, 4000, 6000, 12000],
            new Dictionary<string, double> { ["Ti"] = 3, ["Li"] = 1, ["Cl"] = -1 }, messages);
        Assert.Equal([ti2a, ti4g, 6000, 12000], counts);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_another_draw()
    {
        VariantResult first = VariantBuilder.Build(Samples.Li3TiCl6, Request(2, 2, 2, 0.75, 0.125));
        VariantResult again = VariantBuilder.Build(Samples.Li3TiCl6, Request(2, 2, 2, 0.75, 0.125));
        VariantResult other = VariantBuilder.Build(Samples.Li3TiCl6, Request(2, 2, 2, 0.75, 0.125, seed: 2));
        Assert.Equal(first.SiteOfAtom, again.SiteOfAtom);
        Assert.Equal(first.Structure.Positions, again.Structure.Positions);
        Assert.Equal(first.EwaldSpectrumEv, again.EwaldSpectrumEv);
        Assert.NotEqual(first.SiteOfAtom, other.SiteOfAtom);
    }

    [Fact]
    public void The_chosen_draw_is_the_lowest_of_the_ranked_energies()
    {
        VariantResult v = VariantBuilder.Build(Samples.Li3TiCl6, Request(2, 2, 2, 0.75, 0.125, draws: 400));
        Assert.Equal((1, 400, 400), (v.Rank, v.Draws, v.EwaldSpectrumEv.Count));
        Assert.Equal(v.EwaldSpectrumEv.Min(), v.EwaldEv!.Value, 6);
        Assert.True(v.EwaldSpectrumEv[^1] - v.EwaldSpectrumEv[0] > 1, "random draws differ by electron volts");
        Assert.InRange(v.MinCationDistanceA!.Value, 3.6, 3.7);
        int contacts = Assert.Single(v.ShortContacts).Count;
        VariantResult single = VariantBuilder.Build(Samples.Li3TiCl6, Request(2, 2, 2, 0.75, 0.125, draws: 1));
        Assert.True(contacts < Assert.Single(single.ShortContacts).Count, "ranking removes close Ti-Ti pairs");
    }

    [Fact]
    public void Ranked_results_differ_and_rise_in_energy()
    {
        IReadOnlyList<VariantResult> best = VariantBuilder.BuildRanked(Samples.Li3TiCl6, Request(1, 1, 2, 0.75, 0.125, draws: 200), 3);
        Assert.Equal(3, best.Select(v => string.Join(' ', v.SiteOfAtom)).Distinct().Count());
        Assert.True(best[0].EwaldEv <= best[1].EwaldEv + 1e-6 && best[1].EwaldEv <= best[2].EwaldEv + 1e-6);
    }

    [Fact]
    public void Every_atom_sits_on_a_site_of_its_parent_and_all_sites_are_listed()
    {
        VariantResult v = VariantBuilder.Build(Samples.Li3TiCl6, Request(2, 2, 2, 0.75, 0.125));
        Assert.Equal(24 * 8, v.Supercell.Sites.Count);
        Assert.Equal(v.SiteOfAtom.Length, v.SiteOfAtom.Distinct().Count());
        for (int i = 0; i < v.Structure.Count; i++)
        {
            SupercellSite site = v.Supercell.Sites[v.SiteOfAtom[i]];
            Assert.Equal(site.Position, v.Structure.Positions[i]);
            Assert.Contains(site.Species, s => s.Symbol == v.Structure.SpeciesOf(i));
            Assert.Contains(site.Index, v.Supercell.SitesOf(site.ParentSite));
        }
    }

    [Fact]
    public void Stacking_faults_keep_the_averages_without_close_titanium_pairs()
    {
        VariantResult v = VariantBuilder.Build(Samples.Li3TiCl6, Request(1, 1, 8, 0.75, 0.125, draws: 20) with { Disorder = DisorderModel.StackingFaults });
        Assert.Equal([48, 16, 96], v.Structure.CountsByType());
        Assert.Equal(12, v.Occupancies.Single(o => o is { Species: "Ti", Site: "2a" }).Atoms);
        Assert.Equal(4, v.Occupancies.Single(o => o is { Species: "Ti", Site: "4g" }).Atoms);
        Assert.Equal(0, Assert.Single(v.ShortContacts).Count);
    }

    [Fact]
    public void Stacking_faults_say_which_supercell_would_do()
    {
        var e = Assert.Throws<VariantException>(() => VariantBuilder.Build(Samples.Li3TiCl6, Request(2, 2, 2, 0.75, 0.125) with { Disorder = DisorderModel.StackingFaults }));
        Assert.Contains("8 layers along c", e.Mend);
    }

    [SkippableFact]
    public void Stacking_faults_are_refused_where_they_do_not_apply()
    {
        AverageStructure spinel = Cif.ReadFile(Samples.Data("structures", "obelix", "Li2MgCl4_dvn.cif"));
        var request = new VariantRequest("v", 1, 1, 1, new Dictionary<string, double>(), 5, 1) { Disorder = DisorderModel.StackingFaults };
        Assert.Contains("does not apply", Assert.Throws<VariantException>(() => VariantBuilder.Build(spinel, request)).Message);
    }

    [SkippableTheory]
    [InlineData("Li3InCl6_de5", 1, 1, 1, "Li6 In2 Cl12")]
    [InlineData("Li3InCl6_de5", 2, 2, 2, "Li48 In16 Cl96")]
    [InlineData("Li3YBr6_elz", 1, 1, 1, "Li6 Y2 Br12")]
    [InlineData("Li3YBr6_elz", 2, 2, 2, "Li48 Y16 Br96")]
    [InlineData("Li3YCl6_ei3", 1, 1, 1, "Li9 Y3 Cl18")]
    [InlineData("Li3YCl6_ei3", 1, 1, 2, "Li18 Y6 Cl36")]
    [InlineData("LiAlCl4_p81", 1, 1, 1, "Li4 Al4 Cl16")]
    [InlineData("Li2MgCl4_dvn", 1, 1, 1, "Li16 Mg8 Cl32")]
    [InlineData("Li2MnCl4_bjw", 1, 1, 1, "Li16 Mn8 Cl32")]
    [InlineData("Li2VCl4_yav", 1, 1, 1, "Li16 V8 Cl32")]
    [InlineData("Li2CrCl4_4kt", 1, 1, 1, "Li8 Cr4 Cl16")]
    [InlineData("Li3ErI6_9wf", 1, 1, 1, "Li12 Er4 I24")]
    public void Every_published_halide_becomes_a_neutral_variant(string file, int na, int nb, int nc, string formula)
    {
        AverageStructure parent = Cif.ReadFile(Samples.Data("structures", "obelix", file + ".cif"));
        VariantResult v = VariantBuilder.Build(parent, new VariantRequest(file, na, nb, nc, new Dictionary<string, double>(), 50, 1));
        Assert.Equal(formula, string.Join(' ', v.Counts.Select(c => c.Key + c.Value)));
        Assert.Equal(0, v.Counts.Sum(c => c.Value * v.Charges[c.Key]), 9);
        Assert.All(v.Occupancies, o => Assert.True(Math.Abs(o.Atoms - o.Target * o.Positions) < 1.01, $"{o}"));
        Assert.All(v.Occupancies.GroupBy(o => o.Site), g => Assert.True(g.Sum(o => o.Atoms) <= g.First().Positions));
        Assert.NotNull(v.EwaldEv);
    }

    [SkippableFact]
    public void Overfull_indium_is_renormalised_with_a_message()
    {
        AverageStructure parent = Cif.ReadFile(Samples.Data("structures", "obelix", "Li3InCl6_de5.cif"));
        VariantResult v = VariantBuilder.Build(parent, new VariantRequest("v", 2, 2, 2, new Dictionary<string, double>(), 5, 1));
        Assert.Contains("In: the occupancies give 16.24 atoms", Assert.Single(v.Messages));
    }

    [Theory]
    [InlineData("Ti@8j", "has no site 8j")]
    [InlineData("Xx@2a", "not of the form")]
    [InlineData("Ti", "not of the form")]
    public void A_wrong_key_names_the_sites_there_are(string key, string problem)
    {
        AverageStructure parent = Samples.Li3TiCl6 with { Sites = [.. Samples.Li3TiCl6.Sites.Take(5)] };
        var e = Assert.Throws<VariantException>(() => VariantBuilder.Build(parent, new VariantRequest("v", 1, 1, 1, new Dictionary<string, double> { [key] = 0.5 }, 1, 1)));
        Assert.Contains(problem, e.Problem);
        Assert.Contains("Ti@2a, Ti@4g, Li@4h", e.Mend);
    }

    [Fact]
    public void The_minority_site_is_an_input_and_the_host_gives_way_to_it()
    {
        var occupancy = new Dictionary<string, double> { ["Ti@2a"] = 0.75, ["Ti@4g"] = 0, ["Ti@4h"] = 0.125, ["Li@4g"] = 0.125 };
        VariantResult v = VariantBuilder.Build(Samples.Li3TiCl6, new VariantRequest("v", 2, 2, 2, occupancy, 20, 1));
        Assert.Equal([48, 16, 96], v.Structure.CountsByType());
        Assert.Equal(4, v.Occupancies.Single(o => o is { Species: "Ti", Site: "4h" }).Atoms);
        Assert.Equal(28, v.Occupancies.Single(o => o is { Species: "Li", Site: "4h" }).Atoms);
        Assert.Contains(v.Messages, m => m.Contains("give way", StringComparison.Ordinal));
    }

    [Fact]
    public void Aliovalent_doping_is_compensated_by_vacancies()
    {
        var occupancy = new Dictionary<string, double> { ["Ti@2a"] = 0.5, ["Ti@4g"] = 0, ["Zr@2a"] = 0.5, ["Li@4h"] = 0.8 };
        VariantResult v = VariantBuilder.Build(Samples.Li3TiCl6, new VariantRequest("v", 2, 2, 2, occupancy, 5, 1));
        Assert.Equal("Li40 Ti8 Zr8 Cl96", string.Join(' ', v.Counts.Select(c => c.Key + c.Value)));
    }

    [Fact]
    public void A_charge_that_nothing_can_compensate_is_refused()
    {
        var occupancy = new Dictionary<string, double> { ["Ti@2a"] = 0.5, ["Ti@4g"] = 0 };
        var request = new VariantRequest("v", 1, 1, 1, occupancy, 1, 1) { OxidationStates = new Dictionary<string, double> { ["Ti"] = 5 } };
        Assert.Contains("No neutral composition", Assert.Throws<VariantException>(() => VariantBuilder.Build(Samples.Li3TiCl6, request)).Message);
    }

    [SkippableTheory]
    [InlineData("Li2CrCl4_4kt", "Cr", 2)]
    [InlineData("Li2VCl4_yav", "V", 2)]
    public void Elements_with_several_states_take_the_neutral_one_and_say_so(string file, string element, double charge)
    {
        AverageStructure parent = Cif.ReadFile(Samples.Data("structures", "obelix", file + ".cif"));
        var messages = new List<string>();
        Assert.Equal(charge, OxidationStates.Resolve(parent.Composition, parent, null, messages)[element]);
        Assert.Contains($"{element} is taken as +2", Assert.Single(messages));
    }

    [Fact]
    public void An_ordered_structure_passes_through_as_one_draw()
    {
        VariantResult v = VariantBuilder.Build(Samples.Li3TiCl6, Request(2, 2, 2, 0.75, 0.125));
        AverageStructure parent = AverageStructure.FromOrdered(v.Structure, "ordered");
        VariantResult again = VariantBuilder.Build(parent, new VariantRequest("v", 1, 1, 1, new Dictionary<string, double>(), 100, 1));
        Assert.Equal(1, again.Draws);
        Assert.Equal(v.EwaldEv!.Value, again.EwaldEv!.Value, 6);
        Assert.Equal(v.Structure.Types, again.Structure.Types);
    }
}
