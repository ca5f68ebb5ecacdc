using System.Reflection;
using System.Text;
using Campaign.Cli.Verbs;

namespace Campaign.SystemTests.WrongInput;

/// <summary>A folder with a small good campaign, and the program's own entry point called in this process with captured output.</summary>
internal sealed class Workbench : IDisposable
{
    public const string Campaign = """
        campaign: demo
        material:
          structure: s.cif
          mobile: Li
          variants:
            - { name: v1, supercell: [2, 2, 2], occupancy: { Ti@2a: 0.75, Ti@4g: 0.125 } }
        levels:
          ionic: { engine: builtin, potential: p.yaml }
        aimd:
          temperaturesK: [400, 600]
          lengthPs: 2
        train:
          steps: 100
        dlmd:
          temperaturesK: [400, 500, 600]
          lengthPs: 5
        neb:
          directions: [[1, 1, 0]]

        """;

    public const string Structure = """
        data_Li3TiCl6
        _cell_length_a 6.350
        _cell_length_b 10.89
        _cell_length_c 6.353
        _cell_angle_alpha 90
        _cell_angle_beta 110.1(2)
        _cell_angle_gamma 90
        _symmetry_space_group_name_H-M 'C 1 2/m 1'
        loop_
        _symmetry_equiv_pos_as_xyz
        'x,y,z'
        '-x,y,-z'
        '-x,-y,-z'
        'x,-y,z'
        'x+1/2,y+1/2,z'
        '-x+1/2,y+1/2,-z'
        '-x+1/2,-y+1/2,-z'
        'x+1/2,-y+1/2,z'
        loop_
        _atom_site_label
        _atom_site_type_symbol
        _atom_site_Wyckoff_symbol
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z
        _atom_site_occupancy
        Ti1 Ti a 0 0 0 0.754
        Ti2 Ti g 0 0.33333 0 0.123
        Li1 Li h 0 0.16667 0.5 1
        Li2 Li d 0 0.5 0.5 1
        Cl1 Cl i 0.242 0 0.765 1
        Cl2 Cl j 0.240 0.159 0.237 1

        """;

    public const string Potential = """
        kind: ionic
        name: demo
        dampingPerA: 0.30
        cutoffA: 7.0
        charges: { Li: 0.6275, Ti: 1.3803, Cl: -0.5438 }
        pairs:
          - { between: [Li, Cl], aEv: 3500, rhoA: 0.25, cEvA6: 40.46 }
          - { between: [Ti, Cl], aEv: 356000, rhoA: 0.18, cEvA6: 175 }
          - { between: [Cl, Cl], aEv: 3996, rhoA: 0.33, cEvA6: 175 }

        """;

    public const string Poscar = """
        rock salt
        1.0
        5.13 0 0
        0 5.13 0
        0 0 5.13
        Li Cl
        4 4
        Direct
        0 0 0
        0.5 0.5 0
        0.5 0 0.5
        0 0.5 0.5
        0.5 0 0
        0 0.5 0
        0 0 0.5
        0.5 0.5 0.5

        """;

    public string Folder { get; } = Directory.CreateTempSubdirectory("campaign-wrong-").FullName;

    public Workbench()
    {
        foreach ((string name, string text) in (IEnumerable<(string, string)>)[("demo.yaml", Campaign), ("s.cif", Structure), ("p.yaml", Potential), ("POSCAR", Poscar)])
            File.WriteAllText(Path.Combine(Folder, name), Lines(text));
    }

    /// <summary>Puts the wrong input in place.</summary>
    /// <returns>file:line:column of the mark, or null without one.</returns>
    public string? Put(WrongCase wrong)
    {
        if (wrong.In.Length == 0)
            return null;
        string path = Path.Combine(Folder, wrong.In), text = Lines(wrong.By);
        if (wrong.Replace.Length > 0)
        {
            string good = File.ReadAllText(path), replace = Lines(wrong.Replace);
            Xunit.Assert.Contains(replace, good);
            int at = good.IndexOf(replace, StringComparison.Ordinal);
            text = good[..at] + text + good[(at + replace.Length)..];
        }
        int mark = text.IndexOf(WrongCase.Mark);
        File.WriteAllText(path, text.Replace(WrongCase.Mark.ToString(), ""));
        return mark < 0 ? null : $"{wrong.In}:{text[..mark].Count(c => c == '\n') + 1}:{mark - text.LastIndexOf('\n', Math.Max(mark - 1, 0))}";
    }

    public string[] Arguments(string template) =>
        [.. template.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a.Replace("{f}", Folder).Replace('␣', ' '))];

    /// <summary>Everything below the folder with its size: what a refused command must leave as it was.</summary>
    public string Contents() => string.Join("\n", new DirectoryInfo(Folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Select(e => $"{e.FullName} {(e is FileInfo f ? f.Length : 0)}").Order(StringComparer.Ordinal));

    /// <summary>Runs the program in this process. The console is the process's own: only one test at a time may do this.</summary>
    public static (int Code, string Output) Run(params string[] arguments)
    {
        MethodInfo main = typeof(ValidateCommand).Assembly.EntryPoint!;
        (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
        var said = new StringWriter(new StringBuilder());
        try
        {
            Console.SetOut(said);
            Console.SetError(said);
            return ((int)main.Invoke(null, [arguments])!, said.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Lines(string text) => text.ReplaceLineEndings("\n");
}
