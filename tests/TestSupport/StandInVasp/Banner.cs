using System.Globalization;

namespace Campaign.StandInVasp;

/// <summary>How the program names itself: as the version of VASP whose formats it writes, and as what it is.</summary>
internal static class Banner
{
    public const string Version = "6.4.3", Subversion = "19Mar24 (build stand-in, no DFT) complex";

    /// <summary>For people, wherever a comment disturbs no reader.</summary>
    public const string Confession = "stand-in for VASP: analytic ionic model, no DFT";

    public const string Platform = "Campaign";

    public static DateTimeOffset Now { get; } = TimeProvider.System.GetLocalNow();

    public static string FirstLine => $" vasp.{Version} {Subversion}";

    public static string ExecutedOn => $" executed on {Platform,20} date {Now.ToString("yyyy.MM.dd  HH:mm:ss", CultureInfo.InvariantCulture)}";
}
