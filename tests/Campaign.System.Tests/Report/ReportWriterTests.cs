using System.Text.Json;
using System.Text.RegularExpressions;
using Campaign.Cli.Commands;
using Campaign.Cli.Report;
using SkiaSharp;
using Xunit;

namespace Campaign.SystemTests.Report;

/// <summary>One stand-in and one first-principles report, written once for all tests of this class.</summary>
public sealed class WrittenReports : IDisposable
{
    public WrittenReports()
    {
        Root = Directory.CreateTempSubdirectory("campaign-report-").FullName;
        StandIn = ReportWriter.Write(SampleReport.StandIn(), Path.Combine(Root, "stand-in"));
        FirstPrinciples = ReportWriter.Write(SampleReport.FirstPrinciples(), Path.Combine(Root, "dft"));
    }

    public string Root { get; }

    public ReportFiles StandIn { get; }

    public ReportFiles FirstPrinciples { get; }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

public sealed partial class ReportWriterTests(WrittenReports reports) : IClassFixture<WrittenReports>
{
    [Fact]
    public void A_report_read_back_from_its_json_has_the_same_headlines()
    {
        foreach ((ReportModel model, ReportFiles files) in new[] { (SampleReport.StandIn(), reports.StandIn), (SampleReport.FirstPrinciples(), reports.FirstPrinciples) })
        {
            string[] lines = [.. Headlines.Lines(ReportRules.Publishable(model), 79)];
            Assert.Contains(lines, l => l.StartsWith("  Activation energy", StringComparison.Ordinal));
            Assert.All(lines, l => Assert.True(l.Length <= 79, l));
            Assert.Equal(lines, Headlines.Lines(ReportJson.Read(File.ReadAllText(files.Json)), 79));
        }
    }

