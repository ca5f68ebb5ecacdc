using System.Globalization;
using Campaign.Files;

namespace Campaign.Actors.Jobs;

/// <summary>What the attempts of one computation left to go on from: a directory per attempt, there whole or not at all.</summary>
/// <param name="root">The checkpoint directory of that computation.</param>
internal sealed class Segments(string root)
{
    /// <summary>Those of attempts before this one, oldest first.</summary>
    public IReadOnlyList<string> Before(int attempt) => [.. Enumerable.Range(1, attempt - 1).Where(Has).Select(Of)];

    public bool Has(int attempt) => Directory.Exists(Of(attempt));

    /// <param name="files">Paths by name.</param>
    /// <param name="isWhole">Asked of the copies before they count.</param>
    /// <returns>False when they are not whole; then nothing is kept.</returns>
    public bool Keep(int attempt, IReadOnlyDictionary<string, string> files, Func<string, bool> isWhole)
    {
        string half = Of(attempt) + ".tmp";
        if (Directory.Exists(half)) // a process died over it
            Directory.Delete(half, recursive: true);
        AtomicFile.CreateDirectory(half);
        foreach ((string name, string path) in files)
        {
            string copy = Path.Combine(half, name);
            AtomicFile.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
            using var written = new FileStream(copy, FileMode.Open, FileAccess.Write);
            written.Flush(flushToDisk: true);
        }
        if (!isWhole(half))
        {
            Directory.Delete(half, recursive: true);
            return false;
        }
        AtomicFile.RenameDirectory(half, Of(attempt));
        return true;
    }

    private string Of(int attempt) => Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"a{attempt}"));
}
