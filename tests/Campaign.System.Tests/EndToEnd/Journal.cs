using System.Text.Json.Nodes;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>A campaign's history as <c>campaign history --json</c> tells it.</summary>
internal sealed class Journal
{
    private readonly JsonArray _events;

    private Journal(JsonArray events) => _events = events;

    public int Count => _events.Count;

    public IEnumerable<string> Tasks => _events.Select(ActorOf).Where(a => a.StartsWith("task ", StringComparison.Ordinal)).Distinct();

    public static async Task<Journal> OfAsync(string directory)
    {
        ProgramResult result = await CampaignProgram.RunAsync("history", directory, "--json");
        Assert.Equal(0, result.ExitCode);
        return new Journal(result.Json.AsArray());
    }

    /// <summary>Kinds of the events of one actor, in order.</summary>
    public IReadOnlyList<string> Of(string actor) => [.. _events.Where(e => ActorOf(e) == actor).Select(e => e!["event"]!.GetValue<string>())];

    public int CountOf(string kind) => _events.Count(e => e!["event"]!.GetValue<string>() == kind);

    /// <summary>Every task got its result once, and nothing was begun after that.</summary>
    public void EveryTaskEndedOnce()
    {
        Assert.NotEmpty(Tasks);
        foreach (string task in Tasks)
        {
            IReadOnlyList<string> story = Of(task);
            Assert.True(story.Count(e => e is "task.done.v1" or "task.reused.v1") == 1, $"{task}: {string.Join(", ", story)}");
            Assert.True(story[^1] is "task.done.v1" or "task.reused.v1", $"{task} went on after its end: {string.Join(", ", story)}");
        }
    }

    private static string ActorOf(JsonNode? e) => e!["actor"]!.GetValue<string>();
}
