using Campaign.Workflows.Operations;

namespace Campaign.Actors.Operations;

/// <summary>An operation whose parameters are read into their typed record before it runs.</summary>
public abstract class Operation<TParameters> : IOperation
    where TParameters : IOperationParameters
{
    public string Name => TParameters.Operation;

    public OperationOutcome Run(OperationContext context, CancellationToken cancellation) =>
        Run(CanonicalParameters.Read<TParameters>(context.Task.Parameters), context, cancellation);

    protected abstract OperationOutcome Run(TParameters parameters, OperationContext context, CancellationToken cancellation);
}
