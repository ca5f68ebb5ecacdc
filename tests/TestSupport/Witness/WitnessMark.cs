using System.Globalization;

namespace Campaign.TestSupport.Witness;

public enum MarkKind
{
    Begin,
    Beat,
    End,
}

/// <summary>One sign of life of a running program: a line of the witness log.</summary>
/// <param name="Attempt">Token of the attempt, <c>{campaign}-{task}-a{n}</c>.</param>
/// <param name="Job">The scheduler's id of the job, with the number of its restarts.</param>
/// <param name="Step">Steps done so far.</param>
/// <param name="Monotonic">The machine's own clock, which runs alike for every process of it and is never set. It decides; all nodes of a test lie on one machine.</param>
/// <param name="Wall">For the reader.</param>
public sealed record WitnessMark(MarkKind Kind, string Attempt, string Job, string Host, int Pid, int Step, TimeSpan Monotonic, DateTimeOffset Wall)
{
    private const char Separator = '\t';

    public string ToLine() => string.Join(
        Separator, Kind, Attempt, Job, Host, Number(Pid), Number(Step), Number(Monotonic.Ticks), Wall.ToString("O", CultureInfo.InvariantCulture));

    /// <exception cref="FormatException">The line is none of ours, or torn: a witness that cannot be read is not to be passed over.</exception>
    public static WitnessMark Parse(string line) =>
        line.Split(Separator) is [var kind, var attempt, var job, var host, var pid, var step, var ticks, var wall]
            && Enum.TryParse(kind, out MarkKind mark)
            && int.TryParse(pid, CultureInfo.InvariantCulture, out int process)
            && int.TryParse(step, CultureInfo.InvariantCulture, out int done)
            && long.TryParse(ticks, CultureInfo.InvariantCulture, out long at)
            && DateTimeOffset.TryParseExact(wall, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset date)
            ? new WitnessMark(mark, attempt, job, host, process, done, TimeSpan.FromTicks(at), date)
            : throw new FormatException($"'{line}' is not a line of a witness log.");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
