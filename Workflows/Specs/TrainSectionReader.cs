using Campaign.Workflows.Operations;
using Campaign.Workflows.Specs.Reading;

namespace Campaign.Workflows.Specs;

/// <summary>The train section. A preset only changes which defaults are used for keys that are not written.</summary>
internal sealed class TrainSectionReader(SpecSection s)
{
    /// <summary>A network that trains in minutes on a laptop.</summary>
    private static readonly NetworkShape Small = new(7, 2, [8, 16, 32], 4, [32, 32, 32], TypeOneSide: true, "tanh");

    /// <summary>The network of the seed study.</summary>
    private static readonly NetworkShape Seed = new(7, 2, [32, 64, 128], 16, [256, 256, 256], TypeOneSide: false, "tanh");

    public TrainSpec Read(string site)
    {
        bool seed = s.Word("preset", "small", "small", "seed") == "seed";
        NetworkShape d = seed ? Seed : Small;
        SpecSection n = s.SectionOrEmpty("network");
        var network = new NetworkShape(
            n.Number("rcutA", d.RcutA, Bounds.CutoffA),
            n.Number("rcutSmoothA", d.RcutSmoothA, new Bounds(0.1, 20)),
            n.Integers("embedding", d.EmbeddingNeurons, 1, 4096),
            n.Integer("axis", d.AxisNeurons, 1, 4096),
            n.Integers("fitting", d.FittingNeurons, 1, 8192),
            n.Flag("typeOneSide", d.TypeOneSide),
            n.Word("activation", d.Activation, "tanh", "gelu", "relu", "softplus", "sigmoid"),
            n.Has("selMargin") ? n.Number("selMargin", NetworkShape.UsualSelMargin, new Bounds(1, 10)) : null);
        if (network.RcutSmoothA >= network.RcutA)
            n.Problem("rcutSmoothA", "The switch begins at or beyond the cutoff.", "Give a smaller rcutSmoothA than rcutA.");
        if (network.EmbeddingNeurons.Count > 0 && network.AxisNeurons > network.EmbeddingNeurons[^1])
            n.Problem("axis", $"{network.AxisNeurons} axis neurons are more than the last embedding layer has ({network.EmbeddingNeurons[^1]}).", "Give at most as many.");
        int descriptor = network.EmbeddingNeurons.LastOrDefault() * network.AxisNeurons;
        if (network.FittingNeurons.Count > 0 && (network.FittingNeurons[0] == descriptor || network.FittingNeurons[0] == 2 * descriptor))
            n.Problem("fitting", $"The fitting net begins as wide as the descriptor (embedding x axis = {descriptor}), or twice as wide, which is not supported.", "Give its first layer another width, or the network another axis.");
        n.RefuseUnknownKeys();

        int steps = s.Integer("steps", seed ? 1_000_000 : 4000, 1, 1_000_000_000);
        SpecSection lr = s.SectionOrEmpty("learningRate");
        var rate = new LearningRateSchedule(
            lr.Number("start", 1e-3, new Bounds(0, 1, OpenMin: true)),
            lr.Number("stop", seed ? 1e-8 : 1e-5, new Bounds(0, 1, OpenMin: true)),
            lr.Integer("decaySteps", seed ? 5000 : 40, 1, 1_000_000_000));
        if (rate.Stop > rate.Start)
            lr.Problem("stop", "The learning rate ends higher than it starts.", "Give stop below start.");
        lr.RefuseUnknownKeys();

        SpecSection p = s.SectionOrEmpty("loss");
        var loss = new LossPrefactors(
            p.Number("energyStart", 0.02, Bounds.NotNegative), p.Number("energyLimit", 1, Bounds.NotNegative),
            p.Number("forceStart", 1000, Bounds.NotNegative), p.Number("forceLimit", 1, Bounds.NotNegative),
            p.Number("virialStart", 0.02, Bounds.NotNegative), p.Number("virialLimit", 1, Bounds.NotNegative));
        p.RefuseUnknownKeys();

        var train = new TrainSpec(
            s.Word("engine", "builtin", "builtin", "deepmd"), s.Id("site", site), s.Integer("models", 1, 1, 100), network, steps, rate,
            s.Integer("batchFrames", 1, 1, 100_000), loss, CampaignSpecReader.Precision(s, seed ? "float64" : "float32"), s.Integer("threads", 1, 1, 1024),
            s.Integer("checkpointEverySteps", Math.Max(1, steps / 20), 1), s.Integer("displayEverySteps", Math.Max(1, steps / 100), 1));
        s.RefuseUnknownKeys();
        return train;
    }
}
