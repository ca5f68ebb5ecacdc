using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Relaxing;

/// <summary>A relaxation by VASP: of the ions, and where asked of the cell.</summary>
/// <param name="MaxSteps">Ionic steps of all runs together.</param>
public sealed record VaspRelaxation(VaspLevel Level, Structure Start, double MaxForceEvPerA, bool Cell, int MaxSteps);

/// <summary>A relaxed structure.</summary>
/// <param name="Structure">With the atoms in the order they were given.</param>
/// <param name="EnergyEv">F, eV.</param>
/// <param name="StressKb">Null where it was not printed.</param>
/// <param name="Steps">Ionic steps of all runs.</param>
/// <param name="Theory">The level of theory as VASP printed it.</param>
public sealed record RelaxedStructure(Structure Structure, double EnergyEv, double MaxForceEvPerA, Mat3? StressKb, int Steps, int Runs, LevelOfTheory Theory);
