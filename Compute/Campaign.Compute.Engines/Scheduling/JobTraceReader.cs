using System.Globalization;
using System.Text;
using Campaign.Compute.Engines.Scheduling.Transports;

namespace Campaign.Compute.Engines.Scheduling;

/// <summary>Reads what many attempts left in their run directories in one command, however the site is reached. Not for two threads at a time.</summary>
public sealed class JobTraceReader(ICommandRunner runner, TimeProvider time) : IJobTraceReader
{
    private const int Fields = 7;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string Script = ScriptTemplate.Fill("traces.sh", new Dictionary<string, string>());
    private readonly Heartbeats _heartbeats = new(time);

    public IReadOnlyList<RunSight> Read(IReadOnlyList<RunLook> looks, CancellationToken ct)
    {
        if (looks.Count == 0)
            return [];
        var input = new StringBuilder();
        foreach (RunLook look in looks)
        {
            input.Append(look.Directory).Append('\0').Append(CultureInfo.InvariantCulture, $"{look.Files.Count}").Append('\0');
            foreach (WatchedFile file in look.Files)
                input.Append("./").Append(file.Name).Append('\0').Append(CultureInfo.InvariantCulture, $"{file.TailBytes}").Append('\0');
        }
        CommandResult result = runner.Run(["bash", "-c", Script], Encoding.UTF8.GetBytes(input.ToString()), Limit, ct);
        string[] fields = result.Text.Split('\0');
        if (result.ExitCode != 0 || fields.Length != looks.Sum(l => Fields + l.Files.Count) + 1)
            throw new SchedulerUnavailableException($"The run directories on the site cannot be read: {result.Error.Trim()}");
        var sights = new List<RunSight>(looks.Count);
        int at = 0;
        foreach (RunLook look in looks)
        {
            int length = Fields + look.Files.Count;
            sights.Add(Sight(look, fields.AsSpan(at, length)));
            at += length;
        }
        return sights;
    }

    private RunSight Sight(RunLook look, ReadOnlySpan<string> f)
    {
        if (f[0] == "0")
            return RunSight.Nothing;
        if (f[0] != "1")
            return RunSight.Nothing with { Unreadable = f[0] };
        var tails = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < look.Files.Count; i++)
            if (f[Fields + i].Length > 0)
                tails[look.Files[i].Name] = f[Fields + i];
        JobExit? exit = JobExit.Read(f[3]);
        if (exit is not null)
            _heartbeats.Forget(look.Directory);
        TimeSpan? age = exit is null ? _heartbeats.AgeOf(look.Directory, f[6].Trim()) : TimeSpan.Zero;
        string[] refused = f[5].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return new RunSight(new JobTraces(exit, f[1] == "1", JobClaim.Read(f[4]), refused, age, Fenced: f[2] == "1"), tails);
    }
}
