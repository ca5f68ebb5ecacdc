using Akka.Event;

namespace Campaign.Actors.Hosting;

/// <summary>Where the actor system would write before its loggers have started and after they have ended: nowhere. Standard output is the user's.</summary>
public sealed class NoConsole : MinimalLogger
{
    protected override void Log(object message)
    {
    }
}
