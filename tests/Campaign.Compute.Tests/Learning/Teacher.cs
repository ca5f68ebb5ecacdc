using Campaign.Compute.Formats;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Structures;
using static Campaign.Compute.Tests.Learning.ReferenceData;

namespace Campaign.Compute.Tests.Learning;

/// <summary>Labelled frames to learn from.</summary>
internal static class Teacher
{
    /// <summary>Frames of the shaken test cell, labelled by the reference model scaled up to forces of the order of 0.1 eV/Å.</summary>
    public static DeepMdSystem System(int frames, ulong seed)
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_one_side.yaml"));
        Structure origin = OwnFrame(periodic: true);
        var rng = new Rng(seed);
        return DeepMdSystem.FromFrames([.. Enumerable.Range(0, frames).Select(_ =>
        {
            Structure s = origin with { Positions = Array.ConvertAll(origin.Positions, p => p + 0.25 * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian())) };
            Evaluation e = Evaluate(model, s);
            return new Frame(s, 20 * e.Energy, Array.ConvertAll(e.Forces, f => 20 * f), 20 * e.Virial);
        })]);
    }
}
