namespace Campaign.Workflows.Operations;

/// <summary>What decides the result of one operation, beside its input artifacts. Implemented by one sealed record per operation.</summary>
public interface IOperationParameters
{
    /// <summary>Name in <see cref="OperationCatalogue"/>.</summary>
    static abstract string Operation { get; }
}
