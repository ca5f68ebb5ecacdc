using System.Text;
using System.Text.RegularExpressions;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>Gathers what an OUTCAR says before its first electronic step.</summary>
internal sealed partial class OutcarHeader
{
    private const int LongestBlockList = 1000, MostSettings = 1000;

    private readonly List<string> _titel = [], _listed = [];
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private List<int> _atomsPerBlock = [];
    private string? _version, _build;
    private IReadOnlyList<int>? _mesh;
    private int? _atoms;
    private VaspHeader? _value;

    public bool IsOpen { get; private set; } = true;

    public VaspHeader Value => _value ?? Now();

    public void Close()
    {
        if (!IsOpen)
            return;
        IsOpen = false;
        _value = Now();
    }

    /// <summary>True when the line belongs to the header alone.</summary>
    public bool Take(ReadOnlySpan<byte> text)
    {
        if (_version is null && text.StartsWith("vasp."u8))
        {
            string words = Encoding.ASCII.GetString(text);
            string[] parts = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            (_version, _build) = (parts[0]["vasp.".Length..], string.Join(' ', parts.Skip(1)));
        }
        else if (text.StartsWith("POTCAR:"u8))
        {
            Add(_listed, text["POTCAR:"u8.Length..]);
        }
        else if (text.StartsWith("TITEL  ="u8))
        {
            Add(_titel, text["TITEL  ="u8.Length..]);
        }
        else if (text.StartsWith("ions per type ="u8))
        {
            string[] counts = Encoding.ASCII.GetString(text["ions per type ="u8.Length..]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            _atomsPerBlock = [.. counts.Take(LongestBlockList).Select(c => int.TryParse(c, out int n) ? n : -1)];
        }
        else if (_mesh is null && text.StartsWith("generate k-points for:"u8))
        {
            _mesh = Mesh(Encoding.ASCII.GetString(text["generate k-points for:"u8.Length..]));
        }
        else if (text[0] == '|')
        {
            return true; // a box with a warning: it names values that were not chosen
        }
        else if (text.IndexOf((byte)'=') > 0 && _settings.Count < MostSettings)
        {
            if (text.IndexOf("for each species"u8) > 0)
            {
                PerSpecies(Encoding.ASCII.GetString(text));
                return true;
            }
            // several on a line, each followed by words: NELM   =    100;   NELMIN=  6; NELMDL=  0     # of ELM steps
            foreach (Match m in Setting().Matches(Encoding.ASCII.GetString(text)))
                _settings.TryAdd(m.Groups["name"].Value, m.Groups["value"].Value);
            if (_atoms is null && _settings.TryGetValue("NIONS", out string? ions) && int.TryParse(ions, out int atoms))
                _atoms = atoms;
        }
        else
        {
            return false;
        }
        return !text.StartsWith("free"u8) && !text.StartsWith("in kB"u8);
    }

    /// <summary><c>IVDW = 11</c>: told of for the first time in the first step.</summary>
    public void TakeLate(ReadOnlySpan<byte> text)
    {
        if (Setting().Match(Encoding.ASCII.GetString(text)) is { Success: true } m && _settings.TryAdd(m.Groups["name"].Value, m.Groups["value"].Value) && _value is not null)
            _value = Now();
    }

    /// <summary><c>U (eV)  for each species LDAUU =   4.0  0.0</c>. VASP 6 repeats INCAR before, of which only the first number was taken.</summary>
    private void PerSpecies(string line)
    {
        string[] sides = line.Split('=', 2, StringSplitOptions.TrimEntries);
        _settings[sides[0][(sides[0].LastIndexOf(' ') + 1)..]] = sides[1];
    }

    /// <summary>Three divisions; null where there are not.</summary>
    internal static IReadOnlyList<int>? Mesh(string text)
    {
        int[] divisions = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => int.TryParse(w, out int n) && n > 0 ? n : 0).Take(3)];
        return divisions is [> 0, > 0, > 0] ? divisions : null;
    }

    private VaspHeader Now() => new()
    {
        Version = _version,
        Build = _build,
        KMesh = _mesh,
        PotcarTitles = _titel.Count > 0 ? [.. _titel] : Unrepeated(_listed, _atomsPerBlock.Count),
        AtomsPerBlock = _atomsPerBlock,
        Atoms = _atoms,
        Settings = new Dictionary<string, string>(_settings, StringComparer.Ordinal),
    };

    /// <summary>Without TITEL (VASP 6.3 and some builds) the blocks are known from the list at the top, which the potentials repeat one by one.</summary>
    private static string[] Unrepeated(List<string> listed, int blocks) => [.. listed.Take(blocks)];

    private static void Add(List<string> to, ReadOnlySpan<byte> text)
    {
        if (to.Count < LongestBlockList)
            to.Add(Encoding.ASCII.GetString(text).Trim());
    }

    [GeneratedRegex(@"(?<name>[A-Z][A-Z0-9_]{1,14})\s*=\s*(?<value>[^\s;]+)")]
    private static partial Regex Setting();
}
