using System.Diagnostics;
using System.Text.RegularExpressions;
using Campaign.Cli.Report;
using Xunit;

namespace Campaign.SystemTests.Report;

/// <summary>The page in a real browser (Chromium), at the width of a desktop and of a phone.</summary>
public sealed partial class ReportLayoutTests : IDisposable
{
    private static readonly string? Browser = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-layout-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task The_page_fits_its_window_and_everything_in_it_has_a_name(int width)
    {
        Skip.If(Browser is null, "Chromium is not installed (apt-get install chromium)");
        ReportWriter.Write(SampleReport.StandIn(), _folder);
        // measured from outside: the page itself runs no script
        await File.WriteAllTextAsync(Path.Combine(_folder, "measure.html"), $$"""
            <!doctype html><iframe id="page" src="report.html" style="width:{{width}}px;height:4000px;border:0"></iframe><p id="found"></p>
            <script>
            window.onload = () => {
              const page = document.getElementById('page').contentWindow, d = page.document, all = s => [...d.querySelectorAll(s)];
              document.getElementById('found').textContent = [
                'inner=' + page.innerWidth, 'scroll=' + d.documentElement.scrollWidth,
                'figures=' + all('figure').length, 'unnamed=' + all('figure').filter(f => !f.querySelector('svg[aria-label]') || !f.querySelector('figcaption')).length,
                'tables=' + all('table').length, 'uncaptioned=' + all('table').filter(t => !t.caption).length,
                'loose=' + all('table').filter(t => !t.closest('.scroll')).length,
                'fetched=' + page.performance.getEntriesByType('resource').length, ''].join(' ');
            };
            </script>
            """);
        Dictionary<string, int> found = NumberPattern().Matches(await DumpAsync("measure.html")).ToDictionary(m => m.Groups[1].Value, m => int.Parse(m.Groups[2].Value));
        Assert.Equal(width, found["inner"]);
        Assert.True(found["scroll"] <= width, $"the page is {found["scroll"]} pixels wide in a window of {width}");
        Assert.True(found["figures"] > 5 && found["tables"] > 5, "the page holds too little to judge");
        Assert.Equal(0, found["unnamed"]);
        Assert.Equal(0, found["uncaptioned"]);
        Assert.Equal(0, found["loose"]);
        Assert.Equal(0, found["fetched"]);
    }

    private async Task<string> DumpAsync(string page)
    {
        var start = new ProcessStartInfo(Browser!,
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", $"--user-data-dir={Path.Combine(_folder, "profile")}",
            "--window-size=1600,1200", "--dump-dom", new Uri(Path.Combine(_folder, page)).AbsoluteUri,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process browser = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        Task<string> noise = browser.StandardError.ReadToEndAsync(patience.Token);
        string dom = await browser.StandardOutput.ReadToEndAsync(patience.Token);
        await browser.WaitForExitAsync(patience.Token);
        Assert.True(browser.ExitCode == 0, await noise);
        return dom[dom.IndexOf("id=\"found\"", StringComparison.Ordinal)..];
    }

    [GeneratedRegex(@"([a-z]+)=(\d+) ")]
    private static partial Regex NumberPattern();
}
