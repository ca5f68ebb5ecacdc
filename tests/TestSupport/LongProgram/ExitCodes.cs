namespace Campaign.LongProgram;

/// <summary>How the program says what became of it.</summary>
public static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Asked to stop: the checkpoint is written, the result is not.</summary>
    public const int Stopped = 3;

    public const int WrongUsage = 64, WrongInput = 65;
}
