using Campaign.Workflows.Operations;

namespace Campaign.Workflows.Corrections;

/// <summary>
/// What is known about mending VASP's failures: for each symptom a ladder, tried from the top, each rung with its own class. Going on from
/// CONTCAR is no rung: a run that left a whole one is gone on from in any case, unless what is computed has changed.
/// </summary>
/// <remarks>
/// Settings that belong to the level of theory (LREAL, PREC, ISMEAR) are physics, and so is the time step of dynamics: frames after such a
/// change are labels of something else. The step of a relaxation is numerics. Frames that are computed again to be compared with those of a
/// trajectory are never given other physics than it had. Where nobody but a person can choose, there is no rung.
/// </remarks>
public static class VaspCorrections
{
    /// <summary>Dynamics, bands and single points are computed without symmetry in any case.</summary>
    private static readonly string[] Relaxation = [OperationCatalogue.Relax];

    private static readonly string[] Static = [OperationCatalogue.Relax, OperationCatalogue.FindBarriers],
        Any = [OperationCatalogue.Relax, OperationCatalogue.Sample, OperationCatalogue.Relabel, OperationCatalogue.FindBarriers];

    /// <summary>Symmetry is no part of the result; switching it off costs time only.</summary>
    private static readonly string[] SymmetrySymptoms =
        ["inv_rot_mat", "rot_matrix", "pricel", "posmap", "pricelv", "rhosyg", "symprec_noise", "bravais", "ksymm", "point_group", "hnform", "ibzkpt", "mesh_symmetry", "kpoints_trans"];

    public static IReadOnlyList<CorrectionHandler> All { get; } =
    [
        .. Rungs("electronic", Any, (CorrectionClass.Numerics, ["ALGO = All"]), (CorrectionClass.Numerics, ["ALGO = Normal", "AMIX = 0.1", "BMIX = 0.01", "NELM = 400"])),
        .. Rungs("brmix", Any, (CorrectionClass.Numerics, ["IMIX = 1"]), (CorrectionClass.Numerics, ["ALGO = All"])),
        .. Rungs("edddav", Any, (CorrectionClass.Numerics, ["ALGO = All", "ISEARCH = 1"]), (CorrectionClass.Resources, ["NCORE = 1"])),
        .. Rungs("eddrmm", Any, (CorrectionClass.Numerics, ["ALGO = All"])),
        .. Rungs("zheev", Any, (CorrectionClass.Numerics, ["ALGO = Fast"]), (CorrectionClass.Numerics, ["ALGO = Exact"])),
        .. Rungs("eddiag", Any, (CorrectionClass.Numerics, ["ALGO = Fast"]), (CorrectionClass.Numerics, ["ALGO = Exact"])),
        .. Rungs("pssyevx", Any, (CorrectionClass.Numerics, ["ALGO = All"])),
        .. Rungs("pdsyevx", Any, (CorrectionClass.Numerics, ["ALGO = All"])),
        .. Rungs("grad_not_orth", Any, (CorrectionClass.Numerics, ["ALGO = Fast"])),
        .. Rungs("zpotrf", Relaxation, (CorrectionClass.Numerics, ["ISYM = 0"])),
        .. Rungs("zpotrf", Static, (CorrectionClass.Numerics, ["POTIM = 0.25"])),
        .. HalveTimeStep("zpotrf"), .. HalveTimeStep("eddrmm"), .. HalveTimeStep("energy_jump"),
        .. Rungs("zbrent", Static, (CorrectionClass.Numerics, ["EDIFF = 1E-7", "NELMIN = 8"]), (CorrectionClass.Numerics, ["IBRION = 1"])),
        .. Rungs("brions", Static, (CorrectionClass.Numerics, ["POTIM = 0.6"]), (CorrectionClass.Numerics, ["IBRION = 2", "POTIM = 0.5"])),
        .. Rungs("fexcf", Static, (CorrectionClass.Numerics, ["POTIM = 0.1"]), (CorrectionClass.Numerics, ["IBRION = 2", "POTIM = 0.1"])),
        .. HalveTimeStep("fexcf"),
        .. Rungs("subspacematrix", Any, (CorrectionClass.Numerics, ["ALGO = All"]), (CorrectionClass.Physics, ["LREAL = .FALSE."]), (CorrectionClass.Physics, ["PREC = Accurate"])),
        .. Rungs("real_optlay", Any, (CorrectionClass.Physics, ["LREAL = .FALSE."])),
        .. Rungs("rspher", Any, (CorrectionClass.Physics, ["LREAL = .FALSE."])),
        .. Rungs("psmaxn", Any, (CorrectionClass.Physics, ["LREAL = .FALSE."])),
        .. Rungs("nicht_konv", Any, (CorrectionClass.Physics, ["LREAL = .FALSE."])),
        .. Rungs("tet", Any, (CorrectionClass.Physics, ["ISMEAR = 0", "SIGMA = 0.05"])),
        .. Rungs("dentet", Any, (CorrectionClass.Physics, ["ISMEAR = 0", "SIGMA = 0.05"])),
        .. Rungs("algo_tet", Any, (CorrectionClass.Numerics, ["ALGO = Fast"]), (CorrectionClass.Physics, ["ISMEAR = 0", "SIGMA = 0.05"])),
        .. Rungs("amin", Any, (CorrectionClass.Numerics, ["AMIN = 0.01"])),
        .. Rungs("coef", Any, (CorrectionClass.Continuation, ["ISTART = 0"])),
        .. Rungs("lrf_commutator", Any, (CorrectionClass.Numerics, ["LPEAD = .TRUE."])),
        .. Rungs("dfpt_ncore", Any, (CorrectionClass.Resources, ["NCORE = 1"])),
        .. Rungs("elf_kpar", Any, (CorrectionClass.Resources, ["KPAR = 1"])),
        .. SymmetrySymptoms.SelectMany(s => Rungs(s, Relaxation, (CorrectionClass.Numerics, ["ISYM = 0"]))),
        new CorrectionHandler<RelaxParameters>("vasp.double-steps", "vasp.ionic", CorrectionClass.Continuation, p => p with { MaxSteps = p.MaxSteps * 2 }),
    ];

