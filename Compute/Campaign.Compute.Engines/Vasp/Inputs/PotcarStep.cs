using System.Globalization;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;

namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>
/// Makes the POTCAR of a run in its own job: potentials lie on the site, under a licence, and never leave it. What the step prints, the
/// headers, becomes <see cref="Headers"/>.
/// </summary>
/// <param name="Step">Before VASP starts.</param>
/// <param name="Script">To be put in the run directory as <see cref="ScriptName"/>.</param>
public sealed record PotcarStep(JobStep Step, RunInput Script)
{
    public const string ScriptName = "potcar.sh";

    /// <summary>Read by <see cref="PotcarHeader.ReadLines"/>.</summary>
    public const string Headers = "POTCAR.headers";

    private static readonly string Text = ScriptTemplate.Fill(ScriptName, new Dictionary<string, string>());

    /// <param name="directory">Of the potentials, on the site; null or empty: what <c>PMG_VASP_PSP_DIR</c> says there.</param>
    /// <param name="blocks">Species and number of atoms of each block of the POSCAR, in its order.</param>
    /// <param name="extraElectrons">More than make the cell neutral; not 0: NELECT is appended to INCAR.</param>
    /// <exception cref="InvalidDataException">The functional has no folder, or the name of a data set could not be one.</exception>
    public static PotcarStep Of(string? directory, VaspLevel level, IReadOnlyList<(string Species, int Count)> blocks, double extraElectrons = 0)
    {
        string folders = string.Join(' ', PotcarFolders.Of(level.Functional));
        string sets = string.Join(' ', blocks.Select(b => PotcarSet.Check(level.PotcarOf(b.Species))));
        string elements = string.Join(' ', blocks.Select(b => b.Species)), lexch = VaspFunctional.Of(level.Functional).Lexch;
        string[] charge = extraElectrons == 0 ? [] : [Plain(extraElectrons), string.Join(' ', blocks.Select(b => IncarText.Of(b.Count)))];
        return new PotcarStep(new JobStep(["bash", ScriptName, directory ?? "", folders, sets, elements, lexch, .. charge], Headers), RunInput.Text(Text));
    }

    /// <summary>Without an exponent, which shells do not read.</summary>
    private static string Plain(double electrons) => double.IsFinite(electrons)
        ? electrons.ToString("0.##########", CultureInfo.InvariantCulture)
        : throw new InvalidDataException("The number of further electrons is no finite number. Check the charge of the cell.");
}
