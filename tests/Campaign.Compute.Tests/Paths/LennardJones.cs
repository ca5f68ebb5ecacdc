using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Tests.Paths;

/// <summary>Lennard-Jones with energy and force taken linearly to zero at the cutoff, one species, for path tests.</summary>
internal sealed class LennardJones(double epsilonEv, double sigmaA, double cutoffA) : IPotential
{
    public string Description => "Lennard-Jones (test)";

    public IReadOnlyList<string> TypeMap { get; } = ["Ar"];

    public double CutoffA => cutoffA;

    public ICalculator CreateCalculator(Structure structure) => new Calculator(epsilonEv, sigmaA, cutoffA);

    private sealed class Calculator(double epsilonEv, double sigmaA, double cutoffA) : ICalculator
    {
        private readonly NeighborList _list = new(cutoffA, 0.5);

        public EnergyAndVirial Compute(Cell cell, ReadOnlySpan<Vec3> positions, Span<Vec3> forces)
        {
            _list.Update(cell, positions);
            (double atCutoff, double slopeAtCutoff) = Pair(cutoffA);
            double energy = 0;
            Mat3 virial = Mat3.Zero;
            forces.Clear();
            for (int i = 0; i < positions.Length; i++)
                for (int k = _list.Start[i]; k < _list.Start[i + 1]; k++)
                {
                    Vec3 rij = positions[_list.Neighbors[k]] + _list.Shifts[k] - positions[i];
                    double r = rij.Norm;
                    if (r >= cutoffA)
                        continue;
                    (double v, double slope) = Pair(r);
                    energy += 0.5 * (v - atCutoff - (r - cutoffA) * slopeAtCutoff);
                    Vec3 force = ((slope - slopeAtCutoff) / r) * rij;
                    forces[i] += force;
                    virial += -0.5 * Mat3.Outer(rij, force);
                }
            return new EnergyAndVirial(energy, virial);
        }

        private (double Energy, double Slope) Pair(double r)
        {
            double s6 = Math.Pow(sigmaA / r, 6);
            return (4 * epsilonEv * (s6 * s6 - s6), 4 * epsilonEv * (-12 * s6 * s6 + 6 * s6) / r);
        }

        public void Dispose()
        {
        }
    }
}
