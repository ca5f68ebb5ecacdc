using System.CommandLine;
using System.Globalization;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Specs.Reading;

namespace Campaign.Cli.Commands;

/// <summary>Arguments and options that several verbs have.</summary>
internal static class Shared
{
    public static Argument<string> Dir() => new("DIR") { Description = "The campaign's directory, e.g. campaigns/quickstart." };

    public static Argument<string?> OptionalTask() => new("TASK")
    {
        Description = "A task id such as dlmd/ti0750/ionic/t700; without it, the whole campaign.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Option<bool> Json() => new("--json") { Description = "Answer with one JSON document." };

    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "No progress; only how it ended." };

    public static Option<int?> Cores() => new("--cores")
    {
        Description = "Core slots for attempts. Default: the campaign file's, else all cores of the machine.",
        CustomParser = result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int cores) && cores is >= 1 and <= 4096)
                return cores;
            result.AddError("--cores");
            return null;
        },
    };

    /// <exception cref="InvalidDataException">There is no campaign.</exception>
    public static CampaignDirectory Open(string path)
    {
        CampaignDirectory directory = CampaignDirectory.At(path);
        directory.ReadId();
        return directory;
    }

    /// <summary>The directory as one would type it here.</summary>
    public static string Shown(CampaignDirectory directory)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, directory.Root);
        return relative.StartsWith("..", StringComparison.Ordinal) ? directory.Root : relative;
    }

    /// <exception cref="InvalidDataException">No task id, or no such task; the message names near ones.</exception>
    public static TaskId FindTask(WorkflowGraph graph, string text)
    {
        if (TaskId.TryParse(text, out TaskId id) && graph.Contains(id))
            return id;
        string[] near = [.. graph.Tasks.Select(t => t.Id.Value)
            .OrderBy(v => v.Contains(text, StringComparison.OrdinalIgnoreCase) ? 0 : NearestWord.Distance(text, v))
            .TakeWhile(v => v.Contains(text, StringComparison.OrdinalIgnoreCase) || NearestWord.Distance(text, v) <= Math.Max(3, text.Length / 3))
            .Take(5)];
        throw new InvalidDataException($"There is no task '{text}'.{(near.Length > 0 ? $" Did you mean {string.Join(", ", near)}?" : " 'campaign status DIR' lists them.")}");
    }
}
