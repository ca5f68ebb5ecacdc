using Campaign.Persistence.Journal;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Operations;

/// <summary>Where an attempt says what nobody may have time to read at once.</summary>
internal interface IAttemptLog
{
    /// <summary>Where people find it.</summary>
    string Path { get; }

    /// <returns>False when the line could not be written.</returns>
    bool Write(string line);
}

/// <summary>Carries out an operation on the calling thread, and turns every way it can end into an <see cref="AttemptExit"/>.</summary>
internal static class OperationRunner
{
    public static AttemptExit Run(IOperation operation, OperationContext context, IAttemptLog log, CancellationToken cancellation)
    {
        try
        {
            return operation.Run(context, cancellation) switch
            {
                OperationOutcome.Completed done => new AttemptExit.Completed(done.Outputs, done.Summary),
                OperationOutcome.Failed failed => new AttemptExit.Failed(failed.Reason, failed.Key),
                OperationOutcome other => throw new InvalidOperationException($"{operation.Name} ended by {other.GetType().Name}."),
            };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new AttemptExit.Interrupted("stopped on request");
        }
        catch (Exception e)
        {
            return ExitBy(e, log, $"'{operation.Name}'");
        }
    }

    /// <summary>What an exception says about an attempt.</summary>
    /// <param name="what">What threw it, as in "an error in …".</param>
    public static AttemptExit ExitBy(Exception e, IAttemptLog log, string what)
    {
        if (e is InvalidDataException)
            return new AttemptExit.Failed(e.Message);
        if (IsEnvironment(e))
            return new AttemptExit.EnvironmentFault(Key(e), e.Message);
        log.Write(e.ToString());
        return new AttemptExit.Failed($"{e.GetType().Name}: {e.Message} (an error in {what}; the stack is in {log.Path})");
    }

    private static bool IsEnvironment(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException or EndOfStreamException or PathTooLongException => false,
        IOException or OutOfMemoryException or UnauthorizedAccessException => true,
        AggregateException many => many.InnerExceptions.All(IsEnvironment),
        _ => JournalFile.IsEnvironment(e),
    };

    private static string Key(Exception e) => e switch
    {
        OutOfMemoryException => FindingKeys.Memory,
        UnauthorizedAccessException => FindingKeys.Permission,
        _ => FindingKeys.Io,
    };
}
