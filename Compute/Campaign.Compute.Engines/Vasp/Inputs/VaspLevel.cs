namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>What a level of theory is to VASP. What differs between calculations at one level is in <see cref="VaspCalculation"/>.</summary>
/// <param name="Functional">PBE, PBEsol, PW91, LDA, SCAN or r2SCAN.</param>
/// <param name="EncutEv">Plane-wave cutoff, eV.</param>
/// <param name="InitialMoments">Bohr magnetons per atom of a species; a species that is not named begins at 0, unless none is named.</param>
/// <param name="Hubbard">By species.</param>
/// <param name="Potcars">Name of the PAW data set of an element; absent: the element itself.</param>
/// <param name="EdiffEv">Electronic convergence of the whole cell, eV.</param>
/// <param name="Smearing">gaussian, fermi, methfessel-paxton or tetrahedron.</param>
/// <param name="SigmaEv">Width of the smearing, eV.</param>
/// <param name="KMesh">Three divisions.</param>
/// <param name="Dispersion">none, d3 or d3bj.</param>
/// <param name="FixedMoment">The total moment stays the sum of the initial moments.</param>
/// <param name="Extra">Further lines <c>TAG = value</c>; they win over what follows from the rest, and the last of a tag over those before.</param>
public sealed record VaspLevel(
    string Functional,
    double EncutEv,
    bool Spin,
    IReadOnlyDictionary<string, double> InitialMoments,
    IReadOnlyDictionary<string, HubbardU> Hubbard,
    IReadOnlyDictionary<string, string> Potcars,
    double EdiffEv,
    string Smearing,
    double SigmaEv,
    IReadOnlyList<int> KMesh,
    bool GammaCentred,
    string Dispersion,
    bool FixedMoment,
    IReadOnlyList<string> Extra)
{
    /// <summary>Name of the PAW data set of an element.</summary>
    public string PotcarOf(string element) => Potcars.TryGetValue(element, out string? set) ? set : element;
}

/// <summary>A Hubbard term in Dudarev's scheme, which knows only the difference of U and J.</summary>
/// <param name="L">s, p, d or f.</param>
/// <param name="UMinusJEv">eV.</param>
public sealed record HubbardU(string L, double UMinusJEv);
