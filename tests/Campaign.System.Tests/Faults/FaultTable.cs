using System.Globalization;
using System.Text;

namespace Campaign.SystemTests.Faults;

/// <summary>A fault that was brought about, and the tasks it met.</summary>
public sealed record InjectedFault(Fault Fault, IReadOnlyList<string> Tasks);

/// <summary>What became of a task.</summary>
/// <param name="EndedRight">Done, with the result of an undisturbed run.</param>
/// <param name="DoubleByClaims">Executions too many, by the claims in its run directories.</param>
/// <param name="DoubleByWitness">The same by the witness log.</param>
/// <param name="JobsTooMany">Jobs beyond the first of one attempt, by the scheduler's own record: the claim kept them from running it.</param>
/// <param name="LastWord">The last event of its journal.</param>
public sealed record TaskFate(string Task, bool EndedRight, int DoubleByClaims, int DoubleByWitness, int JobsTooMany = 0, string LastWord = "")
{
    public bool IsWell => EndedRight && DoubleByClaims == 0 && DoubleByWitness == 0 && JobsTooMany == 0;
}

/// <summary>A line of the table.</summary>
public sealed record FaultRow(string Kind, int Injected, int TasksMet, int EndedRight, int DoubleByClaims, int DoubleByWitness, int JobsTooMany, int Lost);

/// <summary>The faults by kind, and what became of the tasks they met; last all tasks, met or not.</summary>
public static class FaultTable
{
    public static IReadOnlyList<FaultRow> Of(IReadOnlyList<InjectedFault> injected, IReadOnlyList<TaskFate> fates)
    {
        Dictionary<string, TaskFate> fate = fates.ToDictionary(f => f.Task);
        return
        [
            .. injected.GroupBy(f => f.Fault.Kind).OrderBy(g => g.Key).Select(kind =>
                Row(kind.Key.ToString(), kind.Count(), kind.SelectMany(f => f.Tasks).Distinct().Select(task =>
                    fate.GetValueOrDefault(task) ?? new TaskFate(task, EndedRight: false, 0, 0)))),
            Row("all", injected.Count, fates),
        ];
    }

    public static string Print(IEnumerable<FaultRow> rows)
    {
        var text = new StringBuilder("| kind | injected | tasks met | ended right | double by claims | double by witness | jobs too many | lost |\n|---|---|---|---|---|---|---|---|\n");
        foreach (FaultRow r in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {r.Kind} | {r.Injected} | {r.TasksMet} | {r.EndedRight} | {r.DoubleByClaims} | {r.DoubleByWitness} | {r.JobsTooMany} | {r.Lost} |\n");
        return text.ToString();
    }

    private static FaultRow Row(string kind, int injected, IEnumerable<TaskFate> tasks)
    {
        TaskFate[] met = [.. tasks];
        int right = met.Count(t => t.EndedRight);
        return new FaultRow(kind, injected, met.Length, right, met.Sum(t => t.DoubleByClaims), met.Sum(t => t.DoubleByWitness), met.Sum(t => t.JobsTooMany), met.Length - right);
    }
}
