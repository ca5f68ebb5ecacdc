namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <param name="Message">What, why, and what to do.</param>
/// <param name="IsWarning">The run computes what it should, but less well.</param>
public sealed record PotcarProblem(string Message, bool IsWarning);

/// <summary>Holds the potentials of a run against its POSCAR and its level of theory. VASP itself takes a wrong order of elements without a word.</summary>
public static class PotcarCheck
{
    /// <summary>What is recommended above the largest ENMAX where the cell moves.</summary>
    private const double CutoffMargin = 1.3;

    /// <param name="headers">In the order of the POTCAR.</param>
    /// <param name="blocks">In the order of the POSCAR.</param>
    /// <exception cref="InvalidDataException">The functional of the level is not known.</exception>
    public static IReadOnlyList<PotcarProblem> Problems(IReadOnlyList<PotcarHeader> headers, IReadOnlyList<(string Species, int Count)> blocks, VaspLevel level)
    {
        if (headers.Count != blocks.Count)
            return [Wrong($"POTCAR has {headers.Count} blocks ({string.Join(" ", headers.Select(h => h.Set))}), POSCAR has {blocks.Count} ({string.Join(" ", blocks.Select(b => b.Species))}). Make both anew, in one order.")];
        string lexch = VaspFunctional.Of(level.Functional).Lexch;
        var problems = new List<PotcarProblem>();
        for (int i = 0; i < headers.Count; i++)
        {
            (PotcarHeader h, string species) = (headers[i], blocks[i].Species);
            string set = level.PotcarOf(species);
            if (h.Element != species)
                problems.Add(Wrong($"Block {i + 1} of POTCAR is {h.Element} ({h.Title}), of POSCAR {species}. VASP would compute with {h.Element} in the place of {species}; make both anew, in one order."));
            else if (h.Set != set)
                problems.Add(Wrong($"Block {i + 1} of POTCAR is the data set {h.Set} ({h.Title}), and the level asks for {set} of {species}. Write potcars: {{ {species}: {h.Set} }}, or put {set} where the potentials lie."));
            if (h.Lexch != lexch)
                problems.Add(Wrong($"{h.Title} was made for another functional (LEXCH = {h.Lexch}) than {level.Functional}, which needs {lexch}. Use the potentials of {level.Functional}, or another functional."));
            if (h.EnmaxEv > level.EncutEv)
                problems.Add(new PotcarProblem(
                    $"ENCUT of {IncarText.Of(level.EncutEv)} eV is below ENMAX of {IncarText.Of(h.EnmaxEv)} eV of {h.Set}: stress and cell are not converged. Write encutEv: {IncarText.Of(Math.Ceiling(CutoffMargin * h.EnmaxEv / 10) * 10)}, or a softer data set in potcars: {{ {species}: ... }}.",
                    IsWarning: true));
        }
        return [.. problems.DistinctBy(p => p.Message)];
    }

    private static PotcarProblem Wrong(string message) => new(message, IsWarning: false);
}
