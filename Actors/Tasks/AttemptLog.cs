using System.Globalization;
using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Tasks;

/// <summary>
/// The <c>attempt.log</c> of one attempt. Its actor and its thread write to it; a disk that takes no more lines does not stop them.
/// </summary>
internal sealed class AttemptLog(Runtime runtime, TaskId task, int attempt) : IAttemptLog
{
    private readonly Lock _gate = new();

    public string Path { get; } = runtime.Directory.LogOf(task, attempt);

    public bool Write(string line)
    {
        try
        {
            lock (_gate)
                File.AppendAllText(Path, string.Create(CultureInfo.InvariantCulture, $"{runtime.Now:yyyy-MM-ddTHH:mm:ssZ} {line}\n"));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
