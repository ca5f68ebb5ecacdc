using Campaign.LongProgram;
using Campaign.TestSupport.Witness;

// Behaves as a long external code does, well or badly.  long-program INPUT [--from CHECKPOINT]
// The witness log's path comes by LONG_PROGRAM_WITNESS; without it nothing is witnessed.
if (args is not ([_] or [_, "--from", _]))
{
    Console.Error.WriteLine("usage: long-program INPUT [--from CHECKPOINT]");
    return ExitCodes.WrongUsage;
}
LongInput input;
Progress start;
try
{
    input = LongInput.Parse(File.ReadLines(args[0]));
    start = args.Length == 1 ? Progress.Start(input.Seed) : RunFiles.Read(args[2]);
}
catch (Exception e) when (e is FormatException or IOException)
{
    Console.Error.WriteLine($"long-program: {e.Message}");
    return ExitCodes.WrongInput;
}
using ProgramWitness? witness = Environment.GetEnvironmentVariable("LONG_PROGRAM_WITNESS") is { Length: > 0 } path ? new ProgramWitness(path, start.Step) : null;
return new LongRun(input, witness).From(start);
