using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql.Config;
using Campaign.Actors.Campaigns;
using Campaign.Actors.Jobs;
using Campaign.Actors.Operations;
using Campaign.Actors.Scheduling;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Files;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.ReadModel;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Hosting;

/// <summary>Runs campaigns in this process.</summary>
public static class CampaignHost
{
    private static readonly TimeSpan WishPatience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Drives a campaign until every task has settled, it is stopped by a person, or <paramref name="cancellation"/> asks it to drain:
    /// attempts then save their checkpoints and all is on record. The same call goes on, also after a SIGKILL.
    /// </summary>
    /// <exception cref="InvalidDataException">The journal or a stored file is damaged or of a newer version.</exception>
    public static async Task<CampaignOutcome> RunAsync(CampaignRun run, CancellationToken cancellation)
    {
        run.Hosting.Validate();
        CampaignDirectory directory = CampaignDirectory.At(run.Directory);
        (CampaignLock? taken, LockOwner? owner) = await CampaignLock.AcquireAsync(directory, run.Time).ConfigureAwait(false);
        if (taken is null)
            return new CampaignOutcome.Locked(owner);
        using CampaignLock held = taken;

        string id = directory.EnsureId();
        string store = RememberStore(directory, run.Store);
        var artifacts = new ArtifactStore(store);
        if (File.Exists(directory.Journal) && Directory.Exists(directory.Runs) && IsBlank(directory.Journal))
            throw new DamagedJournalException(directory.Journal, "it is empty, although the campaign has run");
        JournalFile.Prepare(directory.Journal);
        CampaignState known = ReadCampaign(directory, id);

        byte[] plan = PlanJson.Encode(new StoredPlan(run.Graph, run.Policy.Quorum));
        ArtifactRef planRef = artifacts.AddBytes(plan, "plan.json");
        PlanDifference? difference = null;
        if (known.Plan is not null && known.Plan.Sha256 != planRef.Sha256)
        {
            difference = PlanDifference.Between(StoredGraph(artifacts, known.Plan, run.AcceptChanges), run.Graph);
            if (!difference.IsEmpty && !run.AcceptChanges)
                return new CampaignOutcome.PlanChanged(difference);
        }
        var files = new CampaignFiles(artifacts, run.SpecFolder);
        foreach (InputSource.File file in run.Graph.Tasks.SelectMany(t => t.Inputs).Select(i => i.Source).OfType<InputSource.File>().Distinct())
            if (files.Take(file) is { } refusal)
                throw new InvalidDataException($"{artifacts.PathOf(file.Artifact)} is missing or damaged. {refusal}");
        var order = new CampaignOrder(
            run.Name, artifacts.AddText(run.SpecText, "campaign.yaml"), planRef, run.Graph, difference, run.Overrides, run.Unset, WorkWanted: true);
        var runtime = new Runtime(
            id, directory, artifacts, new FingerprintStore(store, artifacts), run.Operations.ToDictionary(o => o.Name),
            run.Policy, run.Time, run.Cores, run.Progress ?? Silent.Instance, run.Backoff)
        {
            Files = files, Sites = run.Sites(id).ToDictionary(s => s.Name), JobOperations = run.JobOperations.ToDictionary(o => (o.Engine, o.Name)),
        };
        try
        {
            if (known.Plan is not null && runtime.Sites.Count > 0)
                await Blocking.Run(() => OrphanJobs.End(runtime, run.Graph)).ConfigureAwait(false);
            CampaignOutcome outcome = await DriveAsync(runtime, order, JournalSetup(directory), cancellation).ConfigureAwait(false);
            if (runtime.Sites.Values.Any(s => s.IsStaged))
                await Blocking.Run(() => ClearSites(runtime)).ConfigureAwait(false);
            return outcome;
        }
        finally
        {
            JournalFile.Release(directory.Journal);
        }
    }

