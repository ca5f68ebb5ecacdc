using Campaign.Compute.Engines.Vasp.Inputs;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

/// <summary>Every line that VASP is given for the seed study. What changes here changes results, and needs a reason.</summary>
public sealed class GoldenIncarTests
{
    [Fact]
    public void Relaxation_without_Hubbard_terms() => Is(
        """
        GGA = PE
        ENCUT = 450
        PREC = Accurate
        EDIFF = 1E-06
        ALGO = Normal
        NELM = 200
        NELMIN = 4
        LREAL = Auto
        ISMEAR = 0
        SIGMA = 0.05
        LASPH = .TRUE.
        ISPIN = 2
        MAGMOM = 48*0 16*1 96*0
        LORBIT = 11
        LMAXMIX = 4
        LWAVE = .FALSE.
        LCHARG = .FALSE.
        IBRION = 2
        ISIF = 3
        NSW = 200
        EDIFFG = -0.01
        NCORE = 8

        """, 0, new VaspCalculation.Relaxation(0.01, Cell: true, 200));

    [Fact]
    public void Relaxation_with_Hubbard_terms() => Is(
        """
        GGA = PE
        ENCUT = 450
        PREC = Accurate
        EDIFF = 1E-06
        ALGO = Normal
        NELM = 200
        NELMIN = 4
        LREAL = Auto
        ISMEAR = 0
        SIGMA = 0.05
        LASPH = .TRUE.
        ISPIN = 2
        MAGMOM = 48*0 16*1 96*0
        LORBIT = 11
        LDAU = .TRUE.
        LDAUTYPE = 2
        LDAUL = -1 2 -1
        LDAUU = 0 4 0
        LDAUJ = 0 0 0
        LDAUPRINT = 1
        LMAXMIX = 4
        LWAVE = .FALSE.
        LCHARG = .FALSE.
        IBRION = 2
        ISIF = 3
        NSW = 200
        EDIFFG = -0.01
        NCORE = 8

        """, 4, new VaspCalculation.Relaxation(0.01, Cell: true, 200));

    [Fact]
    public void Dynamics_with_a_Nose_thermostat() => Is(
        """
        GGA = PE
        ENCUT = 450
        PREC = Normal
        EDIFF = 1E-06
        ALGO = Normal
        NELM = 200
        NELMIN = 4
        LREAL = Auto
        ISMEAR = 0
        SIGMA = 0.05
        LASPH = .TRUE.
        ISPIN = 2
        MAGMOM = 48*0 16*1 96*0
        LORBIT = 11
        LDAU = .TRUE.
        LDAUTYPE = 2
        LDAUL = -1 2 -1
        LDAUU = 0 4 0
        LDAUJ = 0 0 0
        LDAUPRINT = 1
        LMAXMIX = 4
        LWAVE = .FALSE.
        LCHARG = .FALSE.
        IBRION = 0
        ISIF = 2
        NSW = 5000
        POTIM = 1
        TEBEG = 600
        TEEND = 600
        MDALGO = 2
        SMASS = 0
        RANDOM_SEED = 17 0 0
        ISYM = 0
        NBLOCK = 1
        NCORE = 8

        """, 4, new VaspCalculation.Dynamics(600, 1, 5000, VaspThermostat.Nose, 10, 17));

    [Fact]
    public void Dynamics_with_a_Langevin_thermostat() => Is(
        """
        GGA = PE
        ENCUT = 450
        PREC = Normal
        EDIFF = 1E-06
        ALGO = Normal
        NELM = 200
        NELMIN = 4
        LREAL = Auto
        ISMEAR = 0
        SIGMA = 0.05
        LASPH = .TRUE.
        ISPIN = 2
        MAGMOM = 48*0 16*1 96*0
        LORBIT = 11
        LMAXMIX = 4
        LWAVE = .FALSE.
        LCHARG = .FALSE.
        IBRION = 0
        ISIF = 2
        NSW = 5000
        POTIM = 0.5
        TEBEG = 873.15
        TEEND = 873.15
        MDALGO = 3
        LANGEVIN_GAMMA = 10 10 10
        RANDOM_SEED = 109551615 382304 20496
        ISYM = 0
        NBLOCK = 1
        NCORE = 8

        """, 0, new VaspCalculation.Dynamics(873.15, 0.5, 5000, VaspThermostat.Langevin, 10, -1));

    [Fact]
    public void Single_point() => Is(
        """
        GGA = PE
        ENCUT = 450
        PREC = Accurate
        EDIFF = 1E-06
        ALGO = Normal
        NELM = 200
        LREAL = .FALSE.
        ISMEAR = 0
        SIGMA = 0.05
        LASPH = .TRUE.
        ISPIN = 2
        MAGMOM = 48*0 16*1 96*0
        LORBIT = 11
        LDAU = .TRUE.
        LDAUTYPE = 2
        LDAUL = -1 2 -1
        LDAUU = 0 4 0
        LDAUJ = 0 0 0
        LDAUPRINT = 1
        LMAXMIX = 4
        LWAVE = .FALSE.
        LCHARG = .FALSE.
        IBRION = -1
        ISIF = 2
        NSW = 0
        ISYM = 0
        NCORE = 8

        """, 4, new VaspCalculation.SinglePoint());

    [Fact]
    public void Band_with_the_VTST_tools() => Is(
        """
        GGA = PE
        ENCUT = 450
        PREC = Accurate
        EDIFF = 1E-06
        ALGO = Normal
        NELM = 200
        NELMIN = 4
        LREAL = Auto
        ISMEAR = 0
        SIGMA = 0.05
        LASPH = .TRUE.
        ISPIN = 2
        MAGMOM = 48*0 16*1 96*0
        LORBIT = 11
        LDAU = .TRUE.
        LDAUTYPE = 2
        LDAUL = -1 2 -1
        LDAUU = 0 4 0
        LDAUJ = 0 0 0
        LDAUPRINT = 1
        LMAXMIX = 4
        LWAVE = .FALSE.
        LCHARG = .FALSE.
        IMAGES = 4
        SPRING = -5
        ICHAIN = 0
        LCLIMB = .TRUE.
        IOPT = 1
        IBRION = 3
        POTIM = 0
        ISIF = 2
        NSW = 200
        EDIFFG = -0.03
        ISYM = 0
        NCORE = 4

        """, 4, new VaspCalculation.Band(4, 5, 0.03, 200, Vtst: true));

    [Fact]
    public void Band_of_plain_VASP_has_no_tag_of_the_tools()
    {
        Incar incar = SeedStudy.Incar(SeedStudy.Level(4), new VaspCalculation.Band(4, 5, 0.03, 200, Vtst: false));
        Assert.Equal(("4", "-5", "3", "0.1", "-0.03"), (incar["IMAGES"], incar["SPRING"], incar["IBRION"], incar["POTIM"], incar["EDIFFG"]));
        Assert.All((string[])["ICHAIN", "LCLIMB", "IOPT"], tag => Assert.Null(incar[tag]));
    }

    private static void Is(string expected, double uMinusJEv, VaspCalculation calculation) =>
        Assert.Equal(expected, SeedStudy.Incar(SeedStudy.Level(uMinusJEv), calculation).ToString());
}
