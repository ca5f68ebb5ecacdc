using Campaign.Workflows.Planning;
using static System.FormattableString;

namespace Campaign.Workflows.Specs.Physics;

/// <summary>Production runs: temperatures, time step, size, statistics.</summary>
internal static class DynamicsRules
{
    /// <summary>Trajectories for labels beyond this are a unit mistaken, or a waste.</summary>
    private const double LongLabelsPs = 500;

    private const double LongRunPs = 100_000;

    private const double MostRuns = 20_000;

    /// <summary>Occupancies this near each other are one sample, rounded.</summary>
    private const double SampleRounding = 0.02;

    public static IEnumerable<SpecProblem> Check(RuleContext c)
    {
        if (c.Spec.Aimd is { } aimd)
        {
            foreach (SpecProblem p in Integrator(c, "aimd", aimd.TimeStepFs, aimd.DampingFs))
                yield return p;
            if (aimd.LengthPs > LongLabelsPs)
                yield return c.Warn("lengthLong", "aimd.lengthPs", Invariant($"{aimd.LengthPs} ps are {aimd.LengthPs * 1000 / aimd.TimeStepFs:0} steps per trajectory; labels usually take 5 to 50 ps."), Invariant($"Lengths are in ps: if {aimd.LengthPs} fs are meant, write {aimd.LengthPs / 1000}."));
            if (aimd.Thermostat == "langevin")
                yield return c.Warn("langevinFriction", "aimd.thermostat", Invariant($"Langevin friction of {1000 / aimd.DampingFs:0.#}/ps (1/dampingFs) damps the motion it drives: it is for sampling configurations only, and no diffusion may be read from these runs."),
                    "Use thermostat: nose where the trajectory itself matters.");
        }
        if (c.Spec.Transport.Frame != Operations.ReferenceFrame.Host && c.Facts.MobileOverHostMass is { } ratio)
            yield return c.Warn("frameNotHost", "transport.frame", Invariant($"In the {c.Spec.Transport.Frame.ToString().ToLowerInvariant()} frame the host recoils: with {c.Spec.Material.Mobile} weighing {ratio:0.000} of the host, D_total comes out at 1/(1 + {ratio:0.000})² = {1 / ((1 + ratio) * (1 + ratio)):0.000} of its value."),
                "Write frame: host; conductivity is measured against the lattice.");
        if (c.Spec.Dlmd is not { } d)
            yield break;
        foreach (SpecProblem p in Integrator(c, "dlmd", d.TimeStepFs, d.DampingFs).Concat(Temperatures(c, d)))
            yield return p;
        if (d.LengthPs > LongRunPs)
            yield return c.Warn("lengthLong", "dlmd.lengthPs", Invariant($"{d.LengthPs} ps are {d.LengthPs * 1000 / d.TimeStepFs:0} steps per temperature."), Invariant($"Lengths are in ps: if {d.LengthPs} fs are meant, write {d.LengthPs / 1000}."));
        int cells = d.Fresh is { } f
            ? f.Supercell[0] * f.Supercell[1] * f.Supercell[2]
            : d.Repeat[0] * d.Repeat[1] * d.Repeat[2];
        foreach (string name in d.Variants)
        {
            VariantSpec v = c.Spec.Variant(name);
            int unit = d.Fresh is null ? cells * v.Supercell[0] * v.Supercell[1] * v.Supercell[2] : cells;
            double atoms = c.Facts.AtomsPerCell * unit;
            if (d.Atoms is { } expected && Math.Abs(atoms - expected) > 0.5)
                yield return c.Warn("atomsMismatch", "dlmd.atoms", Invariant($"{unit} unit cells of {c.Facts.AtomsPerCell:0.##} atoms make {atoms:0} atoms for '{name}', not {expected}."),
                    $"{expected} atoms need {expected / c.Facts.AtomsPerCell:0.##} unit cells: change repeat or fresh.supercell, or atoms.");
            foreach ((string key, double target) in d.Fresh is { Occupancy.Count: > 0 } asked ? asked.Occupancy : v.Occupancy)
                if (key.Split('@') is [var element, var site] && c.Facts.Sites.TryGetValue(site, out SiteFacts? facts) && facts.Occupancy.TryGetValue(element, out double measured)
                    && Math.Abs(measured - target) is > 1e-4 and < SampleRounding && c.Facts.SiteMultiplicities[site] * unit is var places && Math.Abs(measured * places - Math.Round(measured * places)) < 1e-6)
                    yield return c.Warn("sampleRounded", "dlmd.variants", Invariant($"The box has {element}@{site} = {target}, the structure file {measured}: a difference smaller cells force, but {places} positions hold {measured * places:0} atoms exactly."),
                        "Use dlmd.fresh with the structure's own occupancies, or say by name which composition was computed.");
            if (d.Fresh is null && cells > 1 && v.Occupancy.Count > 0)
                yield return c.Warn("tiledDisorder", "dlmd.repeat",
                    Invariant($"{cells} copies of one configuration keep a period of {string.Join(" x ", v.Supercell.Zip(c.Facts.WidthsA, (n, w) => Invariant($"{n * w:0.0}")))} Å in the cation order of '{name}'; the box is larger, the disorder is not."),
                    "Use dlmd.fresh with new draws at full size.");
        }
        double runs = (double)d.Variants.Count * d.TemperaturesK.Count * d.Replicas * (d.Fresh?.Configurations ?? 1) * c.Spec.Levels.Count;
        if (runs > MostRuns)
            yield return c.Error("tooManyRuns", "dlmd.replicas", Invariant($"{d.Variants.Count} variants, {d.TemperaturesK.Count} temperatures, {d.Replicas} replicas, {d.Fresh?.Configurations ?? 1} configurations and {c.Spec.Levels.Count} levels make {runs:0} runs; at most {MostRuns} can be planned."),
                "Take fewer replicas or configurations; 3 to 10 give an error bar.");
        int independent = d.Replicas * (d.Fresh?.Configurations ?? 1);
        if (independent == 1)
        {
            const string message = "One run of one configuration per temperature: the error bar covers sampling in time, not disorder.";
            const string mend = "Use replicas, fresh.configurations or several variants (3 or more) where the number matters.";
            yield return c.Spec.Levels.All(l => l.IsStandIn)
                ? c.Note("singleConfiguration", "dlmd.replicas", message, mend)
                : c.Warn("singleConfiguration", "dlmd.replicas", message, mend);
        }
    }

