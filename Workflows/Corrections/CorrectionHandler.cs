using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Corrections;

/// <summary>What kind of thing a correction changes. Only a change of the physics needs leave.</summary>
public enum CorrectionClass
{
    /// <summary>How the numbers are found: step size of an optimiser, number of iterations. The result is the same one.</summary>
    [JsonStringEnumMemberName("numerics")]
    Numerics,

    /// <summary>Going on from where the attempt stopped.</summary>
    [JsonStringEnumMemberName("continuation")]
    Continuation,

    /// <summary>Memory, time, parallelism.</summary>
    [JsonStringEnumMemberName("resources")]
    Resources,

    /// <summary>What is computed: time step, cutoff, cell, U, spin.</summary>
    [JsonStringEnumMemberName("physics")]
    Physics,
}

/// <summary>A way to mend one kind of failure of one operation.</summary>
/// <param name="Key">Stable name, as the journal and the report show it.</param>
/// <param name="Finding">The finding it answers, e.g. <c>dynamics.diverged</c>.</param>
public abstract record CorrectionHandler(string Key, string Operation, string Finding, CorrectionClass Class)
{
    /// <summary>Of use once for a task: what it sets does not become truer by setting it again.</summary>
    public bool Once { get; init; }

    /// <summary>New parameters from those that failed.</summary>
    public abstract IReadOnlyList<ParameterChange> Correct(JsonObject failed);
}

/// <summary>A handler of an operation with typed parameters.</summary>
/// <param name="Mend">New parameters from those that failed.</param>
public sealed record CorrectionHandler<T>(string Key, string Finding, CorrectionClass Class, Func<T, T> Mend)
    : CorrectionHandler(Key, T.Operation, Finding, Class)
    where T : IOperationParameters
{
    public override IReadOnlyList<ParameterChange> Correct(JsonObject failed)
    {
        T before = CanonicalParameters.Read<T>(failed);
        return ParameterChanges.Between(CanonicalParameters.ToCanonicalJson(before), CanonicalParameters.ToCanonicalJson(Mend(before)));
    }
}
