namespace Campaign.Actors.Operations;

/// <summary>The operations of the built-in engine; the report is added by the program that shows it.</summary>
public static class BuiltinOperations
{
    public static IReadOnlyList<IOperation> All { get; } =
    [
        new BuildVariantOperation(),
        new RelaxOperation(),
        new SampleOperation(),
        new BuildDatasetOperation(),
        new TrainOperation(),
        new ValidateOperation(),
        new DynamicsOperation(),
        new AnalyseTransportOperation(),
        new FitArrheniusOperation(),
        new FindBarriersOperation(),
    ];
}
