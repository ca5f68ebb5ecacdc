using static System.FormattableString;

namespace Campaign.Workflows.Specs.Physics;

/// <summary>Network, schedule and data of the potential.</summary>
internal static class TrainingRules
{
    private const int FewPlateaus = 20;

    public static IEnumerable<SpecProblem> Check(RuleContext c)
    {
        if (c.Spec.Train is not { } train || c.Spec.Aimd is not { } aimd)
            yield break;
        double plateaus = (double)train.Steps / train.LearningRate.DecaySteps;
        if (plateaus < FewPlateaus && train.LearningRate.Stop < train.LearningRate.Start)
        {
            double rate = Math.Exp(Math.Log(train.LearningRate.Stop / train.LearningRate.Start) / plateaus);
            int count = (int)Math.Ceiling(plateaus);
            yield return c.Warn("learningRatePlateaus", "train.learningRate.decaySteps",
                Invariant($"The learning rate is a staircase of {count} plateau{(count == 1 ? "" : "s")}: {train.LearningRate.Start:0.###e+0} for steps 0-{Math.Min(train.LearningRate.DecaySteps, train.Steps) - 1}{(count > 1 ? Invariant($", then {train.LearningRate.Start * rate:0.###e+0}") : "")} (factor {rate:0.####} each). Most of the run trains at a rate that is too high or hardly trains."),
                Invariant($"Give decaySteps of about {Math.Max(1, train.Steps / 200)}, or more steps ({train.LearningRate.DecaySteps * 200L} would make the factor {Math.Pow(train.LearningRate.Stop / train.LearningRate.Start, 1.0 / 200):0.#####})."));
        }
        double samplesPerVariant = aimd.TemperaturesK.Count + aimd.Strains.Count * aimd.StrainTemperaturesK.Count + aimd.VacancyTemperaturesK.Count;
        double frames = aimd.Variants.Count * samplesPerVariant * aimd.LengthPs * 1000 / Math.Max(aimd.FrameStrideFs, aimd.TimeStepFs) * (1 - c.Spec.Dataset.ValidationFraction - c.Spec.Dataset.TestFraction);
        double seen = (double)train.Steps * train.BatchFrames;
        if (frames > 0 && seen < frames)
            yield return c.Warn("framesNotSeen", "train.steps", Invariant($"{train.Steps} steps of {train.BatchFrames} frames see {seen:0} of about {frames:0} training frames ({100 * seen / frames:0.#} %)."),
                "Train longer, take larger batches, or space the frames further apart.");
        if (c.Spec.Reference.TrainingSamples is { } samples)
        {
            double atoms = c.Spec.Material.Variants.Select(v => c.Facts.AtomsPerCell * v.Supercell[0] * v.Supercell[1] * v.Supercell[2]).DefaultIfEmpty(1).Min();
            yield return c.Warn("samplesUnitUnknown", "reference.trainingSamples",
                Invariant($"{samples:0} samples of what? As frames, {seen:0} frame visits see at most {100 * seen / samples:0.##} % of them; as atomic environments they are {samples / atoms:0} frames of {atoms:0} atoms."),
                "State frames, atoms per frame and batch size; the report does.");
        }
        if (aimd.TemperaturesK.Count > 0 && c.Spec.Dlmd is { TemperaturesK.Count: > 0 } dlmd)
        {
            double low = aimd.TemperaturesK.Min(), high = aimd.TemperaturesK.Max();
            double[] outside = [.. dlmd.TemperaturesK.Where(t => t < low || t > high)];
            if (outside.Length > 0)
                yield return c.Warn("outsideTraining", "dlmd.temperaturesK", Invariant($"The potential is trained from {low} to {high} K but used at {string.Join(", ", outside.Select(t => Invariant($"{t}")))} K."),
                    "Sample at or beyond the production temperatures, or leave them out.");
        }
        foreach (LevelSpec level in c.Spec.Levels)
            if (c.Facts.TeacherCutoffsA.TryGetValue(level.Name, out double cutoff) && Math.Abs(cutoff - train.Network.RcutA) > 1e-9)
                yield return c.Warn("descriptorCutoff", "train.network.rcutA",
                    Invariant($"The descriptor sees {train.Network.RcutA} Å, the forces of level '{level.Name}' reach {cutoff} Å; {(train.Network.RcutA < cutoff ? "what lies between is noise to the network" : "the shell between only costs time")}."),
                    Invariant($"Write rcutA: {cutoff}."));
        if (train.Loss is { VirialStart: 0, VirialLimit: 0 })
        {
            string message = Invariant($"The virial prefactors are 0: the potential learns no stress{(aimd.Strains.Count > 0 ? Invariant($", though {aimd.Strains.Count} strains are sampled for it") : "")}. Runs at fixed cell are not touched, but a cell relaxed or a pressure read with it means nothing.");
            const string mend = "Write virialStart: 0.02, virialLimit: 1; the labels must then hold stress (ISIF of 2 or 3 in VASP's dynamics, whose default of 0 computes none).";
            yield return aimd.Strains.Count > 0 ? c.Warn("stressNotTrained", "train.loss", message, mend) : c.Note("stressNotTrained", "train.loss", message, mend);
        }
        double rcut = train.Network.RcutA;
        (string Name, double WidthA)[] narrow = [.. c.Spec.Material.Variants.Select(v => (v.Name, v.Supercell.Zip(c.Facts.WidthsA, (n, w) => n * w).Min())).Where(v => v.Item2 < 2 * rcut)];
        (string Name, double WidthA)[] below = [.. narrow.Where(n => n.WidthA < rcut && c.Spec.Variant(n.Name).Carry)]; // what is only relaxed has no hops
        if (below.Length > 0)
        {
            string message = Invariant($"The cells of {string.Join(", ", below.Select(n => n.Name))} are {below.Min(n => n.WidthA):0.0} Å wide, less than the cutoff of {rcut} Å: an atom lies within the cutoff of its own image, so hops along that direction move in step and their barriers and diffusion are not those of a single ion.");
            string mend = Invariant($"Take a supercell at least {2 * rcut:0.#} Å wide.");
            yield return c.Warn("cellBelowCutoff", "material.variants", message, mend);
        }
        else if (narrow.Length > 0)
            yield return c.Note("cellBelowTwiceCutoff", "material.variants",
                Invariant($"The cells of {string.Join(", ", narrow.Select(n => n.Name))} are {narrow.Min(n => n.WidthA):0.0} Å wide, less than twice the cutoff of {rcut} Å: atoms see their own images. Energies and forces are exact (images are explicit), but such motion is correlated."),
                "Compare with a larger cell where finite-size effects matter.");
    }
}
