namespace Campaign.Compute.Engines.DeepMd;

/// <summary>The machine-learning library under DeePMD-kit 3, and how the files of a training are named with it.</summary>
/// <param name="Option">In front of the subcommands of <c>dp</c>.</param>
/// <param name="FrozenFile">A model as LAMMPS reads it.</param>
/// <param name="CheckpointSuffixes">Of the files that make up one checkpoint.</param>
/// <param name="RestartSuffix">What <c>dp train --restart</c> wants behind a checkpoint's name.</param>
/// <param name="LinksBeforePointer">Whether the pointer to a checkpoint is written after the links to it, so that the step it names is there.</param>
internal sealed record DeepMdBackend(string Option, string FrozenFile, IReadOnlyList<string> CheckpointSuffixes, string RestartSuffix, bool LinksBeforePointer)
{
    /// <summary>The option of a site's file that names it.</summary>
    public const string OptionName = "backend";

    private static readonly DeepMdBackend
        PyTorch = new("--pt", "model.pth", [".pt"], ".pt", true),
        TensorFlow = new("--tf", "model.pb", [".index", ".data-00000-of-00001", ".meta"], "", false);

    /// <summary>As a site's file names it; PyTorch where it says nothing.</summary>
    public static DeepMdBackend Of(IReadOnlyDictionary<string, string> options) => options.GetValueOrDefault(OptionName) == "tf" ? TensorFlow : PyTorch;

    public static IReadOnlyList<DeepMdBackend> All { get; } = [PyTorch, TensorFlow];
}
