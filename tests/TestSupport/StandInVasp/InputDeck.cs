using Campaign.Compute.Structures;

namespace Campaign.StandInVasp;

/// <summary>Everything that a run is given, checked as VASP checks it.</summary>
/// <param name="Starts">Start files of all images of a band, both ends included; where there is no band the only one.</param>
/// <param name="PotcarOverrules">POTCAR names other elements than POSCAR, and wins, as in VASP.</param>
internal sealed record InputDeck(
    Incar Incar, VaspSettings Settings, IReadOnlyList<StartFile> Starts, IReadOnlyList<SpeciesBlock> Blocks, KpointSet Kpoints, bool PotcarOverrules)
{
    public StartFile Start => Starts[0];

    /// <summary>Element of every atom.</summary>
    public string[] Elements => [.. Blocks.SelectMany(b => Enumerable.Repeat(b.Element, b.Count))];

    /// <summary>Number of the block of every atom.</summary>
    public int[] BlockOf => [.. Blocks.SelectMany((b, i) => Enumerable.Repeat(i, b.Count))];

    public double CutoffEv => Settings.CutoffEv ?? Blocks.Max(b => b.EnmaxEv);

    /// <summary>The number of electrons that makes the cell neutral, or what NELECT says. The analytic model does not mind.</summary>
    public double Electrons => Settings.Nelect ?? Blocks.Sum(b => b.Count * b.Zval);

    /// <summary>Type by block, so that atoms keep their place.</summary>
    public Structure Typed(Structure structure)
    {
        string[] elements = Elements;
        string[] map = [.. elements.Distinct()];
        return structure with { TypeMap = map, Types = Array.ConvertAll(elements, e => Array.IndexOf(map, e)) };
    }

    /// <exception cref="VaspStop">Something is missing or wrong.</exception>
    public static InputDeck Read(string folder)
    {
        string In(string name) => Path.Combine(folder, name);
        if (!File.Exists(In("INCAR")))
            throw new VaspStop(" No INCAR found, STOPPING\n");
        Incar incar = Incar.Parse(File.ReadAllText(In("INCAR")));
        VaspSettings settings = VaspSettings.From(incar);
        RefuseUnknown(settings);
        StartFile[] starts = settings.Images > 0
            ? [.. Enumerable.Range(0, settings.Images + 2).Select(i => StartFile.ReadFile(Path.Combine(Band.Folder(folder, i), "POSCAR")))]
            : [StartFile.ReadFile(In("POSCAR"))];
        if (starts.Any(s => !s.Blocks.SequenceEqual(starts[0].Blocks)))
            throw new VaspStop(" ERROR: the images of the band do not hold the same atoms\n");
        IReadOnlyList<PotcarHeader>? potcar = File.Exists(In("POTCAR")) ? PotcarHeader.ReadAll(In("POTCAR")) : null;
        if (potcar is not null && potcar.Count != starts[0].Blocks.Count)
            throw new VaspStop($" ERROR: number of potentials on File POTCAR incompatible with number of species\n POTCAR: {potcar.Count}, POSCAR: {starts[0].Blocks.Count}\n");
        SpeciesBlock[] blocks = [.. starts[0].Blocks.Select((b, i) => Block(b, potcar?[i]))];
        if (blocks.Any(b => !Compute.Elements.IsElement(b.Element)))
            throw new VaspStop(" ERROR: a potential on POTCAR names no element\n");
        CheckCounts(settings, blocks);
        KpointSet kpoints = File.Exists(In("KPOINTS")) ? KpointSet.Read(In("KPOINTS")) : KpointSet.Spaced(starts[0].Structure.Cell, settings.Kspacing);
        return new InputDeck(incar, settings, starts, blocks, kpoints, blocks.Zip(starts[0].Blocks).Any(p => p.First.Element != p.Second.Element));
    }

    /// <summary>Valence and cutoff of a species without a potential are no more than plausible.</summary>
    private static SpeciesBlock Block((string Element, int Count) block, PotcarHeader? potcar) => potcar is null
        ? new SpeciesBlock(block.Element, block.Count, $"PAW_PBE {block.Element} stand-in", block.Element switch { "Li" => 1, "Ti" => 4, "Cl" => 7, _ => 4 }, 250, "PE")
        : new SpeciesBlock(potcar.Element, block.Count, potcar.Title, potcar.Zval, potcar.EnmaxEv, potcar.Lexch);

    private static void RefuseUnknown(VaspSettings s)
    {
        if (s.Ibrion is < -1 or > 3)
            throw NotHere($"IBRION = {s.Ibrion}");
        if (s.Isif is < 0 or > 3)
            throw NotHere($"ISIF = {s.Isif}");
        if (s.IsDynamics && s.Isif == 3)
            throw NotHere("dynamics with a cell that moves (ISIF = 3)");
        if (s.IsDynamics && s.Mdalgo is not (0 or 2 or 3 or 4))
            throw NotHere($"MDALGO = {s.Mdalgo}");
        if (s.IsDynamics && s.Mdalgo > 0 && s.TebegK < 0.1)
            throw new VaspStop(" ERROR: a thermostat needs a temperature, TEBEG\n");
        if (s.Images > 0 && s.Nsw < 1)
            throw NotHere("a band without ionic steps (NSW = 0)");
    }

    private static void CheckCounts(VaspSettings s, SpeciesBlock[] blocks)
    {
        if (s.Hubbard is { } u && (u.L.Length < blocks.Length || u.UEv.Length < blocks.Length || u.JEv.Length < blocks.Length))
            throw new VaspStop(" Error reading item LDAUL, LDAUU or LDAUJ from file INCAR.\n (one number per species)\n");
        if (s.Magmom is { } moments && moments.Length < blocks.Sum(b => b.Count))
            throw new VaspStop(" Error reading item MAGMOM from file INCAR.\n (one number per atom)\n");
        if (s.IsDynamics && s.Mdalgo == 3 && s.LangevinGamma is null)
            throw new VaspStop(" Error reading item LANGEVIN_GAMMA from file INCAR.\n");
        if (s.IsDynamics && s.LangevinGamma is { } given && given.Length < blocks.Length)
            throw new VaspStop(" Error reading item LANGEVIN_GAMMA from file INCAR.\n (one number per species)\n");
    }

    private static VaspStop NotHere(string what) => new($" The stand-in for VASP knows nothing of {what}.\n");
}
