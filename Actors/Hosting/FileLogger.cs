using System.Globalization;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace Campaign.Actors.Hosting;

/// <summary>Writes what the actor system has to say into <c>orchestrator.log</c> of the campaign. The terminal stays the user's.</summary>
public sealed class FileLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    public FileLogger()
    {
        string path = Context.System.Settings.Config.GetString("campaign.log-file");
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(e =>
        {
            try
            {
                File.AppendAllText(path, string.Create(
                    CultureInfo.InvariantCulture, $"{e.Timestamp:yyyy-MM-ddTHH:mm:ss.fff} {e.LogLevel()} {e.LogSource} {e.Message}{(e.Cause is null ? "" : $"\n{e.Cause}")}\n"));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // a full disk must not take the campaign down with it, and there is nowhere left to say so
            }
        });
    }
}
