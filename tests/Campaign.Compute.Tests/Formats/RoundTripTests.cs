using System.IO.Compression;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using FsCheck.Xunit;
using Xunit;

namespace Campaign.Compute.Tests.Formats;

public sealed class RoundTripTests
{
    [Property(MaxTest = 100)]
    public void Extended_xyz_returns_every_bit(ulong seed)
    {
        Frame[] frames = [RandomFrames.Next(seed), RandomFrames.Next(seed + 1, labels: false), RandomFrames.Next(seed + 2)];
        Frame[] read = [.. ExtXyz.Read(new StringReader(string.Concat(frames.Select(ExtXyz.ToText))), "t.extxyz")];
        Assert.Equal(3, read.Length);
        foreach ((Frame a, Frame b) in frames.Zip(read))
        {
            Assert.Equal(a.Structure.Cell.ToRowMajor(), b.Structure.Cell.ToRowMajor());
            Assert.Equal(a.Structure.TypeMap, b.Structure.TypeMap);
            Assert.Equal(a.Structure.Types, b.Structure.Types);
            Assert.Equal(a.Structure.Positions, b.Structure.Positions);
            Assert.Equal((a.EnergyEv, a.VirialEv, a.TimeFs), (b.EnergyEv, b.VirialEv, b.TimeFs));
            Assert.Equal(a.ForcesEvPerA, b.ForcesEvPerA);
            Assert.Equal(a.VelocitiesAPerFs, b.VelocitiesAPerFs);
        }
    }

    [Property(MaxTest = 100)]
    public bool Poscar_returns_the_atoms_grouped_by_species(ulong seed)
    {
        Structure s = RandomFrames.Next(seed).Structure;
        int[] order = Poscar.AtomOrder(s);
        var grouped = s with { Types = [.. order.Select(i => s.Types[i])], Positions = [.. order.Select(i => s.Positions[i])] };
        return RandomFrames.SameAtoms(grouped, Poscar.Read(Poscar.Write(s, "round trip"), "POSCAR"), 1e-10);
    }

    [Property(MaxTest = 100)]
    public bool Cif_returns_distances_and_species(ulong seed)
    {
        Structure s = RandomFrames.Next(seed).Structure;
        AverageStructure read = Cif.Read(Cif.Write(s, "round trip"), "t.cif");
        Vec3[] f = [.. s.FractionalPositions().Select(SiteOrbit.WrapUnit)];
        return read.Sites.Count == s.Count
            && Enumerable.Range(0, s.Count).All(i => read.Sites[i].Species[0].Symbol == s.SpeciesOf(i) && SiteOrbit.Coincide(read.Sites[i].Orbit[0], f[i], s.Cell, 1e-9))
            && (read.Cell.Lengths - s.Cell.Lengths).Norm < 1e-9 && (read.Cell.AnglesDeg - s.Cell.AnglesDeg).Norm < 1e-9;
    }

    [Property(MaxTest = 100)]
    public bool Lammps_data_returns_the_rotated_structure(ulong seed)
    {
        Structure s = Turned(RandomFrames.Next(seed).Structure, seed);
        LammpsData.Written written = LammpsData.Write(s, "round trip");
        Structure read = LammpsData.Read(written.Text, "t.data");
        var rotated = s with
        {
            Cell = new Cell(s.Cell.A * written.Rotation, s.Cell.B * written.Rotation, s.Cell.C * written.Rotation),
            Positions = Array.ConvertAll(s.Positions, r => r * written.Rotation),
        };
        return RandomFrames.SameAtoms(rotated, read, 1e-9);
    }

