using System.Globalization;
using System.Security;
using System.Text;
using Campaign.Compute.Structures;
using static Campaign.StandInVasp.Fortran;

namespace Campaign.StandInVasp;

/// <summary>The pieces of a vasprun.xml.</summary>
internal static class VasprunText
{
    public const string End = "</modeling>\n";

    public static string Header(InputDeck deck, StartFile start)
    {
        var t = new StringBuilder();
        t.Append(
            $"""
            <?xml version="1.0" encoding="ISO-8859-1"?>
            <!-- {Banner.Confession} -->
            <modeling>
             <generator>
              <i name="program" type="string">vasp </i>
              <i name="version" type="string">{Banner.Version}  </i>
              <i name="subversion" type="string">{Banner.Subversion}; {Banner.Confession} </i>
              <i name="platform" type="string">{Banner.Platform} </i>
              <i name="date" type="string">{Banner.Now.ToString("yyyy MM dd", CultureInfo.InvariantCulture)} </i>
              <i name="time" type="string">{Banner.Now.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} </i>
             </generator>
             <incar>

            """);
        foreach ((string tag, string value) in deck.Incar.Tags)
            t.Append($"  <i type=\"string\" name=\"{tag}\">{SecurityElement.Escape(value)}</i>\n");
        t.Append(" </incar>\n");
        Kpoints(t, deck.Kpoints);
        t.Append(VasprunParameters.Text(deck));
        Atoms(t, deck);
        Structure(t, start.Structure, "initialpos", " ", start.VelocitiesAPerFs);
        return t.ToString();
    }

    public static string Step(IonicStep step, InputDeck deck)
    {
        var t = new StringBuilder(" <calculation>\n");
        foreach (ElectronicStep e in step.Electrons.Steps)
        {
            t.Append("  <scstep>\n   <time name=\"total\">    0.00    0.00</time>\n   <energy>\n");
            Energies(t, "    ", step, e.EnergyEv);
            t.Append("   </energy>\n  </scstep>\n");
        }
        Structure(t, step.Structure, null, "  ", null);
        Rows(t, "forces", "  ", step.Point.Forces);
        if (deck.Settings.Isif > 0)
        {
            Mat3 kb = step.Point.StressKb;
            Rows(t, "stress", "  ", [new Vec3(kb.XX, kb.XY, kb.XZ), new Vec3(kb.YX, kb.YY, kb.YZ), new Vec3(kb.ZX, kb.ZY, kb.ZZ)]);
        }
        t.Append("  <energy>\n");
        Energies(t, "   ", step, step.FreeEnergyEv);
        if (step.Ions is { } ions)
        {
            foreach ((string name, double value) in (ReadOnlySpan<(string, double)>)[("kinetic", ions.KineticEv), ("lattice kinetic", 0), ("nosepot", ions.NosePotentialEv), ("nosekinetic", ions.NoseKineticEv), ("total", step.TotalEv)])
                t.Append($"   <i name=\"{name}\">{F(value, 16, 8)} </i>\n");
        }
        t.Append("  </energy>\n  <time name=\"totalsc\">    0.00    0.00</time>\n </calculation>\n");
        return t.ToString();
    }

    public static string Final(Structure structure)
    {
        var t = new StringBuilder();
        Structure(t, structure, "finalpos", " ", null);
        return t.ToString();
    }

    private static void Energies(StringBuilder t, string indent, IonicStep step, double freeEnergyEv) => t.Append(
        $"{indent}<i name=\"e_fr_energy\">{F(freeEnergyEv, 16, 8)} </i>\n{indent}<i name=\"e_wo_entrp\">{F(step.Electrons.WithoutEntropyEv(freeEnergyEv), 16, 8)} </i>\n{indent}<i name=\"e_0_energy\">{F(step.Electrons.SigmaZeroEv(freeEnergyEv), 16, 8)} </i>\n");

    private static void Kpoints(StringBuilder t, KpointSet k)
    {
        t.Append(" <kpoints>\n");
        if (k.Mesh is { } mesh)
            t.Append($"  <generation param=\"{(k.Gamma ? "Gamma" : "Monkhorst-Pack")}\">\n   <v type=\"int\" name=\"divisions\">{I(mesh[0], 8)} {I(mesh[1], 8)} {I(mesh[2], 8)} </v>\n  </generation>\n");
        Rows(t, "kpointlist", "  ", [.. k.Points.Select(p => p.Point)]);
        t.Append("  <varray name=\"weights\" >\n");
        foreach ((_, double weight) in k.Points)
            t.Append($"   <v> {F(weight, 16, 8)} </v>\n");
        t.Append("  </varray>\n </kpoints>\n");
    }

    private static void Atoms(StringBuilder t, InputDeck deck)
    {
        int[] blocks = deck.BlockOf;
        t.Append($" <atominfo>\n  <atoms> {I(blocks.Length, 7)} </atoms>\n  <types> {I(deck.Blocks.Count, 7)} </types>\n");
        t.Append("  <array name=\"atoms\" >\n   <dimension dim=\"1\">ion</dimension>\n   <field type=\"string\">element</field>\n   <field type=\"int\">atomtype</field>\n   <set>\n");
        foreach (int b in blocks)
            t.Append($"    <rc><c>{A(deck.Blocks[b].Element, 2)}</c><c>{I(b + 1, 4)}</c></rc>\n");
        t.Append("   </set>\n  </array>\n  <array name=\"atomtypes\" >\n   <dimension dim=\"1\">type</dimension>\n   <field type=\"int\">atomspertype</field>\n   <field type=\"string\">element</field>\n   <field>mass</field>\n   <field>valence</field>\n   <field type=\"string\">pseudopotential</field>\n   <set>\n");
        foreach (SpeciesBlock b in deck.Blocks)
            t.Append($"    <rc><c>{I(b.Count, 4)}</c><c>{A(b.Element, 2)}</c><c>{F(b.MassAmu, 16, 8)}</c><c>{F(b.Zval, 16, 8)}</c><c>  {A(b.Title, 40)}</c></rc>\n");
        t.Append("   </set>\n  </array>\n </atominfo>\n");
    }

    private static void Structure(StringBuilder t, Structure structure, string? name, string indent, Vec3[]? velocities)
    {
        Cell cell = structure.Cell;
        (Vec3 a, Vec3 b, Vec3 c) = cell.Reciprocal;
        t.Append($"{indent}<structure{(name is null ? "" : $" name=\"{name}\" ")}>\n{indent} <crystal>\n");
        Rows(t, "basis", indent + "  ", [cell.A, cell.B, cell.C]);
        t.Append($"{indent}  <i name=\"volume\">{F(cell.Volume, 16, 8)} </i>\n");
        Rows(t, "rec_basis", indent + "  ", [a, b, c]);
        t.Append($"{indent} </crystal>\n");
        Rows(t, "positions", indent + " ", Array.ConvertAll(structure.FractionalPositions(), f => f - f.Floor()));
        if (velocities is not null)
            Rows(t, "velocities", indent + " ", velocities);
        t.Append($"{indent}</structure>\n");
    }

    private static void Rows(StringBuilder t, string name, string indent, ReadOnlySpan<Vec3> rows)
    {
        t.Append($"{indent}<varray name=\"{name}\" >\n");
        foreach (Vec3 v in rows)
            t.Append($"{indent} <v> {F(v.X, 16, 8)} {F(v.Y, 16, 8)} {F(v.Z, 16, 8)} </v>\n");
        t.Append($"{indent}</varray>\n");
    }
}
