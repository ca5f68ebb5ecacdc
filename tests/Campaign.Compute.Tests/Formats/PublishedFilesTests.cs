using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Formats;

/// <summary>Files of other programs.</summary>
public sealed class PublishedFilesTests
{
    [SkippableTheory]
    [InlineData("POSCAR_160_Ti0875_U4cell", 48, 16, 96)]
    [InlineData("POSCAR_320_Ti0844_U4cell_b1093", 96, 32, 192)]
    public void Poscars_with_labels_behind_the_coordinates_are_read(string file, int li, int ti, int cl)
    {
        Structure s = Poscar.ReadFile(Samples.Data("structures", "models", file));
        Assert.Equal(["Li", "Ti", "Cl"], s.TypeMap);
        Assert.Equal([li, ti, cl], s.CountsByType());
    }

    [SkippableFact]
    public void A_negative_scale_is_the_volume_and_trailing_symbols_name_the_species()
    {
        Structure s = Poscar.ReadFile(Samples.Data("vasp", "structures", "POSCAR.vasp4-trailing-symbols-negative-scale"));
        Assert.Equal(300.65685512, s.Cell.Volume, 8);
        Assert.Equal(["Fe", "P", "O"], s.TypeMap);
        Assert.Equal([4, 4, 16], s.CountsByType());
    }

    [SkippableFact]
    public void Selective_Cartesian_coordinates_equal_the_direct_ones()
    {
        Structure cartesian = Poscar.ReadFile(Samples.Data("vasp", "structures", "POSCAR.oh.c"));
        Structure direct = Poscar.ReadFile(Samples.Data("vasp", "structures", "POSCAR.oh.d"));
        Assert.Equal(cartesian.TypeMap, direct.TypeMap);
        for (int i = 0; i < 2; i++)
            Assert.True(direct.Cell.MinimumImage(cartesian.Positions[i] - direct.Positions[i]).Norm < 1e-6);
    }

    [SkippableFact]
    public void Species_in_several_blocks_become_one_type_and_velocities_are_ignored()
    {
        Assert.Equal(["O", "H"], Poscar.ReadFile(Samples.Data("vasp", "structures", "POSCAR.oh.d.dup")).TypeMap);
        Assert.Equal([20, 2, 4, 24], Poscar.ReadFile(Samples.Data("vasp", "structures", "CONTCAR.MD")).CountsByType());
    }

    [SkippableFact]
    public void A_LAMMPS_data_file_names_its_elements_by_their_masses()
    {
        Structure s = LammpsData.ReadFile(Samples.Data("structures", "fixtures", "ltc160.data"));
        Assert.Equal(["Li", "Ti", "Cl"], s.TypeMap);
        Assert.Equal([48, 16, 96], s.CountsByType());
        Assert.Equal([12.796, 21.9, 12.762], new[] { s.Cell.Lengths.X, s.Cell.Lengths.Y, s.Cell.Lengths.Z }.Select(x => Math.Round(x, 3)));
        Assert.Equal(110.8, s.Cell.AnglesDeg.Y, 6);
    }

    [SkippableFact]
    public void A_DeePMD_system_of_another_program_is_read()
    {
        DeepMdSystem s = DeepMdSystem.Read(Samples.Data("deepmd", "lgpl", "water_data_0"));
        Assert.Equal(["O", "H"], s.TypeMap);
        Assert.Equal(3 * s.AtomCount * s.FrameCount, s.ForcesEvPerA!.Length);
        Frame frame = s.FrameAt(0);
        double nearest = Enumerable.Range(1, frame.Structure.Count - 1).Min(i => frame.Structure.Cell.MinimumImage(frame.Structure.Positions[i] - frame.Structure.Positions[0]).Norm);
        Assert.InRange(nearest, 0.7, 1.3);
    }
}
