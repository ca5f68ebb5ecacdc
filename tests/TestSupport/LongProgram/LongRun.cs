using System.Runtime.InteropServices;
using Campaign.TestSupport.Witness;

namespace Campaign.LongProgram;

/// <summary>The work: one step after the other, each a line of output, until the end, a stop or a fault.</summary>
internal sealed class LongRun(LongInput input, ProgramWitness? witness)
{
    private const int UserSignal = 10; // SIGUSR1: the other way of asking to stop

    private readonly ManualResetEventSlim _pace = new(); // never set: it only takes time
    private volatile bool _stop;
    private readonly Fault[] _faults = [.. input.Faults.Where(f => f.Attempt is null || f.Attempt == ProgramWitness.AttemptNumber)];

    /// <returns>The exit code.</returns>
    public int From(Progress progress)
    {
        using var signal = PosixSignalRegistration.Create((PosixSignal)UserSignal, context => { context.Cancel = true; _stop = true; });
        using var output = new StreamWriter(RunFiles.Output, append: true) { AutoFlush = true, NewLine = "\n" };
        bool deaf = false, truncated = false;
        while (progress.Step < input.Steps)
        {
            _pace.Wait(input.MsPerStep);
            progress = progress.Next();
            output.WriteLine(progress);
            if (witness is not null)
                witness.Step = progress.Step;
            if (progress.Step % input.CheckpointEvery == 0)
                RunFiles.WriteCheckpoint(progress);
            foreach (Fault fault in _faults.Where(f => f.Step == progress.Step))
            {
                switch (fault.Kind)
                {
                    case FaultKind.Exit: return fault.Amount;
                    case FaultKind.Signal: Misfortune.Signal(fault.Amount); break;
                    case FaultKind.Hang: Misfortune.Hang(); break;
                    case FaultKind.Memory: Misfortune.TakeMemory(fault.Amount); break;
                    case FaultKind.Truncate: truncated = true; break;
                    case FaultKind.Deaf: deaf = true; break;
                }
            }
            if (!deaf && progress.Step < input.Steps && (_stop || File.Exists(RunFiles.Stop)))
            {
                RunFiles.WriteCheckpoint(progress);
                return ExitCodes.Stopped;
            }
        }
        RunFiles.WriteResult(progress, truncated);
        return ExitCodes.Done;
    }
}
