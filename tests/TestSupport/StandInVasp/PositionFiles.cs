using System.Text;
using Campaign.Compute.Structures;
using static Campaign.StandInVasp.Fortran;

namespace Campaign.StandInVasp;

/// <summary>CONTCAR and XDATCAR.</summary>
internal static class PositionFiles
{
    /// <param name="velocitiesAPerFs">Null: zeros, as after a relaxation.</param>
    /// <param name="predictor">Null outside dynamics.</param>
    public static string Contcar(InputDeck deck, StartFile start, Structure structure, Vec3[]? velocitiesAPerFs, string? predictor)
    {
        var t = new StringBuilder();
        t.Append($"{A(start.Comment, 40)}\n   1.00000000000000     \n");
        foreach (Vec3 row in (ReadOnlySpan<Vec3>)[structure.Cell.A, structure.Cell.B, structure.Cell.C])
            t.Append($" {OutcarHeader.Row(row, 22, 16)}\n");
        t.Append($"{Species(deck)}\n{Counts(deck)}\nDirect\n");
        foreach (Vec3 f in structure.FractionalPositions())
            t.Append($"{OutcarHeader.Row(f - f.Floor(), 20, 16)}\n");
        t.Append(" \n");
        foreach (Vec3 v in velocitiesAPerFs ?? new Vec3[structure.Count])
            t.Append($"{Exponents(v)}\n");
        return t.Append(predictor).ToString();
    }

    /// <summary>Layout of VASP: a flag, the time step, the thermostat's four numbers, then positions and their scaled derivatives for every atom.</summary>
    public static string Predictor(double potimFs, double[] thermostat, params Vec3[][] rows)
    {
        var t = new StringBuilder($" \n{I(1, 12)}\n{F(potimFs, 19, 14)}     \n{string.Concat(thermostat.Select(v => E(v, 16, 8)))}\n");
        foreach (Vec3[] row in rows)
            foreach (Vec3 v in row)
                t.Append($"{Exponents(v)}\n");
        return t.ToString();
    }

    public static string XdatcarHeader(InputDeck deck, Structure structure)
    {
        var t = new StringBuilder($"{A(deck.Settings.System, 40)}\n           1\n");
        foreach (Vec3 row in (ReadOnlySpan<Vec3>)[structure.Cell.A, structure.Cell.B, structure.Cell.C])
            t.Append($" {OutcarHeader.Row(row, 12, 6)}\n");
        return t.Append($"{Species(deck)}\n{string.Concat(deck.Blocks.Select(b => I(b.Count, 4)))}\n").ToString();
    }

    public static string XdatcarConfiguration(IonicStep step)
    {
        var t = new StringBuilder($"Direct configuration={I(step.Number, 6)}\n");
        foreach (Vec3 f in step.Wrapped())
            t.Append($"{OutcarHeader.Row(f, 12, 8)}\n");
        return t.ToString();
    }

    private static string Exponents(Vec3 v) => E(v.X, 16, 8) + E(v.Y, 16, 8) + E(v.Z, 16, 8);

    private static string Species(InputDeck deck) => string.Concat(deck.Blocks.Select(b => $"   {A(b.Element, 2)}"));

    private static string Counts(InputDeck deck) => string.Concat(deck.Blocks.Select(b => I(b.Count, 6)));
}