    [Property(MaxTest = 50)]
    public void A_DeePMD_system_returns_every_bit(ulong seed)
    {
        Frame first = RandomFrames.Next(seed);
        Frame[] frames = [.. Enumerable.Range(0, 5).Select(k => first with
        {
            EnergyEv = first.EnergyEv + k,
            Structure = first.Structure with { Positions = [.. first.Structure.Positions.Select(r => (k + 1) * r)] },
        })];
        string folder = Directory.CreateTempSubdirectory("deepmd").FullName;
        try
        {
            DeepMdSystem.FromFrames(frames).Write(folder, framesPerSet: 2);
            Assert.Equal(3, Directory.GetDirectories(folder, "set.*").Length);
            DeepMdSystem read = DeepMdSystem.Read(folder);
            Assert.Equal(5, read.FrameCount);
            foreach ((Frame a, Frame b) in frames.Zip(read.Frames))
            {
                Assert.Equal(a.Structure.Positions, b.Structure.Positions);
                Assert.Equal(a.Structure.Types, b.Structure.Types);
                Assert.Equal(a.Structure.TypeMap, b.Structure.TypeMap);
                Assert.Equal((a.EnergyEv, a.VirialEv), (b.EnergyEv, b.VirialEv));
                Assert.Equal(a.ForcesEvPerA, b.ForcesEvPerA);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Npy_returns_float32_and_integers()
    {
        var stream = new MemoryStream();
        Npy.Write(stream, [2, 2], new float[] { 1.5f, -2, 0.1f, 3 });
        stream.Position = 0;
        NpyArray floats = Npy.Read(stream, "f.npy");
        Assert.Equal([2, 2], floats.Shape);
        Assert.Equal([1.5, -2, (double)0.1f, 3], floats.Values);
        stream.SetLength(0);
        Npy.Write(stream, [3], new[] { 1, -2, int.MaxValue });
        Assert.Equal(0, (stream.Length - 12) % 64);
        stream.Position = 0;
        Assert.Equal([1, -2, int.MaxValue], Npy.Read(stream, "i.npy").Values);
    }

    [Theory]
    [InlineData("a.extxyz")]
    [InlineData("POSCAR_a")]
    [InlineData("a.cif")]
    [InlineData("a.data")]
    [InlineData("a.deepmd")]
    public void Files_are_converted_by_their_names(string name)
    {
        Structure s = RandomFrames.Next(11).Structure;
        int[] order = Poscar.AtomOrder(s);
        s = s with { Types = [.. order.Select(i => s.Types[i])], Positions = [.. order.Select(i => s.Cell.Wrap(s.Positions[i]))] };
        string folder = Directory.CreateTempSubdirectory("convert").FullName;
        try
        {
            string path = Path.Combine(folder, name);
            StructureFiles.Write(path, s);
            Assert.True(RandomFrames.SameAtoms(s, StructureFiles.Read(path), 1e-9));
            Assert.Equal(s.Count, StructureFiles.ReadAverage(path).Sites.Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Converting_a_trajectory_keeps_all_frames_and_labels_and_refuses_mixed_systems()
    {
        string folder = Directory.CreateTempSubdirectory("convert").FullName;
        try
        {
            string Name(string name) => Path.Combine(folder, name);
            Frame frame = RandomFrames.Next(1);
            using (var writer = new ExtXyz.Writer(Name("a.extxyz")))
                for (int k = 0; k < 3; k++)
                    writer.Write(frame with { EnergyEv = k });
            StructureFiles.Convert(Name("a.extxyz"), Name("a.deepmd"));
            StructureFiles.Convert(Name("a.deepmd"), Name("b.extxyz"));
            Frame[] back = [.. ExtXyz.Read(Name("b.extxyz"))];
            Assert.Equal([0, 1, 2], back.Select(f => f.EnergyEv!.Value));
            Assert.All(back, f => Assert.Equal(frame.ForcesEvPerA, f.ForcesEvPerA));
            using (var writer = new ExtXyz.Writer(Name("a.extxyz"), append: true))
                writer.Write(RandomFrames.Next(2));
            Assert.Throws<StructureFormatException>(() => StructureFiles.Convert(Name("a.extxyz"), Name("c.deepmd")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Compressed_trajectories_are_read_and_appended_ones_continue()
    {
        string folder = Directory.CreateTempSubdirectory("xyz").FullName;
        try
        {
            string plain = Path.Combine(folder, "t.extxyz"), packed = plain + ".gz";
            using (var writer = new ExtXyz.Writer(plain))
                writer.Write(RandomFrames.Next(1));
            using (var writer = new ExtXyz.Writer(plain, append: true))
                writer.Write(RandomFrames.Next(2));
            using (var zip = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
                zip.Write(File.ReadAllBytes(plain));
            Assert.Equal(ExtXyz.Read(plain).Select(f => f.EnergyEv), ExtXyz.Read(packed).Select(f => f.EnergyEv));
            Assert.Equal(2, ExtXyz.Read(packed).Count());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The structure rotated as a whole, so that its cell is no longer lower triangular.</summary>
    private static Structure Turned(Structure s, ulong seed)
    {
        double t = seed % 628 / 100.0, u = seed % 314 / 50.0;
        Vec3 Turn(Vec3 v)
        {
            var w = new Vec3(v.X * Math.Cos(t) - v.Y * Math.Sin(t), v.X * Math.Sin(t) + v.Y * Math.Cos(t), v.Z);
            return new Vec3(w.X, w.Y * Math.Cos(u) - w.Z * Math.Sin(u), w.Y * Math.Sin(u) + w.Z * Math.Cos(u));
        }

        return s with { Cell = new Cell(Turn(s.Cell.A), Turn(s.Cell.B), Turn(s.Cell.C)), Positions = Array.ConvertAll(s.Positions, Turn) };
    }
}
