using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Structures;

/// <summary>Input files: shipped ones beside the sources, and a data folder that may lie beside the checkout.</summary>
internal static class Samples
{
    public static readonly string Root = FindRoot();

    public static AverageStructure Li3TiCl6 => Cif.ReadFile(Path.Combine(Root, "config", "structures", "Li3TiCl6.cif"));

    /// <summary>A file of the optional data folder; the test is skipped when the folder is absent.</summary>
    public static string Data(params string[] parts)
    {
        string path = Path.Combine([Root, "..", "shared", "data", .. parts]);
        Skip.IfNot(File.Exists(path) || Directory.Exists(path), $"{path} is absent: optional test data are not beside this checkout.");
        return path;
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Campaign.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Campaign.sln was not found above the tests.");
    }
}
