using System.Globalization;
using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Training;

/// <summary>Frames that something can be learnt from: all their numbers are numbers, and no two atoms lie on each other.</summary>
public static class SoundFrames
{
    /// <summary>The system without its broken frames, each of which is named with the reason; null when none is left.</summary>
    public static DeepMdSystem? Of(DeepMdSystem system, Action<int, string> leftOut)
    {
        var kept = new List<int>();
        for (int k = 0; k < system.FrameCount; k++)
            if (Broken(system, k) is { } reason)
                leftOut(k, reason);
            else
                kept.Add(k);
        return kept.Count == system.FrameCount ? system : kept.Count == 0 ? null : DeepMdSystem.FromFrames([.. kept.Select(system.FrameAt)]) with { Periodic = system.Periodic };
    }

    private static string? Broken(DeepMdSystem system, int k)
    {
        foreach ((string name, double[]? values, int width) in new[]
        {
            ("box", system.Periodic ? system.BoxesA : null, 9), ("coord", system.CoordinatesA, 3 * system.AtomCount), ("energy", system.EnergiesEv, 1),
            ("force", system.ForcesEvPerA, 3 * system.AtomCount), ("virial", system.VirialsEv, 9),
        })
            if (values is not null && values.AsSpan(k * width, width).ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
                return $"{name} holds what is not a number";
        return system.HasVolume(k) ? Collision(system.FrameAt(k).Structure) : "box spans no volume";
    }

    /// <summary>The first two atoms that lie on each other, in words; null: none do.</summary>
    private static string? Collision(Structure structure)
    {
        var near = new NeighborList(CollisionException.ClosestA, 0);
        near.Update(structure.Cell, structure.Positions);
        for (int i = 0; i < structure.Count; i++)
            if (near.Start[i + 1] > near.Start[i])
            {
                int j = near.Neighbors[near.Start[i]];
                double distance = (structure.Positions[j] + near.Shifts[near.Start[i]] - structure.Positions[i]).Norm;
                return string.Create(CultureInfo.InvariantCulture, $"atoms {i} and {j} are {distance:0.###} Å apart");
            }
        return null;
    }
}
