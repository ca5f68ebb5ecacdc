using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Campaign.Actors.Operations;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.Cli.Tools;

/// <summary>What the one-file tools share: one JSON document or plain lines on standard output, errors with place and mend.</summary>
internal static class ToolOutput
{
    public const int Done = 0, WorkFailed = 1, InputWrong = 2;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DictionaryKeyPolicy = null,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new QuantityConverter() },
    };

    public static string Json<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Runs a tool; wrong input becomes one line on standard error and exit code 2, anything else is a bug.</summary>
    public static int Run(ParseResult parse, Func<TextWriter, int> tool)
    {
        try
        {
            return tool(parse.InvocationConfiguration.Output);
        }
        catch (Exception e) when (e is FormatException or VariantException or ToolInputException or FileNotFoundException or DirectoryNotFoundException)
        {
            parse.InvocationConfiguration.Error.WriteLine(e.Message);
            return InputWrong;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            parse.InvocationConfiguration.Error.WriteLine(e.Message);
            return WorkFailed;
        }
    }
}

/// <summary>An argument that cannot be used; the message says how to mend it.</summary>
internal sealed class ToolInputException(string message) : Exception(message);
