using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Formats;

public sealed class CifTests
{
    private const string Head = """
        data_x
        _cell_length_a 5.0(1)
        _cell_length_b 5
        _cell_length_c 5
        _cell_angle_alpha 90
        _cell_angle_beta 90
        _cell_angle_gamma 90

        """;

    [SkippableTheory]
    [InlineData("Li3InCl6_de5", "4 2 4 2 8 4")]
    [InlineData("Li3YBr6_elz", "8 4 4 2 8 4")]
    [InlineData("Li3YCl6_ei3", "6 6 2 2 1 6 6 6")]
    [InlineData("LiAlCl4_p81", "4 4 4 4 4 4")]
    [InlineData("Li2MgCl4_dvn", "8 16 32")]
    [InlineData("Li2MnCl4_bjw", "8 16 32")]
    [InlineData("Li2VCl4_yav", "4 4 16 16 16")]
    [InlineData("Li2CrCl4_4kt", "4 4 4 8 8")]
    [InlineData("Li3ErI6_9wf", "4 4 8 4 8 8 8")]
    public void Published_files_expand_to_their_multiplicities(string file, string multiplicities)
    {
        AverageStructure s = Cif.ReadFile(Samples.Data("structures", "obelix", file + ".cif"));
        Assert.Equal(multiplicities, string.Join(' ', s.Sites.Select(x => x.Multiplicity)));
        Assert.Empty(s.Messages);
    }

    [Fact]
    public void The_shipped_model_has_its_Wyckoff_sites_on_exact_special_positions()
    {
        AverageStructure s = Samples.Li3TiCl6;
        Assert.Equal(["2a", "4g", "4h", "2d", "4i", "8j"], s.Sites.Select(x => x.Wyckoff));
        Assert.Equal(6, s.Composition["Li"], 9);
        Assert.Equal(2, s.Composition["Ti"], 9);
        Assert.Equal(12, s.Composition["Cl"], 9);
        Assert.True(s.IsDisordered);
    }

    [SkippableTheory]
    [InlineData("Li3InCl6_de5", "4h 2d 4g 2a 8j 4i")]
    [InlineData("Li3YBr6_elz", "8j 4g 4h 2a 8j 4i")]
    [InlineData("Li3ErI6_9wf", "- - - - - - -")]
    public void Letters_are_found_in_C2m_where_the_file_names_none(string file, string wyckoff)
    {
        AverageStructure s = Cif.ReadFile(Samples.Data("structures", "obelix", file + ".cif"));
        Assert.Equal(wyckoff, string.Join(' ', s.Sites.Select(x => x.Wyckoff ?? "-")));
    }

    [Fact]
    public void Rounded_thirds_merge_into_one_exact_position()
    {
        AverageStructure s = Cif.Read("""
            data_hex
            _cell_length_a 11.2
            _cell_length_b 11.2
            _cell_length_c 6.0
            _cell_angle_alpha 90
            _cell_angle_beta 90
            _cell_angle_gamma 120
            loop_
            _space_group_symop_operation_xyz
            x,y,z
            -y,x-y,z
            -x+y,-x,z
            loop_
            _atom_site_label
            _atom_site_fract_x
            _atom_site_fract_y
            _atom_site_fract_z
            Y1 0.333 0.667 0.9999999999999
            """, "hex.cif");
        Vec3 only = Assert.Single(Assert.Single(s.Sites).Orbit);
        Assert.Equal(1 / 3.0, only.X, 12);
        Assert.Equal(2 / 3.0, only.Y, 12);
        Assert.Equal(0, only.Z, 12);
    }

    [Fact]
    public void Charges_quotes_text_fields_and_uncertainties_are_understood()
    {
        AverageStructure s = Cif.Read("# comment\n" + Head + """
            _publ_section_title
            ;
            loop_ _not_a_tag 'unclosed
            ;
            _note 'it''s a_b'
            _Space_Group_Name_H-M_alt "P 1"
            loop_
            _space_group_symop_id
            _space_group_symop_operation_xyz
            1 'x, y, z' 2 '1/2+X,.5-y, -z'
            loop_
            _atom_site_label _atom_site_type_symbol _atom_site_occupancy
            _atom_site_fract_x _atom_site_fract_y _atom_site_fract_z
            M1a Ti3+ 0.25(1) 0.1(2) 0.2 0.3
            M1b Li+  .       0.1 0.2 0.3 # shares the site
            X1  Cl-  0.5     0.4 0.4 0.4
            CL2 ?    ?       0.7 0.1 0.9
            """, "a.cif");
        Assert.Equal(2, s.Operations.Count);
        Assert.Equal([2, 2, 2], s.Sites.Select(x => x.Multiplicity));
        Assert.Equal(new SiteSpecies("Ti", 0.25, 3, "M1a"), s.Sites[0].Species[0]);
        Assert.Equal(new SiteSpecies("Li", 1, 1, "M1b"), s.Sites[0].Species[1]);
        Assert.Equal(new SiteSpecies("Cl", 0.5, -1, "X1"), s.Sites[1].Species[0]);
        Assert.Equal(new SiteSpecies("Cl", 1, null, "CL2"), s.Sites[2].Species[0]);
        Assert.Contains("add up to 1.25", Assert.Single(s.Messages));
    }

    [Theory]
    [InlineData("_cell_length_a x\n", 1, "before the first data_")]
    [InlineData("data_x\n", 1, "No data block lists atom sites")]
    [InlineData(Head + "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nLi1 0 0\n", 13, "incomplete")]
    [InlineData(Head + "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nLi1 0 0 a\n", 13, "not a number")]
    [InlineData(Head + "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n??1 0 0 0\n", 13, "no element symbol")]
    [InlineData(Head + "_symmetry_space_group_name_H-M 'C 2/m'\nloop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nLi1 0 0 0\n", 1, "operations are not listed")]
    [InlineData(Head + "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y'\nloop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nLi1 0 0 0\n", 10, "not a symmetry operation")]
    public void Errors_name_file_line_and_problem(string text, int line, string problem)
    {
        var e = Assert.Throws<StructureFormatException>(() => Cif.Read(text, "bad.cif"));
        Assert.Equal(line, e.Line);
        Assert.Contains(problem, e.Message);
        Assert.StartsWith($"bad.cif:{line}:", e.Message);
    }
}