    [Theory]
    [InlineData("structures", "name")]
    [InlineData("lattice", "variant level a b c beta reference")]
    [InlineData("potential", "level energyRmseEvPerAtom forceRmseEvPerA")]
    [InlineData("rdf", "pair")]
    [InlineData("transport", "variant level temperatureK dSelf dTotal havenRatio sigma")]
    [InlineData("arrhenius", "variant level fit activationEnergyEv sigma300")]
    [InlineData("neb", "level direction hop layer barrierEv")]
    [InlineData("cost", "stage coreSeconds")]
    [InlineData("missing", "task reason")]
    public void Json_sections_carry_the_contracts_fields(string section, string fields)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(reports.StandIn.Json));
        JsonElement rows = json.RootElement.GetProperty(section);
        Assert.NotEqual(0, rows.GetArrayLength());
        foreach (JsonElement row in rows.EnumerateArray())
            foreach (string field in fields.Split(' '))
                Assert.True(row.TryGetProperty(field, out _), $"{section}: {field} is missing");
    }

    [Fact]
    public void A_picture_shows_every_ion_and_its_image_on_the_opposite_face_in_two_projections()
    {
        string svg = File.ReadAllText(Path.Combine(reports.StandIn.FigureDirectory, "cell-ti0750.svg"));
        // one Ti at a corner is drawn at 8 corners; two Li on a face and one inside an edge-to-edge plane; six Cl
        int discs = Regex.Matches(svg, "<(circle|ellipse)[^>]*fill=\"(?!none)").Count;
        Assert.Contains("3 Li, 1 Ti, 6 Cl", svg);
        Assert.True(discs >= 2 * (8 + 3 + 6) + 3, $"{discs} discs");
        Assert.Contains("down the layer normal c*", Regex.Replace(svg, "<[^>]*>", ""));
        Assert.Contains("along b", Regex.Replace(svg, "<[^>]*>", ""));
    }

    [Fact]
    public void Settings_stand_in_a_table_with_who_chose_them()
    {
        string html = File.ReadAllText(reports.StandIn.Html);
        Assert.Matches(new Regex("dlmd.dampingFs</code></td><td class=\"words\">100</td><td>default of the program</td>"), html);
        Assert.Matches(new Regex(@"material\.variants\[ti0750\]\.draws</code></td><td class=""words"">100</td><td>--set</td>"), html);
    }

    [Fact]
    public void Json_names_campaign_labels_and_time()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(reports.StandIn.Json));
        Assert.Equal("quickstart", json.RootElement.GetProperty("campaign").GetString());
        Assert.Equal("ionic model, not DFT", json.RootElement.GetProperty("labels").GetString());
        Assert.Equal(JsonValueKind.String, json.RootElement.GetProperty("generatedAt").ValueKind);
        Assert.Equal(JsonValueKind.Array, json.RootElement.GetProperty("notes").ValueKind);
    }

    [Fact]
    public void Every_quantity_in_json_has_value_error_interval_unit_resolution_and_source()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(reports.StandIn.Json));
        JsonElement d = json.RootElement.GetProperty("transport").EnumerateArray().Last().GetProperty("dSelf");
        Assert.Equal(["value", "stderr", "ci95", "unit", "resolved", "source"], d.EnumerateObject().Select(p => p.Name));
        Assert.Equal(2, d.GetProperty("ci95").GetArrayLength());
        Assert.True(d.GetProperty("resolved").GetBoolean());
        Assert.Equal(64, d.GetProperty("source")[0].GetString()!.Length);
    }

    [Fact]
    public void Json_numbers_round_trip_exactly()
    {
        double value = SampleReport.StandIn().Transport[^1].DSelf.Value!.Value;
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(reports.StandIn.Json));
        Assert.Equal(value, json.RootElement.GetProperty("transport").EnumerateArray().Last().GetProperty("dSelf").GetProperty("value").GetDouble());
    }

    [Fact]
    public void A_stand_in_report_says_so_and_never_extrapolates_or_shows_experiment()
    {
        ReportModel rash = SampleReport.FirstPrinciples() with { Levels = SampleReport.StandIn().Levels };
        ReportFiles files = ReportWriter.Write(rash, Path.Combine(reports.Root, "rash"));
        string html = File.ReadAllText(files.Html);
        Assert.Contains("class=\"banner\"", html);
        Assert.Contains("stand-in, not comparable with experiment", html);
        Assert.DoesNotContain("300 K", html);
        Assert.DoesNotContain("Wang et al.", html);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(files.Json));
        Assert.All(json.RootElement.GetProperty("arrhenius").EnumerateArray(), f => Assert.Equal(JsonValueKind.Null, f.GetProperty("sigma300").ValueKind));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("experiment").ValueKind);
    }

    [Fact]
    public void A_first_principles_report_shows_extrapolation_and_experiment()
    {
        string html = File.ReadAllText(reports.FirstPrinciples.Html);
        Assert.DoesNotContain("class=\"banner\"", html);
        Assert.Contains("Conductivity at 300 K", html);
        Assert.Contains("1.06(12)<small> mS/cm</small>", html);
        Assert.Contains("Wang et al.", html);
    }

    [Fact]
    public void The_page_refers_to_nothing_outside_itself()
    {
        string html = File.ReadAllText(reports.StandIn.Html);
        Assert.DoesNotMatch(@"<(script|link|iframe|img)\b", html);
        Assert.DoesNotMatch("@import|url\\((?!#)", html);
        foreach (Match m in ReferencePattern().Matches(html))
            Assert.StartsWith("#", m.Groups[1].Value);
    }

    [Fact]
    public void Identifiers_in_the_page_are_unique()
    {
        string[] ids = [.. IdPattern().Matches(File.ReadAllText(reports.StandIn.Html)).Select(m => m.Groups[1].Value)];
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void Failed_tasks_are_named_in_page_and_json()
    {
        string html = File.ReadAllText(reports.StandIn.Html);
        Assert.Contains("neb/ti0750/ionic/010", html);
        Assert.Contains("Incomplete", html);
        Assert.Contains("neb/ti0750/ionic/010", File.ReadAllText(reports.StandIn.Json));
    }

    [Fact]
    public void Unresolved_numbers_are_bounds_in_the_page_and_empty_in_the_tables()
    {
        Assert.Contains("not resolved <span class=\"bound\">(&lt; ", File.ReadAllText(reports.StandIn.Html));
        string[] lines = File.ReadAllLines(Path.Combine(reports.StandIn.TableDirectory, "transport.csv"));
        string[] header = lines[0].Split(',');
        int value = Array.IndexOf(header, "havenRatio"), resolved = Array.IndexOf(header, "havenRatioResolved");
        string[] cold = lines[1].Split(',');
        Assert.Equal("false", cold[resolved]);
        Assert.Equal("", cold[value]);
        Assert.NotEqual("", cold[value + 3]);
    }

    [Fact]
    public void Tables_have_as_many_fields_in_every_line_as_in_the_header()
    {
        string[] files = Directory.GetFiles(reports.StandIn.TableDirectory, "*.csv");
        Assert.True(files.Length >= 15, $"only {files.Length} tables");
        foreach (string file in files)
        {
            List<string[]> rows = [.. File.ReadAllLines(file).Select(CsvLine.Parse)];
            Assert.True(rows.Count > 1, file);
            Assert.All(rows, r => Assert.Equal(rows[0].Length, r.Length));
        }
    }

    [Theory]
    [InlineData("stages")]
    [InlineData("lattice")]
    [InlineData("parity-ionic")]
    [InlineData("lcurve-ionic-m0")]
    [InlineData("rdf-ti0750-ionic-t600")]
    [InlineData("msd-ti0750-ionic-potential")]
    [InlineData("msd-ti0750-ionic-teacher")]
    [InlineData("arrhenius-D")]
    [InlineData("neb")]
    [InlineData("cost")]
    public void Figures_exist_as_svg_with_text_and_as_png_with_ink(string name)
    {
        string svg = File.ReadAllText(Path.Combine(reports.StandIn.FigureDirectory, name + ".svg"));
        Assert.Contains("<text", svg);
        Assert.Contains("sans-serif", svg);
        using SKBitmap png = SKBitmap.Decode(Path.Combine(reports.StandIn.FigureDirectory, name + ".png"));
        Assert.True(png.Width >= 400);
        int dark = png.Pixels.Count(p => p.Red + p.Green + p.Blue < 300);
        Assert.InRange(dark / (double)png.Pixels.Length, 0.002, 0.5);
    }

    [Fact]
    public void Text_in_pictures_does_not_depend_on_fonts_of_the_machine()
    {
        using SKBitmap png = SKBitmap.Decode(Path.Combine(reports.StandIn.FigureDirectory, "stages.png"));
        // Ink of the letters is darker than every line of this figure: without glyphs there is none.
        Assert.True(png.Pixels.Count(p => p.Red < 60 && p.Green < 60 && p.Blue < 60) > 500);
        Assert.Equal("Campaign Sans", Campaign.Cli.Figures.FigureFont.Typeface().FamilyName);
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        string again = Path.Combine(reports.Root, "again");
        ReportWriter.Write(SampleReport.StandIn(), again);
        string first = Path.GetDirectoryName(reports.StandIn.Html)!;
        string[] files = [.. Directory.GetFiles(first, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(first, f)).Order()];
        Assert.Equal(files, Directory.GetFiles(again, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(again, f)).Order());
        foreach (string file in files)
            Assert.True(File.ReadAllBytes(Path.Combine(first, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(again, file))), file);
    }

    [Fact]
    public void A_model_with_nothing_in_it_still_makes_a_page()
    {
        var empty = new ReportModel { Campaign = "empty", GeneratedAt = DateTimeOffset.UnixEpoch, Levels = [] };
        ReportFiles files = ReportWriter.Write(empty, Path.Combine(reports.Root, "empty"));
        Assert.Contains("<h1>empty</h1>", File.ReadAllText(files.Html));
        Assert.Empty(Directory.GetFiles(files.FigureDirectory));
    }

    [Fact]
    public void Names_from_outside_cannot_inject_markup()
    {
        ReportModel hostile = SampleReport.StandIn() with { Campaign = "<b>x</b>", Warnings = ["<script>alert(1)</script>"], Stages = [new("<i>", "done", 1, 1, 1, [])] };
        string html = File.ReadAllText(ReportWriter.Write(hostile, Path.Combine(reports.Root, "hostile")).Html);
        Assert.DoesNotContain("<script>", html);
        Assert.DoesNotContain("<b>x</b>", html);
        Assert.DoesNotContain("<i>", html);
    }

    [GeneratedRegex("(?:\\ssrc|href)=\"([^\"]*)\"")]
    private static partial Regex ReferencePattern();

    [GeneratedRegex("\\sid=\"([^\"]*)\"")]
    private static partial Regex IdPattern();
}

/// <summary>Splits one line of RFC 4180 CSV (no line breaks inside fields).</summary>
internal static class CsvLine
{
    public static string[] Parse(string line)
    {
        var fields = new List<string>();
        for (int at = 0; ;)
        {
            int end = at;
            if (at < line.Length && line[at] == '"')
            {
                end = at + 1;
                while (line[end] != '"' || (end + 1 < line.Length && line[end + 1] == '"'))
                    end += line[end] == '"' ? 2 : 1;
                end++;
                fields.Add(line[(at + 1)..(end - 1)].Replace("\"\"", "\""));
            }
            else
            {
                end = line.IndexOf(',', at) is var comma and >= 0 ? comma : line.Length;
                fields.Add(line[at..end]);
            }
            if (end >= line.Length)
                return [.. fields];
            at = end + 1;
        }
    }
}
