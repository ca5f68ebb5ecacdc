using System.Text.Json.Serialization;

namespace Campaign.Cli.Report;

/// <summary>
/// One number of the report with everything needed to judge it. A number that the data cannot carry has
/// <see cref="Resolved"/> = false; it is then shown as "not resolved" with the bound from <see cref="Ci95"/>, never bare.
/// </summary>
/// <param name="Value">Best estimate in <see cref="Unit"/>; null or not finite when there is none.</param>
/// <param name="Stderr">One standard error, same unit; null for numbers without a statistical error.</param>
/// <param name="Ci95">Lower and upper end of the 95 % interval, same unit; null when there is no statistical error.</param>
/// <param name="Unit">Unit as people read it ("eV", "cm²/s", "1").</param>
/// <param name="Resolved">95 % half-width below 30 % of the value (or no statistical error at all).</param>
/// <param name="Source">SHA-256 of the artifacts the number comes from.</param>
/// <param name="Note">Why the number is not resolved, or how it was bounded.</param>
public sealed record Q(
    double? Value,
    double? Stderr,
    Interval? Ci95,
    string Unit,
    bool Resolved,
    IReadOnlyList<string> Source,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note = null)
{
    /// <summary>A number without a statistical error: a count, a residual, a lattice parameter of a relaxed cell.</summary>
    public static Q Exact(double value, string unit, params IReadOnlyList<string> source) =>
        new(value, null, null, unit, double.IsFinite(value), source);

    /// <summary>An estimate with its standard error and 95 % interval, resolved by the project's rule.</summary>
    public static Q Estimate(double value, double stderr, double low95, double high95, string unit, params IReadOnlyList<string> source) =>
        new(value, stderr, new Interval(low95, high95), unit,
            double.IsFinite(value) && 0.5 * (high95 - low95) < 0.3 * Math.Abs(value), source);

    /// <summary>No number: only an upper bound (95 %).</summary>
    public static Q Below(double bound, string unit, string? note = null, params IReadOnlyList<string> source) =>
        new(null, null, new Interval(null, bound), unit, false, source, note);

    /// <summary>
    /// A difference of two numbers, judged by its absolute error: the 30 % rule does not apply to what should be zero.
    /// </summary>
    public static Q Difference(double value, double stderr, double low95, double high95, string unit, params IReadOnlyList<string> source) =>
        new(value, stderr, new Interval(low95, high95), unit, double.IsFinite(value) && double.IsFinite(stderr), source);

    /// <summary>A quantity of the analysis with the artifacts it came from.</summary>
    public static Q Of(Compute.Quantity q, IReadOnlyList<string> source) =>
        new(q.Value, q.StdErr, q.Ci95 is { } c ? new Interval(c.Lo, c.Hi) : null, q.Unit, q.Resolved, source, q.Note);

    /// <summary>Nothing is known, and why.</summary>
    public static Q None(string unit, string note) => new(null, null, null, unit, false, [], note);

    /// <summary>True when there is a finite, resolved value that may be printed and plotted.</summary>
    [JsonIgnore]
    public bool IsUsable => Resolved && Value is double v && double.IsFinite(v);
}

/// <summary>A 95 % interval; an open end is null.</summary>
[JsonConverter(typeof(IntervalConverter))]
public sealed record Interval(double? Low, double? High);
