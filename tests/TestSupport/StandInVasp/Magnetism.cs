namespace Campaign.StandInVasp;

/// <summary>Site moments that nobody computed: about one Bohr magneton on every atom that carries one, of the sign that MAGMOM gives it.</summary>
internal static class Magnetism
{
    private const double Moment = 1.0, Spread = 0.015, Tail = 0.006;

    /// <summary>What a moment is that left its atom.</summary>
    public const double Lost = 0.1;

    /// <returns>Null without spin.</returns>
    /// <param name="lost">The first atom that carries a moment lost it.</param>
    public static double[]? Of(InputDeck deck, int ionicStep, bool lost)
    {
        if (deck.Settings.Spin != 2)
            return null;
        int[] blocks = deck.BlockOf;
        var moments = new double[blocks.Length];
        bool dropped = !lost;
        for (int i = 0; i < moments.Length; i++)
        {
            double asked = deck.Settings.Magmom?[i] ?? 0;
            bool carries = asked != 0 || deck.Settings.Hubbard?.L[blocks[i]] == 2;
            double wobble = Math.Sin(1.7 * i + 0.3 * ionicStep);
            moments[i] = carries ? Math.CopySign(Moment + Spread * wobble, asked) : Tail * wobble;
            if (carries && !dropped)
                (moments[i], dropped) = (Math.CopySign(Lost, asked), true);
        }
        return moments;
    }

    /// <summary>Of the cell; NUPDOWN fixes it.</summary>
    public static double Total(InputDeck deck, double[] moments) => deck.Settings.Nupdown >= 0 ? deck.Settings.Nupdown : moments.Sum();
}
