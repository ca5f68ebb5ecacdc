using System.Globalization;
using System.Text;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Formats;

/// <summary>
/// LAMMPS data files, atom_style atomic, restricted triclinic box (a along x, b in the xy plane). General cells are rotated into that frame; the
/// rotation is returned so that vectors can follow. Large tilts are kept (LAMMPS needs 'box tilt large' for them): reducing them would relabel the cell.
/// </summary>
public static class LammpsData
{
    /// <summary>A data file and the rotation R that made it: r_file = r · R for row vectors.</summary>
    public sealed record Written(string Text, Mat3 Rotation, bool NeedsLargeTilt);

    /// <summary>
    /// Writes a structure; types are numbered in the order of the type map, with masses and names in the Masses section.
    /// A left-handed cell cannot be rotated into the box of LAMMPS: <see cref="ArgumentException"/>.
    /// </summary>
    public static Written Write(Structure structure, string comment)
    {
        (Cell box, Mat3 rotation) = Restrict(structure.Cell);
        (double lx, double xy, double ly) = (box.A.X, box.B.X, box.B.Y);
        (double xz, double yz, double lz) = (box.C.X, box.C.Y, box.C.Z);
        var text = new StringBuilder();
        text.Append(comment.ReplaceLineEndings(" ")).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{structure.Count} atoms\n{structure.TypeMap.Count} atom types\n\n");
        text.Append(CultureInfo.InvariantCulture, $"0 {lx:R} xlo xhi\n0 {ly:R} ylo yhi\n0 {lz:R} zlo zhi\n{xy:R} {xz:R} {yz:R} xy xz yz\n\nMasses\n\n");
        for (int t = 0; t < structure.TypeMap.Count; t++)
            text.Append(CultureInfo.InvariantCulture, $"{t + 1} {Elements.MassAmu(structure.TypeMap[t]):R} # {structure.TypeMap[t]}\n");
        text.Append("\nAtoms # atomic\n\n");
        for (int i = 0; i < structure.Count; i++)
        {
            Vec3 r = structure.Positions[i] * rotation;
            text.Append(CultureInfo.InvariantCulture, $"{i + 1} {structure.Types[i] + 1} {r.X:R} {r.Y:R} {r.Z:R}\n");
        }
        bool large = Math.Abs(xy) > 0.5 * lx || Math.Abs(xz) > 0.5 * lx || Math.Abs(yz) > 0.5 * ly;
        return new Written(text.ToString(), rotation, large);
    }

    /// <summary>
    /// Reads a data file. Species come from the comments of the Masses section ("1 6.94 # Li") or from the masses. Image flags unwrap the
    /// positions; other sections are skipped.
    /// </summary>
    public static Structure Read(string text, string fileName) => new LammpsDataReader(text, fileName).Read();

    public static Structure ReadFile(string path) => Read(TextFiles.ReadAllText(path), path);

    /// <summary>The lower-triangular form of a cell, positive diagonal, and the proper rotation that leads to it (row vectors times R).</summary>
    public static (Cell Cell, Mat3 Rotation) Restrict(Cell cell)
    {
        Vec3 ex = cell.A / cell.A.Norm;
        Vec3 ez = Vec3.Cross(cell.A, cell.B);
        ez /= ez.Norm;
        Vec3 ey = Vec3.Cross(ez, ex);
        if (Vec3.Dot(cell.C, ez) < 0)
            throw new ArgumentException("The cell is left-handed; exchange two of its vectors.");
        var rotation = new Mat3(ex.X, ey.X, ez.X, ex.Y, ey.Y, ez.Y, ex.Z, ey.Z, ez.Z);
        var restricted = new Cell(
            new Vec3(cell.A.Norm, 0, 0),
            new Vec3(Vec3.Dot(cell.B, ex), Vec3.Dot(cell.B, ey), 0),
            new Vec3(Vec3.Dot(cell.C, ex), Vec3.Dot(cell.C, ey), Vec3.Dot(cell.C, ez)));
        return (restricted, rotation);
    }
}
