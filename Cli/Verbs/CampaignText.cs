using System.Text;
using System.Text.Unicode;
using Campaign.Compute.Formats;
using Campaign.Workflows.Specs;

namespace Campaign.Cli.Verbs;

/// <summary>A YAML file as text: an ordinary file of bounded size in UTF-8, or the reason why it is none.</summary>
internal sealed record CampaignText(string? Text, SpecProblem? Problem)
{
    private const long MaximumBytes = 4 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static CampaignText Read(string path)
    {
        if (InputFile.Refusal(path, MaximumBytes) is { } refusal)
            return Wrong(1, 1, refusal.Problem, refusal.Mend);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Wrong(1, 1, $"'{path}' cannot be read: {e.Message}", "Check its permissions.");
        }
        ReadOnlySpan<byte> content = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return Wrong(1, 1, "The file is written in UTF-16.", "Save it as UTF-8.");
        int zero = content.IndexOf((byte)0);
        if (zero >= 0)
            return At(content[..zero], "Here stands a zero byte: this is no text file.", "Give a campaign file in YAML; 'campaign init STRUCTURE' writes one.");
        if (!Utf8.IsValid(content))
        {
            int good = ValidLength(content);
            return At(content[..good], $"Byte 0x{content[good]:X2} is no UTF-8; the file may be written in Latin-1.", "Save it as UTF-8.");
        }
        return new CampaignText(Strict.GetString(content), null);

        CampaignText Wrong(int line, int column, string message, string mend) => new(null, new SpecProblem(path, line, column, "", message, mend));

        CampaignText At(ReadOnlySpan<byte> before, string message, string mend) =>
            Wrong(before.Count((byte)'\n') + 1, before.Length - (before.LastIndexOf((byte)'\n') + 1) + 1, message, mend);
    }

    private static int ValidLength(ReadOnlySpan<byte> content)
    {
        int good = 0;
        while (Rune.DecodeFromUtf8(content[good..], out _, out int used) == System.Buffers.OperationStatus.Done)
            good += used;
        return good;
    }
}
