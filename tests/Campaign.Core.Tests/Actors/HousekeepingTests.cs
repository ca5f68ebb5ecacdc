using Campaign.Actors.Hosting;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Files;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Graph;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>What the start of a campaign clears away, and what it must leave alone.</summary>
public sealed class HousekeepingTests : IDisposable
{
    private static readonly TaskId Done = TaskId.Parse("a/done"), Open = TaskId.Parse("a/open");
    private static readonly string Print = new('f', 64);

    private readonly CampaignDirectory _directory = CampaignDirectory.At(Path.Combine(Path.GetTempPath(), $"campaign-{Guid.NewGuid():N}"));

    public void Dispose() => Directory.Delete(_directory.Root, recursive: true);

    [Fact]
    public void Halves_of_files_needless_checkpoints_and_scratch_of_past_attempts_go_and_nothing_else_does()
    {
        string[] stays =
        [
            New(Path.Combine(_directory.Checkpoints(Open, Print), "state-10.ckpt")), New(Path.Combine(_directory.Root, "artifacts", "ab", "whole.json")),
            New(Path.Combine(_directory.Run(Open, 1), CampaignDirectory.Claim)), New(_directory.LogOf(Open, 1)),
            New(Path.Combine(_directory.Run(Open, 1), JobFile.Fence)), // a job on a node that was cut off may come back
            New(Path.Combine(_directory.Run(Open, 1), JobFile.Exit)),
            New(Path.Combine(_directory.Run(Open, 2), CampaignDirectory.Claim)), New(Path.Combine(_directory.Run(Open, 2), "model.dp")),
            New(AtomicFile.Temporary(Path.Combine(_directory.Control, "wish.json"))), // somebody writes it at this moment
            New(AtomicFile.Temporary(Path.Combine(_directory.Root, "artifacts", "incoming"))), // another campaign may share the store
        ];
        string[] goes =
        [
            New(AtomicFile.Temporary(Path.Combine(_directory.Root, "campaign.json"))),
            New(AtomicFile.Temporary(Path.Combine(_directory.Checkpoints(Open, Print), "state-20.ckpt"))),
            New(Path.Combine(_directory.Checkpoints(Done, Print), "state-10.ckpt")),
            New(Path.Combine(_directory.Run(Open, 1), "frames.xyz")), New(Path.Combine(_directory.Run(Open, 1), "systems", "a.raw")),
        ];

        string? said = Housekeeping.Sweep(_directory, _directory.Root, task => task == Done, TimeProvider.System.GetUtcNow());

        Assert.NotNull(said);
        Assert.All(stays, f => Assert.True(File.Exists(f), $"{f} is gone"));
        Assert.All(goes, f => Assert.False(File.Exists(f), $"{f} is still there"));
        Assert.Null(Housekeeping.Sweep(_directory, _directory.Root, task => task == Done, TimeProvider.System.GetUtcNow()));
    }

    [Fact]
    public void What_others_write_into_a_shared_store_is_left_alone_for_a_day()
    {
        string store = Path.Combine(_directory.Root, "elsewhere"), half = New(AtomicFile.Temporary(Path.Combine(store, "artifacts", "incoming")));
        Assert.Null(Housekeeping.Sweep(_directory, store, _ => false, TimeProvider.System.GetUtcNow()));
        Assert.True(File.Exists(half));
        Assert.NotNull(Housekeeping.Sweep(_directory, store, _ => false, TimeProvider.System.GetUtcNow().AddDays(2)));
        Assert.False(File.Exists(half));
    }

    private static string New(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "x");
        return path;
    }
}
