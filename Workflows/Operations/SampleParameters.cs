namespace Campaign.Workflows.Operations;

/// <summary>Labelled frames from NVT dynamics at a level of theory, in the relaxed or a strained cell (the aimd stage).</summary>
/// <param name="TemperatureK">Thermostat temperature.</param>
/// <param name="EquilibrationSteps">Steps before the first frame is kept.</param>
/// <param name="Steps">Steps after equilibration.</param>
/// <param name="FrameStride">A frame every so many steps.</param>
/// <param name="DampingFs">Thermostat damping time.</param>
/// <param name="Strain">Voigt strain xx, yy, zz, yz, xz, xy (dimensionless; shears are engineering strains) applied to the relaxed cell, or null.</param>
/// <param name="Vacancy">Ions removed from the relaxed cell before the run, or null.</param>
/// <param name="Thermostat">nose or langevin; null where the engine has only one.</param>
/// <param name="Moments">By species: the least and the most moment (µB, without sign) of its atoms in a frame that counts; null: any.</param>
public sealed record SampleParameters(
    string Variant,
    string Level,
    double TemperatureK,
    double TimeStepFs,
    int EquilibrationSteps,
    int Steps,
    int FrameStride,
    double DampingFs,
    long Seed,
    IReadOnlyList<double>? Strain = null,
    DftSettings? Dft = null,
    VacancyParameters? Vacancy = null,
    string? Thermostat = null,
    IReadOnlyDictionary<string, IReadOnlyList<double>>? Moments = null) : IOperationParameters
{
    public static string Operation => OperationCatalogue.Sample;
}

/// <summary>Ionic vacancies: ions taken out with their charge, so that barriers of vacancy hops are within what a potential has seen.</summary>
/// <param name="Species">Symbol of the ions removed.</param>
/// <param name="Count">How many, drawn by the task's seed.</param>
/// <param name="Electrons">Left behind by each of them, where electrons are computed; null where they are not.</param>
public sealed record VacancyParameters(string Species, int Count, double? Electrons = null);
