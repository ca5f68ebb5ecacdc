using Campaign.Compute.Tests.Structures;

namespace Campaign.Compute.Tests.Engines.Vasp;

/// <summary>The collection of real VASP files, which lies beside the checkout.</summary>
internal static class VaspSamples
{
    public static string Folder { get; } = Path.Combine(Samples.Root, "..", "shared", "data", "vasp");

    public static string PathOf(string file) => Path.Combine(Folder, file);
}