    private static IEnumerable<CorrectionHandler> Rungs(string symptom, string[] operations, params (CorrectionClass Class, string[] Settings)[] ladder) =>
        from rung in ladder
        from operation in operations
        where operation != OperationCatalogue.Relabel || rung.Class != CorrectionClass.Physics
        select (CorrectionHandler)(operation switch
        {
            OperationCatalogue.Relax => Rung<RelaxParameters>(symptom, rung, p => p.Dft, (p, dft) => p with { Dft = dft }),
            OperationCatalogue.Sample => Rung<SampleParameters>(symptom, rung, p => p.Dft, (p, dft) => p with { Dft = dft }),
            OperationCatalogue.Relabel => Rung<RelabelParameters>(symptom, rung, p => p.Dft, (p, dft) => p with { Dft = dft }),
            _ => Rung<FindBarriersParameters>(symptom, rung, p => p.Dft, (p, dft) => p with { Dft = dft }),
        });

    private static CorrectionHandler<T> Rung<T>(string symptom, (CorrectionClass Class, string[] Settings) rung, Func<T, DftSettings?> dft, Func<T, DftSettings, T> with)
        where T : IOperationParameters =>
        new($"vasp.{symptom}: {string.Join(", ", rung.Settings)}", $"vasp.{symptom}", rung.Class,
            p => dft(p) is { } settings ? with(p, settings with { Incar = Set(settings.Incar, rung.Settings) }) : p) { Once = true };

    /// <summary>The lines with these settings in place of others of the same tags.</summary>
    private static IReadOnlyList<string> Set(IReadOnlyList<string> lines, string[] settings) =>
        settings.All(lines.Contains) ? lines : [.. lines.Where(l => !settings.Any(s => TagOf(s) == TagOf(l))), .. settings];

    private static string TagOf(string line) => line.Split('=')[0].Trim().ToUpperInvariant();

    /// <summary>The same simulated time and the same instants, by steps half as long.</summary>
    private static IEnumerable<CorrectionHandler> HalveTimeStep(string symptom) =>
    [
        new CorrectionHandler<SampleParameters>($"vasp.{symptom}: halve-time-step", $"vasp.{symptom}", CorrectionClass.Physics, p => p with
        {
            TimeStepFs = p.TimeStepFs / 2,
            EquilibrationSteps = p.EquilibrationSteps * 2,
            Steps = p.Steps * 2,
            FrameStride = p.FrameStride * 2,
        }),
    ];
}
