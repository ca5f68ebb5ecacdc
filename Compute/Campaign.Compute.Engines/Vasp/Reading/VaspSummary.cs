using System.Globalization;
using Campaign.Compute.Engines.Programs;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>What an OUTCAR or a vasprun.xml comes to, without its frames.</summary>
/// <param name="Frames">From first principles, complete.</param>
/// <param name="Unconverged">Those of them whose electrons did not converge.</param>
/// <param name="IncompleteSteps">Steps that gave no frame.</param>
/// <param name="Finished">VASP ended by itself.</param>
/// <param name="StoppedOnRequest">It was asked to stop (STOPCAR) and did.</param>
/// <param name="IonsConverged">It says that the relaxation reached its accuracy.</param>
public sealed record VaspSummary(
    VaspHeader Header, int Frames, int Unconverged, int IncompleteSteps, VaspFrame? Last, bool Finished, bool StoppedOnRequest, bool IonsConverged)
{
    /// <summary>What its numbers tell, beside what it says.</summary>
    public RunExtremes Extremes { get; init; } = new(null, 0, null);

    /// <summary>Those of VASP's own force field among them.</summary>
    public int AllSteps { get; init; } = Frames + IncompleteSteps;

    /// <summary>The first whose electrons did not converge.</summary>
    public VaspFrame? FirstUnconverged { get; init; }

    /// <summary>The largest sum of all forces in a step, eV/Å.</summary>
    public double LargestDriftEvPerA { get; init; }

    /// <summary>Of an ionic step, by the clock (LOOP+); null where it is not printed.</summary>
    public double? SlowestStepSeconds { get; init; }

    /// <summary>Where a frame ends in the file; null without one.</summary>
    public EngineEvidence? Evidence(VaspFrame? frame) =>
        frame is { Line: > 0 } f ? new EngineEvidence(RunFiles, f.Line, string.Create(CultureInfo.InvariantCulture, $"ionic step {f.Step}, {f.ElectronicSteps} electronic steps")) : null;

    private const string RunFiles = "OUTCAR";


    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static VaspSummary OfOutcar(Stream stream)
    {
        using var reader = new OutcarReader(stream);
        int frames = 0, unconverged = 0, all = 0;
        VaspFrame? last = null, first = null;
        var extremes = new RunExtremes(null, 0, null);
        while (reader.Read() is { } frame)
        {
            all++;
            if (frame.MachineLearned)
                continue;
            extremes = extremes.With(last, frame);
            last = frame;
            frames++;
            if (frame.ElectronsConverged != true)
                unconverged++;
            if (frame.ElectronsConverged == false)
                first ??= frame;
        }
        return new VaspSummary(reader.Header, frames, unconverged, reader.IncompleteSteps, last, reader.Finished, reader.StoppedOnRequest, reader.IonsConverged)
        {
            Extremes = extremes, AllSteps = all + reader.IncompleteSteps, FirstUnconverged = first, SlowestStepSeconds = reader.SlowestStepSeconds,
            LargestDriftEvPerA = reader.LargestDriftEvPerA,
        };
    }

    /// <summary>
    /// A vasprun.xml has no word on the ions' convergence: a relaxation that stopped before its last step has converged, and one that made its
    /// last has where forces or energy change say so.
    /// </summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static VaspSummary OfVasprun(Stream stream)
    {
        using var reader = new VasprunReader(stream);
        int frames = 0, unconverged = 0;
        VaspFrame? before = null, last = null;
        var extremes = new RunExtremes(null, 0, null);
        while (reader.Read() is { } frame)
        {
            extremes = extremes.With(last, frame);
            (before, last) = (last, frame);
            frames++;
            if (frame.ElectronsConverged != true)
                unconverged++;
        }
        bool ions = reader.Finished && last is not null && (frames < reader.Header.Integer("NSW") || IsAtRest(before, last, reader.Header.Number("EDIFFG")));
        return new VaspSummary(reader.Header, frames, unconverged, reader.IncompleteSteps, last, reader.Finished, false, ions) { Extremes = extremes };
    }

    private static bool IsAtRest(VaspFrame? before, VaspFrame last, double? ediffg) => ediffg switch
    {
        < 0 => last.ForcesEvPerA.Max(f => f.Norm) <= -ediffg,
        > 0 => before is not null && Math.Abs(last.FreeEnergyEv - before.FreeEnergyEv) <= ediffg,
        _ => false,
    };
}
