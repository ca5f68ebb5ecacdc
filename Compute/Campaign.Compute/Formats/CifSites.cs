using Campaign.Compute.Structures;

namespace Campaign.Compute.Formats;

/// <summary>The atom-site loop of a CIF as sites with orbits; rows on one position become one site with several species.</summary>
internal static class CifSites
{
    private const int MaximumPositions = 1_000_000;

    public static IReadOnlyList<AverageSite> Read(
        CifBlock block, Cell cell, IReadOnlyList<SymmetryOperation> operations, string fileName, List<string> messages)
    {
        CifLoop loop = block.LoopWith("_atom_site_fract_x")
            ?? throw new StructureFormatException(fileName, block.Line, "The atom sites have no fractional coordinates.", "Give _atom_site_fract_x, _y and _z; Cartesian coordinates are not read.");
        int x = Column("_atom_site_fract_x"), y = Column("_atom_site_fract_y"), z = Column("_atom_site_fract_z");
        int label = loop.Column("_atom_site_label"), type = loop.Column("_atom_site_type_symbol"), occupancy = loop.Column("_atom_site_occupancy");
        int letter = loop.Column("_atom_site_wyckoff_symbol", "_atom_site_wyckoff_label", "_atom_site_wyckoff_letter");
        int multiplicity = loop.Column("_atom_site_symmetry_multiplicity", "_atom_site_site_symmetry_multiplicity", "_atom_site_site_symmetry_order");
        if (label < 0 && type < 0)
            throw new StructureFormatException(fileName, loop.Line, "The atom sites have neither labels nor type symbols.", "Add _atom_site_label or _atom_site_type_symbol.");

        var sites = new List<AverageSite>();
        int positions = 0;
        for (int r = 0; r < loop.Rows.Length; r++)
        {
            CifToken[] row = loop.Rows[r];
            CifToken at = row[0];
            (string symbol, double? charge) = ReadSpecies(row, type, label, fileName);
            string name = label >= 0 && !row[label].IsMissing ? row[label].Text : $"{symbol}{r + 1}";
            double share = occupancy < 0 || row[occupancy].IsMissing ? 1 : Number(row[occupancy], "occupancy");
            if (!(share >= 0 && share <= 1.001))
                throw new StructureFormatException(fileName, occupancy < 0 ? at : row[occupancy], $"{name} has occupancy {share:g6}.", "An occupancy lies between 0 and 1.");
            var position = new Vec3(Number(row[x], "coordinate"), Number(row[y], "coordinate"), Number(row[z], "coordinate"));
            if (Math.Max(Math.Abs(position.X), Math.Max(Math.Abs(position.Y), Math.Abs(position.Z))) > 1000)
                throw new StructureFormatException(fileName, at, $"{name} lies at {position.X:g4}, {position.Y:g4}, {position.Z:g4} cells.", "Fractional coordinates are fractions of the cell vectors.");

            var species = new SiteSpecies(symbol, Math.Min(share, 1), charge, name);
            int shared = sites.FindIndex(s => s.Orbit.Any(p => SiteOrbit.Coincide(p, position, cell)));
            if (shared >= 0)
            {
                AverageSite site = sites[shared];
                int same = site.Species.ToList().FindIndex(s => s.Symbol == symbol);
                if (same < 0)
                {
                    sites[shared] = site with { Species = [.. site.Species, species] };
                    continue;
                }
                SiteSpecies first = site.Species[same];
                double total = first.Occupancy + species.Occupancy;
                if (total > 1.001)
                    throw new StructureFormatException(fileName, at, $"{name} repeats {symbol} on the position of {first.Label}, together {total:g6} atoms.", "Remove one of the rows, or check their occupancies.");
                messages.Add($"{first.Label} and {name} are {symbol} on one position; they are read as one species with occupancy {total:g6}.");
                double? mean = first.Charge is double q1 && charge is double q2 && total > 0 ? (q1 * first.Occupancy + q2 * species.Occupancy) / total : first.Charge;
                SiteSpecies[] merged = [.. site.Species];
                merged[same] = first with { Occupancy = Math.Min(total, 1), Charge = mean };
                sites[shared] = site with { Species = merged };
                continue;
            }
            IReadOnlyList<Vec3> orbit = SiteOrbit.Expand(position, operations, cell);
            positions += orbit.Count;
            if (positions > MaximumPositions)
                throw new StructureFormatException(fileName, at, $"The cell holds more than {MaximumPositions} positions.", "Check the file: this is no crystal structure.");
            if (multiplicity >= 0 && !row[multiplicity].IsMissing && Number(row[multiplicity], "multiplicity") is double stated && stated != orbit.Count)
                messages.Add($"{name}: the file states multiplicity {stated:g6}, its operations give {orbit.Count}; the latter is used.");
            string? wyckoff = letter < 0 || row[letter].IsMissing ? null : row[letter].Text.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
            sites.Add(new AverageSite(name, string.IsNullOrEmpty(wyckoff) ? WyckoffLetters.Find(orbit, operations, cell) : wyckoff, [species], orbit));
        }
        if (sites.Count == 0)
            throw new StructureFormatException(fileName, loop.Line, "The atom-site loop is empty.", "List at least one atom.");
        foreach (AverageSite site in sites.Where(s => s.TotalOccupancy > 1 + 1e-6))
            messages.Add($"{site.Wyckoff ?? site.Label}: occupancies add up to {site.TotalOccupancy:g6}, more than 1.");
        return sites;

        int Column(string tag)
        {
            int column = loop.Column(tag);
            return column >= 0 ? column : throw new StructureFormatException(fileName, loop.Line, $"The atom sites lack {tag}.", "Give all three fractional coordinates.");
        }

        double Number(CifToken token, string what) => Cif.Number(token.Text)
            ?? throw new StructureFormatException(fileName, token, $"The {what} '{CifBlock.Shorten(token.Text)}' is not a number.", "Write it as 0.25 or 0.2500(3); remove rows without a position.");
    }

    private static (string Symbol, double? Charge) ReadSpecies(CifToken[] row, int type, int label, string fileName)
    {
        CifToken token = type >= 0 && !row[type].IsMissing ? row[type] : row[label >= 0 ? label : type];
        string symbol = Elements.FromLabel(token.Text)
            ?? throw new StructureFormatException(fileName, token, $"'{CifBlock.Shorten(token.Text)}' starts with no element symbol.", "Give the element in _atom_site_type_symbol.");
        return (symbol, type >= 0 && token == row[type] ? Charge(token.Text.AsSpan(symbol.Length)) : null);
    }

    /// <summary>The charge behind an element: "3+", "+3", "-" or nothing.</summary>
    private static double? Charge(ReadOnlySpan<char> text)
    {
        int sign = text.IndexOfAny('+', '-');
        if (sign < 0)
            return null;
        ReadOnlySpan<char> digits = sign == 0 ? text[1..] : text[..sign];
        if (digits.Length == 0)
            return text[sign] == '+' ? 1 : -1;
        return Cif.Number(digits.ToString()) is double size && size is >= 0 and <= 9 ? (text[sign] == '+' ? size : -size) : null;
    }
}
