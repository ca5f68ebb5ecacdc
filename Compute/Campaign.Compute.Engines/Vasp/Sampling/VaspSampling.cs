using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Sampling;

/// <summary>A trajectory of ab initio molecular dynamics at constant cell and temperature, made by as many runs as it takes.</summary>
/// <param name="EquilibrationSteps">Made first, and not kept.</param>
/// <param name="Steps">After these.</param>
/// <param name="FrameStride">Every so many of them is kept.</param>
/// <param name="Seed">Of the first velocities.</param>
/// <param name="ExtraElectrons">Beyond those of the neutral atoms, e.g. 1 where a Li+ was taken out; null: neutral.</param>
/// <param name="Moments">By species: between which moments (µB, without sign) every one of its atoms must stay for a frame to count.</param>
public sealed record VaspSampling(
    VaspLevel Level, Structure Start, double TemperatureK, double TimeStepFs, int EquilibrationSteps, int Steps, int FrameStride,
    VaspThermostat Thermostat, double FrictionPerPs, long Seed, double? ExtraElectrons, IReadOnlyDictionary<string, MomentWindow> Moments)
{
    public int AllSteps => EquilibrationSteps + Steps;

    /// <summary>Whether a step belongs to the data.</summary>
    public bool IsWanted(int step) => step > EquilibrationSteps && step <= AllSteps && (step - EquilibrationSteps) % FrameStride == 0;
}

/// <summary>Moments that belong to the state that is meant, µB.</summary>
public readonly record struct MomentWindow(double From, double To)
{
    public bool Holds(double moment) => Math.Abs(moment) >= From && Math.Abs(moment) <= To;
}
