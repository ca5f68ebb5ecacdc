using System.Text;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Tests.Structures;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

/// <summary>Reading and writing INCAR.</summary>
public sealed class IncarTests
{
    [Fact]
    public void Everything_that_VASP_allows_in_an_INCAR_is_read()
    {
        var incar = Incar.Parse(
            "ENCUT = 450 eV # cutoff; ISPIN = 1\r\n" +
            "  ismear=0;Sigma = 0.05;\n" +
            "MAGMOM = 48*0 \\\n 16*1 \\  \n 96*0\n" +
            "! ALGO = All\n" +
            "SYSTEM = id=[0] formula=[Li Mn (P O4)] # a=b\n" +
            "WANNIER90_WIN = \"\nnum_wann = 8 # eight\n! x ; y\n\"\n" +
            "PLUGINS/STRUCTURE = T\n" +
            "this line says nothing\n" +
            "1NUMBER = 2\nEMPTY =\n= 3\nENCUT = 300\n" +
            "LAST = \"open");
        Assert.Equal(
            [
                ("ENCUT", "450 eV"),
                ("ISMEAR", "0"),
                ("SIGMA", "0.05"),
                ("MAGMOM", "48*0   16*1   96*0"),
                ("SYSTEM", "id=[0] formula=[Li Mn (P O4)]"),
                ("WANNIER90_WIN", "\"\nnum_wann = 8 # eight\n! x ; y\n\""),
                ("PLUGINS/STRUCTURE", "T"),
                ("LAST", "open"),
            ],
            incar.Tags);
        Assert.Equal("0", incar["ismear"]);
        Assert.Null(incar["ALGO"]);
    }

    [Theory]
    [InlineData("A = 1 \\")]
    [InlineData("A = 1 \\ ")]
    [InlineData("A = 1 # x")]
    [InlineData("A = 1;")]
    [InlineData("A = 1 \\ # x")]
    [InlineData("A = 1 \\; B \\")]
    public void The_last_line_counts_whatever_it_ends_with(string text) => Assert.Equal([("A", "1")], Incar.Parse(text).Tags);

    [SkippableFact]
    public void The_INCAR_of_a_run_with_Hubbard_terms_and_spin_is_read()
    {
        var incar = Incar.Parse(File.ReadAllText(Samples.Data("vasp", "dftu-spin", "FeO-LDAU2-28steps-v5.3.5", "INCAR")));
        Assert.Equal(23, incar.Tags.Count);
        Assert.Equal(("2 0", "4.0 0", "0 0"), (incar["LDAUL"], incar["LDAUU"], incar["LDAUJ"]));
        Assert.Equal(("5 -5 2*0.6", "0.0002", "False"), (incar["MAGMOM"], incar["EDIFF"], incar["LWAVE"]));
    }

    [SkippableFact]
    public void Every_INCAR_of_the_collection_survives_being_written()
    {
        string[] files = [.. Directory.EnumerateFiles(Samples.Data("vasp"), "INCAR*", SearchOption.AllDirectories)];
        Assert.True(files.Length >= 8);
        foreach (string file in files)
        {
            var incar = Incar.Parse(File.ReadAllText(file));
            Assert.True(incar.Tags.Count >= 8, file);
            Assert.Equal(incar.Tags, Incar.Parse(incar.ToString()).Tags);
        }
    }

    [Property(MaxTest = 2000)]
    public void Any_text_is_read_and_what_was_read_is_written_so_that_it_reads_the_same(NonNull<string> text)
    {
        var incar = Incar.Parse(text.Get);
        Assert.Equal(incar.Tags, Incar.Parse(incar.ToString()).Tags);
    }

    [Property(MaxTest = 5000)]
    public void Also_texts_made_of_what_matters_in_an_INCAR(int seed)
    {
        string[] parts = ["ENCUT", "a", "=", " = ", "\n", "\r\n", "\r", ";", "#", "!", "\\", "\\ \n", "\\\n", "\"", "'", "1.5", " ", "\t", "\0", "\u2028", "\u0085", "\u00a0", "é", "{", "}", "/", "_"];
        var random = new System.Random(seed);
        var text = new StringBuilder();
        for (int n = random.Next(60); n > 0; n--)
            text.Append(parts[random.Next(parts.Length)]);
        var incar = Incar.Parse(text.ToString());
        Assert.Equal(incar.Tags, Incar.Parse(incar.ToString()).Tags);
        foreach ((string tag, string value) in incar.Tags)
            Assert.Equal(value, Incar.Empty.With(tag, value)[tag]);
    }

    [Fact]
    public void A_long_hostile_text_is_read_in_time_in_proportion_to_its_length()
    {
        string text = string.Concat(Enumerable.Repeat("A = \"x\" \\ y = \"\n", 100_000)) + new string('"', 100_000) + "\nB = x" + new string('\\', 1_000_000);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.NotEmpty(Incar.Parse(text).Tags);
        Assert.True(clock.ElapsedMilliseconds < 5000, $"{clock.ElapsedMilliseconds} ms");
    }

    [Theory]
    [InlineData("ALGO", "Fast\nNSW = 0")]
    [InlineData("ALGO", "Fast; NSW = 0")]
    [InlineData("ALGO", "Fast # why")]
    [InlineData("ALGO", "Fast \\")]
    [InlineData("ALGO", "")]
    [InlineData("AL GO", "Fast")]
    [InlineData("ALGO = Fast\nNSW", "0")]
    [InlineData("ALGO", "\"open")]
    public void A_value_that_VASP_would_read_as_something_else_is_refused(string tag, string value) =>
        Assert.Throws<ArgumentException>(() => Incar.Empty.With(tag, value));

    [Fact]
    public void A_changed_value_keeps_its_place()
    {
        Incar incar = Incar.Parse("A = 1; B = 2; C = 3").With("b", "4").With("D", "5");
        Assert.Equal("A = 1\nB = 4\nC = 3\nD = 5\n", incar.ToString());
    }
}
