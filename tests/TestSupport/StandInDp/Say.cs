namespace Campaign.StandInDp;

/// <summary>DeePMD-kit's log, which goes to standard error.</summary>
internal static class Say
{
    public const string Version = "3.0.0 (stand-in for tests, not DeePMD-kit)";

    public static void Info(FormattableString text) => Console.Error.WriteLine("DEEPMD INFO    " + FormattableString.Invariant(text));

    public static void Banner() => Info($"DeePMD version: {Version}");
}
