using System.Text;
using Campaign.Compute.Engines.Scheduling.Transports;

namespace Campaign.Compute.Engines.Scheduling;

/// <summary>Runs the submission script on the site, the same for all schedulers.</summary>
internal static class Submitter
{
    public static SubmitReply Submit(
        JobRequest job, string script, SubmitDialect dialect, TimeSpan settle, TimeSpan limit, Func<int, string, bool> refused, ICommandRunner runner, CancellationToken ct)
    {
        var files = new Dictionary<string, byte[]>(job.Files ?? new Dictionary<string, byte[]>(), StringComparer.Ordinal) { [JobFile.Script] = Encoding.UTF8.GetBytes(script) };
        CommandResult result;
        try
        {
            // the lock, the look-up, the history and the submission may each take the whole limit
            result = runner.Run(["bash", "-c", SubmitScript.Render(job, dialect, settle, limit)], TarArchive.Of(files), limit * 4 + TimeSpan.FromSeconds(30), ct);
        }
        catch (SchedulerUnavailableException e)
        {
            return new SubmitReply.Unknown($"The submission of job {job.Name} was not heard to end: {e.Message}");
        }
        return SubmitScript.Read(job.Name, result.Text, result.Error, refused);
    }
}
