using System.Text.Json.Nodes;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Learning.Training;
using Campaign.Compute.Structures;
using Xunit;
using static Campaign.Compute.Tests.Learning.ReferenceData;

namespace Campaign.Compute.Tests.Learning;

/// <summary>Systems without periodicity (nopbc).</summary>
public sealed class IsolatedTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("campaign-isolated-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("mini_one_side")]
    [InlineData("mini_two_side")]
    public void Read_back_from_disk_they_give_the_numbers_of_DeePMD_kit(string name)
    {
        JsonNode expected = Json("expected_deepmd_v3.0.0.json")[name]!["nopbc"]!;
        Structure s = OwnFrame(periodic: true); // of its cell nothing may be left
        Vec3[] forces = [.. Numbers(expected["force"]!).Chunk(3).Select(f => new Vec3(f[0], f[1], f[2]))];
        var labelled = new Frame(s, Numbers(expected["energy"]!)[0], forces, Mat3.FromRowMajor(Numbers(expected["virial"]!)));
        string path = Path.Combine(_folder.FullName, name);
        (DeepMdSystem.FromFrames([labelled, labelled]) with { Periodic = false }).Write(path);
        Assert.True(File.Exists(Path.Combine(path, "nopbc")));
        Assert.False(File.Exists(Path.Combine(path, "set.000", "box.npy")));

        DeepMdSystem system = DeepMdSystem.Read(path);

        Assert.Equal((false, 2), (system.Periodic, system.FrameCount));
        DeepPotential model = DeepPotentialFile.Read(Own(name + ".yaml"));
        PotentialTestResult test = PotentialTest.Evaluate(new DeepPotentialModel(model, NetworkPrecision.Float64), system.Frames);
        Assert.InRange(test.EnergyPerAtom.MaxError, 0, 1e-12);
        Assert.InRange(test.Force.MaxError, 0, 1e-10);
        Assert.InRange(test.VirialPerAtom!.MaxError, 0, 1e-10);
        var sums = new ErrorSums();
        using ILossGradient engine = LossGradients.Analytic(model, TrainingPrecision.Float64, 1);
        engine.Load(ParameterVector.Flatten(model));
        engine.AddErrors(TrainingFrame.Of(system, model.TypeMap, model.Descriptor.CutoffA), new Prefactors(1, 1, 1), sums);
        Assert.InRange(sums.Loss, 0, 1e-18);
    }

    [Fact]
    public void A_box_beside_nopbc_counts_for_nothing_and_a_periodic_system_over_it_takes_the_mark_away()
    {
        string path = Path.Combine(_folder.FullName, "s");
        DeepMdSystem periodic = DeepMdSystem.FromFrames([new Frame(OwnFrame(periodic: true))]);
        periodic.Write(path);
        File.WriteAllText(Path.Combine(path, "nopbc"), "");
        DeepMdSystem read = DeepMdSystem.Read(path);
        Assert.False(read.Periodic);
        Assert.All(Enumerable.Range(0, 3), axis => Assert.True(read.BoxesA[4 * axis] > DeepMdSystem.VacuumA));

        periodic.Write(path);
        Assert.True(DeepMdSystem.Read(path).Periodic);
    }

    [Fact]
    public void They_are_trained_on_beside_periodic_ones()
    {
        DeepMdSystem cell = Teacher.System(4, seed: 1), cluster = Teacher.System(4, seed: 2) with { Periodic = false };
        cluster.Write(Path.Combine(_folder.FullName, "cluster"));
        cluster = DeepMdSystem.Read(Path.Combine(_folder.FullName, "cluster"));
        var options = new TrainingOptions
        {
            CutoffA = 6, EmbeddingNeurons = [4, 8], AxisNeurons = 2, FittingNeurons = [8], Steps = 30, DecaySteps = 10, Precision = TrainingPrecision.Float64,
        };

        TrainingResult result = Trainer.Run(options, [cell, cluster], [cluster], Path.Combine(_folder.FullName, "run"), null, default);

        PotentialTestResult test = PotentialTest.Evaluate(DeepPotentialModel.Exact(result.Model), cluster.Frames);
        Assert.Equal(test.Force.Rmse, result.Validation!.Value.ForceEvPerA, 1e-12);
        PotentialTestResult both = PotentialTest.Evaluate(DeepPotentialModel.Exact(result.Model), [.. cell.Frames, .. cluster.Frames]);
        Assert.Equal(both.Force.Rmse, result.Training.ForceEvPerA, 1e-12);

        // the first neighbours of a cluster are fewer: the statistics must have seen it
        TrainingFrame[] Frames(DeepMdSystem s) => [.. TrainingFrame.Of(s, cell.TypeMap, 6)];
        EnvironmentStatistics[] Of(DeepMdSystem s) => DataStatistics.Environment(Frames(s), 3, 6, 0.5, 100);
        Assert.All(Of(cell).Zip(Of(cluster)), both => Assert.True(both.Second.Mean < both.First.Mean));

        // the same labels with a box are other data
        Assert.Throws<InvalidDataException>(() => Trainer.Run(options, [cell, cluster with { Periodic = true }], [cluster], Path.Combine(_folder.FullName, "run"), null, default));
    }

    [Fact]
    public void Broken_frames_are_left_out_of_them_and_the_rest_stays_without_a_cell()
    {
        DeepMdSystem cluster = Teacher.System(3, seed: 2) with { Periodic = false };
        cluster.CoordinatesA[4] = double.NaN;
        cluster.Write(_folder.FullName);
        var named = new List<(int, string)>();

        DeepMdSystem sound = SoundFrames.Of(DeepMdSystem.Read(_folder.FullName, finite: false), (k, why) => named.Add((k, why)))!;

        Assert.Equal((0, "coord holds what is not a number"), Assert.Single(named));
        Assert.Equal((false, 2), (sound.Periodic, sound.FrameCount));
    }

    [Fact]
    public void A_cutoff_that_reaches_across_the_vacuum_is_refused()
    {
        DeepMdSystem cluster = Teacher.System(1, seed: 2) with { Periodic = false };
        var e = Assert.Throws<ArgumentException>(() => TrainingFrame.Of(cluster, cluster.TypeMap, 101).First());
        Assert.Contains("101 Å", e.Message);
    }

    [Theory]
    [InlineData("cell.extxyz")]
    [InlineData("POSCAR")]
    [InlineData("other")]
    public void What_needs_a_cell_refuses_them_and_says_what_to_do(string target)
    {
        string path = Path.Combine(_folder.FullName, "s");
        (Teacher.System(1, seed: 2) with { Periodic = false }).Write(path);
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "other"));
        var e = Assert.Throws<StructureFormatException>(() => StructureFiles.Convert(path, Path.Combine(_folder.FullName, target)));
        Assert.Contains("not periodic", e.Message);
        Assert.Contains("potential eval", e.Message);
    }
}
