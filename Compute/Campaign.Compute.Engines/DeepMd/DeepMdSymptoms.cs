using Campaign.Compute.Engines.Programs;

namespace Campaign.Compute.Engines.DeepMd;

/// <summary>A text by which DeePMD-kit, or what runs it, tells of trouble. It counts only where a run did not end well.</summary>
/// <param name="Key">Of the finding.</param>
/// <param name="Texts">Any of them, within one line.</param>
/// <param name="Meaning">What happened and what to do, for people.</param>
public sealed record DeepMdSymptom(string Key, string[] Texts, string Meaning);

/// <summary>All symptoms that are known, most telling first: where several are found, the first of this list leads.</summary>
public static class DeepMdSymptoms
{
    /// <summary>The finding of every engine that trains; corrections answer it.</summary>
    public const string Diverged = "training.diverged";

    public const string OutOfMemory = "deepmd.out_of_memory";

    public static IReadOnlyList<DeepMdSymptom> All { get; } =
    [
        new(Diverged, ["NaN detected at batch", "gradients are Nan/Inf"], "The training lost its numbers: the learning rate is too high for these data, or a label is broken."),

        // a graphics card has what it has: a job with more memory would do the same
        new("deepmd.gpu_memory", ["CUDA out of memory", "CUDA_ERROR_OUT_OF_MEMORY", "HIP out of memory", "OOM when allocating tensor"],
            "The graphics card has too little memory for a batch. Lower train.batchFrames, use precision float32, or a site with larger cards."),
        new(OutOfMemory, ["oom-kill", "oom_kill", "Out Of Memory", "MemoryError", "std::bad_alloc", "can't allocate memory", "Cannot allocate memory"], "The run asked for more memory than it has."),
        new("deepmd.gpu", ["no kernel image is available for execution", "CUDA driver version is insufficient", "CUDA error:", "NCCL error"], "The graphics card or its driver failed, or does not fit this build of DeePMD-kit."),

        new("deepmd.version", ["invalid choice: 'convert-backend'", "unrecognized arguments: --pt", "unrecognized arguments: --tf"],
            "This DeePMD-kit is older than version 3, which is the first that can write models other programs read. Name a newer one in the site's file."),
        new("deepmd.backend", ["No module named 'torch'", "No module named 'tensorflow'", "Unsupported backend", "is not installed. Please install"],
            "DeePMD-kit is there without the backend that was asked for. Set options: { backend: pt } or { backend: tf } of engine deepmd in the site's file, or install it."),
        new("deepmd.input", ["is not allowed in strict mode", "ArgumentKeyError", "ArgumentTypeError", "ArgumentValueError", "JSONDecodeError"], "DeePMD-kit does not take a key or value of input.json: it is of another version than this program writes for."),
        new("deepmd.types", ["ntypes should match that found in data", "are not present in the provided `type_map`", "is not in list"], "An element of the data is not in the model's type map."),
        new("deepmd.checkpoint", ["PytorchStreamReader failed", "Error(s) in loading state_dict", "UnpicklingError", "Unsuccessful TensorSliceReader constructor", "DataLossError", "Unable to open table file"],
            "The checkpoint to go on from cannot be read by this DeePMD-kit, or is of another network. 'campaign set' with another seed for the task begins anew."),
        new("deepmd.data", ["Did not find valid system", "FileNotFoundError", "cannot reshape array of size", "does not exist!"], "A system or a file of it is missing, or has other shapes than its atoms and frames."),
    ];

    /// <summary>The most telling trouble in what a run said; null where it tells of none.</summary>
    /// <param name="files">Names in the directory; those that are there are read.</param>
    public static EngineFinding? In(string directory, params string[] files)
    {
        var seen = new Dictionary<DeepMdSymptom, EngineEvidence>();
        foreach (string file in files.Where(f => File.Exists(Path.Combine(directory, f))))
        {
            int number = 0;
            foreach (string line in File.ReadLines(Path.Combine(directory, file)))
            {
                number++;
                foreach (DeepMdSymptom symptom in All.Where(s => s.Texts.Any(t => line.Contains(t, StringComparison.Ordinal))))
                    seen.TryAdd(symptom, new EngineEvidence(file, number, line.Trim()));
            }
        }
        return All.Where(seen.ContainsKey).Select(s => new EngineFinding(s.Key, s.Meaning, seen[s])).FirstOrDefault();
    }
}
