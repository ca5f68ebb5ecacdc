using System.Globalization;
using Campaign.Compute.Structures;
using Campaign.Compute.Transport;
using Xunit;

namespace Campaign.Compute.Tests.Transport;

/// <summary>The published fixtures beside the checkout; tests that need them are skipped loudly where they are absent.</summary>
internal static class TransportFixtures
{
    public static string Path(string name)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(System.IO.Path.Combine(root.FullName, "Campaign.sln")))
            root = root.Parent;
        string path = System.IO.Path.Combine(root?.Parent?.FullName ?? ".", "shared", "data", "structures", "fixtures", name);
        Skip.IfNot(File.Exists(path), $"fixture {name} is not beside the checkout (../shared/data/structures/fixtures)");
        return path;
    }

    public static double Number(string s) => double.Parse(s, CultureInfo.InvariantCulture);

    /// <summary>The toy conductor (cubic box): type 1 as Li, type 2 as Cl, frames 0.25 time units apart.</summary>
    public static Trajectory Toy(string name, bool useImages)
    {
        var frames = new List<Vec3[]>();
        Cell? cell = null;
        string[] species = [];
        using var reader = new StreamReader(Path(name));
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("ITEM: BOX", StringComparison.Ordinal))
            {
                double l = Number(reader.ReadLine()!.Split(' ')[1]);
                cell ??= new Cell(new Vec3(l, 0, 0), new Vec3(0, l, 0), new Vec3(0, 0, l));
            }
            if (!line.StartsWith("ITEM: ATOMS", StringComparison.Ordinal))
                continue;
            var r = new Vec3[148];
            species = new string[148];
            for (int i = 0; i < 148; i++)
            {
                string[] w = reader.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                int id = int.Parse(w[0], CultureInfo.InvariantCulture) - 1;
                species[id] = w[1] == "1" ? "Li" : "Cl";
                r[id] = new Vec3(Number(w[2]), Number(w[3]), Number(w[4]));
                if (useImages)
                    r[id] += cell!.ToCartesian(new Vec3(Number(w[5]), Number(w[6]), Number(w[7])));
            }
            frames.Add(r);
        }
        return new Trajectory(species, frames, [cell!], 0.25);
    }
}
