using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary>Why a task is where it is, in words.</summary>
/// <param name="Because">What brought it there.</param>
/// <param name="WaitingFor">What must happen before it moves by itself; empty when nothing will move it, or nothing needs to.</param>
/// <param name="Next">What somebody can do, or what will happen.</param>
internal sealed record TaskExplanation(string? Because, IReadOnlyList<string> WaitingFor, string? Next)
{
    private const int Named = 6;
    private const string Turn = "a turn: its inputs are there, and it starts as soon as fewer tasks are under way";

    /// <param name="campaign">How to name the campaign in a command line.</param>
    public static TaskExplanation Of(CampaignSnapshot s, TaskRow row, string campaign, DateTimeOffset now)
    {
        string task = row.Spec.Id.Value;
        string reason = row.Reason ?? "no reason is on record";
        return row.Phase switch
        {
            TaskPhase.Planned => new(Given(row), [.. Inputs(s, row).Concat(Permission(s, campaign)).DefaultIfEmpty(Turn)], null),
            TaskPhase.Intended or TaskPhase.Running when row.Job is { } job => new(
                row.Phase == TaskPhase.Running ? $"Attempt {row.Attempt} works on it, {(job.Pack is null ? "as" : "in")} {JobWords.Of(s, job)}." : Given(row),
                [.. Scheduler(s, row, job), .. SiteOutage.Of(s.Directory, job.Site), .. Permission(s, campaign)],
                s.Owner is null ? "Its job goes on by itself; its result is taken in when somebody drives the campaign." : null),
            _ when row.Job is { } left => new(
                row.Reason is null ? null : Sentence(row.Reason),
                [left.Pack is null
                    ? $"job {left.Id ?? left.Token} of attempt {left.Attempt} at {left.Site}: it was given up, and nothing else begins before it has ended"
                    : $"{JobWords.Of(s, left)}, to end attempt {left.Attempt} or to pass it over: it was given up, and nothing else begins before that", .. SiteOutage.Of(s.Directory, left.Site), .. Permission(s, campaign)], null),
            TaskPhase.Intended => new(Given(row), Cores(s, row, campaign), $"Attempt {row.Attempt} starts when it gets its cores."),
            TaskPhase.Running when s.Owner is null => new("The process that ran it is gone.", [.. Permission(s, campaign)], "It goes on from its last checkpoint."),
            TaskPhase.Running => new($"Attempt {row.Attempt} works on it, in process {s.Owner.ProcessId} on {s.Owner.Host}.", [], null),
            TaskPhase.RetryScheduled => new(
                reason, [$"{Output.Time(row.DueAt)}{In(row.DueAt, now)}: the next attempt", .. Permission(s, campaign)],
                $"'campaign retry {campaign} {task}' tries at once."),
            TaskPhase.Paused => new(Sentence(reason), [$"'campaign continue {campaign} {task}'"], "Its checkpoint is kept."),
            TaskPhase.Failed => new(reason, [], $"Mend the cause, then 'campaign retry {campaign} {task}'{Resume(s, campaign)}."),
            TaskPhase.Cancelled when row.BlockedBy is { } by => new(
                Sentence(reason), [], $"'campaign why {campaign} {by}' tells more of the cause; 'campaign retry {campaign} {by}' tries it again, and this task follows."),
            TaskPhase.Cancelled => new(Sentence(reason), [], $"'campaign retry {campaign} {task}' takes it up again{Resume(s, campaign)}."),
            TaskPhase.Done => new(null, [], null),
            _ => new($"Attempt {row.Attempt} has ended, and its result is being taken in.", [.. Permission(s, campaign)], null),
        };
    }

    private static string? Given(TaskRow row) =>
        row.Reason is null ? null
        : row.Attempt > 0 && row.EndedAt is not null ? $"Attempt {row.Attempt} was given up: {row.Reason}. The next one goes on from its checkpoint."
        : Sentence(row.Reason);

    private static IEnumerable<string> Inputs(CampaignSnapshot s, TaskRow row)
    {
        HashSet<TaskId> needs = [.. row.Spec.DependsOn];
        foreach (TaskRow input in s.Tasks.Where(t => needs.Contains(t.Spec.Id) && t.Phase != TaskPhase.Done))
            yield return $"{input.Spec.Id} ({input.Phase.Display()})";
    }

    /// <summary>What keeps the whole campaign from going on.</summary>
    private static IEnumerable<string> Permission(CampaignSnapshot s, string campaign)
    {
        string why = s.Campaign.Reason is { } reason ? $" ({reason}, {Output.Time(s.Campaign.Since)})" : "";
        switch (s.Campaign.Phase)
        {
            case CampaignPhase.Paused:
                yield return $"'campaign continue {campaign}': the campaign is paused{why}";
                break;
            case CampaignPhase.Cancelled:
                yield return $"'campaign retry {campaign}': the campaign is cancelled{why}";
                break;
        }
        if (s.Owner is null)
            yield return $"'campaign resume {campaign}': nobody drives the campaign";
    }

    private static IEnumerable<string> Scheduler(CampaignSnapshot s, TaskRow row, JobRef job)
    {
        if (row.Phase == TaskPhase.Intended)
            yield return job.Id is null
                ? $"its submission to {job.Site}: as soon as there is room among the jobs that the site file allows (cores, maxJobs, submissionsPerMinute)"
                : $"the queue of {job.Site}{(job.Pack is null ? "" : ", or its turn in the job")}: {JobWords.Of(s, job)} was submitted at {Output.Time(job.SubmittedAt)}";
    }

    private static IReadOnlyList<string> Cores(CampaignSnapshot s, TaskRow row, string campaign)
    {
        if (s.Owner is null)
            return [.. Permission(s, campaign)];
        TaskRow[] busy = [.. s.Tasks.Where(t => t.Phase == TaskPhase.Running)];
        string users = string.Join(", ", busy.Take(Named).Select(t => $"{t.Spec.Id} ({t.Spec.Cores})")) + (busy.Length > Named ? $" and {busy.Length - Named} more" : "");
        return [$"{row.Spec.Cores} free core{(row.Spec.Cores == 1 ? "" : "s")}{(busy.Length > 0 ? $"; in use by {users}" : "")}"];
    }

    private static string Resume(CampaignSnapshot s, string campaign) => s.Owner is null ? $" and 'campaign resume {campaign}'" : "";

    private static string In(DateTimeOffset? due, DateTimeOffset now) => due is { } d && d > now ? $", in {Output.Duration(d - now)}" : "";

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}{(text[^1] is '.' or '?' or '!' ? "" : ".")}";
}
