namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>
/// Where potentials lie below the directory that <c>PMG_VASP_PSP_DIR</c> names: folders as pymatgen calls them, and as they are unpacked.
/// All elements of a level come from one folder, since releases differ in cutoff and core.
/// </summary>
public static class PotcarFolders
{
    private static readonly string[] Pbe =
    [
        "POT_PAW_PBE_64", "potpaw_PBE.64",
        "POT_GGA_PAW_PBE_54", "POTPAW_PBE_54", "potpaw_PBE.54",
        "POT_GGA_PAW_PBE_52", "POTPAW_PBE_52", "potpaw_PBE.52",
    ];

    /// <summary>Without what meta-GGAs need, the kinetic energy density of the core.</summary>
    private static readonly string[] OldPbe = ["POT_GGA_PAW_PBE", "potpaw_PBE"];

    private static readonly string[] Lda =
    [
        "POT_LDA_PAW_64", "potpaw_LDA.64", "POT_LDA_PAW_54", "POTPAW_LDA_54", "potpaw_LDA.54", "POT_LDA_PAW_52", "POTPAW_LDA_52", "potpaw_LDA.52", "POT_LDA_PAW", "potpaw",
    ];

    private static readonly string[] Pw91 = ["POT_GGA_PAW_PW91", "potpaw_GGA"];

    /// <summary>The directory may be a release itself.</summary>
    private const string Itself = ".";

    /// <summary>Folders with potentials of a functional, the newest release first.</summary>
    /// <exception cref="InvalidDataException">The functional is not known.</exception>
    public static IReadOnlyList<string> Of(string functional)
    {
        VaspFunctional f = VaspFunctional.Of(functional);
        return f.Lexch switch
        {
            "91" => [.. Pw91, Itself],
            "CA" => [.. Lda, Itself],
            _ => f.IsMeta ? [.. Pbe, Itself] : [.. Pbe, .. OldPbe, Itself],
        };
    }

    /// <summary>Paths of a data set below the directory, in the order in which they are tried.</summary>
    /// <exception cref="InvalidDataException">The functional is not known, or the name could not be one of a data set.</exception>
    public static IReadOnlyList<string> Candidates(string functional, string set)
    {
        PotcarSet.Check(set);
        return [.. Of(functional).SelectMany(f => (string[])[$"{f}/POTCAR.{set}", $"{f}/POTCAR.{set}.gz", $"{f}/{set}/POTCAR", $"{f}/{set}/POTCAR.gz"])];
    }
}
