using Campaign.StandInVasp;

// Behaves from outside as VASP does, in the directory that it is started in, with an analytic model in place of the electrons.
// STANDIN_POTENTIAL    path of the ionic model (config/potentials/li-ti-cl.yaml)
// STANDIN_MS_PER_STEP  what an ionic step takes, ms
// STANDIN_WITNESS      path of a witness log
// STANDIN_FAULT        KEY[:STEP[:ATTEMPT]]: what goes wrong, and when; see Fault
// STANDIN_FAULT_IN     only in directories of this name
// STANDIN_CURE         TAG=VALUE: the fault stays away while INCAR has it
string folder = Environment.CurrentDirectory;
using var said = new StreamWriter(Console.OpenStandardOutput()) { NewLine = "\n" };
said.Write($" {Banner.Confession}\n running    1 mpi-ranks, with    1 threads/rank\n{Banner.FirstLine}\n");
try
{
    File.WriteAllText("OUTCAR", OutcarHeader.Top());
    Model model = Model.FromEnvironment();
    InputDeck deck = InputDeck.Read(folder);
    using var session = new Session(folder, deck, model);
    said.Write($" POSCAR found type information on POSCAR {string.Join(" ", deck.Start.Blocks.Select(b => b.Element))}\n POSCAR found : {deck.Blocks.Count,2} types and {deck.Elements.Length,7} ions\n");
    if (deck.PotcarOverrules)
        said.Write(" WARNING: type information on POSCAR and POTCAR are incompatible\n POTCAR overwrites the type information in POSCAR\n");
    said.Write(" POSCAR, INCAR and KPOINTS ok, starting setup\n entering main loop\n");
    if (deck.Settings.Images > 0)
    {
        using var band = new Band(session, folder, said);
        band.Run();
        return 0;
    }
    StartFile start = deck.Settings.IsDynamics ? Dynamics.WithVelocities(deck) : deck.Start;
    using var output = new RunOutput(folder, deck, start, model, said);
    if (deck.Settings.IsDynamics)
        Dynamics.Run(session, output, start);
    else
        Relaxation.Run(session, output);
    return 0;
}
catch (VaspStop stop)
{
    said.Write(stop.Message);
    return stop.ExitCode;
}
