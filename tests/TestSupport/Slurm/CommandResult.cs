namespace Campaign.TestSupport.Slurm;

/// <summary>What a client answered.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error, TimeSpan Duration)
{
    public override string ToString() => $"exit code {ExitCode} after {Duration.TotalSeconds:F1} s\n{Output}{Error}";
}
