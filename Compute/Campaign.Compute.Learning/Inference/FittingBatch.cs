using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;

namespace Campaign.Compute.Learning.Inference;

/// <summary>The fitting nets of all types over a block of atoms of one type: descriptors in, energies and their gradients out.</summary>
internal abstract unsafe class FittingBatch<T>(int atoms) : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most atoms a block holds.</summary>
    public int Atoms { get; } = atoms;

    /// <summary>Packed rows of the descriptor, one per atom.</summary>
    public abstract T* Descriptors { get; }

    /// <summary>Energies without biases, eV.</summary>
    public abstract T* Energies { get; }

    /// <summary>dE/dD in the layout of <see cref="Descriptors"/>.</summary>
    public abstract T* Gradients { get; }

    public abstract void Evaluate(int type, int atoms);

    public abstract void Dispose();
}

/// <summary>Eight atoms at a time with our own products: for networks whose weights stay in the cache.</summary>
internal sealed unsafe class SmallFittingBatch<T> : FittingBatch<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FittingGradient<T>[] _nets;
    private readonly int _length;
    private readonly Pinned<T> _d, _gd, _energies, _scratch;

    public SmallFittingBatch(DeepPotential model, int[] descriptorAt, int descriptorLength, int atoms)
        : base(atoms)
    {
        _length = descriptorLength;
        _nets = [.. model.Fittings.Select(f => new FittingGradient<T>(f, descriptorAt, descriptorLength))];
        _d = new Pinned<T>(atoms * descriptorLength);
        _gd = new Pinned<T>(atoms * descriptorLength);
        _energies = new Pinned<T>(atoms);
        _scratch = new Pinned<T>(_nets.Max(n => n.ScratchLength));
    }

    public override T* Descriptors => _d.Pointer;

    public override T* Energies => _energies.Pointer;

    public override T* Gradients => _gd.Pointer;

    public override void Evaluate(int type, int atoms)
    {
        new Span<T>(_d.Pointer + atoms * _length, (Atoms - atoms) * _length).Clear();
        for (int r = 0; r < atoms; r += Simd<T>.Rows)
            _nets[type].Evaluate(_d.Pointer + r * _length, _length, _energies.Pointer + r, _gd.Pointer + r * _length, _scratch.Pointer);
    }

    public override void Dispose()
    {
        // Buffers are managed memory; nothing is held outside.
    }
}
