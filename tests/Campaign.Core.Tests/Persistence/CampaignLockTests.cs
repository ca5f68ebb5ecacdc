using Campaign.Persistence.Directories;
using Xunit;

namespace Campaign.Core.Tests.Persistence;

public sealed class CampaignLockTests : IDisposable
{
    private readonly CampaignDirectory _directory = CampaignDirectory.At(Directory.CreateTempSubdirectory("campaign-lock-").FullName);

    public void Dispose() => Directory.Delete(_directory.Root, recursive: true);

    [Fact]
    public async Task Whoever_asks_for_the_owner_all_the_time_never_turns_a_starting_process_away()
    {
        using var stop = new CancellationTokenSource();
        var asking = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
                CampaignLock.Owner(_directory);
        });
        asking.Start();
        try
        {
            for (int i = 0; i < 300; i++)
            {
                (CampaignLock? held, LockOwner? owner) = await CampaignLock.AcquireAsync(_directory, TimeProvider.System);
                Assert.True(held is not null, $"turned away in round {i}");
                Assert.Equal(Environment.ProcessId, owner!.ProcessId);
                held.Dispose();
            }
        }
        finally
        {
            stop.Cancel();
            asking.Join();
        }
    }

    [Fact]
    public void A_notice_that_cannot_be_written_is_explained_and_gives_the_lock_back()
    {
        Directory.CreateDirectory(_directory.LockNotice);
        var e = Assert.Throws<InvalidDataException>(() => CampaignLock.TryAcquire(_directory, TimeProvider.System, out _));
        Assert.Contains(_directory.Root, e.Message);
        Directory.Delete(_directory.LockNotice);
        using CampaignLock? held = CampaignLock.TryAcquire(_directory, TimeProvider.System, out _);
        Assert.NotNull(held);
    }

    [Fact]
    public async Task The_owner_is_known_while_the_lock_is_held_and_not_after_nor_by_a_notice_alone()
    {
        (CampaignLock? held, _) = await CampaignLock.AcquireAsync(_directory, TimeProvider.System);
        Assert.Equal(Environment.ProcessId, CampaignLock.Owner(_directory)!.ProcessId);
        (CampaignLock? second, LockOwner? owner) = await CampaignLock.AcquireAsync(_directory, TimeProvider.System);
        Assert.Null(second);
        Assert.Equal(Environment.ProcessId, owner!.ProcessId);
        held!.Dispose();
        Assert.Null(CampaignLock.Owner(_directory));
        File.WriteAllText(Path.Combine(_directory.Root, "campaign.lock"), $"{int.MaxValue} {Environment.MachineName} {DateTimeOffset.UnixEpoch:O}\n");
        Assert.Null(CampaignLock.Owner(_directory));
    }
}
