using System.Buffers.Binary;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>A cut of power, simulated on copies of a campaign that was killed; and journals damaged in ways that no crash brings about.</summary>
[Collection("end to end")]
public sealed class PowerCutTests(UndisturbedRun run)
{
    private const string Training = "train/ionic/m0", HalfACheckpoint = "half a checkpoint";
    private const int LogHeader = 32, FrameHeader = 24; // of SQLite's write-ahead log

    [Fact]
    public async Task A_cut_of_power_costs_what_was_not_flushed_and_no_number()
    {
        string folder = run.New("powered"), store = run.StoreWithout(Training, run.New("store"));
        using (CampaignProgram program = CampaignProgram.Start("run", run.File, "--dir", folder, "--store", store))
        {
            bool Saved() => Directory.Exists(Path.Combine(folder, "checkpoints", Training))
                && Directory.EnumerateFiles(Path.Combine(folder, "checkpoints", Training), "training-*.ckpt", SearchOption.AllDirectories).Any();
            Assert.True(await program.ReachesAsync(Saved));
            Assert.True(await program.KillAsync(), "it had ended");
        }
        for (int seed = 0; seed < 4; seed++)
        {
            (string copy, string copiedStore) = run.Copy(folder, store);
            string what = Cut(copy, seed);

            ProgramResult result = await CampaignProgram.RunAsync("run", run.File, "--dir", copy);

            Assert.True(result.ExitCode == 0, $"{what}: {result}");
            Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(copy));
            bool said = Directory.EnumerateFiles(Path.Combine(copy, "runs", Training), "attempt.log", SearchOption.AllDirectories)
                .Any(f => File.ReadAllText(f).Contains("is cut or damaged", StringComparison.Ordinal));
            Assert.Equal(what == HalfACheckpoint, said);
            (await Journal.OfAsync(copy)).EveryTaskEndedOnce();
            Directory.Delete(copiedStore, recursive: true);
        }
    }

    [Theory]
    [InlineData("without its head")]
    [InlineData("empty")]
    public async Task A_journal_that_is_blank_is_refused_and_says_what_can_be_saved(string damage)
    {
        string folder = run.Copy(), journal = Path.Combine(folder, "journal.db");
        byte[] bytes = File.ReadAllBytes(journal);
        if (damage == "without its head")
            Array.Clear(bytes, 0, 100);
        File.WriteAllBytes(journal, damage == "empty" ? [] : bytes);

        ProgramResult refused = await CampaignProgram.RunAsync("run", run.File, "--dir", folder);
        ProgramResult history = await CampaignProgram.RunAsync("history", folder);

        Assert.True(refused.ExitCode == 2, refused.ToString());
        Assert.Contains("journal is damaged", refused.Error);
        Assert.Contains("Results lie apart from it", refused.Error);
        Assert.DoesNotContain("..\n", refused.Error);
        Assert.Contains("No event of it can be read", refused.Error);
        Assert.True(history.ExitCode == (damage == "empty" ? 0 : 2), history.ToString()); // an empty journal reads like that of a campaign not yet begun
        Assert.DoesNotContain("opened", history.Output);
    }

    /// <summary>Takes from a dead campaign what a cut of power may: the end of the log behind the last commit, and all that was not flushed; for some seeds more, as a disk does that only claims to have written.</summary>
    private static string Cut(string folder, int seed)
    {
        var random = new Random(seed);
        foreach (string lost in new[] { "attempt.log", "orchestrator.log", "lcurve.out" }.SelectMany(n => Directory.EnumerateFiles(folder, n, SearchOption.AllDirectories)))
            if (random.Next(2) == 0)
                File.Delete(lost);
            else
                File.WriteAllBytes(lost, File.ReadAllBytes(lost)[..(int)(new FileInfo(lost).Length / 2)]);
        File.Delete(Path.Combine(folder, "journal.db-shm"));
        string log = Path.Combine(folder, "journal.db-wal");
        byte[] bytes = File.ReadAllBytes(log);
        (int frame, int committed) = Committed(bytes);
        byte[] torn = new byte[random.Next(1, frame)];
        random.NextBytes(torn);
        switch (seed)
        {
            case 0 or 1:
                File.WriteAllBytes(log, [.. bytes[..committed], .. torn]);
                return "a torn frame behind the last commit";
            case 2:
                string checkpoint = Directory.EnumerateFiles(Path.Combine(folder, "checkpoints", Training), "*.ckpt", SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc)!;
                File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..(int)(new FileInfo(checkpoint).Length / 2)]);
                File.WriteAllBytes(log, bytes[..committed]);
                return HalfACheckpoint;
            default:
                int kept = LogHeader + frame * ((committed - LogHeader) / frame * 9 / 10); // the last events, which had been acknowledged
                File.WriteAllBytes(log, [.. bytes[..kept], .. torn]);
                return "the last tenth of the log";
        }
    }

    /// <returns>Length of a frame, and where the last one that ends a commit is over.</returns>
    private static (int Frame, int End) Committed(byte[] log)
    {
        int frame = FrameHeader + (int)BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(8)), end = LogHeader;
        for (int at = LogHeader; at + frame <= log.Length && log.AsSpan(at + 8, 8).SequenceEqual(log.AsSpan(16, 8)); at += frame)
            if (BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(at + 4)) > 0)
                end = at + frame;
        Assert.True(end > LogHeader, "nothing had been committed");
        return (frame, end);
    }
}
