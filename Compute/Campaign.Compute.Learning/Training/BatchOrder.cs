using System.Numerics;

namespace Campaign.Compute.Learning.Training;

/// <summary>Batches that are each of one system, as DeePMD-kit makes them.</summary>
/// <param name="Sizes">Frames per batch, for every system.</param>
/// <param name="Probabilities">Of every system to be chosen; they add up to 1.</param>
public sealed record SystemBatches(IReadOnlyList<int> Sizes, IReadOnlyList<double> Probabilities);

/// <summary>Which frames make the batch of a step: a function of seed and step, so that a run that is continued takes the same.</summary>
public abstract class BatchOrder
{
    /// <summary>Numbers of the step's frames, counted through all systems.</summary>
    public abstract int[] At(int step);

    /// <param name="options">What to train.</param>
    /// <param name="frames">Frames of every system.</param>
    public static BatchOrder Of(TrainingOptions options, IReadOnlyList<int> frames) => options.Systems is { } systems
        ? new OneSystemAtATime(options.Seed, frames, systems)
        : new AllFramesMixed(options.Seed, frames.Sum(), options.BatchSize);

    private sealed class AllFramesMixed(ulong seed, int frames, int size) : BatchOrder
    {
        private readonly FrameOrder _order = new(seed, frames);
        private readonly int _size = Math.Min(size, frames);

        public override int[] At(int step) => [.. Enumerable.Range(0, _size).Select(k => _order[(long)step * _size + k])];
    }

    private sealed class OneSystemAtATime : BatchOrder
    {
        private readonly ulong _seed;
        private readonly SystemBatches _systems;
        private readonly FrameOrder[] _orders;
        private readonly int[] _first, _sizes;
        private readonly long[] _batches; // of every system, before _step
        private int _step;

        public OneSystemAtATime(ulong seed, IReadOnlyList<int> frames, SystemBatches systems)
        {
            if (systems.Sizes.Count != frames.Count || systems.Probabilities.Count != frames.Count)
                throw new ArgumentException($"Batch sizes ({systems.Sizes.Count}) and probabilities ({systems.Probabilities.Count}) need a number for each of the {frames.Count} systems.");
            if (systems.Sizes.Any(n => n < 1) || systems.Probabilities.Any(p => !(p >= 0)) || !(Math.Abs(systems.Probabilities.Sum() - 1) < 1e-9))
                throw new ArgumentException("Batch sizes must be above zero, and the probabilities of the systems must add up to 1.");
            (_seed, _systems) = (seed, systems);
            _orders = [.. frames.Select((n, s) => new FrameOrder(Key(seed, (ulong)s), n))];
            _first = [.. frames.Select((_, s) => frames.Take(s).Sum())];
            _sizes = [.. frames.Zip(systems.Sizes, Math.Min)];
            _batches = new long[frames.Count];
        }

        public override int[] At(int step)
        {
            if (step < _step)
            {
                _step = 0;
                Array.Clear(_batches);
            }
            for (; _step < step; _step++)
                _batches[SystemOf(_step)]++;
            int s = SystemOf(step);
            return [.. Enumerable.Range(0, _sizes[s]).Select(k => _first[s] + _orders[s][_batches[s] * _sizes[s] + k])];
        }

        private static ulong Key(ulong seed, ulong number) => seed ^ BitOperations.RotateLeft((number + 1) * 0xD1342543DE82EF95, 32);

        private int SystemOf(int step)
        {
            double u = new Rng(Key(_seed, ~(ulong)step)).NextDouble();
            int s = 0, last = 0;
            for (; s < _sizes.Length; s++)
                if (_systems.Probabilities[s] > 0)
                {
                    last = s;
                    if ((u -= _systems.Probabilities[s]) < 0)
                        break;
                }
            return last;
        }
    }
}

/// <summary>Every frame once per epoch, in an order that depends on seed and epoch only.</summary>
internal sealed class FrameOrder(ulong seed, int frames)
{
    private readonly int[] _order = new int[frames];
    private long _epoch = -1;

    public int this[long draw]
    {
        get
        {
            long epoch = draw / _order.Length;
            if (epoch != _epoch)
            {
                for (int i = 0; i < _order.Length; i++)
                    _order[i] = i;
                new Rng(seed ^ (0x9E3779B97F4A7C15 * (ulong)(epoch + 1))).Shuffle<int>(_order);
                _epoch = epoch;
            }
            return _order[(int)(draw % _order.Length)];
        }
    }
}
