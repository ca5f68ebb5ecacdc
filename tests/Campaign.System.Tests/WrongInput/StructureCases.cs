namespace Campaign.SystemTests.WrongInput;

/// <summary>Wrong structures and potentials, named by an otherwise good campaign file or given to the one-file tools.</summary>
internal static class StructureCases
{
    private const string Info = "structure info {f}/POSCAR";

    public static readonly WrongCase[] All =
    [
        // CIF
        Cif("no cell length", "_cell_length_b 10.89\n", "", "_cell_length_b is missing|six cell parameters"),
        Cif("an unknown cell length", "_cell_length_b 10.89", "_cell_length_b ?", "_cell_length_b is missing"),
        Cif("a cell length in nanometres", "_cell_length_a 6.350\n_cell_length_b 10.89\n_cell_length_c 6.353", "_cell_length_a 0.6350\n_cell_length_b 1.089\n_cell_length_c 0.6353", "Å apart|cell lengths (Å)"),
        Cif("a cell length that is a word", "_cell_length_b 10.89", "_cell_length_b «ten", "'ten' is not a number|1.234(5)"),
        Cif("a cell length that is no number", "_cell_length_b 10.89", "_cell_length_b «NaN", "is not a number"),
        Cif("a negative cell length", "_cell_length_b 10.89", "_cell_length_b «-10.89", "out of range|between"),
        Cif("an angle of 200 degrees", "_cell_angle_beta 110.1(2)", "_cell_angle_beta «200", "out of range|between 1 and 179"),
        Cif("angles that close no cell", "_cell_angle_beta 110.1(2)\n_cell_angle_gamma 90", "_cell_angle_beta 10\n_cell_angle_gamma 120", "angles"),
        Cif("an unfinished uncertainty", "_cell_length_b 10.89", "_cell_length_b «10.89(2", "is not a number"),
        Cif("a space group without operations", "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'-x,y,-z'\n'-x,-y,-z'\n'x,-y,z'\n'x+1/2,y+1/2,z'\n'-x+1/2,y+1/2,-z'\n'-x+1/2,-y+1/2,-z'\n'x+1/2,-y+1/2,z'\n", "", "operations are not listed|_space_group_symop_operation_xyz"),
        Cif("a garbled operation", "'x,-y,z'", "«'x,-y,q'", "not a symmetry operation|'x+1/2,-y,z'"),
        Cif("an operation that divides by zero", "'x,-y,z'", "«'x,-y+1/0,z'", "not a symmetry operation"),
        Cif("an operation of two coordinates", "'x,-y,z'", "«'x,-y'", "not a symmetry operation"),
        Cif("no coordinates", "_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z", "_atom_site_x\n_atom_site_y\n_atom_site_z", "no fractional coordinates|_atom_site_fract_x"),
        Cif("an unknown coordinate", "Ti1 Ti a 0 0 0 0.754", "Ti1 Ti a «? 0 0 0.754", "coordinate '?' is not a number|remove rows"),
        Cif("a coordinate in ångström", "Cl2 Cl j 0.240 0.159 0.237 1", "«Cl2 Cl j 4240 0.159 0.237 1", "fractions of the cell"),
        Cif("an occupancy above 1", "0 0 0 0.754", "0 0 0 «1.754", "occupancy 1.754|between 0 and 1"),
        Cif("an occupancy in percent", "0 0 0 0.754", "0 0 0 «75.4", "occupancy 75.4"),
        Cif("an occupancy with a comma", "0 0 0 0.754", "0 0 0 «0,754", "'0,754' is not a number"),
        Cif("a row with a value too few", "Cl2 Cl j 0.240 0.159 0.237 1", "Cl2 Cl j 0.240 0.159 «0.237", "last row is incomplete|Complete the row"),
        Cif("a row with a value too many", "Cl2 Cl j 0.240 0.159 0.237 1", "Cl2 Cl j 0.240 0.159 0.237 1 «1", "last row is incomplete"),
        Cif("an unknown element", "Ti1 Ti a", "Ti1 «Qq a", "starts with no element symbol|_atom_site_type_symbol"),
        Cif("two atoms on one place", "Cl2 Cl j 0.240 0.159 0.237 1", "Cl2 Cl j 0.240 0.159 0.237 1\nCl3 Cl j 0.270 0.159 0.237 1", "Å apart|coordinates"),
        Cif("the same row twice", "Li2 Li d 0 0.5 0.5 1", "Li2 Li d 0 0.5 0.5 1\n«Li3 Li d 0 0.5 0.5 1", "repeats Li on the position of Li2|Remove one"),
        Cif("a text that never ends", "Cl2 Cl j 0.240 0.159 0.237 1", "Cl2 Cl j 0.240 0.159 0.237 1\n_note\n«;begins\n", "never ends|Close it"),
        Cif("a quotation that never ends", "'x,-y,z'", "«'x,-y,z", "does not end on its line|Close the quotation mark"),
        Cif("a tag without value", "_cell_length_b 10.89", "«_cell_length_b", "has no value|'?'"),
        Cif("a value without tag", "_cell_length_b 10.89", "_cell_length_b 10.89 «11", "belongs to no tag"),
        new("CIF: no data block", "s.cif", "data_Li3TiCl6\n", "", "before the first data_ line"),
        new("CIF: a protein", "s.cif", "", "data_1ABC\n_cell.length_a 10\nloop_\n_atom_site.id\n_atom_site.type_symbol\n_atom_site.Cartn_x\n_atom_site.Cartn_y\n_atom_site.Cartn_z\n1 C 0 0 0\n", "mmCIF|convert"),
        new("CIF: nothing in it", "s.cif", "", "", "is empty"),
        new("CIF: a POSCAR by another name", "s.cif", "", Workbench.Poscar, "data_|check that this is a CIF"),
        new("CIF: more than 64 MiB", "s.cif", "", "# " + new string('x', (64 << 20) + 1), "the limit is"),

        // POSCAR
        Poscar("three negative scale factors", "1.0\n", "«-1 -1 -1\n", "scale factor|three positive"),
        Poscar("a scale factor of zero", "1.0\n", "«0\n", "scale factor"),
        Poscar("a cell vector of two numbers", "5.13 0 0\n", "«5.13 0\n", "Three numbers expected, 2 found"),
        Poscar("a cell vector that is no number", "5.13 0 0\n", "5.13 «nan 0\n", "'nan' is not a number"),
        Poscar("cell vectors in one plane", "5.13 0 0\n0 5.13 0\n", "«5.13 0 0\n5.13 0 0\n", "cell vectors"),
        Poscar("no species (VASP 4)", "Li Cl\n", "", "names no species|element symbols before the counts"),
        Poscar("an unknown species", "Li Cl\n", "Li «Qq\n", "'Qq' is not an element symbol"),
        Poscar("a count too few", "4 4\n", "«4\n", "2 species but 1 counts"),
        Poscar("a count that is a word", "4 4\n", "4 «four\n", "'four' is not an atom count"),
        Poscar("more atoms than lines", "4 4\n", "4 8\n", "coordinate lines|cut off"),
        Poscar("a billion atoms", "4 4\n", "«999999999 1\n", "atoms|are read"),
        Poscar("no line 'Direct'", "Direct\n0 0 0\n", "«0 0 0\n", "line 'Direct' or 'Cartesian' is missing"),
        Poscar("a coordinate that is no number", "0.5 0.5 0\n", "0.5 «NaN 0\n", "'NaN' is not a number"),
        Poscar("selective dynamics without flags", "Direct\n0 0 0\n", "Selective dynamics\nDirect\n«0 0 0\n", "three flags"),
        Poscar("two atoms on one place", "0.5 0.5 0.5\n", "0.01 0 0\n", "Å apart", "init {f}/POSCAR --out {f}/new.yaml"),

        // the ionic model
        Ionic("a mistyped key", "cutoffA: 7.0", "«cutOffA: 7.0", "unknown key 'cutOffA'|Known: "),
        Ionic("a negative rho", "rhoA: 0.25", "rhoA: «-0.25", "rhoA must be positive|sign"),
        Ionic("a negative repulsion", "aEv: 3500", "aEv: «-3500", "aEv must not be negative|sign"),
        Ionic("a word as number", "rhoA: 0.25", "rhoA: «soft", "a number, not 'soft'|finite"),
        Ionic("not a number", "rhoA: 0.25", "rhoA: «.nan", "finite number"),
        Ionic("a cutoff in picometres", "cutoffA: 7.0", "cutoffA: «700", "700 Å is outside|in Å"),
        Ionic("no repulsion between opposite charges", "  - { between: [Li, Cl], aEv: 3500, rhoA: 0.25, cEvA6: 40.46 }\n", "", "Li and Cl attract each other|Add a pair"),
        Ionic("a pair twice", "between: [Ti, Cl]", "between: [Cl, Li]", "appears twice"),
        Ionic("a pair of a species without charge", "between: [Ti, Cl]", "between: [Br, Cl]", "without a charge"),
        Ionic("a species that is missing", "charges: { Li: 0.6275, Ti: 1.3803, Cl: -0.5438 }\npairs:\n  - { between: [Li, Cl], aEv: 3500, rhoA: 0.25, cEvA6: 40.46 }\n  - { between: [Ti, Cl], aEv: 356000, rhoA: 0.18, cEvA6: 175 }\n", "charges: { Li: 0.5438, Cl: -0.5438 }\npairs:\n  - { between: [Li, Cl], aEv: 3500, rhoA: 0.25, cEvA6: 40.46 }\n", "but not Ti of the structure|for all species"),
        Ionic("charges that do not cancel", "Ti: 1.3803", "Ti: 3", "leave +3.24 e in the cell|neutral"),
        Ionic("aliases", "cutoffA: 7.0", "cutoffA: &r 7.0\nname: «*r", "aliases are not followed"),
        Ionic("deep nesting", "charges: { Li: 0.6275, Ti: 1.3803, Cl: -0.5438 }", "charges: " + new string('[', 5000) + new string(']', 5000), "deeper than 16"),
        Ionic("an unclosed bracket", "between: [Li, Cl]", "between: [Li, Cl", "not valid YAML"),
        Ionic("another kind of model", "kind: ionic", "kind: «buckingham", "kind must be ionic|Write ionic"),
    ];

    private static WrongCase Cif(string name, string replace, string by, string says) => new("CIF: " + name, "s.cif", replace, by, says);

    private static WrongCase Poscar(string name, string replace, string by, string says, string arguments = Info) => new("POSCAR: " + name, "POSCAR", replace, by, says, arguments);

    private static WrongCase Ionic(string name, string replace, string by, string says) => new("ionic model: " + name, "p.yaml", replace, by, says);
}
