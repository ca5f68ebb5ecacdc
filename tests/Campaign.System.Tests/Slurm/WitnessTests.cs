using Campaign.TestSupport.Witness;
using Xunit;

namespace Campaign.SystemTests.Slurm;

/// <summary>The checker of the witness log finds what is planted and nothing else.</summary>
public sealed class WitnessTests
{
    [Fact]
    public void Two_runs_of_one_attempt_at_the_same_time_are_found()
    {
        DoubleExecutions found = Check([.. Life("c-relax-a1", "1.0", 10, 0, 50), .. Life("c-relax-a1", "2.0", 11, 40, 90), .. Life("c-other-a1", "3.0", 12, 0, 90)]);

        (Execution first, Execution second) = Assert.Single(found.OfOneAttempt);
        Assert.Equal(("1.0", "2.0"), (first.Job, second.Job));
        Assert.Equal(["c-relax-a1"], found.Repeated);
        Assert.Empty(found.OfOneTask);
    }

    [Fact]
    public void An_earlier_attempt_that_still_lives_is_found()
    {
        DoubleExecutions found = Check([.. Life("c-relax-a1", "1.0", 10, 0, 50), .. Life("c-relax-a2", "2.0", 11, 49, 90)]);

        (Execution first, Execution second) = Assert.Single(found.OfOneTask);
        Assert.Equal(("c-relax-a1", "c-relax-a2"), (first.Attempt, second.Attempt));
        Assert.Empty(found.OfOneAttempt);
        Assert.Empty(found.Repeated);
    }

    [Fact]
    public void A_job_that_was_started_again_after_its_end_is_found()
    {
        DoubleExecutions found = Check([.. Life("c-relax-a1", "1.0", 10, 0, 50), .. Life("c-relax-a1", "1.1", 10, 60, 90)]);

        Assert.Equal(["c-relax-a1"], found.Repeated);
        Assert.Empty(found.OfOneAttempt);
    }

    [Fact]
    public void Attempts_one_after_the_other_are_as_they_should_be()
    {
        DoubleExecutions found = Check([.. Life("c-relax-a1", "1.0", 10, 0, 50), .. Life("c-relax-a2", "2.0", 11, 51, 90), .. Life("c-neb-a1", "3.0", 12, 20, 70)]);

        Assert.Empty(found.Repeated);
        Assert.Empty(found.OfOneAttempt);
        Assert.Empty(found.OfOneTask);
    }

    [Fact]
    public void A_number_of_a_process_given_again_makes_two_runs()
    {
        IReadOnlyList<Execution> runs = Execution.Of([.. Life("c-relax-a1", "1.0", 10, 0, 20), .. Life("c-relax-a1", "1.0", 10, 30, 40)]);

        Assert.Equal(2, runs.Count);
        Assert.Single(Check([.. Life("c-relax-a1", "1.0", 10, 0, 20), .. Life("c-relax-a1", "1.0", 10, 30, 40)]).Repeated);
    }

    [Fact]
    public void A_killed_run_lasts_until_its_last_beat()
    {
        Execution killed = Assert.Single(Execution.Of(Life("c-relax-a1", "1.0", 10, 0, 50).SkipLast(1)));

        Assert.False(killed.Ended);
        Assert.Equal(TimeSpan.FromSeconds(40), killed.To);
    }

    [Fact]
    public void Marks_written_by_many_at_once_are_all_there()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("campaign-witness-").FullName, "witness.log");
        const int Writers = 8, Marks = 500;

        Parallel.For(0, Writers, writer =>
        {
            using var log = new WitnessLog(path);
            for (int i = 0; i < Marks; i++)
                log.Write(Mark(MarkKind.Beat, $"c-t{writer}-a1", "1.0", writer, i));
        });

        Assert.Equal(Enumerable.Range(0, Writers).SelectMany(w => Enumerable.Repeat($"c-t{w}-a1", Marks)), WitnessLog.Read(path).Select(m => m.Attempt).Order());
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void A_torn_line_is_refused()
    {
        string line = Mark(MarkKind.Begin, "c-relax-a1", "1.0", 10, 0).ToLine();

        Assert.Equal(line, WitnessMark.Parse(line).ToLine());
        Assert.Throws<FormatException>(() => WitnessMark.Parse(line[..20]));
    }

    private static DoubleExecutions Check(IEnumerable<WitnessMark> marks) => DoubleExecutions.In(Execution.Of(marks));

    /// <summary>A run from one second to another, with a beat every ten.</summary>
    private static IEnumerable<WitnessMark> Life(string attempt, string job, int pid, int from, int to)
    {
        yield return Mark(MarkKind.Begin, attempt, job, pid, from);
        for (int at = from + 10; at < to; at += 10)
            yield return Mark(MarkKind.Beat, attempt, job, pid, at);
        yield return Mark(MarkKind.End, attempt, job, pid, to);
    }

    private static WitnessMark Mark(MarkKind kind, string attempt, string job, int pid, int at) =>
        new(kind, attempt, job, "n1", pid, at, TimeSpan.FromSeconds(at), DateTimeOffset.UnixEpoch.AddSeconds(at));
}
