using Campaign.Compute.Formats;

namespace Campaign.StandInDp;

/// <summary>The systems an input names.</summary>
internal static class Systems
{
    /// <exception cref="DpStop">One is not there, is damaged, or has an element that the model does not know.</exception>
    public static DeepMdSystem[] Read(IEnumerable<string> folders, IReadOnlyList<string> typeMap) => [.. folders.Select(folder =>
    {
        DeepMdSystem system = Read(folder);
        string[] unknown = [.. system.TypeMap.Except(typeMap)];
        return unknown.Length == 0 ? system : throw new DpStop($"ValueError: Elements {string.Join(", ", unknown)} are not present in the provided `type_map`.");
    })];

    public static DeepMdSystem Read(string folder)
    {
        if (!DeepMdSystem.IsSystem(folder))
            throw new DpStop($"FileNotFoundError: [Errno 2] No such file or directory: '{folder}/type.raw'");
        try
        {
            return DeepMdSystem.Read(folder);
        }
        catch (StructureFormatException e)
        {
            throw new DpStop($"ValueError: cannot reshape array of size: {e.Message}");
        }
    }

    /// <summary>All systems below a folder.</summary>
    public static IEnumerable<string> Below(string folder)
    {
        string[] found = [.. Directory.EnumerateFiles(folder, "type.raw", SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!).Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found : throw new DpStop("RuntimeError: Did not find valid system");
    }
}
