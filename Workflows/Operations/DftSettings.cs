namespace Campaign.Workflows.Operations;

/// <summary>
/// The electronic-structure settings of a level of theory, part of the parameters of every task that computes at it.
/// Absent for analytic models, whose definition is the potential file among the inputs.
/// </summary>
/// <param name="Functional">PBE, PW91, PBEsol, ...</param>
/// <param name="EncutEv">Plane-wave cutoff in eV.</param>
/// <param name="Spin">Spin-polarised.</param>
/// <param name="InitialMoments">Initial magnetic moment per species in µB.</param>
/// <param name="Hubbard">Effective U-J per species (Dudarev).</param>
/// <param name="Potcars">PAW data set per species, e.g. Li -> Li_sv.</param>
/// <param name="EdiffEv">Electronic convergence in eV.</param>
/// <param name="Smearing">gaussian, fermi, methfessel-paxton or tetrahedron.</param>
/// <param name="SigmaEv">Smearing width in eV.</param>
/// <param name="KMesh">Monkhorst-Pack divisions.</param>
/// <param name="GammaCentred">Gamma-centred mesh.</param>
/// <param name="Dispersion">none, d3, d3bj.</param>
/// <param name="FixedMoment">The total moment is held at the sum of the initial ones.</param>
/// <param name="Incar">Further settings of the engine's own input, e.g. <c>ALGO = All</c>: the user's, and those of corrections.</param>
public sealed record DftSettings(
    string Functional,
    double EncutEv,
    bool Spin,
    IReadOnlyDictionary<string, double> InitialMoments,
    IReadOnlyDictionary<string, HubbardTerm> Hubbard,
    IReadOnlyDictionary<string, string> Potcars,
    double EdiffEv,
    string Smearing,
    double SigmaEv,
    IReadOnlyList<int> KMesh,
    bool GammaCentred,
    string Dispersion,
    bool FixedMoment,
    IReadOnlyList<string> Incar);

/// <param name="L">Orbital: s, p, d or f.</param>
/// <param name="UMinusJEv">Effective U-J in eV (Dudarev's scheme uses only the difference).</param>
public sealed record HubbardTerm(string L, double UMinusJEv);
