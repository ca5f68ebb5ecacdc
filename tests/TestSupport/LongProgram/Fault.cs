using System.Globalization;

namespace Campaign.LongProgram;

public enum FaultKind
{
    /// <summary>Ends with an exit code, <see cref="Fault.Amount"/>, without a result.</summary>
    Exit,

    /// <summary>Sends itself a signal, <see cref="Fault.Amount"/>: 11 as a crash would, 9 as the kernel does that ran out of memory.</summary>
    Signal,

    /// <summary>Lives on without any progress and does not mind SIGTERM.</summary>
    Hang,

    /// <summary>Takes memory, <see cref="Fault.Amount"/> MiB, and when nobody stopped it is killed as the kernel would.</summary>
    Memory,

    /// <summary>Writes half of its result and ends as if all were well.</summary>
    Truncate,

    /// <summary>Does not look at the stop file from that step on.</summary>
    Deaf,
}

/// <summary>Something that goes wrong on demand.</summary>
/// <param name="Step">After this step.</param>
/// <param name="Attempt">Only in the attempt of this number; null: in each.</param>
public sealed record Fault(FaultKind Kind, int Amount, int Step, int? Attempt = null)
{
    /// <summary>As printed: <c>exit 7 at 50</c>, <c>hang 0 at 3 in attempt 1</c>.</summary>
    /// <exception cref="FormatException"/>
    public static Fault Parse(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            [var kind, var amount, "at", var step] => new Fault(Kinds(kind), Number(amount), Number(step)),
            [var kind, var amount, "at", var step, "in", "attempt", var attempt] => new Fault(Kinds(kind), Number(amount), Number(step), Number(attempt)),
            _ => throw new FormatException($"'{text}' is not 'KIND AMOUNT at STEP [in attempt N]'."),
        };
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Kind.ToString().ToLowerInvariant()} {Amount} at {Step}{(Attempt is { } n ? $" in attempt {n}" : "")}");

    private static FaultKind Kinds(string word) =>
        Enum.TryParse(word, ignoreCase: true, out FaultKind kind) && Enum.IsDefined(kind) ? kind : throw new FormatException($"'{word}' is no fault; there are {string.Join(", ", Enum.GetNames<FaultKind>()).ToLowerInvariant()}.");

    private static int Number(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new FormatException($"'{word}' is not a whole number.");
}
