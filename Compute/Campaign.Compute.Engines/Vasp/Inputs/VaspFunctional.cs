namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>A density functional, as VASP and its potentials call it.</summary>
/// <param name="Tag">GGA or METAGGA.</param>
/// <param name="Value">Of that tag.</param>
/// <param name="Lexch">LEXCH of the potentials that go with it.</param>
/// <param name="HasDispersion">VASP has D3 parameters for it.</param>
internal sealed record VaspFunctional(string Name, string Tag, string Value, string Lexch, bool HasDispersion)
{
    private static readonly VaspFunctional[] All =
    [
        new("PBE", "GGA", "PE", "PE", true),
        new("PBEsol", "GGA", "PS", "PE", true), // there are no potentials made with PBEsol
        new("PW91", "GGA", "91", "91", false),
        new("LDA", "GGA", "CA", "CA", false),
        new("SCAN", "METAGGA", "SCAN", "PE", false),
        new("r2SCAN", "METAGGA", "R2SCAN", "PE", false),
    ];

    public bool IsMeta => Tag == "METAGGA";

    /// <summary>The name of what a tag, or LEXCH of a potential, stands for; that itself where it is not known here.</summary>
    public static string NameOf(string value) => Array.Find(All, f => f.Value.Equals(value, StringComparison.OrdinalIgnoreCase))?.Name ?? value;

    /// <exception cref="InvalidDataException">Not one of those known here.</exception>
    public static VaspFunctional Of(string name) => Array.Find(All, f => f.Name == name)
        ?? throw new InvalidDataException($"The functional '{name}' is not known for VASP. Write one of {string.Join(", ", All.Select(f => f.Name))}.");
}
