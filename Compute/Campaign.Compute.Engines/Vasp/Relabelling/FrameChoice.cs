namespace Campaign.Compute.Engines.Vasp.Relabelling;

/// <summary>Which frames of a trajectory are computed again: one drawn from each of as many stretches of equal length, so that they lie apart.</summary>
internal static class FrameChoice
{
    /// <param name="frames">Of the trajectory.</param>
    /// <param name="fraction">In (0, 1]; rounded up to whole frames.</param>
    /// <returns>Their indices, rising.</returns>
    public static int[] Of(int frames, double fraction, long seed)
    {
        int chosen = Math.Min(frames, (int)Math.Ceiling(fraction * frames - 1e-9));
        var rng = new Rng((ulong)seed);
        return [.. Enumerable.Range(0, chosen).Select(k =>
        {
            int from = (int)((long)k * frames / chosen), to = (int)((long)(k + 1) * frames / chosen);
            return from + rng.NextInt(to - from);
        })];
    }
}
