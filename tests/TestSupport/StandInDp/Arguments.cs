namespace Campaign.StandInDp;

/// <summary>The command line, as argparse would take it: options before the words that belong to a place.</summary>
internal sealed class Arguments
{
    private static readonly Dictionary<string, (string[] Options, string[] Places)> Known = new()
    {
        ["train"] = (["restart"], ["INPUT"]),
        ["freeze"] = (["c", "o"], []),
        ["convert-backend"] = ([], ["INPUT", "OUTPUT"]),
        ["test"] = (["m", "s", "n", "d"], []),
        ["--version"] = ([], []),
    };

    private readonly Dictionary<string, string> _values = [];

    private Arguments(string command) => Command = command;

    public string Command { get; }

    /// <exception cref="DpStop">A word that dp would not take.</exception>
    public static Arguments Parse(string[] words)
    {
        var left = new Queue<string>(words);
        if (left.TryPeek(out string? backend) && backend is "--pt" or "--tf")
        {
            left.Dequeue();
            if (backend == "--tf")
                throw new DpStop("ModuleNotFoundError: No module named 'tensorflow'");
        }
        if (!left.TryDequeue(out string? command) || !Known.TryGetValue(command, out (string[] Options, string[] Places) known))
            throw new DpStop($"dp: error: argument command: invalid choice: '{command}' (choose from {string.Join(", ", Known.Keys)})", 2);
        var arguments = new Arguments(command);
        var places = new Queue<string>(known.Places);
        while (left.TryDequeue(out string? word))
        {
            string name = word.TrimStart('-');
            if (word.StartsWith('-') && known.Options.Contains(name) && left.TryDequeue(out string? value))
                arguments._values[name] = value;
            else if (!word.StartsWith('-') && places.TryDequeue(out string? place))
                arguments._values[place] = word;
            else
                throw new DpStop($"dp: error: unrecognized arguments: {word}", 2);
        }
        return arguments;
    }

    public string? Optional(string name) => _values.GetValueOrDefault(name);

    public string Required(string name) => Optional(name) ?? throw new DpStop($"dp {Command}: error: the following arguments are required: {name}", 2);
}
