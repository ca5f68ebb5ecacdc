using Campaign.Benchmarks;

switch (args.FirstOrDefault())
{
    case "potential":
        PotentialBenchmark.Run();
        return 0;
    default:
        Console.Error.WriteLine("choose a benchmark: potential");
        return 2;
}
