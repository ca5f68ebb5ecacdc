using Campaign.Compute;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Structures;

namespace Campaign.StandInVasp;

/// <summary>
/// Molecular dynamics by velocity Verlet. Every step goes on from the text of the CONTCAR before it, also within a run, so that a run that is
/// continued from its CONTCAR takes the same bits as one that was not interrupted.
/// </summary>
/// <remarks>As in VASP, CONTCAR holds the positions of the step to come; its velocities are those half a step before it.</remarks>
internal static class Dynamics
{
    public static void Run(Session session, RunOutput output, StartFile start)
    {
        InputDeck deck = session.Deck;
        VaspSettings s = deck.Settings;
        double[] masses = [.. deck.BlockOf.Select(b => deck.Blocks[b].MassAmu)];
        double dt = s.Potim;
        StartFile at = start;
        for (int number = 1; ; number++)
        {
            Structure here = deck.Typed(at.Structure);
            IonicStep step = session.Compute(number, here);
            Vec3[] v = [.. at.VelocitiesAPerFs!];
            double[] before = IsContinued(at, s) ? at.Predictor!.Thermostat : Thermostat.AtRest;
            Thermostat thermostat = Thermostat.Of(deck, masses, before);
            long done = (long)before[3];
            double targetK = TargetK(s, number);
            Vec3[] accelerations = [.. step.Point.Forces.Zip(masses, (f, m) => PhysicalConstants.AccelerationPerEvPerAAmu / m * f)];
            if (IsContinued(at, s))
            {
                Kick(v, accelerations, dt);
                thermostat.Half(v, targetK, 2 * done);
            }
            double kinetic = MaxwellVelocities.KineticEv(masses, v);
            var ions = new IonEnergies(kinetic, MaxwellVelocities.TemperatureK(kinetic, masses.Length), thermostat.PotentialEv, thermostat.KineticEv, 0);

            thermostat.Half(v, targetK, 2 * done + 1);
            Kick(v, accelerations, dt);
            Structure next = here with { Positions = [.. here.Positions.Zip(v, (r, u) => r + dt * u)] };
            string contcar = PositionFiles.Contcar(deck, start, next, v, Predictor(here, v, accelerations, thermostat, done + 1, dt));
            bool goesOn = session.Write(output, step with { Ions = ions with { LargestMoveA = dt * v.Max(u => u.Norm) } }, contcar);
            if (!goesOn || number >= s.Nsw)
            {
                output.Finish(next);
                return;
            }
            output.EndStep();
            at = StartFile.Read(contcar, "CONTCAR");
        }
    }

    /// <summary>The start file with velocities: its own, or drawn for TEBEG.</summary>
    public static StartFile WithVelocities(InputDeck deck)
    {
        StartFile start = deck.Start;
        if (start.VelocitiesAPerFs is { } given && given.Any(v => v != Vec3.Zero))
            return start;
        double[] masses = [.. deck.BlockOf.Select(b => deck.Blocks[b].MassAmu)];
        return start with { VelocitiesAPerFs = MaxwellVelocities.Draw(masses, deck.Settings.TebegK, new Rng(Seed(deck))), Predictor = null };
    }

    /// <summary>From TEBEG to TEEND, linearly.</summary>
    public static double TargetK(VaspSettings s, int step) => s.TebegK + (s.TeendK - s.TebegK) * step / s.Nsw;

    /// <summary>A block of another time step is none of this run's.</summary>
    private static bool IsContinued(StartFile at, VaspSettings s) => at.Predictor?.PotimFs == s.Potim;

    private static void Kick(Vec3[] v, Vec3[] accelerations, double dt)
    {
        for (int i = 0; i < v.Length; i++)
            v[i] += 0.5 * dt * accelerations[i];
    }

    private static string Predictor(Structure here, Vec3[] v, Vec3[] accelerations, Thermostat thermostat, long done, double dt)
    {
        Cell cell = here.Cell;
        (double s, double momentum) = thermostat.State;
        return PositionFiles.Predictor(
            dt,
            [s, momentum, 0, done],
            Array.ConvertAll(here.FractionalPositions(), f => f - f.Floor()),
            Array.ConvertAll(v, u => cell.ToFractional(dt * u)),
            Array.ConvertAll(accelerations, a => cell.ToFractional(0.5 * dt * dt * a)));
    }

    private static ulong Seed(InputDeck deck)
    {
        if (deck.Settings.RandomSeed != 0)
            return (ulong)deck.Settings.RandomSeed;
        ulong seed = 14695981039346656037; // FNV-1a over the coordinates
        foreach (Vec3 r in deck.Start.Structure.Positions)
            for (int axis = 0; axis < 3; axis++)
                seed = (seed ^ BitConverter.DoubleToUInt64Bits(r[axis])) * 1099511628211;
        return seed;
    }
}
