namespace Campaign.Compute.Engines.Vasp.Diagnosis;

/// <summary>All symptoms that are known, most telling first: where several are found, the first of this list leads.</summary>
public static class VaspSymptoms
{
    public static IReadOnlyList<VaspSymptom> All { get; } =
    [
        // inputs that nothing mends but a person
        new("read_error", ["Error reading item", "Error code was IERR= 5"], "An input could not be read: a value in INCAR has the wrong form"),
        new("set_core_wf", ["internal error in SET_CORE_WF"], "The potential lacks what the settings ask for"),
        new("spin_polarized_harris", ["Spin polarized Harris functional dynamics is a good joke"], "A spin-polarised run with a fixed charge density cannot move ions"),

        // memory
        new("out_of_memory", ["Allocation would exceed memory limit", "Out Of Memory", "oom-kill", "oom_kill", "insufficient virtual memory", "Cannot allocate memory"], "The run asked for more memory than it has"),

        // diagonalisation and linear algebra
        new("edddav", ["Error EDDDAV: Call to ZHEGV failed"], "The Davidson diagonalisation broke down (ZHEGV)"),
        new("eddrmm", ["WARNING in EDDRMM: call to ZHEGV failed"], "The RMM-DIIS diagonalisation broke down (ZHEGV)"),
        new("zpotrf", ["LAPACK: Routine ZPOTRF failed", "Routine ZPOTRF ZTRTRI"], "The overlap matrix lost its positivity (ZPOTRF): atoms too close, or orbitals gone astray"),
        new("subspacematrix", ["WARNING: Sub-Space-Matrix is not hermitian in DAV"], "The subspace matrix is not Hermitian") { EndsRun = false },
        new("zheev", ["ERROR EDDIAG: Call to routine ZHEEV failed!"], "The subspace diagonalisation broke down (ZHEEV)"),
        new("eddiag", ["ERROR in EDDIAG: call to ZHEEV/ZHEEVX/DSYEV/DSYEVX failed"], "The subspace diagonalisation broke down"),
        new("pssyevx", ["ERROR in subspace rotation PSSYEVX"], "The parallel diagonalisation broke down (PSSYEVX)"),
        new("pdsyevx", ["ERROR in subspace rotation PDSYEVX"], "The parallel diagonalisation broke down (PDSYEVX)"),
        new("grad_not_orth", ["EDWAV: internal error, the gradient is not orthogonal"], "The gradient of the orbitals is not orthogonal to them"),

        // charge density and electronic convergence
        new("brmix", ["BRMIX: very serious problems"], "Charge mixing met an old and a new density that do not agree"),
        new("algo_tet", ["ALGO=A and IALGO=5X tend to fail"], "ALGO = All does not go with the tetrahedron method"),
        new("too_few_bands", ["TOO FEW BANDS"], "Too few bands: the highest is occupied"),
        new("nbands_not_sufficient", ["number of bands is not sufficient"], "NBANDS is less than the electrons need"),

        // ions
        new("zbrent", ["ZBRENT: fatal internal in", "ZBRENT: fatal error in bracketing"], "The line search of the relaxation lost its bracket: forces and energies do not agree well enough"),
        new("brions", ["BRIONS problems: POTIM should be increased"], "The relaxation asks for a longer step"),
        new("fexcf", ["supplied exchange-correlation table"], "The density left the exchange-correlation table: ions took too long a step"),
        new("triple_product", ["ERROR: the triple product of the basis vectors"], "The cell is left-handed"),
        new("amin", ["One of the lattice vectors is very long (>50 A), but AMIN"], "A long cell needs a smaller AMIN") { EndsRun = false },

        // projectors and grids
        new("real_optlay", ["REAL_OPTLAY: internal error", "REAL_OPT: internal ERROR"], "The real-space projectors could not be made"),
        new("rspher", ["ERROR RSPHER"], "The real-space projectors do not fit the grid"),
        new("nicht_konv", ["ERROR: SBESSELITER : nicht konvergent"], "The real-space projectors did not converge"),
        new("psmaxn", ["PSMAXN for non-local potential too small"], "The real-space projectors reach less far than the cutoff needs"),
        new("aliasing", ["WARNING: small aliasing (wrap around) errors must be expected", "Your FFT grids (NGX,NGY,NGZ) are not sufficient for an accurate"], "The FFT grid is a little too coarse") { EndsRun = false },

        // symmetry and k-points
        new("inv_rot_mat", ["rotation matrix was not found (increase SYMPREC)"], "A rotation was not found among the symmetries"),
        new("rot_matrix", ["Found some non-integer element in rotation matrix", "SGRCON"], "A symmetry operation does not map the lattice onto itself"),
        new("pricel", ["internal error in subroutine PRICEL"], "The primitive cell could not be found"),
        new("posmap", ["POSMAP"], "A symmetry operation does not map the atoms onto each other"),
        new("pricelv", ["PRICELV: current lattice and primitive lattice are incommensurate"], "Lattice and primitive lattice do not fit"),
        new("rhosyg", ["RHOSYG"], "The density could not be made symmetric"),
        new("symprec_noise", ["determination of the symmetry of your systems shows a strong"], "The symmetry depends on the tolerance: positions are noisy"),
        new("bravais", ["Inconsistent Bravais lattice"], "The lattice type is not what the cell says"),
        new("ksymm", ["Fatal error detecting k-mesh", "Fatal error: unable to match k-point"], "The k-mesh does not have the symmetry of the lattice"),
        new("point_group", ["group operation missing"], "The point group is not closed"),
        new("hnform", ["HNFORM: k-point generating"], "The k-mesh could not be generated from its lattice"),
        new("ibzkpt", ["not all point group operations"], "The irreducible k-points could not be found"),
        new("mesh_symmetry", ["Reciprocal lattice and k-lattice belong to different class of lattices."], "The k-mesh is of another class than the lattice") { EndsRun = false },
        new("kpoints_trans", ["internal error in GENERATE_KPOINTS_TRANS: number of G-vector changed in star"], "The k-points are not stars of the lattice"),
        new("tetirr", ["Routine TETIRR needs special values"], "The tetrahedron method needs a mesh about Gamma"),
        new("incorrect_shift", ["Could not get correct shifts"], "The k-mesh has a shift that does not go with its lattice"),
        new("tet", ["Tetrahedron method fails", "BZINTS: fatal", "BZINTS: internal"], "The tetrahedron method needs more k-points"),
        new("dentet", ["DENTET"], "The tetrahedron method found no Fermi level"),

        // files and parallelism
        new("coef", ["while reading plane", "while reading WAVECAR"], "WAVECAR does not belong to this run"),
        new("elf_kpar", ["ELF: KPAR>1 not implemented"], "ELF does not go with KPAR > 1"),
        new("dfpt_ncore", ["PEAD routines do not work for NCORE", "remove the tag NPAR from the INCAR file"], "This kind of run does not go with NCORE or NPAR"),
        new("lrf_commutator", ["LRF_COMMUTATOR internal error"], "The commutator of the linear response broke down"),
        new("auto_nbands", ["The number of bands has been changed"], "VASP changed the number of bands to fit the processes") { EndsRun = false },
    ];
}
