namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>How VASP shares its work among processes. It changes no result.</summary>
/// <param name="Cores">Processes of the whole run, all images of a band together.</param>
/// <param name="Ncore">Cores that share an orbital; null: near the square root of the cores of a group of k-points.</param>
/// <param name="Kpar">Groups of k-points; null: one.</param>
/// <param name="Gpu">VASP for GPUs takes one process per orbital only.</param>
public sealed record VaspParallel(int Cores, int? Ncore, int? Kpar, bool Gpu)
{
    /// <summary>NCORE and KPAR. Where what is given does not divide the cores, or exceeds the k-points, the largest below it that does.</summary>
    /// <param name="mesh">Its product bounds the number of k-points from above.</param>
    /// <exception cref="InvalidDataException">The images of a band cannot share the cores evenly.</exception>
    public IEnumerable<(string Tag, string Value)> Tags(VaspCalculation calculation, IReadOnlyList<int> mesh)
    {
        int cores = PerImage(calculation);
        int groups = LargestDivisor(cores, (int)Math.Min(Kpar ?? 1, mesh.Aggregate(1L, (points, n) => points * n)));
        int inGroup = cores / groups;
        yield return ("NCORE", IncarText.Of(Gpu ? 1 : LargestDivisor(inGroup, Ncore ?? (int)Math.Sqrt(inGroup))));
        if (Kpar is not null)
            yield return ("KPAR", IncarText.Of(groups));
    }

    private int PerImage(VaspCalculation calculation)
    {
        if (Cores < 1)
            throw new InvalidDataException($"VASP cannot run on {Cores} cores. Give at least one.");
        if (calculation is not VaspCalculation.Band { Images: var images })
            return Cores;
        if (Cores % images == 0)
            return Cores / images;
        string fitting = Cores > images ? $"{Cores - Cores % images} or {Cores - Cores % images + images}" : $"{images}";
        throw new InvalidDataException($"{Cores} cores cannot be shared evenly among {images} images of a band, which VASP asks for. Give {fitting} cores, or another number of images.");
    }

    private static int LargestDivisor(int of, int atMost)
    {
        for (int n = Math.Min(atMost, of); n > 1; n--)
        {
            if (of % n == 0)
                return n;
        }
        return 1;
    }
}
