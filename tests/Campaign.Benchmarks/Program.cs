using System.Globalization;
using Campaign.Benchmarks;

switch (args)
{
    case ["potential"]:
        PotentialBenchmark.Run();
        TrainingBenchmark.Step();
        return 0;
    case ["potential-memory", .. string[] steps]:
        PotentialBenchmark.Memory(steps is [string many] ? int.Parse(many, CultureInfo.InvariantCulture) : 10_000);
        return 0;
    case ["teacher-data", string cif, string potential, string folder]:
        TrainingBenchmark.MakeData(cif, potential, folder);
        return 0;
    case ["train", string folder, ..]:
        TrainingBenchmark.Train(folder, args[2..]);
        return 0;
    case ["scale", string directory, .. string[] count]:
        await ScaleBenchmark.RunAsync(directory, count is [string n] ? int.Parse(n, CultureInfo.InvariantCulture) : 10_000);
        return 0;
    case ["scale-whole", string directory, string count]:
        await ScaleBenchmark.WholeAsync(directory, int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["scale-syncs", string directory, string count]:
        ScaleBenchmark.CountSyncs(directory, int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["scale-resume", string directory]:
        await ScaleBenchmark.ResumeAsync(directory);
        return 0;
    case ["slurm-jobs", string directory, .. string[] count]:
        await SlurmJobsBenchmark.RunAsync(directory, count is [string jobs] ? int.Parse(jobs, CultureInfo.InvariantCulture) : 1_000);
        return 0;
    case ["slurm-jobs-drive", string directory, string count]:
        return await SlurmJobsDriver.RunAsync(directory, int.Parse(count, CultureInfo.InvariantCulture));
    case ["memory", string count, string file, string directory, .. string[] overrides]:
        return await MemoryBenchmark.RunAsync(int.Parse(count, CultureInfo.InvariantCulture), file, directory, overrides);
    case ["vasp-reading", string xml, string outcar, string folder]:
        VaspReadingBenchmark.Run(xml, outcar, folder);
        return 0;
    default:
        Console.Error.WriteLine("choose: potential | potential-memory [STEPS] | scale DIR [TASKS] | scale-syncs DIR TASKS | slurm-jobs DIR [JOBS] | memory COUNT CAMPAIGN.yaml DIR [KEY=VALUE ...] | vasp-reading VASPRUN OUTCAR FOLDER | teacher-data CIF IONIC.yaml FOLDER | train FOLDER [steps=N lr=START,STOP pf=START,LIMIT ...]");
        return 2;
}
