using System.Globalization;
using System.Text;
using Campaign.Compute.Structures;
using static Campaign.StandInVasp.Fortran;

namespace Campaign.StandInVasp;

/// <summary>What an OUTCAR says before its first electronic step: inputs echoed, potentials, and every setting that a reader looks for.</summary>
internal static class OutcarHeader
{
    public const string Rule = "\n\n--------------------------------------------------------------------------------------------------------\n\n\n";

    private const double RydbergEv = 13.605826, BohrA = 0.529177249;

    /// <summary>The lines that are there before anything was read.</summary>
    public static string Top() => $"{Banner.FirstLine}\n # {Banner.Confession}\n{Banner.ExecutedOn}\n running    1 mpi-ranks, with    1 threads/rank\n distrk:  each k-point on    1 cores,    1 groups\n distr:  one band on NCORE=   1 cores,    1 groups\n{Rule}";

    public static string Text(InputDeck deck, StartFile start, Model model)
    {
        var t = new StringBuilder();
        Inputs(t, deck, start, model);
        if (deck.Settings.IsDynamics && deck.Settings.Mdalgo > 0)
            Thermostat(t, deck.Settings);
        if (deck.Settings.Images > 0)
            t.Append($"\n CHAIN: Running the NEB\n NEB:          SPRING {F(-deck.Settings.Spring, 13, 6)}\n NEB:          LCLIMB {Letter(deck.Settings.Lclimb),6}\n");
        t.Append(Rule);
        Cell(t, start.Structure, "direct lattice vectors                    reciprocal lattice vectors", deck.CutoffEv);
        t.Append(Rule);
        Kpoints(t, deck);
        t.Append(Rule);
        Dimensions(t, deck, start);
        Startparameters(t, deck);
        Ionic(t, deck);
        Details(t, deck);
        t.Append(Rule);
        Words(t, deck.Settings);
        t.Append(Rule);
        Cell(t, start.Structure, "direct lattice vectors                 reciprocal lattice vectors", deck.CutoffEv);
        Positions(t, deck, start.Structure);
        t.Append(Rule);
        return t.ToString();
    }

    /// <summary>Cell and reciprocal cell (without 2π), as every ionic step repeats them.</summary>
    public static void Cell(StringBuilder t, Structure structure, string title, double cutoffEv)
    {
        Cell cell = structure.Cell;
        (Vec3 a, Vec3 b, Vec3 c) = cell.Reciprocal;
        t.Append($"  energy-cutoff  :  {F(cutoffEv, 12, 2)}\n  volume of cell :  {F(cell.Volume, 10, 2)}\n      {title}\n");
        foreach ((Vec3 row, Vec3 reciprocal) in (ReadOnlySpan<(Vec3, Vec3)>)[(cell.A, a), (cell.B, b), (cell.C, c)])
            t.Append($"   {Row(row, 13, 9)}   {Row(reciprocal, 13, 9)}\n");
        t.Append($"\n  length of vectors\n   {Row(cell.Lengths, 13, 9)}   {Row(new Vec3(a.Norm, b.Norm, c.Norm), 13, 9)}\n\n");
    }

    public static string Row(Vec3 v, int width, int decimals) => F(v.X, width, decimals) + F(v.Y, width, decimals) + F(v.Z, width, decimals);

    private static void Inputs(StringBuilder t, InputDeck deck, StartFile start, Model model)
    {
        t.Append(" INCAR:\n");
        foreach ((string tag, string value) in deck.Incar.Tags)
            t.Append($"   {tag} = {value}\n");
        t.Append('\n');
        foreach (SpeciesBlock block in deck.Blocks)
            t.Append($" POTCAR:    {A(block.Title, 30)}\n");
        foreach (SpeciesBlock block in deck.Blocks)
            Potential(t, block, model);
        if (deck.PotcarOverrules)
            t.Append(" WARNING: type information on POSCAR and POTCAR are incompatible\n POTCAR overwrites the type information in POSCAR\n");
        t.Append($"\n\n POSCAR: {start.Comment}\n  positions in direct lattice\n  {(start.VelocitiesAPerFs is null ? "No initial velocities read in" : "velocities in cartesian coordinates")}\n");
    }

