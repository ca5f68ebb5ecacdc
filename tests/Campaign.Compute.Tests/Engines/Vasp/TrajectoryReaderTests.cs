using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Formats;
using Campaign.Compute.Tests.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp;

/// <summary>XDATCAR, OSZICAR and CONTCAR, on real files.</summary>
public sealed class TrajectoryReaderTests
{
    [SkippableTheory]
    [InlineData("aimd/xdatcar/XDATCAR_4", 4, 3)]
    [InlineData("aimd/xdatcar/XDATCAR_5", 4, 3)]
    [InlineData("aimd/xdatcar/XDATCAR.MD", 5, 80)]
    public void An_XDATCAR_gives_every_configuration(string file, int frames, int atoms)
    {
        using var reader = new XdatcarReader(VaspFile.Open(Samples.Data("vasp", file)));
        var read = new List<XdatcarFrame>();
        while (reader.Read() is { } frame)
            read.Add(frame);

        Assert.Equal(Enumerable.Range(1, frames), read.Select(f => f.Configuration));
        Assert.All(read, f => Assert.Equal(atoms, f.Fractional.Length));
        Assert.False(reader.IsCut);
        Assert.Equal(file.EndsWith("MD", StringComparison.Ordinal) ? ["O", "Fe"] : ["Li", "O"], reader.Species);
    }

    [SkippableFact]
    public void An_XDATCAR_that_was_cut_gives_its_whole_configurations_and_says_so()
    {
        byte[] whole = File.ReadAllBytes(Samples.Data("vasp", "aimd", "xdatcar", "XDATCAR.MD"));
        using var reader = new XdatcarReader(new MemoryStream(whole[..(whole.Length - 20)]));
        int frames = 0;
        while (reader.Read() is not null)
            frames++;
        Assert.Equal((4, true), (frames, reader.IsCut));
    }

    [SkippableFact]
    public void An_OSZICAR_gives_energies_moments_and_what_the_last_electronic_step_changed()
    {
        using var reader = new OszicarReader(VaspFile.Open(Samples.Data("vasp", "dftu-spin", "FeO-LDAU2-28steps-v5.3.5", "OSZICAR")));
        var steps = new List<OszicarStep>();
        while (reader.Read() is { } step)
            steps.Add(step);

        Assert.Equal(28, steps.Count);
        Assert.Equal(new OszicarStep(1, 40, -0.49814e-4, -0.18448e-3, -20.663237, -20.663237, null, -2.018), steps[0]);
        Assert.Equal((-28.218515, 4.0), (steps[^1].FreeEnergyEv, steps[^1].Moment));
    }

    [SkippableFact]
    public void A_CONTCAR_of_dynamics_keeps_velocities_and_predictor_byte_for_byte()
    {
        string path = Samples.Data("vasp", "structures", "CONTCAR.MD");
        byte[] bytes = File.ReadAllBytes(path);
        Contcar contcar = Contcar.Read(bytes, path);

        Assert.Equal(50, contcar.Structure.Count);
        Assert.Equal(0.0065417961324, contcar.VelocitiesAPerFs!.Sum(v => v.X + v.Y + v.Z), 13);
        Assert.Equal(2.0, contcar.Predictor!.TimeStepFs);
        Assert.Equal(0.33387820, contcar.Predictor.Values[0][0].X);
        Assert.True(contcar.Whole.Span.SequenceEqual(bytes));
        Contcar without = Contcar.Read(contcar.WithoutPredictor.ToArray(), path);
        Assert.Null(without.Predictor);
        Assert.Equal(contcar.VelocitiesAPerFs, without.VelocitiesAPerFs);
        Assert.True(bytes.AsSpan().StartsWith(contcar.WithoutPredictor.Span));
    }

    [SkippableFact]
    public void A_CONTCAR_that_was_never_written_is_refused_with_what_to_do()
    {
        string path = Samples.Data("vasp", "crashed", "Si-unfinished-no-ionic-step-v5.4.4", "CONTCAR");
        Assert.Contains("Go on from the POSCAR", Assert.Throws<StructureFormatException>(() => Contcar.Read(File.ReadAllBytes(path), path)).Message);
    }

    [SkippableFact]
    public void A_CONTCAR_cut_within_its_velocities_is_refused_and_one_cut_later_has_no_predictor()
    {
        string path = Samples.Data("vasp", "structures", "CONTCAR.MD");
        byte[] bytes = File.ReadAllBytes(path);
        int velocities = Contcar.Read(bytes, path).WithoutPredictor.Length;
        Assert.Throws<StructureFormatException>(() => Contcar.Read(bytes[..(velocities - 200)], path));
        Contcar cut = Contcar.Read(bytes[..(velocities + 200)], path);
        Assert.Null(cut.Predictor);
        Assert.Equal(velocities, cut.WithoutPredictor.Length);
    }

    [SkippableFact]
    public void Site_moments_and_the_spin_of_a_DFT_U_run_are_read()
    {
        using var reader = new OutcarReader(VaspFile.Open(Samples.Data("vasp", "dftu-spin", "FeO-LDAU2-28steps-v5.3.5", "OUTCAR")));
        VaspFrame? last = null;
        while (reader.Read() is { } frame)
            last = frame;
        Assert.Equal([3.007, 1.397, -0.189, -0.189], last!.Moments!);
        Assert.Equal(["Fe", "Fe", "O", "O"], reader.Header.Elements()!);
        Assert.Equal("4.0  0.0", reader.Header.Settings["LDAUU"]);
        Assert.Equal(44.0652 / 1602.176634 * -1.98922, last.VirialEv!.Value.XX, 4);
    }

    [SkippableFact]
    public void Frames_of_the_force_field_are_told_from_those_of_first_principles()
    {
        using var reader = new OutcarReader(VaspFile.Open(Samples.Data("vasp", "aimd", "ML_FF-CH4-v6.3.0", "OUTCAR.ch4.ml")));
        var frames = new List<VaspFrame>();
        while (reader.Read() is { } frame)
            frames.Add(frame);
        Assert.Equal((10, 4), (frames.Count(f => f.MachineLearned), frames.Count(f => !f.MachineLearned)));
    }

    [SkippableTheory]
    [InlineData("unconverged/dpdata-NELM/OUTCAR.ch4.unconverged", new[] { false, true, true })]
    [InlineData("unconverged/dpdata-NELM/OUTCAR.ch4.1step", new[] { false })]
    [InlineData("unconverged/Si-elec-unconverged-v5.4.4/OUTCAR", new[] { false })]
    [InlineData("unconverged/Si-every-step-hits-NELM-v5.4.4/OUTCAR.gz", new[] { false, false, false, false, false })]
    [InlineData("relax/Si-converged-v5.4.4/OUTCAR", new[] { true })]
    public void Electrons_that_ran_out_of_steps_did_not_converge_whatever_VASP_5_says(string file, bool[] converged)
    {
        using var reader = new OutcarReader(VaspFile.Open(Samples.Data("vasp", file)));
        var read = new List<bool>();
        while (reader.Read() is { } frame)
            read.Add(frame.ElectronsConverged == true);
        Assert.Equal(converged, read);
    }
}
