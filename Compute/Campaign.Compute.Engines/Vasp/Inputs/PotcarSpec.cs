namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>What is given to others in the place of a POTCAR: the names of its data sets, from which pymatgen makes it again.</summary>
public static class PotcarSpec
{
    public const string FileName = "POTCAR.spec";

    /// <summary>One name per block of the POSCAR.</summary>
    public static string Text(VaspLevel level, IReadOnlyList<(string Species, int Count)> blocks) =>
        string.Concat(blocks.Select(b => level.PotcarOf(b.Species) + "\n"));
}
