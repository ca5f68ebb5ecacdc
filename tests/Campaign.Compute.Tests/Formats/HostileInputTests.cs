using System.Text;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Structures;
using FsCheck.Xunit;
using Xunit;

namespace Campaign.Compute.Tests.Formats;

/// <summary>Damaged files end in a structure or in the one documented exception, never in anything else.</summary>
public sealed class HostileInputTests
{
    private static readonly string[] Fragments =
        ["loop_", "data_", "_", "'", "\"", "\n;", ";", "?", ".", "-", "1e400", "NaN", "-1", "0", "99999999999", "1e-300", "1e300", "/", "(", ")", "#", "\n", "\t", "@", "x,y,z", "x+1/0", "é", "\0", "=", "Lattice=", "S:1", "Li", "T"];

    private static string Mutated(string text, ulong seed)
    {
        var rng = new Rng(seed);
        var s = new StringBuilder(text);
        for (int edits = 1 + rng.NextInt(4); edits > 0 && s.Length > 0; edits--)
        {
            int at = rng.NextInt(s.Length), length = Math.Min(s.Length - at, rng.NextInt(12));
            switch (rng.NextInt(5))
            {
                case 0: s.Remove(at, length); break;
                case 1: s.Insert(at, Fragments[rng.NextInt(Fragments.Length)]); break;
                case 2: s[at] = (char)rng.NextInt(256); break;
                case 3: s.Insert(at, s.ToString(rng.NextInt(s.Length - length + 1), length)); break;
                default: s.Length = at; break;
            }
        }
        return s.ToString();
    }

    private static bool EndsWell(Action read)
    {
        try
        {
            read();
        }
        catch (StructureFormatException e)
        {
            return e.Message.Contains(e.File + ":", StringComparison.Ordinal) && e.Problem.Length > 0 && e.Mend.Length > 0;
        }
        return true;
    }

    private static readonly string CifText = Cif.Write(RandomFrames.Next(3).Structure, "seed").Replace("'x,y,z'\n", "'x,y,z'\n'-x+1/2,-y,z'\n", StringComparison.Ordinal);

    private static readonly string PoscarText = Poscar.Write(RandomFrames.Next(4).Structure, "seed");

    private static readonly string XyzText = ExtXyz.ToText(RandomFrames.Next(5)) + ExtXyz.ToText(RandomFrames.Next(6));

    private static readonly string LammpsText = LammpsData.Write(RandomFrames.Next(7).Structure, "seed").Text;

    [Property(MaxTest = 1500)]
    public bool Mutated_cif(ulong seed) => EndsWell(() => Cif.Read(Mutated(CifText, seed), "m.cif"));

    [Property(MaxTest = 1500)]
    public bool Mutated_poscar(ulong seed) => EndsWell(() => Poscar.Read(Mutated(PoscarText, seed), "POSCAR"));

    [Property(MaxTest = 1500)]
    public bool Mutated_extended_xyz(ulong seed) => EndsWell(() => _ = ExtXyz.Read(new StringReader(Mutated(XyzText, seed)), "m.extxyz").Count());

    [Property(MaxTest = 1500)]
    public bool Mutated_lammps_data(ulong seed) => EndsWell(() => LammpsData.Read(Mutated(LammpsText, seed), "m.data"));

    [Property(MaxTest = 500)]
    public bool Random_bytes(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        return EndsWell(() => Cif.Read(text, "r.cif")) && EndsWell(() => Poscar.Read(text, "POSCAR"))
            && EndsWell(() => _ = ExtXyz.Read(new StringReader(text), "r.extxyz").Count()) && EndsWell(() => LammpsData.Read(text, "r.data"))
            && EndsWell(() => Npy.Read(new MemoryStream(bytes), "r.npy"));
    }

    [Property(MaxTest = 1500)]
    public bool Mutated_npy(ulong seed)
    {
        var stream = new MemoryStream();
        Npy.Write(stream, [4, 3], Enumerable.Range(0, 12).Select(i => (double)i).ToArray());
        byte[] bytes = stream.ToArray();
        var rng = new Rng(seed);
        for (int edits = 1 + rng.NextInt(3); edits > 0; edits--)
            bytes[rng.NextInt(Math.Min(bytes.Length, 80))] = rng.NextInt(2) == 0 ? (byte)rng.NextInt(256) : (byte)('0' + rng.NextInt(10));
        return EndsWell(() => Npy.Read(new MemoryStream(bytes, 0, 1 + rng.NextInt(bytes.Length)), "m.npy"));
    }

    [Fact]
    public void A_damaged_compressed_file_is_refused()
    {
        string folder = Directory.CreateTempSubdirectory("gz").FullName;
        try
        {
            string trajectory = Path.Combine(folder, "t.extxyz.gz"), cif = Path.Combine(folder, "t.cif.gz");
            File.WriteAllBytes(trajectory, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255, 255]);
            File.WriteAllText(cif, "not compressed at all");
            Assert.Throws<StructureFormatException>(() => ExtXyz.Read(trajectory).Count());
            Assert.Throws<StructureFormatException>(() => Cif.ReadFile(cif));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SkippableFact]
    public void A_selective_line_without_its_third_flag_is_refused()
    {
        var e = Assert.Throws<StructureFormatException>(() => Poscar.ReadFile(Samples.Data("vasp", "structures", "POSCAR.oh.err1")));
        Assert.Equal(11, e.Line);
    }

    [SkippableTheory]
    [InlineData("POSCARSILLY", 6, "not an element")]
    [InlineData("POSCAR_no_species", 6, "names no species")]
    public void Species_are_never_guessed(string file, int line, string problem)
    {
        var e = Assert.Throws<StructureFormatException>(() => Poscar.ReadFile(Samples.Data("vasp", "structures", file)));
        Assert.Equal(line, e.Line);
        Assert.Contains(problem, e.Problem);
    }
}
