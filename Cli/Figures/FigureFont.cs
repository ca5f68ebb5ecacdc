using ScottPlot;
using SkiaSharp;

namespace Campaign.Cli.Figures;

/// <summary>
/// The embedded typeface of every figure: text appears, and is the same, on machines without any font. Its metrics are
/// Arial's, so the SVG names common sans-serif families and the letters still fall where they were set.
/// </summary>
internal sealed class FigureFont : IFontResolver
{
    public const string Family = "Campaign Sans";

    /// <summary>Families with Arial's metrics, for the SVG files.</summary>
    public const string SvgFamilies = "Arimo, 'Liberation Sans', Arial, Helvetica, sans-serif";

    private static readonly Lazy<SKTypeface> Regular = new(() => Load("Regular"));
    private static readonly Lazy<SKTypeface> Bold = new(() => Load("Bold"));
    private static readonly Lazy<bool> Registered = new(() =>
    {
        Fonts.FontResolvers.Insert(0, new FigureFont());
        Fonts.Default = Fonts.Sans = Family;
        return true;
    });

    /// <summary>Makes the typeface known to ScottPlot; idempotent and thread-safe.</summary>
    public static void Use() => _ = Registered.Value;

    public static SKTypeface Typeface(bool bold = false) => bold ? Bold.Value : Regular.Value;

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        Typeface((int)weight >= (int)FontWeight.SemiBold);

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => Typeface(bold);

    private static SKTypeface Load(string style)
    {
        string name = $"Campaign.Cli.Fonts.CampaignSans-{style}.ttf";
        using Stream stream = typeof(FigureFont).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The embedded font {name} is missing from the build.");
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException($"The embedded font {name} cannot be read.");
    }
}
