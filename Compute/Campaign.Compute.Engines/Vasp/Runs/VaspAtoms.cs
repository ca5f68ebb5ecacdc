using System.Globalization;
using System.Text;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Runs;

/// <summary>A structure in the order of its POSCAR: one block per species, in the order of the type map.</summary>
public sealed class VaspAtoms
{
    private readonly Structure _structure;
    private readonly int[] _order;

    private VaspAtoms(Structure structure)
    {
        _structure = structure;
        _order = Poscar.AtomOrder(structure);
        int[] counts = structure.CountsByType();
        Blocks = [.. Enumerable.Range(0, counts.Length).Where(t => counts[t] > 0).Select(t => (structure.TypeMap[t], counts[t]))];
    }

    /// <summary>Species and number of atoms of each block.</summary>
    public IReadOnlyList<(string Species, int Count)> Blocks { get; }

    public static VaspAtoms Of(Structure structure) => new(structure);

    /// <param name="velocitiesAPerFs">One per atom of the structure; null: VASP draws its own where it needs any.</param>
    public string Text(string comment, Vec3[]? velocitiesAPerFs = null)
    {
        var text = new StringBuilder(Poscar.Write(_structure, comment));
        if (velocitiesAPerFs is not null)
        {
            text.Append('\n');
            foreach (int atom in _order)
                text.Append(CultureInfo.InvariantCulture, $"  {velocitiesAPerFs[atom].X:E15} {velocitiesAPerFs[atom].Y:E15} {velocitiesAPerFs[atom].Z:E15}\n");
        }
        return text.ToString();
    }

    /// <summary>The same atoms at other places, in the structure's own order.</summary>
    /// <param name="positions">In the order of the POSCAR, Å.</param>
    public Structure At(Cell cell, Vec3[] positions) => _structure with { Cell = cell, Positions = Restored(positions) };

    /// <summary>A vector per atom from the order of the POSCAR into the structure's own.</summary>
    public T[] Restored<T>(T[] values)
    {
        if (values.Length != _order.Length)
            throw new InvalidDataException($"VASP's output has {values.Length} atoms, the structure {_order.Length}.");
        var restored = new T[values.Length];
        for (int i = 0; i < values.Length; i++)
            restored[_order[i]] = values[i];
        return restored;
    }
}
