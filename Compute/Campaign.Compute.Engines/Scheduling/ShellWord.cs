using System.Text;

namespace Campaign.Compute.Engines.Scheduling;

/// <summary>Text as one word of a POSIX shell, whatever it holds.</summary>
public static class ShellWord
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">A NUL or half a surrogate pair, which no program can be given.</exception>
    public static string Quote(string text)
    {
        if (text.Contains('\0'))
            throw new ArgumentException("A NUL character cannot be passed to a program.", nameof(text));
        Strict.GetByteCount(text);
        return $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    /// <summary>Words with spaces between them.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));
}
