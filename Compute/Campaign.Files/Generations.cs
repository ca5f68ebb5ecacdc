using System.Globalization;

namespace Campaign.Files;

/// <summary>
/// The two newest states of some long work, in <c>directory/NAME-000000001234.ckpt</c>. A damaged one is set aside, said so, and the one
/// before it counts.
/// </summary>
/// <param name="directory">Belongs to this work alone; it exists.</param>
/// <param name="name">Letters of the file name before the number.</param>
/// <param name="notice">Told in words of every state that could not be used.</param>
public sealed class Generations(string directory, string name, Action<string> notice)
{
    private const int Kept = 2;
    private const string Suffix = ".ckpt";

    /// <summary>Keeps a state, and forgets all but the one before it.</summary>
    /// <param name="number">How far the work is; grows.</param>
    /// <param name="save">Writes the file of this name whole.</param>
    public void Keep(long number, Action<string> save)
    {
        save(PathOf(number));
        foreach (string old in NewestFirst().Skip(Kept).ToArray())
            File.Delete(old);
    }

    /// <summary>The newest state that is whole; null when there is none.</summary>
    /// <param name="load">Reads a file; throws <see cref="InvalidDataException"/> when it is damaged.</param>
    public T? Newest<T>(Func<string, T> load)
        where T : class
    {
        string? passedOver = null;
        foreach (string path in NewestFirst().ToArray())
        {
            try
            {
                T state = load(path);
                if (passedOver is not null)
                    notice($"{passedOver} Work goes on from the checkpoint before it, {Path.GetFileName(path)}; the result is the same.");
                return state;
            }
            catch (InvalidDataException e)
            {
                passedOver = passedOver is null ? e.Message : $"{passedOver} {e.Message}";
                AtomicFile.Rename(path, path + ".damaged");
            }
        }
        if (passedOver is not null)
            notice($"{passedOver} No checkpoint before it is left: the work starts anew; the result is the same.");
        return null;
    }

    private IEnumerable<string> NewestFirst() => Directory.EnumerateFiles(directory, $"{name}-*{Suffix}").OrderDescending(StringComparer.Ordinal);

    private string PathOf(long number) => Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{name}-{number:d12}{Suffix}"));
}
