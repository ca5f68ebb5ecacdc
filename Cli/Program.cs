using System.CommandLine;
using Campaign.Cli;
using Campaign.Cli.Commands;
using Campaign.Cli.Help;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Journal;

RootCommand root = CommandTree.Create();

// A drain takes as long as a checkpoint does: the command watches the signals itself.
var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
try
{
    ParseResult parsed = root.Parse(args);
    if (args.Length > 0 && parsed.Errors.Count > 0)
    {
        foreach (string error in UsageErrors.Of(parsed))
            Console.Error.WriteLine(error);
        return 2;
    }
    int code = await parsed.InvokeAsync(settings).ConfigureAwait(false);
    return parsed.Errors.Count > 0 ? 2 : code;
}
catch (Exception e) when (e is InvalidDataException or FormatException or FileNotFoundException or DirectoryNotFoundException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (DamagedArtifactException e)
{
    Console.Error.WriteLine($"{e.Message}. Run the campaign file again: what is damaged is made anew.");
    return 2;
}
catch (DamagedJournalException e)
{
    DamagedJournal.Explain(e);
    return DamagedJournal.ExitCode;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"{e.Message.TrimEnd('.')}. The file system refused; what was saved is not lost. Mend that, then give the same command again.");
    return 1;
}
catch (Exception e)
{
    Console.Error.WriteLine($"{e.GetType().Name}: {e.Message}");
    if (Environment.GetEnvironmentVariable("CAMPAIGN_DEBUG") is not null)
        Console.Error.WriteLine(e);
    else
        Console.Error.WriteLine("This is an error of the program or of the machine. CAMPAIGN_DEBUG=1 shows where.");
    return 1;
}