    private static void Potential(StringBuilder t, SpeciesBlock block, Model model) => t.Append(CultureInfo.InvariantCulture,
        $"""
         POTCAR:    {A(block.Title, 30)}
           VRHFIN ={A(block.Element + ": " + model.Name + ", " + Banner.Confession, 92)}
           LEXCH  = {A(block.Lexch, 90)}

           TITEL  = {A(block.Title, 90)}
           LULTRA =        F    use ultrasoft PP ?
           IUNSCR =        1    unscreen: 0-lin 1-nonlin 2-no
           POMASS = {F(block.MassAmu, 8, 3)}; ZVAL   = {F(block.Zval, 8, 3)}    mass and valenz
           RWIGS  =    1.000; RWIGS  =    0.529    wigner-seitz radius (au A)
           ENMAX  = {F(block.EnmaxEv, 8, 3)}; ENMIN  = {F(0.75 * block.EnmaxEv, 8, 3)} eV
           LPAW   =        T    paw PP


        """);

    private static void Thermostat(StringBuilder t, VaspSettings s)
    {
        t.Append($"\n  MD-specific parameters\n                MDALGO = {I(s.Mdalgo, 3)}\n");
        if (s.Mdalgo == 3)
            t.Append($"        LANGEVIN_GAMMA = {string.Concat(s.LangevinGamma!.Select(g => F(g, 9, 3)))}\n");
    }

    private static void Kpoints(StringBuilder t, InputDeck deck)
    {
        KpointSet k = deck.Kpoints;
        t.Append($" KPOINTS: {A(k.Comment, 40)}\n\n");
        if (k.Mesh is { } mesh)
            t.Append($"Automatic generation of k-mesh.\n Grid dimensions read from file:\n generate k-points for: {I(mesh[0], 4)} {I(mesh[1], 4)} {I(mesh[2], 4)}\n");
        t.Append($" \n Subroutine IBZKPT returns following result:\n ===========================================\n \n Found {I(k.Points.Count, 6)} irreducible k-points:\n \n");
        t.Append(" Following reciprocal coordinates:\n            Coordinates               Weight\n");
        double least = k.Points.Min(p => p.Weight);
        foreach ((Vec3 point, double weight) in k.Points)
            t.Append($"{Row(point, 10, 6)}{F(weight / least, 14, 6)}\n");
    }

    private static void Dimensions(StringBuilder t, InputDeck deck, StartFile start)
    {
        int bands = (int)Math.Ceiling(deck.Electrons / 2) + deck.Elements.Length / 2;
        t.Append(" Dimension of arrays:\n");
        t.Append($"   k-points           NKPTS = {I(deck.Kpoints.Points.Count, 6)}   k-points in BZ     NKDIM = {I(deck.Kpoints.Points.Count, 6)}   number of bands    NBANDS= {I(bands, 6)}\n");
        t.Append($"   number of dos      NEDOS =    301   number of ions     NIONS = {I(deck.Elements.Length, 6)}\n");
        t.Append($"   ions per type =            {string.Concat(deck.Blocks.Select(b => I(b.Count, 4)))}\n\n");
        t.Append($" SYSTEM =  {A(deck.Settings.System, 40)}\n POSCAR =  {A(start.Comment, 40)}\n\n");
    }

