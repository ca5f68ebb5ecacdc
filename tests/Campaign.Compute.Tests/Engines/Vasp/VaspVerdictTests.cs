using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp;

/// <summary>How real runs ended, decided as the collection documents it.</summary>
public sealed class VaspVerdictTests
{
    [SkippableTheory]
    [InlineData("relax/Si-converged-v5.4.4/OUTCAR", "relax/Si-converged-v5.4.4/vasp_output", VaspEnd.Complete, null)]
    [InlineData("dftu-spin/FeO-LDAU2-28steps-v5.3.5/OUTCAR", null, VaspEnd.Complete, null)]
    [InlineData("aimd/H2O-3steps-v5.4.4/OUTCAR.h2o.md", null, VaspEnd.Complete, null)]
    [InlineData("aimd/Li-P-S-NVT-10steps-v5.4.1/OUTCAR", null, VaspEnd.Complete, null)]
    [InlineData("relax/Si-converged-v5.4.4/OUTCAR", "stdout-errors/vasp_output.converged-but-brmix", VaspEnd.Complete, null)] // the text alone is no failure
    [InlineData("unconverged/Si-elec-unconverged-v5.4.4/OUTCAR", "unconverged/Si-elec-unconverged-v5.4.4/vasp_output", VaspEnd.ElectronsUnconverged, "vasp.electronic")] // 701
    [InlineData("unconverged/Si-ionic-unconverged-v5.4.4/OUTCAR.gz", "unconverged/Si-ionic-unconverged-v5.4.4/vasp_output", VaspEnd.IonsUnconverged, "vasp.ionic")] // 702
    [InlineData("unconverged/Si-every-step-hits-NELM-v5.4.4/OUTCAR.gz", null, VaspEnd.ElectronsUnconverged, "vasp.electronic")]
    [InlineData("unconverged/dpdata-NELM/OUTCAR.ch4.1step", null, VaspEnd.ElectronsUnconverged, "vasp.electronic")]
    [InlineData("crashed/Si-unfinished-no-ionic-step-v5.4.4/OUTCAR", "crashed/Si-unfinished-no-ionic-step-v5.4.4/vasp_output", VaspEnd.Cut, "vasp.cut")] // 700
    [InlineData("crashed/B-O-2frames-unfinished-v5.4.4/6362_OUTCAR", null, VaspEnd.Cut, "vasp.cut")]
    [InlineData("crashed/slurm-aborted-Ni-Ti-Nb-N/OUTCAR", "crashed/slurm-aborted-Ni-Ti-Nb-N/error.out", VaspEnd.Failed, "vasp.edddav")]
    [InlineData("crashed/Si-unfinished-no-ionic-step-v5.4.4/OUTCAR", "stdout-errors/vasp.zbrent", VaspEnd.Failed, "vasp.zbrent")]
    public void A_run_ended_as_it_did(string outcar, string? said, VaspEnd end, string? leading)
    {
        VaspSummary run = VaspSummary.OfOutcar(VaspFile.Open(Samples.Data("vasp", outcar)));
        IReadOnlyList<SeenSymptom> seen = said is null ? [] : SymptomScan.Of(VaspFile.Open(Samples.Data("vasp", said)), said);

        VaspVerdict verdict = VaspVerdict.Of(run, seen);

        Assert.Equal((end, leading), (verdict.End, verdict.Findings.Count > 0 ? verdict.Findings[0].Key : null));
    }

    [Fact]
    public void Numbers_tell_what_words_do_not()
    {
        var cell = new Cell(new Vec3(5, 0, 0), new Vec3(0, 5, 0), new Vec3(0, 0, 5));
        VaspFrame Frame(int step, double freeEv, double withoutEntropyEv) => new(step, freeEv, withoutEntropyEv, (freeEv + withoutEntropyEv) / 2, cell, new Vec3[2], new Vec3[2]);
        RunExtremes Of(params VaspFrame[] frames)
        {
            var extremes = new RunExtremes(null, 0, null);
            VaspFrame? before = null;
            foreach (VaspFrame frame in frames)
                (extremes, before) = (extremes.With(before, frame), frame);
            return extremes;
        }
        string[] Keys(RunExtremes extremes) =>
            [.. VaspVerdict.Of(new VaspSummary(new VaspHeader(), 2, 0, 0, null, false, false, false) { Extremes = extremes }, []).Findings.Select(f => f.Key)];

        Assert.Equal(["vasp.cut"], Keys(Of(Frame(1, -10, -9.9985), Frame(2, -11.9, -11.8985))));
        Assert.Equal(["vasp.cut", "vasp.energy_jump"], Keys(Of(Frame(1, -10, -10), Frame(2, -12.1, -12.1))));
        Assert.Equal(["vasp.cut", "vasp.positive_energy"], Keys(Of(Frame(1, 1, 1), Frame(2, 0.5, 0.5))));
        Assert.Equal(["vasp.cut", "vasp.large_sigma"], Keys(Of(Frame(1, -10, -9.997), Frame(2, -10, -10))));
        var relaxation = new VaspHeader { Settings = new Dictionary<string, string> { ["IBRION"] = "2", ["EDIFFG"] = "-0.01" } };
        VaspSummary Drifting(double evPerA) => new(relaxation, 2, 0, 0, null, false, false, false) { LargestDriftEvPerA = evPerA };
        Assert.Equal(["vasp.cut", "vasp.drift"], VaspVerdict.Of(Drifting(0.02), []).Findings.Select(f => f.Key));
        Assert.Equal(["vasp.cut"], VaspVerdict.Of(Drifting(0.005), []).Findings.Select(f => f.Key));
    }

    [SkippableFact]
    public void A_crash_names_the_line_and_has_no_frame_and_no_energy()
    {
        const string Said = "crashed/slurm-aborted-Ni-Ti-Nb-N/error.out";
        VaspSummary run = VaspSummary.OfOutcar(VaspFile.Open(Samples.Data("vasp", "crashed/slurm-aborted-Ni-Ti-Nb-N/OUTCAR")));
        Assert.Equal((0, null), (run.Frames, run.Last));

        EngineFinding finding = VaspVerdict.Of(run, SymptomScan.Of(VaspFile.Open(Samples.Data("vasp", Said)), Said)).Findings[0];
        Assert.Contains($"{Said}:{finding.Evidence!.Line}: ", finding.ToString(), StringComparison.Ordinal);
    }
}
