using System.Globalization;
using System.Text;

namespace Campaign.Compute.Engines.Scheduling.Transports;

/// <summary>
/// A program with its arguments and its input, as the standard input of a <c>bash -s</c> on another host. The command line that the
/// login shell there sees is always the same constant, so no name ever meets that shell, of whatever kind it is. What the program prints
/// stands between two marks: noise of a profile is left out, and a connection that broke shows.
/// </summary>
internal static class RemoteCommand
{
    /// <summary>What the login shell is asked to run.</summary>
    public const string CommandLine = "exec bash -s";

    private static readonly byte[] Begin = "\n--campaign-begin--\n"u8.ToArray(), End = "\n--campaign-end--"u8.ToArray();

    /// <summary>
    /// bash reads its script from a pipe byte by byte, and no further than the end of this one line: the rest is the program's input. What
    /// the program leaves of it is read to its end before the command ends: a server that is told of the input's end after the command's
    /// breaks off the whole connection, and every other command with it.
    /// </summary>
    public static byte[] Input(IReadOnlyList<string> command, ReadOnlyMemory<byte> input) =>
    [
        .. Encoding.UTF8.GetBytes($$"""{ printf '\n--campaign-begin--\n'; {{ShellWord.Join(command)}}; code=$?; printf '\n--campaign-end--%s\n' "$code"; cat >/dev/null; exit "$code"; }""" + "\n"),
        .. input.Span,
    ];

    /// <summary>The program's own output and exit code; null when the end did not arrive.</summary>
    public static CommandResult? Result(byte[] output, string error)
    {
        int begin = output.AsSpan().IndexOf(Begin), end = output.AsSpan().LastIndexOf(End);
        if (begin < 0 || end < begin + Begin.Length)
            return null;
        string code = Encoding.ASCII.GetString(output.AsSpan(end + End.Length)).Trim();
        return int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int exit) ? new CommandResult(exit, output[(begin + Begin.Length)..end], error) : null;
    }
}
