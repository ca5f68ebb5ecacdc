using Campaign.Actors.Operations;

namespace Campaign.Cli.Commands;

/// <summary>Every operation this program can execute: the adapters of Actors/Operations, one of each.</summary>
internal static class OperationList
{
    public static IReadOnlyList<IOperation> All { get; } =
    [
        .. typeof(IOperation).Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false, IsClass: true } && t.IsAssignableTo(typeof(IOperation)) && t.GetConstructor(Type.EmptyTypes) is not null)
            .Select(t => (IOperation)Activator.CreateInstance(t)!),
    ];
}
