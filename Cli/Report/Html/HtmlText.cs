using System.Net;
using System.Text;

namespace Campaign.Cli.Report.Html;

/// <summary>A page under construction. Text is always encoded; only <see cref="Raw"/> takes markup.</summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();

    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    public HtmlText Raw(string markup)
    {
        _text.Append(markup).Append('\n');
        return this;
    }

    /// <summary>An element with plain text inside, and optionally a class.</summary>
    public HtmlText Element(string tag, string text, string? cssClass = null) =>
        Raw($"<{tag}{(cssClass is null ? "" : $" class=\"{cssClass}\"")}>{Encode(text)}</{tag}>");

    public HtmlText Details(string summary, Action<HtmlText> content, string? cssClass = null)
    {
        Raw($"<details{(cssClass is null ? "" : $" class=\"{cssClass}\"")}><summary>{Encode(summary)}</summary>");
        content(this);
        return Raw("</details>");
    }

    public HtmlText List(IEnumerable<string> items, string? cssClass = null)
    {
        Raw(cssClass is null ? "<ul>" : $"<ul class=\"{cssClass}\">");
        foreach (string item in items)
            Element("li", item);
        return Raw("</ul>");
    }

    public HtmlText Table<T>(string caption, IEnumerable<T> rows, params Column<T>[] columns)
    {
        Raw($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{Encode(caption)}\"><table><caption><span>{Encode(caption)}</span></caption><thead><tr>");
        foreach (Column<T> c in columns)
            Raw($"<th scope=\"col\"{(c.Number ? " class=\"n\"" : "")}>{Encode(c.Title)}{(c.Unit is null ? "" : $" <span class=\"unit\">{Encode(c.Unit)}</span>")}</th>");
        Raw("</tr></thead><tbody>");
        foreach (T row in rows)
        {
            _text.Append("<tr>");
            foreach (Column<T> c in columns)
                _text.Append(c.Cell(row));
            _text.Append("</tr>\n");
        }
        return Raw("</tbody></table></div>");
    }

    public override string ToString() => _text.ToString();
}

/// <summary>One column: heading, unit, and how a row's cell is written.</summary>
internal sealed record Column<T>(string Title, string? Unit, bool Number, Func<T, string> Cell)
{
    public static Column<T> Text(string title, Func<T, string?> text) =>
        new(title, null, false, r => $"<td>{HtmlText.Encode(text(r) ?? "—")}</td>");

    public static Column<T> Plain(string title, string? unit, Func<T, string?> text) =>
        new(title, unit, true, r => $"<td class=\"n\">{HtmlText.Encode(text(r) ?? "—")}</td>");

    /// <summary>A quantity: value with error, or "not resolved" with its bound; the 95 % interval on hover.</summary>
    public static Column<T> Of(string title, string? unit, Func<T, Q?> quantity) => new(title, unit, true, r =>
    {
        Q? q = quantity(r);
        if (q is null)
            return "<td class=\"n\">—</td>";
        string hint = q.IsUsable ? QuantityText.Range(q) : q.Note ?? "";
        string title = hint.Length == 0 ? "" : $" title=\"{HtmlText.Encode(hint)}\"";
        return $"<td class=\"n{(q.IsUsable ? "" : " open")}\"{title}>{Breakable(QuantityText.Cell(q))}</td>";
    });

    /// <summary>A bound begins a line of its own where the column is narrow.</summary>
    private static string Breakable(string text) => text.IndexOf('(') is var at and > 0 && text.StartsWith("not", StringComparison.Ordinal)
        ? $"{HtmlText.Encode(text[..at])}<span class=\"bound\">{HtmlText.Encode(text[at..])}</span>"
        : HtmlText.Encode(text);

    /// <summary>A yes/no judgement as a word with a mark, never colour alone.</summary>
    public static Column<T> Judgement(string title, Func<T, bool?> judge, string yes, string no, string open) => new(title, null, false, r => judge(r) switch
    {
        true => $"<td><span class=\"chip good\">✓ {HtmlText.Encode(yes)}</span></td>",
        false => $"<td><span class=\"chip bad\">✗ {HtmlText.Encode(no)}</span></td>",
        null => $"<td><span class=\"chip\">{HtmlText.Encode(open)}</span></td>",
    });
}
