using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Campaign.Cli.Commands;

/// <summary>How answers are printed.</summary>
internal static class Output
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints one document, and nothing else, on standard output.</summary>
    public static void Json(JsonNode document) => Json(writer => document.WriteTo(writer));

    /// <summary>The same of a document that is not worth building first.</summary>
    public static void Json(Action<Utf8JsonWriter> write)
    {
        using Stream stdout = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(stdout, Indented))
            write(writer);
        stdout.WriteByte((byte)'\n');
    }

    /// <summary>A message on standard error; on a terminal in lines that break between words.</summary>
    public static void Error(string message)
    {
        foreach (string line in Console.IsErrorRedirected ? [message] : Wrap(message, AnsiConsole.Profile.Width - 1))
            Console.Error.WriteLine(line);
    }

    /// <summary>Breaks a text between words; lines after the first are indented. A word longer than a line stays whole, so that a path can be copied.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width, int indent = 4)
    {
        var lines = new List<string>();
        foreach (string paragraph in text.Split('\n'))
        {
            string[] words = paragraph.Split(' ');
            string line = words[0];
            foreach (string word in words.Skip(1))
            {
                if (line.Trim().Length > 0 && line.Length + 1 + word.Length > width)
                {
                    lines.Add(line);
                    line = new string(' ', indent) + word;
                }
                else
                {
                    line += $" {word}";
                }
            }
            lines.Add(line);
        }
        return lines;
    }

    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset time) => time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Three digits at most: 8.1 s, 2 min 05 s, 3 h 20 min, 2 d 4 h.</summary>
    public static string Duration(TimeSpan t) => t switch
    {
        { Ticks: < 0 } => "an unknown time (the clock was set back)",
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{t.TotalSeconds:F1} s"),
        { TotalMinutes: < 60 } => $"{(int)t.TotalMinutes} min {t.Seconds:00} s",
        { TotalHours: < 24 } => $"{(int)t.TotalHours} h {t.Minutes:00} min",
        _ => $"{(int)t.TotalDays} d {t.Hours} h",
    };

    /// <summary>Rows of cells in columns as wide as they need.</summary>
    public static void Table(IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
            return;
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        foreach (string[] row in rows)
            Console.Out.WriteLine(string.Join("  ", row.Select((cell, c) => c == row.Length - 1 ? cell : cell.PadRight(widths[c]))).TrimEnd());
    }
}
