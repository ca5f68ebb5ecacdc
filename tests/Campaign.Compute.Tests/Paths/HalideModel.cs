using Campaign.Compute.Paths;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Tests.Paths;

/// <summary>The ideal C2/m halide: Ti on 2a, Li on 4h and 2d, empty 4g in the Ti layer; 2x2x2 conventional cells.</summary>
internal static class HalideModel
{
    public static readonly (int, int, int) Repeats = (2, 2, 2);

    private static readonly Cell Parent = Cell.FromParameters(6.350, 10.89, 6.353, 90, 110.1, 90);

    private static readonly (string Label, string? Species, Vec3[] Positions)[] Orbits =
    [
        ("2a", "Ti", [new(0, 0, 0)]),
        ("4g", null, [new(0, 1.0 / 3, 0), new(0, -1.0 / 3, 0)]),
        ("4h", "Li", [new(0, 1.0 / 6, 0.5), new(0, -1.0 / 6, 0.5)]),
        ("2d", "Li", [new(0, 0.5, 0.5)]),
        ("4i", "Cl", [new(0.242, 0, 0.765), new(-0.242, 0, -0.765)]),
        ("8j", "Cl", [new(0.240, 0.159, 0.237), new(-0.240, 0.159, -0.237), new(-0.240, -0.159, -0.237), new(0.240, -0.159, 0.237)]),
    ];

    /// <summary>Every parent site of the supercell, in fractions of it.</summary>
    public static IReadOnlyList<(string Label, Vec3 Fractional)> Sites { get; } = [.. Expand().Select(s => (s.Label, s.Fractional))];

    public static ParentFrame Frame { get; } = ParentFrame.InSupercell(Parent.Repeated(2, 2, 2), Repeats, layerAxis: 2, layersPerCell: 2);

    public static Structure Supercell()
    {
        string[] types = ["Li", "Ti", "Cl"];
        Cell cell = Parent.Repeated(2, 2, 2);
        (string Label, string? Species, Vec3 Fractional)[] atoms = [.. Expand().Where(s => s.Species is not null)];
        return new Structure(cell, types, [.. atoms.Select(a => Array.IndexOf(types, a.Species))], [.. atoms.Select(a => cell.ToCartesian(a.Fractional))]);
    }

    /// <summary>The parent as a disordered structure: metal and vacancies share 2a and 4g.</summary>
    public static AverageStructure AverageStructure()
    {
        SymmetryOperation[] operations =
        [
            .. new[] { "x,y,z", "-x,y,-z", "-x,-y,-z", "x,-y,z", "x+1/2,y+1/2,z", "-x+1/2,y+1/2,-z", "-x+1/2,-y+1/2,-z", "x+1/2,-y+1/2,z" }
                .Select(t => SymmetryOperation.TryParse(t, out SymmetryOperation o) ? o : throw new FormatException(t)),
        ];
        AverageSite[] sites =
        [
            .. Orbits.Select(o => new AverageSite(
                o.Label, o.Label[1..], [new SiteSpecies(o.Species ?? "Ti", o.Label is "2a" or "4g" ? 0.5 : 1, null, o.Label)],
                SiteOrbit.Expand(o.Positions[0], operations, Parent))),
        ];
        return new AverageStructure("halide", Parent, sites, operations, "C2/m", []);
    }

    private static IEnumerable<(string Label, string? Species, Vec3 Fractional)> Expand()
    {
        foreach ((string label, string? species, Vec3[] positions) in Orbits)
            foreach (Vec3 p in positions)
                foreach (Vec3 centring in new Vec3[] { Vec3.Zero, new(0.5, 0.5, 0) })
                    for (int i = 0; i < 8; i++)
                        yield return (label, species, 0.5 * (p + centring + new Vec3(i & 1, (i >> 1) & 1, i >> 2)));
    }
}
