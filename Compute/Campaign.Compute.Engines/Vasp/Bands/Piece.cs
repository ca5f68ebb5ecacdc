using System.Globalization;
using Campaign.Compute.Paths;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Bands;

/// <summary>One thing VASP is asked for on the way to barriers: an end point, or the band between two of them.</summary>
/// <param name="Number">Counted from 0 in the order in which they are asked for, which is the same every time.</param>
/// <param name="Runs">Directories of the runs that worked at it so far, oldest first.</param>
internal abstract record Piece(int Number, IReadOnlyList<string> Runs)
{
    /// <summary>The file in a run's directory that says which piece it worked at.</summary>
    public const string FileName = "piece";

    /// <summary>Relaxation of the ions, in a directory of its own.</summary>
    public sealed record Relaxation(int Number, IReadOnlyList<string> Runs, Structure Start) : Piece(Number, Runs);

    /// <summary>A band.</summary>
    /// <param name="Points">The first guess, ends included, three coordinates per atom in the order of <paramref name="Atoms"/>.</param>
    public sealed record Band(int Number, IReadOnlyList<string> Runs, Structure Atoms, double[][] Points) : Piece(Number, Runs);

    public string Mark => string.Create(CultureInfo.InvariantCulture, $"{Number}\n");

    /// <exception cref="InvalidDataException">The directory does not say.</exception>
    public static int NumberOf(string directory)
    {
        string path = Path.Combine(directory, FileName);
        return File.Exists(path) && int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new InvalidDataException($"{path} does not say at which end point or band the run worked.");
    }
}

/// <summary>The search needs something that VASP has not computed yet.</summary>
internal sealed class PieceWantedException(Piece piece) : Exception("VASP has to compute more first.")
{
    public Piece Piece { get; } = piece;
}
