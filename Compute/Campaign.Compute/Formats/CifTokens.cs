namespace Campaign.Compute.Formats;

/// <summary>A token of a CIF: its text, its line and column (from 1), and whether it was quoted (a quoted '?' or '_x' is plain text).</summary>
internal readonly record struct CifToken(string Text, int Line, bool Quoted, int Column = 1)
{
    public bool IsTag => !Quoted && Text.Length > 1 && Text[0] == '_';

    /// <summary>'?' (unknown) or '.' (not applicable).</summary>
    public bool IsMissing => !Quoted && Text is "?" or ".";

    public bool IsKeyword(string word) => !Quoted && Text.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    public bool IsValue => Quoted || !(IsTag || IsKeyword("data_") || IsKeyword("save_")
        || Text.Equals("loop_", StringComparison.OrdinalIgnoreCase) || Text.Equals("stop_", StringComparison.OrdinalIgnoreCase)
        || Text.Equals("global_", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Splits CIF 1.1 text into tokens: comments, quoted strings, semicolon text fields.</summary>
internal static class CifTokens
{
    public static IEnumerable<CifToken> Split(string text, string fileName)
    {
        int i = 0, line = 1, home = 0; // home: where the line begins
        bool lineStart = true;
        while (i < text.Length)
        {
            char c = text[i];
            if (c == '\n')
            {
                line++;
                home = ++i;
                lineStart = true;
            }
            else if (char.IsWhiteSpace(c) || c == '\uFEFF')
            {
                i++;
                lineStart = false;
            }
            else if (c == '#')
            {
                while (i < text.Length && text[i] != '\n')
                    i++;
            }
            else if (c == ';' && lineStart)
            {
                int end = text.IndexOf("\n;", i, StringComparison.Ordinal);
                if (end < 0)
                    throw new StructureFormatException(fileName, line, "A text field opened by ';' never ends.", "Close it with a ';' at the start of a line.");
                string field = text[(i + 1)..end];
                yield return new CifToken(field, line, true);
                line += field.AsSpan().Count('\n') + 1;
                home = end + 1;
                i = end + 2;
                lineStart = false;
            }
            else if (c is '\'' or '"')
            {
                int end = i + 1;
                while (end < text.Length && text[end] != '\n' && !(text[end] == c && (end + 1 == text.Length || char.IsWhiteSpace(text[end + 1]))))
                    end++;
                if (end >= text.Length || text[end] == '\n')
                    throw new StructureFormatException(fileName, line, $"A quotation opened by {c} does not end on its line.", "Close the quotation mark, or write the text between two lines of ';'.", i - home + 1);
                yield return new CifToken(text[(i + 1)..end], line, true, i - home + 1);
                i = end + 1;
                lineStart = false;
            }
            else
            {
                int start = i;
                while (i < text.Length && !char.IsWhiteSpace(text[i]))
                    i++;
                yield return new CifToken(text[start..i], line, false, start - home + 1);
                lineStart = false;
            }
        }
    }
}
