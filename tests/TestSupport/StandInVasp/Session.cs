using System.Diagnostics;
using System.Globalization;
using Campaign.Compute.Structures;
using Campaign.TestSupport.Witness;

namespace Campaign.StandInVasp;

/// <summary>What happens about every ionic step, whatever is computed: it takes time, may go wrong, is witnessed, and may be the last.</summary>
internal sealed class Session : IDisposable
{
    private const string OomText = "slurmstepd: error: Detected 1 oom-kill event(s) in step. Some of your processes may have been killed by the cgroup out-of-memory handler.\n";
    private const int KilledExitCode = 137;

    private readonly ManualResetEventSlim _pace = new(); // never set: it only takes time
    private readonly int _msPerStep;
    private readonly ProgramWitness? _witness;
    private readonly string _folder;

    public Session(string folder, InputDeck deck, Model model)
    {
        (_folder, Deck, Model) = (folder, deck, model);
        Fault = Fault.FromEnvironment(deck.Incar);
        _ = int.TryParse(Environment.GetEnvironmentVariable("STANDIN_MS_PER_STEP"), NumberStyles.None, CultureInfo.InvariantCulture, out _msPerStep);
        _witness = Environment.GetEnvironmentVariable("STANDIN_WITNESS") is { Length: > 0 } path ? new ProgramWitness(path, 0) : null;
    }

    public InputDeck Deck { get; }

    public Model Model { get; }

    public Fault? Fault { get; }

    public void Dispose()
    {
        _witness?.Dispose();
        _pace.Dispose();
    }

    /// <summary>Takes the time of a step, and computes it.</summary>
    public IonicStep Compute(int number, Structure structure) => Compute(number, [structure])[0];

    /// <summary>The same for all images of a band, which are computed at the same time.</summary>
    public IonicStep[] Compute(int number, Structure[] images)
    {
        _pace.Wait(_msPerStep);
        bool now = Fault?.Step == number;
        ElectronicEnd end = StopFile.Look(_folder) == StopRequest.AtOnce ? ElectronicEnd.HardStop : now && Fault!.Key == Fault.Unconverged ? ElectronicEnd.Unconverged : ElectronicEnd.Converged;
        return Array.ConvertAll(images, structure =>
        {
            ModelPoint point = Model.At(structure);
            return new IonicStep(number, point, Electrons.Of(point.EnergyEv, number, end, structure.Count, Deck.Settings), Magnetism.Of(Deck, number, now && Fault!.Key == Fault.Moment));
        });
    }

    /// <summary>Writes a step, unless it goes wrong.</summary>
    /// <returns>Whether the run goes on.</returns>
    /// <exception cref="VaspStop">It goes wrong.</exception>
    public bool Write(RunOutput output, IonicStep step, string contcar) => Write([(output, step, contcar)]);

    /// <inheritdoc cref="Write(RunOutput, IonicStep, string)"/>
    public bool Write(IReadOnlyList<(RunOutput Output, IonicStep Step, string Contcar)> images)
    {
        int number = images[0].Step.Number;
        if (Fault is { } fault && fault.Step == number)
            GoWrong(fault, images);
        foreach ((RunOutput output, IonicStep step, string contcar) in images)
            output.Take(step, contcar);
        _witness?.Reach(number);
        bool hard = images[0].Step.Electrons.End == ElectronicEnd.HardStop;
        if (!hard && StopFile.Look(_folder) != StopRequest.AfterIonicStep) // LABORT acts on the electronic steps of the next one
            return true;
        foreach ((RunOutput output, _, _) in images)
            output.Say($"\n {(hard ? "hard" : "soft")} stop encountered!  aborting job ...\n\n");
        StopFile.Remove(_folder);
        return false;
    }

    private void GoWrong(Fault fault, IReadOnlyList<(RunOutput Output, IonicStep Step, string Contcar)> images)
    {
        switch (fault.Key)
        {
            case Fault.Unconverged:
                images[0].Output.Tell("\n WARNING: the self-consistency was not achieved in the given number of steps (NELM). The forces and other quantities evaluated might not be reliable.\n\n");
                return;
            case Fault.Moment:
                return;
            case Fault.Kill:
            case Fault.Truncate:
                foreach ((RunOutput output, IonicStep step, _) in images)
                    output.TakeHalf(step);
                if (fault.Key == Fault.Truncate)
                    throw new VaspStop("", 0);
                Process.GetCurrentProcess().Kill();
                _pace.Wait();
                return;
        }
        foreach ((RunOutput output, IonicStep step, _) in images)
            output.TakeBegun(step);
        switch (fault.Key)
        {
            case Fault.Hang:
                _pace.Wait();
                return;
            case Fault.OutOfMemory:
                Console.Error.Write(OomText);
                throw new VaspStop("", KilledExitCode);
            default:
                throw new VaspStop($" {fault.Says}\n");
        }
    }
}
