using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Campaign.Compute.Engines.Vasp.Reading;

namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>
/// The level of theory that an output says it was computed at. Energies of two levels cannot be compared, and labels of two make no data
/// set. Null where the output does not say.
/// </summary>
public sealed record LevelOfTheory
{
    public required int? VaspMajor { get; init; }

    /// <summary>As campaign files call it, e.g. PBE; VASP's own word where they have none.</summary>
    public required string? Functional { get; init; }

    public required double? EncutEv { get; init; }

    /// <summary>PREC in small letters.</summary>
    public required string? Precision { get; init; }

    /// <summary>LREAL is anything but false.</summary>
    public required bool? RealSpaceProjectors { get; init; }

    /// <summary>LASPH.</summary>
    public required bool? Aspherical { get; init; }

    /// <summary>IVDW; 0: none.</summary>
    public required int Dispersion { get; init; }

    public required bool? Spin { get; init; }

    /// <summary>NUPDOWN, Bohr magnetons per atom, so that cells of different size can be compared; null: free.</summary>
    public required double? FixedMomentPerAtom { get; init; }

    public required int? Ismear { get; init; }

    public required double? SigmaEv { get; init; }

    /// <summary>TITEL by element.</summary>
    public required IReadOnlyDictionary<string, string> Potcars { get; init; }

    /// <summary>By element; none where there is no U.</summary>
    public required IReadOnlyDictionary<string, HubbardTerms> Hubbard { get; init; }

    /// <summary>Distances of the k-points along the reciprocal vectors, 1/Å with the factor 2π.</summary>
    public required IReadOnlyList<double> KSpacingPerA { get; init; }

    /// <param name="kSpacingPerA">Three numbers; see <see cref="Kpoints.SpacingPerA"/>. None: not known.</param>
    public static LevelOfTheory Of(VaspHeader header, IReadOnlyList<double> kSpacingPerA)
    {
        double? nupdown = header.Number("NUPDOWN");
        return new LevelOfTheory
        {
            VaspMajor = header.Major,
            Functional = HeaderLevel.Functional(header),
            EncutEv = header.Number("ENCUT"),
            Precision = HeaderLevel.Precision(header),
            RealSpaceProjectors = HeaderLevel.RealSpace(header),
            Aspherical = header.Flag("LASPH"),
            Dispersion = header.Integer("IVDW") ?? 0,
            Spin = header.Integer("ISPIN") is { } spin ? spin == 2 : null,
            FixedMomentPerAtom = nupdown >= 0 && header.Atoms > 0 ? nupdown / header.Atoms : null,
            Ismear = header.Integer("ISMEAR"),
            SigmaEv = header.Number("SIGMA"),
            Potcars = HeaderLevel.Potcars(header),
            Hubbard = HeaderLevel.Hubbard(header),
            KSpacingPerA = [.. kSpacingPerA],
        };
    }

    /// <summary>A sentence on each thing that differs, with both values. None: one level. Elements that only one has do not differ.</summary>
    public IReadOnlyList<string> Differences(LevelOfTheory other) => LevelDifferences.Between(this, other);

    public string ToJson() => JsonSerializer.Serialize(this, LevelJson.Default.LevelOfTheory);

    /// <summary>Null when the text is no whole level of theory.</summary>
    public static LevelOfTheory? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, LevelJson.Default.LevelOfTheory);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Hubbard terms of an element. In Dudarev's scheme, which knows only U-J, that is U, and J is 0.</summary>
/// <param name="Scheme">LDAUTYPE; 2 is Dudarev's.</param>
/// <param name="L">0 for s, 1 for p, 2 for d, 3 for f.</param>
public sealed record HubbardTerms(int Scheme, int L, double UEv, double JEv)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Scheme == 2 ? $"U-J = {UEv} eV" : $"U = {UEv} eV, J = {JEv} eV (LDAUTYPE = {Scheme})")} on {(L is >= 0 and < 4 ? "spdf"[L] : '?')}");
}

[JsonSerializable(typeof(LevelOfTheory))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
internal sealed partial class LevelJson : JsonSerializerContext;
