namespace Campaign.SystemTests.Faults;

/// <summary>What faults are done to.</summary>
public interface IFaultTarget
{
    /// <summary>Everything has ended: there is nothing left to disturb.</summary>
    Task<bool> IsOverAsync();

    /// <returns>The tasks that were met; null when there was nothing to do it to just now.</returns>
    Task<IReadOnlyList<string>?> InjectAsync(Fault fault);

    /// <summary>Undoes what was done, runs the orchestrator to its end and says what became of every task.</summary>
    Task<IReadOnlyList<TaskFate>> FinishAsync();
}

/// <param name="Missed">Faults that found nothing to be done to.</param>
public sealed record FaultOutcome(IReadOnlyList<InjectedFault> Injected, IReadOnlyList<Fault> Missed, IReadOnlyList<TaskFate> Fates);

/// <summary>Carries out a plan.</summary>
public static class FaultCampaign
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>A fault that finds nothing to be done to is tried again for a while; one that never does is reported, not counted.</summary>
    public static async Task<FaultOutcome> RunAsync(IReadOnlyList<PlannedFault> plan, IFaultTarget target, TimeProvider time)
    {
        var injected = new List<InjectedFault>();
        var missed = new List<Fault>();
        foreach (PlannedFault planned in plan)
        {
            await Task.Delay(planned.After, time);
            long begun = time.GetTimestamp();
            IReadOnlyList<string>? tasks;
            while ((tasks = await target.InjectAsync(planned.Fault)) is null && time.GetElapsedTime(begun) < Patience && !await target.IsOverAsync())
                await Task.Delay(PollInterval, time);
            if (tasks is null)
                missed.Add(planned.Fault);
            else
                injected.Add(new InjectedFault(planned.Fault, tasks));
        }
        return new FaultOutcome(injected, missed, await target.FinishAsync());
    }
}