    private static IEnumerable<SpecProblem> Integrator(RuleContext c, string section, double timeStepFs, double dampingFs)
    {
        if (timeStepFs > 2)
            yield return c.Warn("timeStepLong", $"{section}.timeStepFs", Invariant($"A step of {timeStepFs} fs samples a Li-Cl vibration (about 10 THz, 100 fs) less than 50 times."), "Use 1 fs, at most 2 fs, and look at the conserved quantity.");
        if (dampingFs < 20 * timeStepFs)
            yield return c.Warn("dampingShort", $"{section}.dampingFs", Invariant($"A damping of {dampingFs} fs is only {dampingFs / timeStepFs:0.#} steps; the thermostat fights the dynamics."), Invariant($"Use about {50 * timeStepFs} fs or more."));
    }

    private static IEnumerable<SpecProblem> Temperatures(RuleContext c, DlmdSpec d)
    {
        double[] t = [.. d.TemperaturesK.Order()];
        if (t.Length < 3)
            yield return c.Warn("fewTemperatures", "dlmd.temperaturesK", $"{t.Length} temperatures cannot show whether the Arrhenius line is straight.", "Give at least 4.");
        if (t.Length < 5)
            yield break;
        double step = (t[^1] - t[0]) / (t.Length - 1);
        double[] regular = [.. t.Select((_, i) => t[0] + i * step)];
        int[] odd = [.. Enumerable.Range(0, t.Length).Where(i => Math.Abs(t[i] - regular[i]) > 0.25 * step)];
        int exact = Enumerable.Range(0, t.Length).Count(i => Math.Abs(t[i] - regular[i]) < 1e-6);
        if (odd.Length == 1 && exact == t.Length - 1)
        {
            const double trueEv = 0.29;
            yield return c.Warn("temperatureIrregular", $"dlmd.temperaturesK[{d.TemperaturesK.ToList().IndexOf(t[odd[0]])}]",
                Invariant($"All temperatures are {step:0.##} K apart except {t[odd[0]]} K, where {regular[odd[0]]:0.##} K would be regular. If data of {regular[odd[0]]:0.##} K are labelled {t[odd[0]]} K, a true activation energy of {trueEv:0.0000} eV reads {Mislabelled(regular, t, trueEv):0.0000} eV."),
                Invariant($"Check the source; a misprint for {regular[odd[0]]:0.##} K is likely."));
        }
    }

    /// <summary>Activation energy fitted when the data belong to other temperatures than the labels say.</summary>
    private static double Mislabelled(double[] trueK, double[] labelK, double energyEv)
    {
        double mx = labelK.Average(t => 1 / t), my = trueK.Average(t => -energyEv / t);
        return -labelK.Zip(trueK, (l, t) => (1 / l - mx) * (-energyEv / t - my)).Sum() / labelK.Sum(l => (1 / l - mx) * (1 / l - mx));
    }
}
