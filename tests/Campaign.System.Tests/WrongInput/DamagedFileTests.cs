using System.Text;
using Campaign.Cli.Verbs;
using Campaign.Compute;
using Campaign.Workflows.Specs;
using Xunit;

namespace Campaign.SystemTests.WrongInput;

/// <summary>Good files with seeded damage, one or a few bytes each: the answer is a campaign or errors with place and mend, never an exception.</summary>
public sealed class DamagedFileTests
{
    private const int Rounds = 100;

    private static readonly string[] Fragments =
        ["{", "}", "[", "]", ": ", "- ", "&a ", "*a", "<<: ", "\"", "'", "\n", "\t", "#", "|", ">", "!!", "%", "---", "...", "\0", "\u00e4", "-1", "0", "1e400", "1e-300", ".nan", ".inf", "99999999999", "~", "null", "loop_", "data_", "_cell", "?", ";"];

    [Theory]
    [InlineData("demo.yaml")]
    [InlineData("s.cif")]
    [InlineData("p.yaml")]
    [InlineData("POSCAR")]
    public void Damage_ends_in_a_campaign_or_in_errors(string file)
    {
        using var bench = new Workbench();
        string campaign = Path.Combine(bench.Folder, "demo.yaml"), path = Path.Combine(bench.Folder, file);
        if (file == "POSCAR")
            File.WriteAllText(campaign, File.ReadAllText(campaign).Replace("s.cif", "POSCAR", StringComparison.Ordinal).Replace(", occupancy: { Ti@2a: 0.75, Ti@4g: 0.125 }", "", StringComparison.Ordinal));
        byte[] good = File.ReadAllBytes(path);
        int refused = 0;
        for (ulong seed = 1; seed <= Rounds; seed++)
        {
            File.WriteAllBytes(path, Damaged(good, seed));
            CampaignLoading loading = CampaignFile.Load(campaign);
            SpecProblem[] errors = [.. loading.Errors];
            Assert.True(loading.Campaign is null == errors.Length > 0, $"seed {seed}: {string.Join("\n", errors.Select(e => e.ToString()))}");
            Assert.All(errors, e => Assert.True(e is { Line: > 0, Column: > 0, Message.Length: > 0, Mend.Length: > 0 }, $"seed {seed}: {e}"));
            refused += errors.Length > 0 ? 1 : 0;
        }
        Assert.InRange(refused, Rounds / 10, Rounds);
    }

    private static byte[] Damaged(byte[] good, ulong seed)
    {
        var rng = new Rng(seed);
        var bytes = new List<byte>(good);
        for (int edits = 1 + rng.NextInt(3); edits > 0 && bytes.Count > 0; edits--)
        {
            int at = rng.NextInt(bytes.Count), length = Math.Min(bytes.Count - at, rng.NextInt(10));
            switch (rng.NextInt(5))
            {
                case 0: bytes.RemoveRange(at, length); break;
                case 1: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Fragments[rng.NextInt(Fragments.Length)])); break;
                case 2: bytes[at] = (byte)rng.NextInt(256); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(rng.NextInt(bytes.Count - length + 1), length)); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }
        return [.. bytes];
    }
}
