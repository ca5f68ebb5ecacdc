namespace Campaign.Workflows.Operations;

/// <summary>Errors of the models on unseen frames, and g(r) of the label source against the model's own dynamics.</summary>
/// <param name="Variant">The variant whose relaxed structure starts the RDF runs.</param>
/// <param name="RdfTemperaturesK">One comparison per temperature.</param>
/// <param name="RdfLengthFs">Length of the model's run per temperature.</param>
/// <param name="RdfRmaxA">Largest distance.</param>
public sealed record ValidateParameters(
    string Level,
    string Variant,
    string Mobile,
    IReadOnlyList<double> RdfTemperaturesK,
    double RdfLengthFs,
    double RdfRmaxA,
    int RdfBins,
    double TimeStepFs,
    double DampingFs,
    long Seed) : IOperationParameters
{
    public static string Operation => OperationCatalogue.Validate;
}
