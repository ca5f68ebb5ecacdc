using System.Numerics;
using System.Runtime.ExceptionServices;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Inference;

/// <summary>
/// DeepPot-SE for one set of atoms, on one thread or several. Atoms are taken a block of one type at a time; every thread has its own
/// blocks and forces, which are added in the threads' order: equal positions and as many threads give equal bits.
/// </summary>
/// <remarks>Buffers only grow; on one thread a step in which they suffice allocates nothing.</remarks>
internal sealed class DeepPotentialCalculator<T> : IDeepCalculator where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NeighborGroups _neighbors;
    private readonly BlockPass<T>[] _passes;
    private readonly AtomBlock[][] _blocks;         // of every pass
    private readonly ParallelOptions _parallel;
    private readonly Vec3[] _positions;             // where there are several threads: a copy that all can see
    private readonly Vec3[][] _forces;              // of every pass, where there are several
    private readonly double[] _atomEnergies;
    private readonly Action<long> _outsideTables;

    /// <param name="tables">Of the embedding nets; a net without one is evaluated itself.</param>
    /// <param name="outsideTables">Told at the end how many pairs no table held.</param>
    public DeepPotentialCalculator(
        DeepPotential model, int[] atomTypes, double skinA, IReadOnlyDictionary<DenseNet, EmbeddingTable<T>> tables, int threads, Action<long> outsideTables)
    {
        _outsideTables = outsideTables;
        _atomEnergies = new double[atomTypes.Length];
        _neighbors = new NeighborGroups(atomTypes, model.Types, model.Descriptor.CutoffA, skinA);
        int[] order = [.. Enumerable.Range(0, atomTypes.Length).OrderBy(i => atomTypes[i])];
        _passes = [.. Enumerable.Range(0, threads).Select(_ => new BlockPass<T>(model, atomTypes, order, _neighbors, tables))];
        AtomBlock[] blocks = [.. Blocks([.. order.Select(i => atomTypes[i])], _passes[0].BlockAtoms)];
        _blocks = [.. Enumerable.Range(0, threads).Select(w => blocks.Where((_, k) => k % threads == w).ToArray())];
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        int shared = threads == 1 ? 0 : atomTypes.Length;
        _positions = new Vec3[shared];
        _forces = [.. _passes.Select(_ => new Vec3[shared])];
    }

    public ReadOnlySpan<double> AtomEnergiesEv => _atomEnergies;

    public void Dispose()
    {
        foreach (BlockPass<T> pass in _passes)
            pass.Dispose();
        _outsideTables(_passes.Sum(p => p.OutsideTable));
    }

    /// <exception cref="NeighborOverflowException">More neighbours than the model's sel.</exception>
    public EnergyAndVirial Compute(Cell cell, ReadOnlySpan<Vec3> positions, Span<Vec3> forces)
    {
        if (positions.Length != _atomEnergies.Length || forces.Length != _atomEnergies.Length)
            throw new ArgumentException($"The calculator was made for {_atomEnergies.Length} atoms, not {positions.Length}.");
        if (_neighbors.Update(cell, positions))
            foreach (BlockPass<T> pass in _passes)
                pass.Reserve();
        if (_passes.Length == 1)
            _passes[0].Run(_blocks[0], positions, forces, _atomEnergies);
        else
            RunTogether(positions, forces);

        var virial = Mat3.Zero;
        foreach (BlockPass<T> pass in _passes)
            virial += pass.VirialEv;
        double energy = 0;
        foreach (double e in _atomEnergies)
            energy += e;
        return new EnergyAndVirial(energy, virial);
    }

    private void RunTogether(ReadOnlySpan<Vec3> positions, Span<Vec3> forces)
    {
        positions.CopyTo(_positions);
        try
        {
            Parallel.For(0, _passes.Length, _parallel, w => _passes[w].Run(_blocks[w], _positions, _forces[w], _atomEnergies));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        _forces[0].CopyTo(forces);
        for (int w = 1; w < _forces.Length; w++)
            for (int i = 0; i < forces.Length; i++)
                forces[i] += _forces[w][i];
    }

    private static IEnumerable<AtomBlock> Blocks(int[] types, int most)
    {
        for (int first = 0, end; first < types.Length; first = end)
        {
            for (end = first + 1; end < types.Length && end < first + most && types[end] == types[first];)
                end++;
            yield return new AtomBlock(types[first], first, end - first);
        }
    }
}
