using System.Text;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Tests.Structures;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

public sealed class PotcarHeaderTests
{
    private static readonly string Li = FakePotcar.Of("Li_sv", "Li", 3, "499.034"), Ti = FakePotcar.Of("Ti_pv", "Ti", 10), Cl = FakePotcar.Of("Cl", "Cl", 7);

    [Fact]
    public void Every_block_gives_its_header_and_the_hash_of_its_own_bytes()
    {
        IReadOnlyList<PotcarHeader> headers = PotcarHeader.ReadAll(FakePotcar.Stream(Li + Ti + Cl));
        Assert.Equal(
            [
                new("PAW_PBE Li_sv 11Mar1111", "Li", "PE", 499.034, 3, FakePotcar.Sha256(Li)),
                new("PAW_PBE Ti_pv 11Mar1111", "Ti", "PE", 111.1, 10, FakePotcar.Sha256(Ti)),
                new("PAW_PBE Cl 11Mar1111", "Cl", "PE", 111.1, 7, FakePotcar.Sha256(Cl)),
            ],
            headers);
        Assert.Equal(["Li_sv", "Ti_pv", "Cl"], headers.Select(h => h.Set));
    }

    [Fact]
    public void Blank_lines_about_a_block_and_a_missing_last_line_break_do_not_change_its_hash()
    {
        PotcarHeader header = Assert.Single(PotcarHeader.ReadAll(FakePotcar.Stream("\n  \n" + Ti.TrimEnd('\n'))));
        Assert.Equal(FakePotcar.Sha256(Ti), header.Sha256);
        Assert.Equal(2, PotcarHeader.ReadAll(FakePotcar.Stream(Ti + "\n \n" + Cl + "\n\n")).Count);
    }

    [Fact]
    public void Any_other_byte_changes_it() =>
        Assert.NotEqual(FakePotcar.Sha256(Ti), Assert.Single(PotcarHeader.ReadAll(FakePotcar.Stream(Ti.Replace("local", "Local", StringComparison.Ordinal)))).Sha256);

    [Theory]
    [InlineData("r", "Zr_sv", "Zr")]
    [InlineData("X", "Xe", "Xe")]
    [InlineData("H", "H1.25", "H")]
    [InlineData("W ", "W_sv", "W")]
    public void The_element_is_known_also_where_VRHFIN_is_misspelt(string vrhfin, string set, string element) =>
        Assert.Equal(element, Assert.Single(PotcarHeader.ReadAll(FakePotcar.Stream(FakePotcar.Of(set, vrhfin)))).Element);

    [Fact]
    public void Lines_of_any_length_do_not_matter()
    {
        string potcar = Ti.Replace("local part", new string('1', 200_000) + new string('2', 999), StringComparison.Ordinal);
        Assert.Equal(FakePotcar.Sha256(potcar), Assert.Single(PotcarHeader.ReadAll(FakePotcar.Stream(potcar))).Sha256);
    }

    [SkippableFact]
    public void The_header_of_a_real_file_is_read_where_its_digits_are_replaced()
    {
        // its data, and with them its end, were taken out twice over
        string text = File.ReadAllText(Samples.Data("vasp", "inputs", "POTCAR-like.As.all-digits-1"));
        PotcarHeader header = Assert.Single(PotcarHeader.ReadAll(FakePotcar.Stream(text)));
        Assert.Equal(("PAW As 11Mar1111", "As", "CA", 111.1, 1.1), (header.Title, header.Element, header.Lexch, header.EnmaxEv, header.Zval));
    }

    [Fact]
    public void What_is_cut_off_or_no_POTCAR_is_refused_with_what_to_do()
    {
        Assert.Contains("block 2 has no 'End of Dataset'", Refusal(Li + Ti[..^20]), StringComparison.Ordinal);
        Assert.Contains("there is no TITEL", Refusal("END of PSCTR\nEnd of Dataset\n"), StringComparison.Ordinal);
        Assert.Contains("lacks VRHFIN, LEXCH, ENMAX or ZVAL", Refusal(Ti.Replace("111.1;", "***;", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("empty", Refusal(" \n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_that_were_printed_are_read_back()
    {
        string line = $"PAW_PBE Ti_pv 11Mar1111\tTi: s1p1\tPE\t111.1\t10.000\t{FakePotcar.Sha256(Ti)}\n";
        Assert.Equal(PotcarHeader.ReadAll(FakePotcar.Stream(Ti + Ti)), PotcarHeader.ReadLines(line + line));
        Assert.Contains("Line 2", Assert.Throws<InvalidDataException>(() => PotcarHeader.ReadLines(line + "PAW_PBE\n")).Message, StringComparison.Ordinal);
        Assert.Empty(PotcarHeader.ReadLines(""));
    }

    [Property(MaxTest = 500)]
    public void Any_bytes_are_read_or_refused(byte[] bytes, PositiveInt at)
    {
        byte[] mutated = Encoding.Latin1.GetBytes(Li + Ti);
        bytes.AsSpan(0, Math.Min(bytes.Length, 50)).CopyTo(mutated.AsSpan(at.Get % (mutated.Length - 50)));
        try
        {
            Assert.InRange(PotcarHeader.ReadAll(new MemoryStream(mutated)).Count, 1, 2);
        }
        catch (InvalidDataException)
        {
        }
    }

    private static string Refusal(string text) => Assert.Throws<InvalidDataException>(() => PotcarHeader.ReadAll(FakePotcar.Stream(text))).Message;
}
