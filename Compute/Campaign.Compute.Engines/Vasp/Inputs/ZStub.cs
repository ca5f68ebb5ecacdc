using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Structures;
namespace Campaign.Compute.Engines.Vasp.Inputs;
public sealed record LevelOfTheory(string Functional, int? VaspMajor) { public static LevelOfTheory Of(VaspHeader h, Cell c, IReadOnlyList<int>? m) => new("", 0); public IReadOnlyList<string> Differences(LevelOfTheory o) => []; }
