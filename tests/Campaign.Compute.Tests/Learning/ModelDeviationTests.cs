using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Xunit;
using static Campaign.Compute.Tests.Learning.ReferenceData;

namespace Campaign.Compute.Tests.Learning;

public sealed class ModelDeviationTests
{
    [Fact]
    public void Deviations_are_those_worked_out_by_hand()
    {
        // one atom of two: forces (1,0,0), (3,0,0), (2,3,0): mean (2,1,0), squared distances 2, 2, 4
        ModelDeviation d = ModelDeviation.Of(
            [2.0, 4.0, 6.0],
            [[new(1, 0, 0), Vec3.Zero], [new(3, 0, 0), Vec3.Zero], [new(2, 3, 0), Vec3.Zero]],
            [[6, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0]]);
        Assert.Equal(Math.Sqrt(8.0 / 3), d.MaxForceEvPerA, 1e-14);
        Assert.Equal(0, d.MinForceEvPerA);
        Assert.Equal(Math.Sqrt(8.0 / 3) / 2, d.MeanForceEvPerA, 1e-14);
        Assert.Equal(Math.Sqrt(2), d.MaxVirialEvPerAtom, 1e-14); // 3, 0, 0 per atom
        Assert.Equal(0, d.MinVirialEvPerAtom);
        Assert.Equal(Math.Sqrt(2) / 3, d.MeanVirialEvPerAtom, 1e-14);
        Assert.Equal(Math.Sqrt(2.0 / 3), d.EnergyEvPerAtom, 1e-14); // 1, 2, 3 per atom
        Assert.Equal([Math.Sqrt(8.0 / 3) / (Math.Sqrt(5) + 1), 0], d.RelativeForce([new(2, 1, 0), Vec3.Zero], 1).Select(x => Math.Round(x, 14)), (a, b) => Math.Abs(a - b) < 1e-13);
    }

    [Fact]
    public void Equal_models_do_not_deviate_and_different_ones_do()
    {
        var one = DeepPotentialModel.Exact(DeepPotentialFile.Read(Own("mini_one_side.yaml")));
        var other = DeepPotentialModel.Exact(DeepPotentialFile.Read(Own("mini_two_side.yaml")));
        Structure frame = OwnFrame(periodic: true);
        Assert.Equal((0, 0, 0), Maxima(ModelDeviation.Of([one, one], frame)));
        Evaluation a = Evaluate(one, frame), b = Evaluate(other, frame);
        ModelDeviation d = ModelDeviation.Of([one, other], frame);
        Assert.Equal(Math.Abs(a.Energy - b.Energy) / 2 / frame.Count, d.EnergyEvPerAtom, 1e-14);
        Assert.Equal(a.Forces.Zip(b.Forces, (x, y) => (x - y).Norm / 2).Max(), d.MaxForceEvPerA, 1e-14);
        Assert.Throws<ArgumentException>(() => ModelDeviation.Of([(IPotential)one], frame));
    }

    private static (double, double, double) Maxima(ModelDeviation d) => (d.MaxForceEvPerA, d.MaxVirialEvPerAtom, d.EnergyEvPerAtom);
}
