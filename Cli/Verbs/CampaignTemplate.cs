using System.Globalization;
using System.Text;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Cli.Verbs;

/// <summary>The text of a campaign file for a structure: what the structure gives is filled in, the rest is explained.</summary>
internal static class CampaignTemplate
{
    /// <summary>A name that can be part of task ids.</summary>
    public static string NameOf(string path)
    {
        string name = new([.. Path.GetFileNameWithoutExtension(path).ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
        name = name.Trim('-');
        return name.Length == 0 ? "campaign" : name[..Math.Min(name.Length, 30)];
    }

    /// <exception cref="VariantException">A requested occupancy is impossible.</exception>
    public static string Write(AverageStructure s, string structurePath, string folder, string mobile, IReadOnlyList<IReadOnlyDictionary<string, double>> requests)
    {
        var t = new StringBuilder();
        string name = NameOf(structurePath);
        var messages = new List<string>();
        IReadOnlyDictionary<string, double> charges = OxidationStates.Resolve(s.Composition, s, null, messages);
        t.AppendLine($"# A campaign for {OneLine(s.Name)}. Every key that is left out has a default; `campaign validate` lists them.");
        t.AppendLine("# Units stand in the names: eV, Å, fs or ps, K.");
        t.AppendLine("#");
        t.AppendLine($"# Sites of the structure{(s.SpaceGroup is null ? "" : $" ({OneLine(s.SpaceGroup)})")}:");
        for (int i = 0; i < s.Sites.Count && i < 60; i++)
            t.AppendLine($"#   {s.SiteName(i),-6} x{s.Sites[i].Multiplicity,-3} {string.Join(", ", s.Sites[i].Species.Select(x => $"{x.Symbol} {Text(x.Occupancy)}"))}");
        foreach (string message in messages.Concat(s.Messages))
            t.AppendLine($"#   {OneLine(message)}");
        t.AppendLine();
        t.AppendLine($"campaign: {name}");
        t.AppendLine("seed: 1");
        t.AppendLine();
        t.AppendLine("material:");
        t.AppendLine($"  structure: {Quote(Path.GetRelativePath(folder, Path.GetFullPath(structurePath)))}");
        t.AppendLine($"  mobile: {mobile}");
        t.AppendLine($"  oxidationStates: {{ {string.Join(", ", charges.Select(c => $"{c.Key}: {Text(c.Value)}"))} }}");
        t.AppendLine("  variants:");
        for (int i = 0; i < requests.Count; i++)
            Variant(t, s, requests[i], requests.Count == 1 ? "v1" : $"v{i + 1}", i + 1);
        t.AppendLine();
        Levels(t, s, folder);
        t.Append(Rest(s, mobile, charges));
        return t.ToString().ReplaceLineEndings("\n");
    }

    private static void Variant(StringBuilder t, AverageStructure s, IReadOnlyDictionary<string, double> request, string name, int seed)
    {
        var targets = new List<(int, double)>();
        for (int i = 0; i < s.Sites.Count; i++)
            foreach (SiteSpecies x in s.Sites[i].Species)
            {
                double wanted = request.Where(r => r.Key.StartsWith(x.Symbol + "@", StringComparison.Ordinal) && s.Sites[i].Answers(r.Key[(x.Symbol.Length + 1)..])).Select(r => r.Value).DefaultIfEmpty(x.Occupancy).First();
                targets.Add((s.Sites[i].Multiplicity, wanted));
            }
        SupercellProposal cell = SupercellProposal.For(s, targets);
        VariantResult built = VariantBuilder.Build(s, new VariantRequest(name, cell.Na, cell.Nb, cell.Nc, request, 1, 1));
        SiteOccupancy[] partial = [.. built.Occupancies.Where(o => (o.Target is > 1e-9 and < 1 - 1e-9) || o.Achieved is > 1e-9 and < 1 - 1e-9)];
        t.AppendLine($"    # {cell.Na}x{cell.Nb}x{cell.Nc} cells, {built.Structure.Count} atoms, k-mesh {built.KMesh} at 0.15 1/Å; {(partial.Length == 0 ? "the structure is ordered." : cell.WorstDeviation == 0 ? "holds the occupancies exactly:" : "nearest cell of up to 360 atoms:")}");
        foreach (SiteOccupancy o in partial)
            t.AppendLine($"    #   {o.Species}@{o.Site}: {o.Atoms} of {o.Positions}{(Math.Abs(o.Target - o.Achieved) > 1e-6 ? $" (wanted {Text(Math.Round(o.Target, 6))}, got {Text(Math.Round(o.Achieved, 6))})" : "")}");
        foreach (string message in built.Messages.Except(s.Messages))
            t.AppendLine($"    #   {OneLine(message)}");
        string occupancy = string.Join(", ", partial.Select(o => $"{o.Species}@{o.Site}: {Text((double)o.Atoms / o.Positions)}"));
        t.AppendLine($"    - {{ name: {name}, supercell: [{cell.Na}, {cell.Nb}, {cell.Nc}]{(partial.Length > 0 ? $", occupancy: {{ {occupancy} }}, draws: 200, seed: {seed}" : ", draws: 1")} }}");
    }

    private static void Levels(StringBuilder t, AverageStructure s, string folder)
    {
        t.AppendLine("levels:                     # levels of theory; every label belongs to exactly one");
        if (FindIonicModel(s) is { } potential)
        {
            t.AppendLine("  # An analytic stand-in for DFT: runs here and now, but its numbers are not comparable with experiment.");
            t.AppendLine($"  ionic: {{ engine: builtin, potential: {Quote(Path.GetRelativePath(folder, potential))} }}");
        }
        else
        {
            t.AppendLine("  # No shipped analytic model covers these species. Fit one (config/potentials shows the form) or use DFT.");
            t.AppendLine("  pbe: { engine: vasp, functional: PBE, encutEv: 520, spin: true }");
        }
        t.AppendLine();
    }

    private static string? FindIonicModel(AverageStructure s)
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            string folder = Path.Combine(d.FullName, "config", "potentials");
            if (Directory.Exists(folder))
                return Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal)
                    .FirstOrDefault(f => IonicModelFile.IsIonic(File.ReadAllText(f)) && !s.Composition.Keys.Except(IonicModelFile.Read(f).TypeMap).Any());
        }
        return null;
    }

    private static string Rest(AverageStructure s, string mobile, IReadOnlyDictionary<string, double> charges)
    {
        LatticeParameters p = LatticeParameters.Of(s.Cell);
        return $$"""
            relax: { maxForceEvPerA: 0.01 }

            aimd:                       # labels: dynamics at the level of theory
              temperaturesK: [300, 600, 850]        # must cover those of dlmd
              strains: [-0.03, 0.03]
              timeStepFs: 2
              lengthPs: 10
              frameStrideFs: 40

            train:                      # DeepPot-SE
              preset: small             # or seed: 32-64-128 and 256-256-256
              network: { rcutA: 7.0 }   # equal to the cutoff of the analytic model, if that is the teacher
              steps: 4000

            dlmd:                       # production runs with the trained potential
              temperaturesK: [640, 680, 720, 760, 800, 840]
              timeStepFs: 2
              lengthPs: 30

            transport: { charge: {{Text(charges[mobile])}}, frame: host }

            neb:
              directions: [[1, 1, 0], [1, 0, 1], [1, 0, 0], [0, 1, 0]]
              layerNormal: c

            reference:
              lattice: { label: structure file, a: {{Text(Math.Round(p.A, 4))}}, b: {{Text(Math.Round(p.B, 4))}}, c: {{Text(Math.Round(p.C, 4))}}, {{Angles(p)}} }

            limits: { coreHours: 100 }  # run refuses a plan above it

            """;
    }

    /// <summary>β, and α and γ where they are not right angles.</summary>
    private static string Angles(LatticeParameters p) => string.Join(", ",
        new[] { ("alpha", p.AlphaDeg), ("beta", p.BetaDeg), ("gamma", p.GammaDeg) }
            .Where(a => a.Item1 == "beta" || Math.Abs(a.Item2 - 90) > 1e-3)
            .Select(a => $"{a.Item1}: {Text(Math.Round(a.Item2, 3))}"));

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string OneLine(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);

    private static string Quote(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-') ? path : $"\"{path.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