    private static void Startparameters(StringBuilder t, InputDeck deck)
    {
        VaspSettings s = deck.Settings;
        double bohr = deck.CutoffEv / RydbergEv;
        t.Append(
            $"""
             Startparameter for this run:
               NWRITE =      2    write-flag & timer
               PREC   = {A(s.Precision, 6)}    normal or accurate (medium, high low for compatibility)
               ISTART =      0    job   : 0-new  1-cont  2-samecut
               ICHARG =      2    charge: 1-file 2-atom 10-const
               ISPIN  = {I(s.Spin, 6)}    spin polarized calculation?
               LNONCOLLINEAR =      F non collinear calculations
               LSORBIT =      F    spin-orbit coupling
               INIWAV =      1    electr: 0-lowe 1-rand  2-diag
               LASPH  =      {Letter(s.Lasph)}    aspherical Exc in radial PAW

             Electronic Relaxation 1
               ENCUT  = {F(deck.CutoffEv, 6, 1)} eV {F(bohr, 6, 2)} Ry  {F(Math.Sqrt(bohr), 6, 2)} a.u.
               ENINI  = {F(deck.CutoffEv, 6, 1)}     initial cutoff
               NELM   = {I(s.Nelm, 6)};   NELMIN={I(s.Nelmin, 3)}; NELMDL=  0     # of ELM steps
               EDIFF  = {E(s.EdiffEv, 7, 1)}   stopping-criterion for ELM
               LREAL  =      {Letter(s.Lreal)}    real-space projection
               LMAXMIX     = {I(s.Lmaxmix, 4)} max onsite mixed and CHGCAR

            """);
    }

    private static void Ionic(StringBuilder t, InputDeck deck)
    {
        VaspSettings s = deck.Settings;
        t.Append(
            $"""
             Ionic relaxation
               EDIFFG = {E(s.Ediffg, 7, 1)}   stopping-criterion for IOM
               NSW    = {I(s.Nsw, 6)}    number of steps for IOM
               NBLOCK = {I(s.Nblock, 6)};   KBLOCK = {I(Math.Max(s.Nsw, 1), 6)}    inner block; outer block
               IBRION = {I(s.Ibrion, 6)}    ionic relax: 0-MD 1-quasi-New 2-CG
               NFREE  =      0    steps in history (QN), initial steepest desc. (CG)
               ISIF   = {I(s.Isif, 6)}    stress and relaxation
               IWAVPR =     11    prediction:  0-non 1-charg 2-wave 3-comb
               ISYM   = {I(s.Isym, 6)}    0-nonsym 1-usesym 2-fastsym
               LCORR  =      T    Harris-Foulkes like correction to forces

               POTIM  = {F(s.Potim, 6, 4)}    time-step for ionic-motion
               TEIN   =    0.0    initial temperature
               TEBEG  = {F(s.TebegK, 6, 1)};   TEEND  ={F(s.TeendK, 6, 1)} temperature during run
               SMASS  = {F(s.Smass, 6, 2)}    Nose mass-parameter (am)
               SCALEE = 1.0000    scale energy and forces
               PSTRESS=    0.0 pullay stress

              Mass of Ions in am
               POMASS = {string.Concat(deck.Blocks.Select(b => F(b.MassAmu, 6, 2)))}
              Ionic Valenz
               ZVAL   = {string.Concat(deck.Blocks.Select(b => F(b.Zval, 6, 2)))}
               NELECT = {F(deck.Electrons, 12, 4)}    total number of electrons
               NUPDOWN= {F(s.Nupdown, 12, 4)}    fix difference up-down

             DOS related values:
               EMIN   =  10.00;   EMAX   =-10.00  energy-range for DOS
               EFERMI =   0.00
               ISMEAR = {I(s.Ismear, 5)};   SIGMA  = {F(s.SigmaEv, 6, 2)}  broadening in eV -4-tet -1-fermi 0-gaus


            """);
    }