    /// <summary>
    /// Deletes at sites with files of their own what is left of tasks whose results are taken in: there was no time for it while the campaign
    /// ran, and nobody may ever come back for it.
    /// </summary>
    /// <returns>At how many sites something was left.</returns>
    private static int ClearSites(Runtime runtime)
    {
        ILookup<string, TaskId> done = CampaignSnapshot.Read(runtime.Directory).Tasks
            .Where(t => t.Phase == TaskPhase.Done && StagedTask.Remains(runtime.Directory, t.Spec.Id)).ToLookup(t => t.Spec.Site, t => t.Spec.Id);
        foreach (JobSite site in runtime.Sites.Values.Where(s => s.IsStaged && done.Contains(s.Name)))
        {
            try
            {
                StagedTask.Remove(site, runtime.Directory, runtime.CampaignId, [.. done[site.Name]]);
            }
            catch (Exception e) when (e is SchedulerUnavailableException or IOException)
            {
                runtime.Progress.Report(new CampaignProgress.Notice(
                    $"what {done[site.Name].Count()} finished tasks left at site {site.Name} could not be deleted, and the next 'resume' tries again: {e.Message}"));
            }
        }
        return done.Count;
    }

    /// <summary>The plan before; a damaged one counts as empty where the user accepts any change.</summary>
    private static WorkflowGraph StoredGraph(ArtifactStore artifacts, ArtifactRef plan, bool acceptChanges)
    {
        try
        {
            return PlanJson.Decode(artifacts.ReadBytes(plan)).Graph;
        }
        catch (InvalidDataException) when (acceptChanges)
        {
            return new WorkflowGraph([]);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{e.Message} The stored plan cannot be compared with the campaign file; '--accept-changes' plans anew, and finished tasks are found by their fingerprints.", e);
        }
    }

    /// <summary>Grants the wishes that lie in the control folder of a campaign that nobody drives, without starting any work.</summary>
    /// <returns>False when another process drives it after all, and will see to them.</returns>
    /// <exception cref="InvalidDataException">No campaign there, or a newer version wrote its journal.</exception>
    /// <exception cref="DamagedJournalException">Some page of the journal is not as it was written. Nothing is written into it.</exception>
    public static async Task<bool> ServeWishesAsync(string path, TimeProvider time)
    {
        CampaignDirectory directory = CampaignDirectory.At(path);
        string id = directory.ReadId();
        (CampaignLock? taken, _) = await CampaignLock.AcquireAsync(directory, time).ConfigureAwait(false);
        if (taken is null)
            return false;
        using CampaignLock held = taken;
        string store = CampaignSnapshot.StoreOf(directory);
        var artifacts = new ArtifactStore(store);
        CampaignState known = ReadCampaign(directory, id);
        JournalFile.Prepare(directory.Journal); // after a reading, so that a journal that is not there is not made
        if (known.Plan is null || known.Spec is null)
            throw new InvalidDataException($"The campaign in {directory.Root} has not been opened.");
        StoredPlan plan = PlanJson.Decode(artifacts.ReadBytes(known.Plan));
        var order = new CampaignOrder(known.Name!, known.Spec, known.Plan, plan.Graph, null, known.Overrides, [], WorkWanted: false);
        var runtime = new Runtime(
            id, directory, artifacts, new FingerprintStore(store, artifacts), new Dictionary<string, IOperation>(),
            CampaignPolicy.Default with { Quorum = plan.Quorum }, time, 1, Silent.Instance, RestartBackoff.Default);
        await ServeWishesAsync(runtime, order, JournalSetup(directory), CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    /// <summary>The part that tests share: an actor system over some journal, until all wishes are answered.</summary>
    internal static async Task ServeWishesAsync(
        Runtime runtime, CampaignOrder order, (Config Hocon, DataOptionsSetup? Options) journal, CancellationToken cancellation)
    {
        using ActorSystem system = Start(runtime, journal);
        IActorRef campaign = StartCampaign(system, runtime, order);
        var inbox = new ControlInbox(runtime.Directory);
        try
        {
            while (inbox.Pending() is [var wish, ..])
            {
                Task<ControlReply> reply = campaign.Ask<ControlReply>(new CampaignMessages.Apply(wish), WishPatience, cancellation);
                if (await Task.WhenAny(reply, runtime.Completion.Task).ConfigureAwait(false) == runtime.Completion.Task)
                    await runtime.Completion.Task.ConfigureAwait(false); // the journal cannot be read
                inbox.Answer(wish.Id, await reply.ConfigureAwait(false));
            }
        }
        finally
        {
            await system.Terminate().ConfigureAwait(false);
        }
    }

    /// <summary>The part that tests share: an actor system over some journal, driven to an outcome.</summary>
    internal static async Task<CampaignOutcome> DriveAsync(
        Runtime runtime, CampaignOrder order, (Config Hocon, DataOptionsSetup? Options) journal, CancellationToken cancellation)
    {
        using ActorSystem system = Start(runtime, journal);
        IActorRef campaign = StartCampaign(system, runtime, order);
        system.ActorOf(Props.Create(() => new ControlWatcher(runtime, campaign)).WithDispatcher(Dispatchers.Tasks), "control");
        using CancellationTokenRegistration drain = cancellation.Register(() =>
        {
            runtime.Progress.Report(new CampaignProgress.Notice("stopping: running tasks save their checkpoints. Ctrl-C again ends at once, which is safe too"));
            // without a sender: a supervisor takes what its own child sends for something to pass upwards
            campaign.Tell(new CampaignMessages.Drain("interrupted by the user"), ActorRefs.NoSender);
        });
        try
        {
            return await runtime.Completion.Task.ConfigureAwait(false);
        }
        catch (Exception e) when (JournalFile.IsDamage(e))
        {
            throw new DamagedJournalException(runtime.Directory.Journal, e.GetBaseException().Message, e);
        }
        finally
        {
            await system.Terminate().ConfigureAwait(false);
            await runtime.Live.Drained().ConfigureAwait(false);
        }
    }

    internal static ActorSystem Start(Runtime runtime, (Config Hocon, DataOptionsSetup? Options) journal)
    {
        Config config = ConfigurationFactory.ParseString($$"""
            akka {
              loggers = ["{{typeof(FileLogger).FullName}}, {{typeof(FileLogger).Assembly.GetName().Name}}"]
              loglevel = INFO
              stdout-loglevel = OFF
              stdout-logger-class = "{{typeof(NoConsole).FullName}}, {{typeof(NoConsole).Assembly.GetName().Name}}"
              log-dead-letters = off
              coordinated-shutdown.run-by-clr-shutdown-hook = off
            }
            campaign.log-file = "{{Path.Combine(runtime.Directory.Root, "orchestrator.log").Replace("\\", "\\\\").Replace("\"", "\\\"")}}"
            """)
            .WithFallback(ConfigurationFactory.ParseString(Dispatchers.Hocon))
            .WithFallback(journal.Hocon);
        ActorSystemSetup setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));
        if (journal.Options is not null)
            setup = setup.And(journal.Options);
        return ActorSystem.Create("campaign", setup);
    }

