using Akka.Actor;

namespace Campaign.Actors.Jobs;

/// <summary>Where the actor of a site is found.</summary>
internal static class SiteGate
{
    public static string NameOf(string site) => $"site-{site}";

    public static ICanTell Of(ActorSystem system, string site) => system.ActorSelection($"/user/{NameOf(site)}");
}
