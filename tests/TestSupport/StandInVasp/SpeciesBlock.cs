namespace Campaign.StandInVasp;

/// <summary>Atoms of one kind that stand together in POSCAR, and what is known of their potential. Blocks of one species are not merged.</summary>
/// <param name="Title">TITEL of the potential.</param>
internal sealed record SpeciesBlock(string Element, int Count, string Title, double Zval, double EnmaxEv, string Lexch)
{
    public double MassAmu => Compute.Elements.MassAmu(Element);
}
