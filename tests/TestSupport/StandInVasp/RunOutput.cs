using System.Diagnostics;
using Campaign.Compute.Structures;

namespace Campaign.StandInVasp;

/// <summary>The files of one run, or of one image of a band. All of an ionic step is on disk before the next begins.</summary>
internal sealed class RunOutput : IDisposable
{
    private const int ElectronicStepsBeforeTrouble = 2;

    private readonly InputDeck _deck;
    private readonly StartFile _start;
    private readonly string _folder;
    private readonly StreamWriter _outcar, _oszicar, _xdatcar;
    private readonly StreamWriter? _report;
    private readonly TextWriter _said;
    private readonly TextWriter? _vasprun;
    private readonly long _began = Stopwatch.GetTimestamp();
    private double? _energyBeforeEv;
    private Cell _cellInXdatcar;

    /// <param name="vasprun">Null: a file of this run's own.</param>
    public RunOutput(string folder, InputDeck deck, StartFile start, Model model, TextWriter said, TextWriter? vasprun = null)
    {
        (_folder, _deck, _start, _said) = (folder, deck, start, said);
        _outcar = Open("OUTCAR");
        _oszicar = Open("OSZICAR");
        _xdatcar = Open("XDATCAR");
        _vasprun = vasprun ?? Open("vasprun.xml");
        Open("CONTCAR").Dispose(); // empty until the first step has ended, as of a VASP that was killed before
        if (deck.Settings.IsDynamics && deck.Settings.Mdalgo > 0)
        {
            _report = Open("REPORT");
            _report.Write(ReportText.Header(deck.Settings));
        }
        _cellInXdatcar = start.Structure.Cell;
        _outcar.Write(OutcarHeader.Top() + OutcarHeader.Text(deck, start, model));
        _vasprun.Write(VasprunText.Header(deck, start));
        _xdatcar.Write(PositionFiles.XdatcarHeader(deck, start.Structure));
        Flush();
    }

    public void Dispose()
    {
        _outcar.Dispose();
        _oszicar.Dispose();
        _xdatcar.Dispose();
        _report?.Dispose();
        _vasprun?.Dispose();
    }

    /// <summary>A whole step.</summary>
    public void Take(IonicStep step, string contcar)
    {
        int all = step.Electrons.Steps.Count;
        Electronic(step, all);
        _outcar.Write(OutcarStep.Results(step, _deck));
        _vasprun?.Write(VasprunText.Step(step, _deck));
        Both(OszicarText.Ionic(step, _energyBeforeEv, _deck));
        _energyBeforeEv = step.FreeEnergyEv;
        if (step.Number % _deck.Settings.Nblock == 0)
            Configuration(step);
        _report?.Write(ReportText.Step(step, Dynamics.TargetK(_deck.Settings, step.Number)));
        Flush();
        File.WriteAllText(Path.Combine(_folder, "CONTCAR"), contcar);
    }

    /// <summary>A line between two steps, for the log of timings.</summary>
    public void EndStep() => Outcar("     LOOP+:  cpu time      0.0010: real time      0.0010\n\n\n");

    /// <summary>A step that trouble ends within its electronic steps.</summary>
    public void TakeBegun(IonicStep step)
    {
        Electronic(step, Math.Min(ElectronicStepsBeforeTrouble, step.Electrons.Steps.Count));
        Flush();
    }

    /// <summary>A step of which half got to the disk.</summary>
    public void TakeHalf(IonicStep step)
    {
        string outcar = OutcarStep.Electronic(step, _deck, step.Electrons.Steps.Count) + OutcarStep.Results(step, _deck);
        int table = outcar.IndexOf("TOTAL-FORCE", StringComparison.Ordinal);
        _outcar.Write(outcar[..((table + outcar.Length) / 2)]); // behind the head of the table of forces, within a line most likely
        string xml = VasprunText.Step(step, _deck);
        _vasprun?.Write(xml[..(xml.Length / 2)]);
        Flush();
    }

    /// <summary>To the standard output and to OUTCAR.</summary>
    public void Say(string text)
    {
        _said.Write(text);
        _said.Flush();
        Outcar(text);
    }

    /// <summary>To the standard output.</summary>
    public void Tell(string text)
    {
        _said.Write(text);
        _said.Flush();
    }

    public void Finish(Structure final)
    {
        Say(" writing wavefunctions\n");
        TimeSpan taken = Stopwatch.GetElapsedTime(_began);
        string seconds = Fortran.F(taken.TotalSeconds, 12, 3);
        Outcar($"     LOOP+:  cpu time      0.0010: real time      0.0010\n    4ORBIT:  cpu time      0.0000: real time      0.0000\n\n  \n  \n General timing and accounting informations for this job:\n ========================================================\n  \n                  Total CPU time used (sec): {seconds}\n                            User time (sec): {seconds}\n                          System time (sec):        0.000\n                         Elapsed time (sec): {seconds}\n  \n                   Maximum memory used (kb): {Fortran.F(Environment.WorkingSet / 1024.0, 11, 0)}.\n                   Average memory used (kb):          N/A\n");
        _vasprun?.Write(VasprunText.Final(final) + VasprunText.End);
        Flush();
    }

    private void Electronic(IonicStep step, int upTo)
    {
        _outcar.Write(OutcarStep.Electronic(step, _deck, upTo));
        Both(OszicarText.Electronic(step, upTo));
    }

    private void Configuration(IonicStep step)
    {
        if (step.Structure.Cell != _cellInXdatcar)
            _xdatcar.Write(PositionFiles.XdatcarHeader(_deck, step.Structure));
        _cellInXdatcar = step.Structure.Cell;
        _xdatcar.Write(PositionFiles.XdatcarConfiguration(step));
    }

    private void Both(string text)
    {
        _oszicar.Write(text);
        _said.Write(text);
    }

    private void Outcar(string text)
    {
        _outcar.Write(text);
        _outcar.Flush();
    }

    private void Flush()
    {
        _outcar.Flush();
        _oszicar.Flush();
        _xdatcar.Flush();
        _report?.Flush();
        _vasprun?.Flush();
        _said.Flush();
    }

    private StreamWriter Open(string name) =>
        new(new FileStream(Path.Combine(_folder, name), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { NewLine = "\n" };
}
