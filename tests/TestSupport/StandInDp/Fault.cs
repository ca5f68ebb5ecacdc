using System.Globalization;
using Campaign.TestSupport.Witness;

namespace Campaign.StandInDp;

/// <summary>Something that goes wrong on demand, by the environment: <c>STANDIN_FAULT=KEY[:STEP[:ATTEMPT]]</c>.</summary>
/// <param name="Step">Before this training step, from 0.</param>
internal sealed record Fault(string Key, int Step)
{
    public const string
        Kill = "kill", // by itself, with SIGKILL, with a checkpoint half written
        Nan = "nan", // seen at the next shown step
        OutOfMemory = "oom", // as the kernel ends a program, exit code 137
        GpuMemory = "gpu",
        Hang = "hang",
        Disagree = "disagree"; // dp test prints another force error than the model has

    private static readonly string[] Keys = [Kill, Nan, OutOfMemory, GpuMemory, Hang, Disagree];

    /// <param name="startRate">The first learning rate of the input.</param>
    public static Fault? FromEnvironment(double startRate = double.MaxValue)
    {
        if (Environment.GetEnvironmentVariable("STANDIN_FAULT") is not { Length: > 0 } text)
            return null;
        string[] words = text.Split(':');
        int[] numbers = [.. words.Skip(1).Select(w => int.Parse(w, NumberStyles.None, CultureInfo.InvariantCulture))];
        if (!Keys.Contains(words[0]) || numbers.Length > 2)
            throw new DpStop($"STANDIN_FAULT: '{text}' is not KEY[:STEP[:ATTEMPT]]; keys are {string.Join(", ", Keys)}.", 64);
        if (numbers.Length == 2 && numbers[1] != ProgramWitness.AttemptNumber)
            return null;
        bool cured = Environment.GetEnvironmentVariable("STANDIN_CURE") is { Length: > 0 } cure && startRate <= double.Parse(cure, CultureInfo.InvariantCulture);
        return cured ? null : new Fault(words[0], numbers.Length > 0 ? numbers[0] : 0);
    }
}
