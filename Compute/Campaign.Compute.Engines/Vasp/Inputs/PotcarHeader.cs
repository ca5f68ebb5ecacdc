using System.Globalization;
using Campaign.Compute.Engines.Vasp.Reading;

namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>What may be kept of a potential: enough to tell it from every other, and nothing to compute with.</summary>
/// <param name="Title">TITEL, e.g. <c>PAW_PBE Ti_pv 07Sep2000</c>.</param>
/// <param name="Lexch">The functional it was made with: PE, 91, CA, ...</param>
/// <param name="EnmaxEv">The cutoff it needs, eV.</param>
/// <param name="Zval">Valence electrons.</param>
/// <param name="Sha256">Of its lines, each with its line break, in small hexadecimal digits.</param>
public sealed record PotcarHeader(string Title, string Element, string Lexch, double EnmaxEv, double Zval, string Sha256)
{
    /// <summary>Name of the data set, e.g. <c>Ti_pv</c>.</summary>
    public string Set => Title.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, { } set, ..] ? set : Title;

    /// <summary>The headers of a POTCAR with one block or several.</summary>
    /// <exception cref="InvalidDataException">It is no POTCAR, or cut off.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static IReadOnlyList<PotcarHeader> ReadAll(Stream stream) => PotcarReader.ReadAll(stream);

    /// <summary>The headers that <c>potcar.sh</c> printed.</summary>
    /// <exception cref="InvalidDataException">A line that it does not print.</exception>
    public static IReadOnlyList<PotcarHeader> ReadLines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, i) => line.Split('\t') is [var title, var vrhfin, var lexch, var enmax, var zval, { Length: 64 } sha]
            ? Of(title, vrhfin, lexch, enmax, zval, sha)
            : throw new InvalidDataException($"Line {i + 1} of {PotcarStep.Headers} has not the six fields of a potential. The job could not make its POTCAR; see its log."))];

    /// <exception cref="InvalidDataException">A field is missing, or no number where it should be.</exception>
    internal static PotcarHeader Of(string? title, string? vrhfin, string? lexch, string? enmax, string? zval, string sha256)
    {
        if (title is not { Length: > 0 } || vrhfin is not { Length: > 0 } || lexch is not { Length: > 0 } || Number(enmax) is not { } cutoff || Number(zval) is not { } electrons)
            throw new InvalidDataException($"This is no POTCAR: {(title is { Length: > 0 } ? $"'{title}' lacks VRHFIN, LEXCH, ENMAX or ZVAL" : "there is no TITEL")}. Take the file as VASP's makers give it.");
        return new PotcarHeader(title, ElementOf(vrhfin, title), lexch, cutoff, electrons, sha256);
    }

    /// <summary>Some potentials of Xe and Zr misspell themselves in VRHFIN (X, r); their title does not.</summary>
    private static string ElementOf(string vrhfin, string title)
    {
        string named = vrhfin.Split(':')[0].Trim();
        return Elements.IsElement(named) ? named : Elements.FromLabel(VaspHeader.ElementOf(title)) ?? named;
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) ? value : null;
}