    private static IActorRef StartCampaign(ActorSystem system, Runtime runtime, CampaignOrder order)
    {
        (int cores, LiveAttempts live) = (runtime.Cores, runtime.Live);
        foreach (JobSite site in runtime.Sites.Values)
            system.ActorOf(Props.Create(() => new SiteActor(runtime, site)), SiteGate.NameOf(site.Name));
        IActorRef broker = system.ActorOf(Props.Create(() => new ResourceBroker(cores, live)), "cores");
        return system.ActorOf(runtime.Supervised(Props.Create(() => new CampaignActor(runtime, order, broker)), "campaign"), "campaigns");
    }

    private static (Config, DataOptionsSetup?) JournalSetup(CampaignDirectory directory) =>
        (JournalFile.Hocon(directory.Journal), JournalFile.Options(directory.Journal));

    private static bool IsBlank(string journal)
    {
        using var reader = new JournalReader(journal);
        return reader.IsEmpty;
    }

    private static CampaignState ReadCampaign(CampaignDirectory directory, string id)
    {
        using var journal = new JournalReader(directory.Journal);
        return journal.Stream(PersistenceIds.OfCampaign(id))
            .Aggregate(CampaignState.New, (state, e) => state.Apply((ICampaignEvent)e.Event));
    }

    private static string RememberStore(CampaignDirectory directory, string? wanted)
    {
        string present = CampaignSnapshot.StoreOf(directory);
        if (wanted is null || Path.GetFullPath(wanted) == present)
            return present;
        if (File.Exists(directory.Journal))
            throw new InvalidDataException($"This campaign keeps its artifacts in {present}; it cannot move to {wanted}.");
        string store = Path.GetFullPath(wanted);
        Directory.CreateDirectory(store);
        AtomicFile.Write(directory.StorePointer, System.Text.Encoding.UTF8.GetBytes(store + "\n"));
        return store;
    }

    private sealed class Silent : IProgress<CampaignProgress>
    {
        public static readonly Silent Instance = new();

        public void Report(CampaignProgress value)
        {
        }
    }
}
