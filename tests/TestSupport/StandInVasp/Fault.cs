using System.Globalization;
using Campaign.Compute.Engines.Vasp.Diagnosis;
using Campaign.TestSupport.Witness;

namespace Campaign.StandInVasp;

/// <summary>Something that goes wrong on demand, by the environment: <c>STANDIN_FAULT=KEY[:STEP[:ATTEMPT]]</c>.</summary>
/// <param name="Key">One of <see cref="Others"/>, or the key of a symptom that VASP is known to tell of.</param>
/// <param name="Step">In this ionic step of the run, from 1.</param>
internal sealed record Fault(string Key, int Step)
{
    public const string
        Unconverged = "unconverged", // NELM reached; the run goes on
        Moment = "moment", // the first moment lost; the run goes on
        Hang = "hang",
        Kill = "kill", // by itself, with SIGKILL, in the middle of writing the step
        Truncate = "truncate", // files cut, and an end as if all were well
        OutOfMemory = "oom"; // as the kernel ends a program, exit code 137

    private static readonly string[] Others = [Unconverged, Moment, Hang, Kill, Truncate, OutOfMemory];

    /// <summary>By <c>STANDIN_FAULT_IN=NAME</c> it happens in directories of that name only. By <c>STANDIN_CURE=TAG=VALUE</c> the fault stays away while INCAR has that tag with that value.</summary>
    /// <exception cref="VaspStop">Not in that form, or an unknown key.</exception>
    public static Fault? FromEnvironment(Incar incar)
    {
        if (Environment.GetEnvironmentVariable("STANDIN_FAULT") is not { Length: > 0 } text)
            return null;
        string[] words = text.Split(':');
        int[] numbers = [.. words.Skip(1).Select(w => int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : throw Wrong(text))];
        if (numbers.Length > 2 || (!Others.Contains(words[0]) && Symptom(words[0]) is null))
            throw Wrong(text);
        if (numbers.Length == 2 && numbers[1] != ProgramWitness.AttemptNumber)
            return null;
        if (Environment.GetEnvironmentVariable("STANDIN_FAULT_IN") is { Length: > 0 } place && Path.GetFileName(Environment.CurrentDirectory) != place)
            return null;
        if (Environment.GetEnvironmentVariable("STANDIN_CURE") is { Length: > 0 } cure)
        {
            if (cure.Split('=', 2, StringSplitOptions.TrimEntries) is not [var tag, var value])
                throw new VaspStop($" STANDIN_CURE: '{cure}' is not TAG=VALUE.\n", 64);
            if (incar.Has(tag, value))
                return null;
        }
        return new Fault(words[0], numbers.Length > 0 ? numbers[0] : 1);
    }

    /// <summary>What VASP says of it; null for a fault without words.</summary>
    public string? Says => Symptom(Key)?.Texts[0];

    private static VaspSymptom? Symptom(string key) => VaspSymptoms.All.FirstOrDefault(s => s.Key == key);

    private static VaspStop Wrong(string text) => new(
        $" STANDIN_FAULT: '{text}' is not KEY[:STEP[:ATTEMPT]]; keys are {string.Join(", ", Others.Concat(VaspSymptoms.All.Select(s => s.Key)))}.\n", 64);
}
