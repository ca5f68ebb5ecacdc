using System.Text.Json.Nodes;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Learning.Training;
using Campaign.Compute.Structures;
using Xunit;
using static Campaign.Compute.Tests.Learning.ReferenceData;

namespace Campaign.Compute.Tests.Learning;

public sealed class LossGradientTests
{
    [Theory]
    [InlineData("mini_one_side", "analytic", 1)]
    [InlineData("mini_two_side", "analytic", 1)]
    [InlineData("mini_two_side", "analytic", 3)]
    [InlineData("mini_one_side", "autograd", 1)]
    [InlineData("mini_two_side", "autograd", 1)]
    public void Loss_and_gradient_of_every_parameter_equal_those_of_DeePMD_kit(string name, string method, int threads)
    {
        JsonNode expected = Json("expected_deepmd_v3.0.0.json")[name]!["loss"]!;
        DeepPotential model = DeepPotentialFile.Read(Own(name + ".yaml"));
        using ILossGradient engine = Engine(model, method, threads);
        var gradient = new double[model.ParameterCount];
        var errors = new ErrorSums();
        engine.AddGradient([LabelledFrame(name, model)], Schedule(expected), gradient, errors);

        Assert.Equal(expected["loss"]!.GetValue<double>(), errors.Loss, 1e-10);
        Assert.Equal(expected["more"]!["rmse_e"]!.GetValue<double>(), errors.EnergyRmsePerAtom, 1e-10);
        Assert.Equal(expected["more"]!["rmse_f"]!.GetValue<double>(), errors.ForceRmse, 1e-10);
        Assert.Equal(expected["more"]!["rmse_v"]!.GetValue<double>(), errors.VirialRmsePerAtom!.Value, 1e-10);

        int compared = 0;
        foreach ((string parameter, double[] values) in Named(model, gradient))
        {
            JsonNode? reference = expected["grad"]![parameter];
            Assert.NotNull(reference);
            if (reference is JsonArray)
                AssertClose(Numbers(reference), values, 1e-8);
            else
            {
                double norm = Math.Sqrt(values.Sum(v => v * v));
                Assert.Equal(1, norm / reference["norm"]!.GetValue<double>(), 1e-8);
                double[] first = Numbers(reference["first4"]!);
                for (int k = 0; k < first.Length; k++)
                    Assert.Equal(first[k], values[k], 1e-8 * norm);
            }
            compared++;
        }
        Assert.Equal(expected["grad"]!.AsObject().Count, compared);
    }

    [Fact]
    public void The_number_of_threads_changes_only_the_rounding()
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_one_side.yaml"));
        AssertClose(Gradient(model, 1), Gradient(model, 4), 1e-12);

