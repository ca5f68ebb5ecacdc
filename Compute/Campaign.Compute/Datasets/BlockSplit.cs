namespace Campaign.Compute.Datasets;

/// <summary>Which part of a data set a frame belongs to.</summary>
public enum DatasetPart
{
    Training,
    Validation,
    Test,

    /// <summary>Left out: it touches a block of another part and would leak into it.</summary>
    Gap,
}

/// <summary>
/// Splits trajectories by whole blocks of consecutive frames. Neighbouring frames of one trajectory are nearly equal, so a
/// split frame by frame would test a potential on what it has seen.
/// </summary>
public static class BlockSplit
{
    /// <summary>The part of every frame of one trajectory. The first and last frame of a block are dropped where the next block belongs to another part.</summary>
    /// <param name="frames">Number of frames.</param>
    /// <param name="blocks">Number of blocks of (nearly) equal length; at most <paramref name="frames"/>.</param>
    /// <param name="validationFraction">Fraction of blocks for validation; at least one block when positive.</param>
    /// <param name="testFraction">Fraction of blocks for the test; at least one block when positive.</param>
    public static DatasetPart[] Assign(int frames, int blocks, double validationFraction, double testFraction, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        blocks = Math.Min(blocks, Math.Max(frames, 1));
        int validation = Count(validationFraction, blocks);
        int test = Count(testFraction, blocks);
        if (validation + test >= blocks)
            throw new ArgumentException($"{blocks} blocks per trajectory leave no block for training after {validation} for validation and {test} for the test.");

        var order = Enumerable.Range(0, blocks).ToArray();
        for (int i = blocks - 1; i > 0; i--)
        {
            int j = rng.NextInt(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        var ofBlock = new DatasetPart[blocks];
        for (int i = 0; i < validation + test; i++)
            ofBlock[order[i]] = i < test ? DatasetPart.Test : DatasetPart.Validation;

        var parts = new DatasetPart[frames];
        for (int f = 0; f < frames; f++)
        {
            DatasetPart own = ofBlock[BlockOf(f)];
            bool touches = (f > 0 && ofBlock[BlockOf(f - 1)] != own) || (f + 1 < frames && ofBlock[BlockOf(f + 1)] != own);
            parts[f] = touches ? DatasetPart.Gap : own;
        }
        return parts;

        int BlockOf(int frame) => (int)((long)frame * blocks / frames);
    }

    private static int Count(double fraction, int blocks) =>
        fraction <= 0 ? 0 : Math.Max(1, (int)Math.Round(fraction * blocks));
}
