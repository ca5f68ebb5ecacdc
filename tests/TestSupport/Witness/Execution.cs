namespace Campaign.TestSupport.Witness;

/// <summary>One run of a program as the witness log shows it.</summary>
/// <param name="From">When it began.</param>
/// <param name="To">Its last sign of life. A program that was killed lived on for less than one beat.</param>
/// <param name="Ended">It said so itself; false: it was killed, or lives.</param>
public sealed record Execution(string Attempt, string Job, string Host, int Pid, TimeSpan From, TimeSpan To, int FirstStep, int LastStep, bool Ended)
{
    /// <summary>The attempt's token without its number.</summary>
    public string Task => Attempt.LastIndexOf("-a", StringComparison.Ordinal) is > 0 and int at ? Attempt[..at] : Attempt;

    public bool Overlaps(Execution other) => From <= other.To && other.From <= To;

    /// <param name="marks">In any order.</param>
    public static IReadOnlyList<Execution> Of(IEnumerable<WitnessMark> marks)
    {
        var found = new List<Execution>();
        foreach (IGrouping<(string, string, string, int), WitnessMark> process in marks.GroupBy(m => (m.Attempt, m.Job, m.Host, m.Pid)))
        {
            var life = new List<WitnessMark>();
            foreach (WitnessMark mark in process.OrderBy(m => m.Monotonic).ThenBy(m => m.Kind))
            {
                if (mark.Kind == MarkKind.Begin && life.Count > 0) // the number of a process was given again
                {
                    found.Add(Seen(life));
                    life.Clear();
                }
                life.Add(mark);
            }
            found.Add(Seen(life));
        }
        return [.. found.OrderBy(e => e.From)];
    }

    private static Execution Seen(List<WitnessMark> life) => new(
        life[0].Attempt, life[0].Job, life[0].Host, life[0].Pid, life[0].Monotonic, life[^1].Monotonic,
        life[0].Step, life.Max(m => m.Step), life.Exists(m => m.Kind == MarkKind.End));
}
