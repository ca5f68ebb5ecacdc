using Campaign.Benchmarks;

switch (args)
{
    case ["potential"]:
        PotentialBenchmark.Run();
        TrainingBenchmark.Step();
        return 0;
    case ["teacher-data", string cif, string potential, string folder]:
        TrainingBenchmark.MakeData(cif, potential, folder);
        return 0;
    case ["train", string folder, ..]:
        TrainingBenchmark.Train(folder, args[2..]);
        return 0;
    default:
        Console.Error.WriteLine("choose: potential | teacher-data CIF IONIC.yaml FOLDER | train FOLDER [steps=N lr=START,STOP pf=START,LIMIT ...]");
        return 2;
}
