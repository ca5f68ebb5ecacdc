using Campaign.Compute.Structures;

namespace Campaign.StandInVasp;

/// <summary>Single points and relaxations, of positions or of positions and cell.</summary>
internal static class Relaxation
{
    public const string Reached = " reached required accuracy - stopping structural energy minimisation\n";

    private const double LongestMoveA = 0.1;

    /// <summary>Stress (kB) that belongs to a force of 1 eV/Å: the cell counts as relaxed to the same degree as the atoms.</summary>
    private const double KbPerEvPerA = 10;

    public static void Run(Session session, RunOutput output)
    {
        InputDeck deck = session.Deck;
        bool moves = deck.Settings.IsRelaxation;
        var space = new RelaxationSpace(deck.Typed(deck.Start.Structure), deck.Settings.Isif == 3);
        var optimiser = new QuasiNewton(LongestMoveA);
        Vec3[] x = space.Start;
        IonicStep? before = null;
        for (int number = 1; ; number++)
        {
            IonicStep step = session.Compute(number, space.At(x));
            bool reached = moves && IsRelaxed(step, before, deck.Settings);
            if (moves && !reached)
                x = optimiser.Next(x, step.Point.EnergyEv, space.Gradient(x, step.Point));
            bool goesOn = session.Write(output, step, PositionFiles.Contcar(deck, deck.Start, space.At(x), null, null));
            if (reached)
                output.Say(Reached);
            if (reached || !goesOn || number >= (moves ? deck.Settings.Nsw : 1))
            {
                output.Finish(space.At(x));
                return;
            }
            output.EndStep();
            before = step;
        }
    }

    private static bool IsRelaxed(IonicStep step, IonicStep? before, VaspSettings s)
    {
        if (s.Ediffg >= 0)
            return before is not null && Math.Abs(step.FreeEnergyEv - before.FreeEnergyEv) < s.Ediffg;
        return step.Point.LargestForce < -s.Ediffg
            && (s.Isif < 3 || Array.TrueForAll(step.Point.StressKb.ToRowMajor(), kb => Math.Abs(kb) < -s.Ediffg * KbPerEvPerA));
    }
}
