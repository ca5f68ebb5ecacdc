using System.Globalization;
using Campaign.Workflows.Specs.Reading;

namespace Campaign.Workflows.Specs;

/// <summary>What a site's file may say about an engine as it is installed there.</summary>
internal static class EngineOptions
{
    /// <summary>Programs of many processes, each of one thread.</summary>
    public static string UsualParallel(string engine) => engine is "vasp" or "cp2k" or "gpaw" or "lammps" ? "processes" : "threads";

    /// <param name="options">Receives what is written, values as text.</param>
    public static void Read(string engine, SpecSection s, IDictionary<string, string> options)
    {
        if (engine == "deepmd" && s.Has("backend"))
            options["backend"] = s.Word("backend", null, "pt", "tf");
        if (engine != "vasp")
            return;
        if (s.OptionalText("potcars") is { } potcars)
        {
            if (!potcars.StartsWith('/') || potcars.Any(char.IsControl))
                s.Problem("potcars", $"'{potcars}' is no absolute path.", "Write the directory there that holds POT_GGA_PAW_PBE_54 and its like, or leave it out and set PMG_VASP_PSP_DIR there.");
            options["potcars"] = potcars;
        }
        foreach (string count in new[] { "ncore", "kpar" })
            if (s.Has(count))
                options[count] = s.Integer(count, null, 1, 100_000).ToString(CultureInfo.InvariantCulture);
        foreach (string flag in new[] { "gpu", "vtst" })
            if (s.Flag(flag, false))
                options[flag] = "true";
    }
}
