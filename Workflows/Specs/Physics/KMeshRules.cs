using static System.FormattableString;

namespace Campaign.Workflows.Specs.Physics;

/// <summary>Reciprocal-space meshes of electronic levels against the cells they are for.</summary>
internal static class KMeshRules
{
    /// <summary>Spacing in 1/Å, 2π included, beyond which forces of these salts are not converged.</summary>
    private const double CoarsePerA = 0.4;

    private const double Uneven = 2;

    public static IEnumerable<SpecProblem> Check(RuleContext c)
    {
        if (c.Spec.Levels.All(l => l.IsStandIn))
            yield break;
        for (int i = 0; i < c.Spec.Material.Variants.Count; i++)
        {
            VariantSpec v = c.Spec.Material.Variants[i];
            if (v.KMesh is { } mesh)
                foreach (SpecProblem p in Mesh(c, v, mesh, $"material.variants[{i}].kMesh", even: true))
                    yield return p;
        }
        if (c.Spec.Aimd is { KMesh: { } labels } aimd)
            foreach (SpecProblem p in aimd.Variants.Select(c.Spec.Variant).SelectMany(v => Mesh(c, v, labels, "aimd.kMesh", even: false)).Take(1))
                yield return p;
        if (c.Spec.Neb is { KMesh: { } barriers } neb)
            foreach (SpecProblem p in neb.Variants.Select(c.Spec.Variant).SelectMany(v => Mesh(c, v, barriers, "neb.kMesh", even: false)).Take(1))
                yield return p;
        if (c.Spec.Material.KSpacingPerA > CoarsePerA)
            yield return c.Warn("kMeshCoarse", "material.kSpacingPerA", Invariant($"A spacing of {c.Spec.Material.KSpacingPerA} 1/Å (2π included) leaves stress and forces unconverged; above {CoarsePerA} is coarse."), "Write 0.15 to 0.25.");
    }

    private static IEnumerable<SpecProblem> Mesh(RuleContext c, VariantSpec v, IReadOnlyList<int> mesh, string path, bool even)
    {
        double[] spacing = [.. mesh.Select((n, k) => 2 * Math.PI / (n * v.Supercell[k] * c.Facts.WidthsA[k]))];
        string words = string.Join(", ", spacing.Select(s => Invariant($"{s:0.000}")));
        int[] better = [.. v.Supercell.Select((n, k) => Math.Max(1, (int)Math.Ceiling(2 * Math.PI / (n * c.Facts.WidthsA[k] * 0.3))))];
        if (spacing.Max() > CoarsePerA)
            yield return c.Warn("kMeshCoarse", path, Invariant($"{string.Join("x", mesh)} on '{v.Name}' has a spacing of {words} 1/Å{(mesh.All(n => n == 1) ? " (the zone centre alone)" : "")}; forces and stress differ from those of the denser relaxation mesh."),
                $"Write [{string.Join(", ", better)}] or denser, so that labels and relaxation agree.");
        else if (even && spacing.Max() / spacing.Min() > Uneven)
            yield return c.Warn("kMeshUneven", path, Invariant($"{string.Join("x", mesh)} on '{v.Name}' ({string.Join("x", v.Supercell)} cells) has a spacing of {words} 1/Å, a factor {spacing.Max() / spacing.Min():0.0} apart."),
                "Give each direction points in inverse proportion to its length.");
    }
}
