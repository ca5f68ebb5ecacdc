using System.Runtime.InteropServices;
using Campaign.Actors.Operations;
using Campaign.Actors.Operations.Results;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Specs;

namespace Campaign.Cli.Report.Assembly;

/// <summary>From the results of a campaign's tasks to what the report shows.</summary>
public static class ReportBuilder
{
    /// <param name="course">How the campaign went: stages, costs, what is missing.</param>
    public static ReportModel Build(ReportParameters p, ReportInputs inputs, CampaignCourse course, DateTimeOffset now)
    {
        var transport = new TransportAssembly(inputs);
        var barriers = new BarrierAssembly(inputs);
        var potential = new PotentialAssembly(inputs, p.MaxForceErrorRatio);
        IReadOnlyDictionary<string, string> programs = LabelNotes.Programs(inputs);
        IReadOnlyList<Sourced<VariantSummary>> variants = [.. inputs.Read<VariantSummary>("structures", Slots.Summary)];
        return new ReportModel
        {
            Campaign = p.CampaignName,
            GeneratedAt = now,
            Material = variants.Count > 0 ? Formula(variants[0].Value.Counts) : null,
            Mobile = p.Mobile,
            Levels = [.. p.Levels.Select(l => new LevelOfTheory(l.Name, programs.TryGetValue(l.Name, out string? program) ? $"{l.Labels} ({program})" : l.Labels, l.StandIn))],
            Stages = course.Stages,
            Structures = [.. variants.Select(Variant)],
            Pictures = [.. PictureAssembly.Of(p, inputs)],
            Lattice = [.. inputs.Read<RelaxSummary>("relax", Slots.Summary).Select(r => Lattice(r, p.Reference))],
            Potential = potential.Rows,
            Relabelled = RelabelAssembly.Rows(inputs) is { Count: > 0 } relabelled ? relabelled : null,
            Parity = potential.Parity,
            LearningCurves = potential.LearningCurves,
            Rdf = potential.Rdf,
            Msd = transport.Curves,
            Transport = transport.Points,
            Arrhenius = transport.Fits,
            MethodBlank = [.. transport.Blank(), .. barriers.Blank()],
            Neb = barriers.Rows,
            Experiment = p.Reference.Sigma300MsPerCm is null && p.Reference.ActivationEnergyEv is null
                ? null
                : new ExperimentReference(p.Reference.Sigma300MsPerCm, p.Reference.ActivationEnergyEv, p.Reference.Source),
            Cost = course.Costs,
            Hardware = FormattableString.Invariant($"{Environment.ProcessorCount} cores ({RuntimeInformation.OSArchitecture}), {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30)} GiB memory"),
            Settings = [.. (p.Settings ?? []).Select(s => new SettingRow(s.Name, s.Value, Origin(s.Origin)))],
            Notes = [.. course.Changes, .. p.Notes, .. Grouped([.. LabelNotes.Of(inputs), .. potential.Notes, .. transport.Notes, .. barriers.Notes])],
            Missing = course.Missing,
            Software = [new SoftwareRow("Campaign", Versions.Campaign), new SoftwareRow(".NET", Environment.Version.ToString())],
            Provenance = [.. inputs.All.Select(e => new ArtifactRow($"{e.Task}: {e.Output}", e.File.Artifact.Sha256, e.File.Artifact.Kind, e.File.Artifact.Bytes))],
        };
    }

    private static string Origin(SettingOrigin origin) => origin switch
    {
        SettingOrigin.File => "campaign file",
        SettingOrigin.CommandLine => "--set",
        _ => "default of the program",
    };

    private static VariantRow Variant(Sourced<VariantSummary> v) => new(
        v.Value.Name, v.Value.Atoms, v.Value.Supercell, v.Value.KMesh, [.. v.Value.Counts.Select(c => new ElementCount(c.Key, c.Value))],
        [.. v.Value.Occupancies.Select(o => new OccupancyRow(o.Species, o.Site, o.Target, o.Achieved))],
        v.Value.MinCationDistanceA, v.Value.EwaldEv, v.Value.Rank, v.Value.Draws,
        [.. v.Value.Messages, .. v.Value.ShortContacts.Where(c => c.Count > 0).Select(c => FormattableString.Invariant($"{c.Count} {c.Species}-{c.Species} pairs closer than {c.LimitA:0.0} Å ({v.Value.Disorder})."))],
        v.Source);

    private static LatticeRow Lattice(Sourced<RelaxSummary> r, ReportReference reference)
    {
        ReferenceLattice? given = reference.Lattices.FirstOrDefault(l => l.Variant == r.Value.Variant) ?? reference.Lattices.FirstOrDefault(l => l.Variant is null);
        Q Exact(double value, string unit) => Q.Exact(value, unit, r.Source);
        return new LatticeRow(
            r.Value.Variant, r.Value.Level, Exact(r.Value.A, "Å"), Exact(r.Value.B, "Å"), Exact(r.Value.C, "Å"), Exact(r.Value.BetaDeg, "°"), Exact(r.Value.VolumeA3, "Å³"),
            given is null ? null : new LatticeReference(
                given.Label, given.A, given.B, given.C, given.BetaDeg, given.VolumeA3(), given.AlphaDeg, given.GammaDeg),
            Exact(r.Value.AlphaDeg, "°"), Exact(r.Value.GammaDeg, "°"));
    }

    /// <summary>What is to be said of several results is said once, with all their names.</summary>
    private static IEnumerable<string> Grouped(IEnumerable<(string Where, string What)> notes) =>
        notes.GroupBy(n => n.What).Select(g => $"{string.Join("; ", g.Select(n => n.Where).Distinct())}: {g.Key}");

    /// <summary>Counts over their greatest common divisor: Li3TiCl6 for Li48 Ti16 Cl96.</summary>
    private static string Formula(IReadOnlyDictionary<string, int> counts)
    {
        int divisor = counts.Values.Aggregate(0, Gcd);
        return string.Concat(counts.Where(c => c.Value > 0).Select(c => c.Key + (c.Value == divisor ? "" : FormattableString.Invariant($"{c.Value / divisor}"))));
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
