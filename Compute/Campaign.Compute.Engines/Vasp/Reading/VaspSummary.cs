namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>What an OUTCAR comes to, without its frames.</summary>
/// <param name="Frames">From first principles, complete.</param>
/// <param name="Unconverged">Those of them whose electrons did not converge.</param>
/// <param name="IncompleteSteps">Steps that gave no frame.</param>
/// <param name="Finished">VASP ended by itself.</param>
/// <param name="StoppedOnRequest">It was asked to stop (STOPCAR) and did.</param>
/// <param name="IonsConverged">It says that the relaxation reached its accuracy.</param>
public sealed record VaspSummary(
    VaspHeader Header, int Frames, int Unconverged, int IncompleteSteps, VaspFrame? Last, bool Finished, bool StoppedOnRequest, bool IonsConverged)
{
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static VaspSummary OfOutcar(Stream stream)
    {
        using var reader = new OutcarReader(stream);
        int frames = 0, unconverged = 0;
        VaspFrame? last = null;
        while (reader.Read() is { } frame)
        {
            if (frame.MachineLearned)
                continue;
            last = frame;
            frames++;
            if (frame.ElectronsConverged != true)
                unconverged++;
        }
        return new VaspSummary(reader.Header, frames, unconverged, reader.IncompleteSteps, last, reader.Finished, reader.StoppedOnRequest, reader.IonsConverged);
    }
}
