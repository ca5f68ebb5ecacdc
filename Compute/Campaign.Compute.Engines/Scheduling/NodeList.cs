namespace Campaign.Compute.Engines.Scheduling;

/// <summary>Names of nodes as schedulers fold them: <c>n[1-3,7],gpu01</c>.</summary>
public static class NodeList
{
    /// <summary>The first node, where the job script runs; null when there is none.</summary>
    public static string? First(string text)
    {
        text = text.Trim();
        if (text is "" or "(null)" or "None" or "None assigned")
            return null;
        int bracket = text.IndexOf('['), comma = text.IndexOf(',');
        if (bracket < 0 || (comma >= 0 && comma < bracket))
            return comma < 0 ? text : text[..comma];
        int close = text.IndexOf(']', bracket);
        if (close < 0)
            return null;
        int end = text.AsSpan(bracket + 1).IndexOfAny(',', '-', ']') + bracket + 1;
        int next = text.IndexOf(',', close);
        return string.Concat(text.AsSpan(0, bracket), text.AsSpan(bracket + 1, end - bracket - 1), text.AsSpan(close + 1, (next < 0 ? text.Length : next) - close - 1));
    }
}
