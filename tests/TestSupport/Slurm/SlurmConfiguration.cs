namespace Campaign.TestSupport.Slurm;

/// <summary>What a test's cluster is like.</summary>
/// <param name="MinJobAgeSeconds">How long an ended job is remembered.</param>
/// <param name="NodeTimeoutSeconds">Silence after which a node is given up.</param>
public sealed record SlurmClusterOptions(int Nodes = 3, int CpusPerNode = 4, int MinJobAgeSeconds = 300, int NodeTimeoutSeconds = 5);

/// <summary>
/// The configuration of a cluster that lies wholly under one directory of one machine, without systemd, cgroups or a database. Jobs in the
/// partition <c>urgent</c> push those in <c>main</c> out.
/// </summary>
internal static class SlurmConfiguration
{
    public const string Socket = "munge/socket", JobCompletions = "log/jobcomp.txt";

    /// <param name="ports">The controller's and one for each node.</param>
    public static string Text(string root, string host, string user, IReadOnlyList<int> ports, SlurmClusterOptions options) => $"""
        ClusterName=campaign
        SlurmctldHost={host}(127.0.0.1)
        SlurmctldPort={ports[0]}
        SlurmUser={user}
        SlurmdUser={user}
        AuthType=auth/munge
        # a requeued job waits until its old credential has expired: by default two minutes
        AuthInfo=socket={root}/{Socket},cred_expire=5
        CredType=cred/munge
        StateSaveLocation={root}/state
        SlurmdSpoolDir={root}/spool/%n
        SlurmctldPidFile={root}/slurmctld.pid
        SlurmdPidFile={root}/slurmd.%n.pid
        SlurmctldLogFile={root}/log/slurmctld.log
        SlurmdLogFile={root}/log/slurmd.%n.log
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        JobAcctGatherType=jobacct_gather/none
        MpiDefault=none
        SwitchType=switch/none
        AccountingStorageType=accounting_storage/none
        JobCompType=jobcomp/filetxt
        JobCompLoc={root}/{JobCompletions}
        MinJobAge={options.MinJobAgeSeconds}
        SchedulerType=sched/backfill
        SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1,bf_interval=1,default_queue_depth=200
        SelectType=select/cons_tres
        SelectTypeParameters=CR_Core
        PreemptType=preempt/partition_prio
        PreemptMode=REQUEUE
        SlurmdTimeout={options.NodeTimeoutSeconds}
        SlurmctldTimeout=5
        MessageTimeout=5
        KillWait=2
        CompleteWait=0
        ReturnToService=2
        # a node may have more processors than this machine
        SlurmdParameters=config_overrides
        {string.Join('\n', ports.Skip(1).Select((port, i) => $"NodeName=n{i + 1} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={options.CpusPerNode} RealMemory=8000 State=UNKNOWN"))}
        PartitionName=main Nodes=n[1-{options.Nodes}] Default=YES MaxTime=INFINITE State=UP PriorityTier=1
        PartitionName=urgent Nodes=n[1-{options.Nodes}] MaxTime=INFINITE State=UP PriorityTier=10

        """;
}
