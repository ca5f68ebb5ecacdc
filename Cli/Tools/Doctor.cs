using System.Text;

namespace Campaign.Cli.Tools;

/// <summary>The checks, as a function of the machine.</summary>
internal static class Doctor
{
    private static readonly string[] PotcarVariables = ["PMG_VASP_PSP_DIR"];

    /// <param name="directory">Where a campaign is to live; null for the current folder, which is then not essential.</param>
    public static IEnumerable<DoctorCheck> Examine(Machine m, string? directory = null)
    {
        yield return new DoctorCheck(".NET", true, m.RuntimeVersion, m.RuntimeDirectory, "everything", null, Required: true);
        yield return Libtorch(m);
        (int cores, long memory) = m.Hardware();
        yield return new DoctorCheck("cores", true, $"{cores}", null, "nothing: fewer cores are slower", null);
        yield return Amount("memory", memory, 2L << 30, null, "training and long trajectories: they need about 2 GiB", "Give the machine or the container more memory.", required: false);
        foreach (DoctorCheck check in Storage(m, directory))
            yield return check;
        yield return Program(m, "VASP", ["vasp_std", "vasp", "vasp_gam"], null, "levels of theory with engine 'vasp' on this machine (input files can still be planned and written)",
            "Put vasp_std of your licensed build on PATH, or name a site whose module provides it.");
        yield return Potcar(m);
        yield return Program(m, "CP2K", ["cp2k", "cp2k.psmp", "cp2k.popt", "cp2k.ssmp"], "--version", "levels of theory with engine 'cp2k' on this machine", "Install it (Debian: apt-get install cp2k).");
        yield return Program(m, "LAMMPS", ["lmp", "lmp_mpi", "lmp_serial"], "-help", "molecular dynamics with engine 'lammps' on this machine, and the oracle tests of the ionic model",
            "Install it (Debian: apt-get install lammps).");
        yield return Program(m, "dp", ["dp"], "--version", "training with engine 'deepmd' on this machine (engine 'builtin' trains without it)", "Install DeePMD-kit and put dp on PATH.");
        yield return Program(m, "SLURM", ["sbatch"], "--version", "sites with scheduler 'slurm' reached without SSH", "Install SLURM's client tools (Debian: apt-get install slurm-client), or use a site over SSH.");
        yield return Program(m, "PostgreSQL", ["postgres", "pg_ctl", "psql"], "--version", "journals in PostgreSQL served from this machine (the default, SQLite, needs nothing)", "Install it (Debian: apt-get install postgresql).");
        yield return Program(m, "Chromium", ["chromium", "chromium-browser", "google-chrome"], "--version", "the browser tests (the report needs no browser to be written)", "Install it (Debian: apt-get install chromium).");
    }

    public static string ToText(IReadOnlyList<DoctorCheck> checks)
    {
        var text = new StringBuilder();
        int width = checks.Max(c => c.Name.Length);
        foreach (DoctorCheck c in checks)
        {
            text.Append(c.Ok ? "ok       " : c.Required ? "MISSING  " : "absent   ").Append(c.Name.PadRight(width)).Append("  ");
            text.AppendLine(c.Ok ? string.Join("  ", new[] { c.Version, c.Path }.OfType<string>()) : "prevents " + c.Prevents);
            if (!c.Ok && c.Mend is not null)
                text.Append(' ', width + 11).AppendLine(c.Mend);
        }
        return text.ToString().TrimEnd();
    }

    private static IEnumerable<DoctorCheck> Storage(Machine m, string? directory)
    {
        string folder = Path.GetFullPath(directory ?? ".");
        while (!m.DirectoryExists(folder) && Path.GetDirectoryName(folder) is { } parent)
            folder = parent;
        if (!m.DirectoryExists(folder))
            yield break;
        yield return Amount("disk space", m.FreeBytes(folder), 1L << 30, folder, "campaigns there: trajectories and checkpoints need about 1 GiB ('campaign plan' estimates it)", "Free some space, or choose another folder with --dir.", directory is not null);
        string? problem = m.StorageProblem(folder);
        yield return new DoctorCheck(
            "file system", problem is null, problem is null ? "locks and SQLite's write-ahead log work" : null, folder, "campaigns in that folder",
            problem is null ? null : $"{problem.TrimEnd('.')}. Choose a folder on a local disk that you may write, with --dir.", Required: directory is not null);
    }

    private static DoctorCheck Amount(string name, long bytes, long enough, string? path, string prevents, string mend, bool required)
    {
        string amount = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB");
        return bytes >= enough
            ? new DoctorCheck(name, true, amount, path, prevents, null, required)
            : new DoctorCheck(name, false, amount, path, prevents, $"Only {amount}. {mend}", required);
    }

    private static DoctorCheck Libtorch(Machine m)
    {
        const string Prevents = "training, validation and molecular dynamics of Deep Potentials";
        LibtorchLoad load = m.LoadLibtorch();
        string version = load.Version is null ? "" : load.Version + (load.RequirementCured ? ", GLIBCXX_3.4.32 requirement marked weak for this system's libstdc++" : "");
        return load.Error is null
            ? new DoctorCheck("libtorch", true, version, load.Path, Prevents, null, Required: true)
            : new DoctorCheck("libtorch", false, null, load.Path, Prevents,
                $"{load.Error} On Debian 12 or newer with x86-64 the build provides it: rebuild from a clean checkout. Elsewhere install a libstdc++ of GCC 10 or newer.", Required: true);
    }

    private static DoctorCheck Potcar(Machine m)
    {
        const string Prevents = "VASP jobs: POTCAR files are licensed and never shipped";
        string? set = PotcarVariables.FirstOrDefault(v => !string.IsNullOrEmpty(m.Variable(v)));
        string? directory = set is null ? null : m.Variable(set);
        bool there = directory is not null && m.DirectoryExists(directory);
        return new DoctorCheck("POTCAR directory", there, there ? $"from {set}" : null, directory, Prevents,
            there ? null : set is null ? $"Set {PotcarVariables[0]} to the directory that holds Li_sv/POTCAR and the like." : $"{set} names a directory that does not exist.");
    }

    private static DoctorCheck Program(Machine m, string name, string[] executables, string? versionArgument, string prevents, string mend)
    {
        string? path = executables.Select(m.Find).FirstOrDefault(p => p is not null);
        return path is null
            ? new DoctorCheck(name, false, null, null, prevents, mend)
            : new DoctorCheck(name, true, versionArgument is null ? null : m.FirstLine(path, versionArgument), path, prevents, null);
    }
}
