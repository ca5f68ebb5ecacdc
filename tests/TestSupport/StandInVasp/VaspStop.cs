namespace Campaign.StandInVasp;

/// <summary>The program ends here, with what VASP would say.</summary>
internal sealed class VaspStop(string says, int exitCode = VaspStop.Abort) : Exception(says)
{
    /// <summary>As MPI ends a program that calls for its own end.</summary>
    public const int Abort = 1;

    public int ExitCode { get; } = exitCode;
}