    private static void Details(StringBuilder t, InputDeck deck)
    {
        VaspSettings s = deck.Settings;
        double volume = deck.Start.Structure.Cell.Volume / deck.Elements.Length;
        t.Append(
            $"""
             Electronic relaxation 2 (details)
               IALGO  =     {(s.Algorithm.StartsWith("V", StringComparison.OrdinalIgnoreCase) ? 48 : s.Algorithm.StartsWith("F", StringComparison.OrdinalIgnoreCase) ? 68 : 38)}    algorithm

              volume/ion in A,a.u.               = {F(volume, 10, 2)}{F(volume / (BohrA * BohrA * BohrA), 13, 2)}

             Write flags
               LWAVE        =      {Letter(s.Lwave)}    write WAVECAR
               LCHARG       =      {Letter(s.Lcharg)}    write CHGCAR
               LORBIT       = {I(s.Lorbit, 6)}    0 simple, 1 ext, 2 COOP (PROOUT), +10 PAW based schemes


            """);
        if (s.Hubbard is { } u)
        {
            t.Append($" LDA+U is selected, type is set to LDAUTYPE = {I(u.Type, 2)}\n");
            t.Append($"   angular momentum for each species LDAUL = {string.Concat(u.L.Select(l => I((int)l, 5)))}\n");
            t.Append($"   U (eV)           for each species LDAUU = {string.Concat(u.UEv.Select(v => F(v, 5, 1)))}\n");
            t.Append($"   J (eV)           for each species LDAUJ = {string.Concat(u.JEv.Select(v => F(v, 5, 1)))}\n");
        }
        t.Append(
            $"""

             Exchange correlation treatment:
               GGA     =    {s.Gga ?? "--"}    GGA type
               LEXCH   = {I(InternalLexch(s.Gga ?? deck.Blocks[0].Lexch), 5)}    internal setting for exchange type
               LHFCALC =     F    Hartree Fock is set to

            """);
        if (s.Ivdw > 0)
            t.Append($"   IVDW    = {I(s.Ivdw, 5)}    van der Waals correction (not computed by the stand-in)\n");
        t.Append('\n');
    }

    private static void Words(StringBuilder t, VaspSettings s)
    {
        t.Append(s.Ibrion switch
        {
            0 => $" molecular dynamics for ions\n   using {(s.Mdalgo == 3 ? "a Langevin thermostat" : s.Smass >= 0 ? "Nose mass (canonical ensemble)" : "a microcanonical ensemble")}\n",
            1 => " quasi-Newton relaxation of ions\n",
            2 => " conjugate gradient relaxation of ions\n",
            3 => " quickmin algorithm: (dynamic with friction)\n",
            _ => " Static calculation\n",
        });
        t.Append($" charge density and potential will be updated during run\n {(s.Spin == 2 ? "spin polarized calculation" : "non-spin polarized calculation")}\n");
        t.Append($" {(s.Lreal ? "real space projection scheme for non local part" : "reciprocal scheme for non local part")}\n");
    }

    private static void Positions(StringBuilder t, InputDeck deck, Structure structure)
    {
        t.Append($"\n\n k-points in units of 2pi/SCALE and weight: {A(deck.Kpoints.Comment, 40)}\n");
        (Vec3 a, Vec3 b, Vec3 c) = structure.Cell.Reciprocal;
        foreach ((Vec3 k, double weight) in deck.Kpoints.Points)
            t.Append($" {Row(k.X * a + k.Y * b + k.Z * c, 12, 8)}{F(weight, 12, 3)}\n");
        t.Append($"\n k-points in reciprocal lattice and weights: {A(deck.Kpoints.Comment, 40)}\n");
        foreach ((Vec3 k, double weight) in deck.Kpoints.Points)
            t.Append($" {Row(k, 12, 8)}{F(weight, 12, 3)}\n");
        t.Append("\n position of ions in fractional coordinates (direct lattice) \n");
        Vec3[] fractional = structure.FractionalPositions();
        foreach (Vec3 f in fractional)
            t.Append($" {Row(f, 12, 8)}\n");
        t.Append("\n position of ions in cartesian coordinates  (Angst):\n");
        foreach (Vec3 r in structure.Positions)
            t.Append($" {Row(r, 12, 8)}\n");
        t.Append('\n');
    }

    /// <summary>VASP's number of a functional: PE 8, 91 7, PS 14.</summary>
    private static int InternalLexch(string name) => name switch { "91" => 7, "PS" => 14, "CA" => 2, _ => 8 };

    private static string Letter(bool value) => value ? "T" : "F";
}
