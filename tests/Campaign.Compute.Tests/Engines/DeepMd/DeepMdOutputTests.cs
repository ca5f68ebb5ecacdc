using Campaign.Compute.Engines.DeepMd;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Xunit;

namespace Campaign.Compute.Tests.Engines.DeepMd;

/// <summary>What DeePMD-kit prints: errors of a test, and troubles.</summary>
public sealed class DeepMdOutputTests : IDisposable
{
    private readonly string _run = Directory.CreateTempSubdirectory("campaign-dp-").FullName;

    public void Dispose() => Directory.Delete(_run, recursive: true);

    [Fact]
    public void The_errors_of_every_system_are_read_and_their_means_are_left_out()
    {
        const string Said = """
            [2026-01-01 10:00:00,000] DEEPMD INFO    # testing system : systems/training/00-Li6
            [2026-01-01 10:00:00,000] DEEPMD INFO    # number of test data : 12 
            [2026-01-01 10:00:00,000] DEEPMD INFO    Energy RMSE/Natoms : 1.500000e-03 eV
            [2026-01-01 10:00:00,000] DEEPMD INFO    Force  RMSE        : 2.345678e-02 eV/A
            DEEPMD INFO    # testing system : systems/validation/00-Li6
            DEEPMD INFO    # number of test data : 3
            DEEPMD INFO    Energy RMSE/Natoms : 2.000000e-03 eV
            DEEPMD INFO    Force  RMSE        : nan eV/A
            DEEPMD INFO    # ----------weighted average of errors-----------
            DEEPMD INFO    Force  RMSE        : 9.000000e-02 eV/A
            """;
        Assert.Equal([new TestedSystem("training/00-Li6", 12, 1.5e-3, 2.345678e-2), new TestedSystem("validation/00-Li6", 3, 2e-3, double.NaN)], TestOutput.Parse(Said));
    }

    [Theory]
    [InlineData("RuntimeError: NaN detected at batch    4000: trn: . Something went wrong", "training.diverged")]
    [InlineData("FloatingPointError: gradients are Nan/Inf", "training.diverged")]
    [InlineData("torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.00 GiB", "deepmd.gpu_memory")]
    [InlineData("OOM when allocating tensor with shape[1,2] and type double on /job:localhost/device:GPU:0", "deepmd.gpu_memory")]
    [InlineData("RuntimeError: CUDA error: an illegal memory access was encountered", "deepmd.gpu")]
    [InlineData("dp: error: argument command: invalid choice: 'convert-backend' (choose from transfer, train)", "deepmd.version")]
    [InlineData("dp: error: unrecognized arguments: --pt", "deepmd.version")]
    [InlineData("ModuleNotFoundError: No module named 'torch'", "deepmd.backend")]
    [InlineData("dargs.dargs.ArgumentKeyError: [at location `training`] undefined key `batch_size` is not allowed in strict mode.", "deepmd.input")]
    [InlineData("AssertionError: ntypes should match that found in data", "deepmd.types")]
    [InlineData("RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central directory", "deepmd.checkpoint")]
    [InlineData("RuntimeError: Error(s) in loading state_dict for ModelWrapper:", "deepmd.checkpoint")]
    [InlineData("FileNotFoundError: [Errno 2] No such file or directory: 'systems/training/00/set.000/box.npy'", "deepmd.data")]
    [InlineData("RuntimeError: Did not find valid system", "deepmd.data")]
    public void A_trouble_is_known_by_what_is_printed_and_shown_with_its_line(string line, string key)
    {
        EngineFinding finding = Assert.IsType<EngineOutcome<DeepMdModel>.Failed>(Ended(1, "DEEPMD INFO    started\n" + line + "\n")).Finding;
        Assert.Equal(key, finding.Key);
        Assert.Equal(2, finding.Evidence!.Line);
    }

    [Fact]
    public void A_job_that_had_too_little_memory_is_told_apart()
    {
        Assert.IsType<EngineOutcome<DeepMdModel>.OutOfMemory>(Ended(137, "slurmstepd: error: Detected 1 oom_kill event in StepId=1.batch\n"));
        Assert.IsType<EngineOutcome<DeepMdModel>.OutOfMemory>(Ended(1, "numpy.core._exceptions.MemoryError: Unable to allocate 10 GiB\n"));
    }

    [Fact]
    public void A_run_that_says_nothing_goes_on_only_from_a_checkpoint()
    {
        Assert.Equal("deepmd.cut", Assert.IsType<EngineOutcome<DeepMdModel>.Failed>(Ended(137, "DEEPMD INFO    started\n")).Finding.Key);
        Assert.Equal("deepmd.not_found", Assert.IsType<EngineOutcome<DeepMdModel>.Failed>(Ended(127, "deepmd.sh: 20: dp: not found\n")).Finding.Key);
    }

    [Fact]
    public void An_end_that_looks_well_without_a_model_is_a_failure() =>
        Assert.Equal("deepmd.incomplete", Assert.IsType<EngineOutcome<DeepMdModel>.Failed>(Ended(0, "DEEPMD INFO    done\n")).Finding.Key);

    [Theory]
    [InlineData("# step rmse_trn rmse_f_trn lr\n")]
    [InlineData("")] // further up than the end that is read
    public void A_training_that_goes_on_without_numbers_says_so_while_it_runs(string header)
    {
        string Note(string last) => new DeepMdTrainEngine().Progress(
            TrainingFolder.SettingsOf(""), new Dictionary<string, string> { ["lcurve.out"] = $"{header}0 1.0 1.0 1e-3\n5 {last} 1.0 1e-3\n10 {last} 1.0 1e-3\n" })!.Note;

        Assert.Equal("step 10 of 40", Note("2.0"));
        Assert.StartsWith("step 10 of 40; lost its numbers by step 5,", Note("nan"), StringComparison.Ordinal);
    }

    private EngineOutcome<DeepMdModel> Ended(int code, string log)
    {
        File.WriteAllText(Path.Combine(_run, JobFile.Log), log);
        var exit = new JobExit("1", "here", code, null, JobExitReason.Ended, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        return new DeepMdTrainEngine().Conclude(TrainingFolder.SettingsOf(""), new EngineEnd(_run, [], exit));
    }
}
