using System.Text.RegularExpressions;

namespace Campaign.Compute.Engines.Scheduling;

/// <summary>Shell scripts of this project, with <c>@NAME@</c> where a value goes.</summary>
internal static partial class ScriptTemplate
{
    /// <summary>Fills in all values at once, so that a value is never searched for the next name.</summary>
    /// <param name="parts">Shell text: words are quoted by whoever gives them.</param>
    public static string Fill(string file, IReadOnlyDictionary<string, string> parts)
    {
        using Stream stream = typeof(ScriptTemplate).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The script {file} is missing from the program.");
        using var reader = new StreamReader(stream);
        return Mark().Replace(reader.ReadToEnd(), m => parts[m.Groups[1].Value]);
    }

    [GeneratedRegex("@([A-Z_]+)@")]
    private static partial Regex Mark();
}
