using System.Text;
using System.Text.RegularExpressions;

namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <param name="Tag">In capitals; null where this sets nothing.</param>
/// <param name="Value">Without blanks around it; text in quotes keeps its quotes.</param>
/// <param name="Text">As written, without comments.</param>
internal readonly record struct IncarStatement(string? Tag, string Value, string Text);

/// <summary>
/// Takes an INCAR apart as VASP does: several settings on a line behind semicolons, comments behind # or !, lines that go on behind a
/// backslash, and values in quotes, which may hold all of these. Any text has statements; what sets nothing has no tag.
/// </summary>
internal static partial class IncarStatements
{
    public static IEnumerable<IncarStatement> In(string text)
    {
        string t = Plain(text);
        var statement = new StringBuilder();
        bool equals = false, value = false; // what the statement has so far
        for (int i = 0; i <= t.Length; i++)
        {
            char c = i < t.Length ? t[i] : '\n';
            if (c is '#' or '!')
            {
                i = EndOfLine(t, i);
                c = '\n';
            }
            if (c is '\n' or ';')
            {
                if (Close(statement.ToString()) is { } closed)
                    yield return closed;
                statement.Clear();
                equals = value = false;
            }
            else if (c == '\\' && EndOfBlanks(t, i + 1) is var end && (end == t.Length || t[end] == '\n'))
            {
                statement.Append(' ');
                i = Math.Min(end, t.Length - 1); // the end of the text ends the line all the same
            }
            else if (c == '"' && equals && !value)
            {
                // a quote that nobody closes is none
                if (t.IndexOf('"', i + 1) is var close and >= 0)
                {
                    statement.Append(t, i, close + 1 - i);
                    value = true;
                    i = close;
                }
            }
            else
            {
                statement.Append(c);
                value |= equals && !char.IsWhiteSpace(c);
                equals |= c == '=';
            }
        }
    }

    private static IncarStatement? Close(string text)
    {
        text = text.Trim();
        if (text.Length == 0)
            return null;
        int at = text.IndexOf('=');
        int end = text.Length;
        while (end > at + 1 && (text[end - 1] == '\\' || char.IsWhiteSpace(text[end - 1]))) // a backslash at the end would join the next line
            end--;
        string tag = at < 0 ? "" : text[..at].TrimEnd(), value = text[(at + 1)..end].TrimStart();
        return new IncarStatement(value.Length > 0 && Name().IsMatch(tag) ? tag.ToUpperInvariant() : null, value, text);
    }

    private static int EndOfLine(string text, int from) => text.IndexOf('\n', from) is var at and >= 0 ? at : text.Length;

    private static int EndOfBlanks(string text, int from)
    {
        while (from < text.Length && text[from] == ' ')
            from++;
        return from;
    }

    /// <summary>One kind of line break, and blanks for all other control characters.</summary>
    private static string Plain(string text) =>
        string.Create(text.Length, text.Replace("\r\n", " \n", StringComparison.Ordinal), (to, from) =>
        {
            for (int i = 0; i < to.Length; i++)
                to[i] = from[i] is '\n' or '\r' ? '\n' : char.IsControl(from[i]) ? ' ' : from[i];
        });

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,63}(/[A-Za-z0-9_]{1,64})*\z")]
    private static partial Regex Name();
}
