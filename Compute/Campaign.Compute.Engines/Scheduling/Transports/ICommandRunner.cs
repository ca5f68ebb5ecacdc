namespace Campaign.Compute.Engines.Scheduling.Transports;

/// <summary>Runs programs on a site.</summary>
public interface ICommandRunner
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="command">Program and arguments; they arrive as they are, whatever they hold.</param>
    /// <param name="input">Bytes of its standard input.</param>
    /// <param name="limit">The program is given up after that long.</param>
    /// <exception cref="SchedulerUnavailableException">
    /// The site was not reached, the program is not there, the connection broke, or the time was over: what the program did is unknown.
    /// </exception>
    CommandResult Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct);
}

/// <summary>How a program ended.</summary>
public sealed record CommandResult(int ExitCode, byte[] Output, string Error)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Output);
}