        static double[] Gradient(DeepPotential model, int threads)
        {
            using ILossGradient engine = LossGradients.Analytic(model, TrainingPrecision.Float64, threads);
            var gradient = new double[model.ParameterCount];
            engine.AddGradient([LabelledFrame("mini_one_side", model)], new Prefactors(1, 10, 1), gradient, new ErrorSums());
            return gradient;
        }
    }

    [Fact]
    public void Single_precision_gradients_stay_close_to_double()
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_two_side.yaml"));
        TrainingFrame frame = LabelledFrame("mini_two_side", model);
        double[] exact = new double[model.ParameterCount], fast = new double[model.ParameterCount];
        using (ILossGradient engine = LossGradients.Analytic(model, TrainingPrecision.Float64, 1))
            engine.AddGradient([frame], new Prefactors(0.1, 100, 0.1), exact, new ErrorSums());
        using (ILossGradient engine = LossGradients.Analytic(model, TrainingPrecision.Float32, 1))
            engine.AddGradient([frame], new Prefactors(0.1, 100, 0.1), fast, new ErrorSums());
        AssertClose(exact, fast, 1e-4);
    }

    [Theory]
    [InlineData("analytic")]
    [InlineData("autograd")]
    public void A_large_energy_bias_costs_single_precision_no_digit(string method)
    {
        const double Total = -900; // eV; float32 resolves 6e-5 of it
        DeepPotential model = DeepPotentialFile.Read(Own("mini_one_side.yaml"));
        double[] energies = [.. new[] { 0.0, Total }.Select(bias =>
        {
            DeepPotential biased = Biased(model, bias / 20);
            using ILossGradient engine = method == "analytic" ? LossGradients.Analytic(biased, TrainingPrecision.Float32, 1) : LossGradients.Autograd(biased, TrainingPrecision.Float32, 1);
            engine.Load(ParameterVector.Flatten(biased));
            var errors = new ErrorSums();
            engine.AddErrors([LabelledFrame("mini_one_side", model, bias)], new Prefactors(1, 0, 0), errors);
            return 20 * errors.EnergyRmsePerAtom;
        })];
        Assert.Equal(0.7, energies[0], 1e-4);
        Assert.Equal(energies[0], energies[1], 1e-11);
        Assert.Equal(
            Total + Evaluate(model, OwnFrame(periodic: true), NetworkPrecision.Float32).Energy,
            Evaluate(Biased(model, Total / 20), OwnFrame(periodic: true), NetworkPrecision.Float32).Energy, 1e-11);
    }

    private static DeepPotential Biased(DeepPotential m, double perAtomEv) => new(
        m.TypeMap, m.Descriptor, m.Statistics, m.Embeddings, m.FittingNeurons, m.FittingResnetDt, m.Fittings, Array.ConvertAll(m.AtomBiasEv, b => b + perAtomEv), m.OutBiasEv);

    private static ILossGradient Engine(DeepPotential model, string method, int threads) =>
        method == "analytic" ? LossGradients.Analytic(model, TrainingPrecision.Float64, threads) : LossGradients.Autograd(model, TrainingPrecision.Float64, threads);

    private static Prefactors Schedule(JsonNode loss)
    {
        double[] start = Numbers(loss["start_pref"]!), limit = Numbers(loss["limit_pref"]!);
        return new LossSchedule(new Prefactors(start[0], start[1], start[2]), new Prefactors(limit[0], limit[1], limit[2]))
            .At(loss["lr"]!.GetValue<double>() / loss["start_lr"]!.GetValue<double>());
    }

    /// <summary>The test frame with the labels that the loss block of the reference file prescribes.</summary>
    private static TrainingFrame LabelledFrame(string name, DeepPotential model, double biasEv = 0)
    {
        JsonNode values = Json("expected_deepmd_v3.0.0.json")[name]!["pbc"]!;
        Structure frame = OwnFrame(periodic: true);
        double[] forces = [.. Numbers(values["force"]!).Select((f, k) => f + 0.05 * Math.Sin(k))];
        double[] virial = [.. Numbers(values["virial"]!).Select((v, k) => v + 0.3 * Math.Cos(k))];
        return TrainingFrame.Build(frame.Types, model.Types, frame.Cell, frame.Positions, model.Descriptor.CutoffA,
            Numbers(values["energy"]!)[0] + 0.7 + biasEv, forces, virial);
    }

    private static IEnumerable<(string Name, double[] Values)> Named(DeepPotential model, double[] gradient)
    {
        int at = 0;
        foreach ((string prefix, IReadOnlyList<DenseNet> nets) in new[]
        {
            ("atomic_model.descriptor.sea.filter_layers.networks", model.Embeddings),
            ("atomic_model.fitting_net.filter_layers.networks", model.Fittings),
        })
            for (int n = 0; n < nets.Count; n++)
                for (int l = 0; l < nets[n].Layers.Count; l++)
                {
                    DenseLayer layer = nets[n].Layers[l];
                    string name = $"{prefix}.{n}.layers.{l}";
                    yield return ($"{name}.matrix", gradient[at..(at += layer.Weights.Length)]);
                    yield return ($"{name}.bias", gradient[at..(at += layer.Bias.Length)]);
                    if (layer.TimeStep is not null)
                        yield return ($"{name}.idt", gradient[at..(at += layer.TimeStep.Length)]);
                }
    }
}
