using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Reading;

internal static class CellRows
{
    /// <summary>Null where the rows hold no numbers, or span no volume.</summary>
    public static Cell? ToCell(ReadOnlySpan<Vec3> rows)
    {
        foreach (Vec3 row in rows)
        {
            if (!double.IsFinite(row.NormSquared))
                return null;
        }
        try
        {
            return new Cell(rows[0], rows[1], rows[2]);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
