namespace Campaign.Compute;

/// <summary>
/// A measured number with its uncertainty, the form in which every result is handed on. <c>Value</c> is null
/// when the data carry no number; then <c>Ci95</c> may still hold a bound, (0, upper).
/// </summary>
/// <param name="StdErr">One standard error, in the same unit; null when unknown, never zero for unknown.</param>
/// <param name="Ci95">95 % interval; it need not be symmetric (positive quantities use a log-normal one).</param>
/// <param name="Resolved">The half-width of the interval is below <see cref="ResolvedHalfWidth"/> of the value and no rule refused it.</param>
/// <param name="Note">Why it is not resolved, or what a reader must know about it.</param>
public sealed record Quantity(
    double? Value, double? StdErr, (double Lo, double Hi)? Ci95, string Unit, bool Resolved, string? Note = null)
{
    /// <summary>Two-sided 95 % quantile of the normal distribution.</summary>
    public const double Normal95 = 1.959963984540054;

    /// <summary>The largest relative half-width of a 95 % interval that still counts as resolved.</summary>
    public const double ResolvedHalfWidth = 0.30;

    /// <summary>A value with a symmetric (normal) interval.</summary>
    public static Quantity Normal(double value, double stdErr, string unit, string? note = null)
    {
        double half = Normal95 * stdErr;
        return new Quantity(value, stdErr, (value - half, value + half), unit, half < ResolvedHalfWidth * Math.Abs(value), note);
    }

    /// <summary>
    /// A positive value with a log-normal interval: value·exp(±1.96 s), s the standard error of its logarithm.
    /// It stays positive, and leans to the side where a relative error of tens of percent really leans.
    /// </summary>
    public static Quantity LogNormal(double value, double logStdErr, string unit, string? note = null)
    {
        if (!(value > 0))
            throw new ArgumentOutOfRangeException(nameof(value), value, "A log-normal quantity is positive.");
        double lo = value * Math.Exp(-Normal95 * logStdErr), hi = value * Math.Exp(Normal95 * logStdErr);
        return new Quantity(value, value * logStdErr, (lo, hi), unit, hi - lo < 2 * ResolvedHalfWidth * value, note);
    }

    /// <summary>No value; only that it is at most <paramref name="upper"/> (95 %).</summary>
    public static Quantity UpperBound(double upper, string unit, string note) =>
        new(null, null, (0, upper), unit, false, note);

    /// <summary>Nothing can be said.</summary>
    public static Quantity None(string unit, string note) => new(null, null, null, unit, false, note);

    /// <summary>Standard error of ln(value), null without a positive value and an error.</summary>
    public double? LogStdErr => Value is > 0 && StdErr is { } s ? s / Value : null;

    /// <summary>The same quantity marked as not resolved, with the reason added.</summary>
    public Quantity NotResolved(string reason) => WithNote(reason) with { Resolved = false };

    /// <summary>The same quantity with one more note.</summary>
    public Quantity WithNote(string note) => this with { Note = Note is null ? note : $"{Note}; {note}" };

    /// <summary>Multiplied by an exactly known positive factor.</summary>
    public Quantity Scaled(double factor, string unit) => this with
    {
        Value = Value * factor,
        StdErr = StdErr * factor,
        Ci95 = Ci95 is { } c ? (c.Lo * factor, c.Hi * factor) : null,
        Unit = unit,
    };
}
