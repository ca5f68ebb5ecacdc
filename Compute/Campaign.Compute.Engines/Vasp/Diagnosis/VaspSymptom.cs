namespace Campaign.Compute.Engines.Vasp.Diagnosis;

/// <summary>A text by which VASP, or what runs it, tells of trouble. It counts only where the run did not end well: many appear in good runs too.</summary>
/// <param name="Key">Short name of the trouble, the one that custodian's users know.</param>
/// <param name="Texts">Any of them, within one line.</param>
/// <param name="Meaning">What happened, for people.</param>
public sealed record VaspSymptom(string Key, string[] Texts, string Meaning)
{
    /// <summary>It may be what ended a run. Otherwise it is advice, which runs that end badly print as well as runs that end well.</summary>
    public bool EndsRun { get; init; } = true;
}
