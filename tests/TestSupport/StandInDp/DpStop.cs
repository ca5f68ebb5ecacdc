namespace Campaign.StandInDp;

/// <summary>The program ends here, with a last word on standard error.</summary>
internal sealed class DpStop(string message, int exitCode = 1) : Exception(message)
{
    public int ExitCode => exitCode;
}
