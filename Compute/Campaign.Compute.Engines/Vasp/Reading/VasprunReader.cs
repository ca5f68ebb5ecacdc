using System.Text;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>
/// Reads a vasprun.xml of VASP 5 or 6 frame by frame, in constant memory. A file that was cut gives the frames whose
/// <c>calculation</c> was closed; content never makes it throw.
/// </summary>
/// <remarks>
/// VASP 5 writes a wrong <c>e_0_energy</c> at the end of a step (0, or a difference): E0 comes from the last electronic step. Frames that
/// VASP's own force field predicted stand outside any <c>calculation</c> and are not read here (they are in OUTCAR).
/// The root vasprun.xml of a band (IMAGES) is written by all images at once and holds nothing to be relied on.
/// </remarks>
public sealed class VasprunReader(Stream stream) : IDisposable
{
    private const int MostRemarks = 100, MostSettings = 2000;

    private readonly XmlPull _xml = new(stream);
    private readonly List<string> _incomplete = [];
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal), _asked = new(StringComparer.Ordinal);
    private readonly List<string> _titles = [];
    private readonly List<int> _atomsPerBlock = [];
    private int? _atoms;
    private string? _version;
    private IReadOnlyList<int>? _mesh;
    private VaspHeader? _header;
    private int _number;

    /// <summary>Complete once the first frame has been read.</summary>
    public VaspHeader Header => _header ?? Now();

    private VaspHeader Now() => new()
    {
        Version = _version, KMesh = _mesh, PotcarTitles = [.. _titles], AtomsPerBlock = [.. _atomsPerBlock], Atoms = _atoms,
        // what VASP made of it before what was asked for, except lists of which it repeats the first number only
        Settings = _asked.Where(s => s.Key is "LDAUL" or "LDAUU" or "LDAUJ").Concat(_settings).Concat(_asked).DistinctBy(s => s.Key).ToDictionary(),
    };

    /// <summary>Steps that gave no frame, and why; the first hundred of them.</summary>
    public IReadOnlyList<string> Incomplete => _incomplete;

    public int IncompleteSteps { get; private set; }

    /// <summary>The last tag is there: VASP ended by itself.</summary>
    public bool Finished { get; private set; }

    /// <summary>The next frame; null at the end.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public VaspFrame? Read()
    {
        while (_xml.Read())
        {
            if (_xml.Token == XmlToken.End && _xml.Name.SequenceEqual("modeling"u8))
                Finished = true;
            if (_xml.Token != XmlToken.Start || _xml.IsEmpty)
                continue;
            if (_xml.Name.SequenceEqual("calculation"u8))
            {
                if (ReadStep() is { } frame)
                    return frame;
            }
            else if (_xml.Name.SequenceEqual("generator"u8))
            {
                ReadSettings("generator"u8, (name, value) => _version ??= name == "version" ? value : null);
            }
            else if (_xml.Name.SequenceEqual("incar"u8))
            {
                ReadSettings("incar"u8, (name, value) => _asked.TryAdd(name, value));
            }
            else if (_xml.Name.SequenceEqual("parameters"u8))
            {
                ReadSettings("parameters"u8, (name, value) => _settings.TryAdd(name == "ENMAX" ? "ENCUT" : name, value)); // a later group repeats names (NELM of linear response)
            }
            else if (_xml.Name.SequenceEqual("generation"u8))
            {
                ReadSettings("generation"u8, (name, value) => _mesh ??= name == "divisions" ? OutcarHeader.Mesh(value) : null);
            }
            else if (_xml.Name.SequenceEqual("atominfo"u8))
            {
                ReadAtoms();
            }
        }
        return null;
    }

    public void Dispose() => _xml.Dispose();

    private void ReadSettings(ReadOnlySpan<byte> until, Action<string, string> take)
    {
        string? name = null;
        while (_xml.Read())
        {
            if (_xml.Token == XmlToken.Start)
                name = _xml.Name is [(byte)'i' or (byte)'v'] ? Encoding.ASCII.GetString(_xml.Attribute("name"u8)).Trim() : null;
            else if (_xml.Token == XmlToken.Text && name is { Length: > 0 } && _settings.Count + _asked.Count < MostSettings)
                take(name, Encoding.Latin1.GetString(_xml.Text).Trim());
            else if (_xml.Token == XmlToken.End && _xml.Name.SequenceEqual(until))
                return;
        }
    }

    private void ReadAtoms()
    {
        bool types = false;
        var row = new List<string>();
        while (_xml.Read())
        {
            switch (_xml.Token)
            {
                case XmlToken.Start when _xml.Name.SequenceEqual("array"u8):
                    types = _xml.Attribute("name"u8).SequenceEqual("atomtypes"u8);
                    break;
                case XmlToken.Start when _xml.Name.SequenceEqual("atoms"u8) && _xml.Read() && _xml.Token == XmlToken.Text:
                    _atoms = Decimals.Integer(_xml.Text);
                    break;
                case XmlToken.Start when types && _xml.Name.SequenceEqual("rc"u8):
                    row.Clear();
                    break;
                case XmlToken.Text when types:
                    row.Add(Encoding.ASCII.GetString(_xml.Text).Trim());
                    break;
                case XmlToken.End when types && _xml.Name.SequenceEqual("rc"u8) && row.Count > 4:
                    _atomsPerBlock.Add(int.TryParse(row[0], out int n) ? n : -1);
                    _titles.Add(row[^1]);
                    break;
                case XmlToken.End when _xml.Name.SequenceEqual("atominfo"u8):
                    return;
            }
        }
    }

    /// <summary>From behind the tag <c>calculation</c> to its end.</summary>
    private VaspFrame? ReadStep()
    {
        _header ??= Now(); // nothing is added to it from here on
        var step = new VaspStep();
        Cell? cell = null;
        List<Vec3>? fractional = null;
        double? inLast = null, zeroInLast = null, before = null;
        bool inElectronic = false;
        while (_xml.Read())
        {
            if (_xml.Token == XmlToken.End)
            {
                if (_xml.Name.SequenceEqual("scstep"u8))
                {
                    (inElectronic, step.ElectronicSteps) = (false, step.ElectronicSteps + 1);
                    step.EnergyChangeEv = inLast - before;
                    before = inLast;
                }
                else if (_xml.Name.SequenceEqual("calculation"u8))
                {
                    return Close(step, cell, fractional, inLast, zeroInLast);
                }
                continue;
            }
            if (_xml.Token != XmlToken.Start || _xml.IsEmpty)
                continue;
            if (_xml.Name.SequenceEqual("scstep"u8))
            {
                inElectronic = true;
            }
            else if (_xml.Name is [(byte)'i'])
            {
                ReadOnlySpan<byte> name = _xml.Attribute("name"u8);
                if (name.SequenceEqual("e_fr_energy"u8))
                    Set(ref inElectronic ? ref inLast : ref step.FreeEnergyEv);
                else if (name.SequenceEqual("e_0_energy"u8) && inElectronic)
                    Set(ref zeroInLast);
                else if (name.SequenceEqual("e_wo_entrp"u8) && inElectronic)
                    Set(ref step.WithoutEntropyEv);
            }
            else if (_xml.Name.SequenceEqual("varray"u8))
            {
                ReadOnlySpan<byte> name = _xml.Attribute("name"u8);
                if (name.SequenceEqual("basis"u8))
                    cell = ReadRows() is { Count: 3 } rows ? CellRows.ToCell([.. rows]) : null;
                else if (name.SequenceEqual("positions"u8))
                    fractional = ReadRows();
                else if (name.SequenceEqual("forces"u8))
                    step.Forces = [.. ReadRows() ?? []];
                else if (name.SequenceEqual("stress"u8))
                    step.StressKb = ReadRows() is [var x, var y, var z] ? new Mat3(x.X, x.Y, x.Z, y.X, y.Y, y.Z, z.X, z.Y, z.Z) : null;
            }
            else if (_xml.Name.SequenceEqual("calculation"u8))
            {
                // the one before was never closed
                Miss("its end");
                (step, cell, fractional, inLast, zeroInLast, before, inElectronic) = (new VaspStep(), null, null, null, null, null, false);
            }
        }
        Miss("its end");
        return null;
    }

    private VaspFrame? Close(VaspStep step, Cell? cell, List<Vec3>? fractional, double? inLast, double? zeroInLast)
    {
        if (cell is not null && fractional is not null)
            step.Positions = [.. fractional.Select(cell.ToCartesian)];
        step.SigmaZeroEv = step.FreeEnergyEv + (zeroInLast - inLast);
        (VaspFrame? frame, string? missing) = step.Close(++_number, cell, Header.Atoms, Header.Integer("NELM"), Header.Number("EDIFF"));
        if (missing is not null)
        {
            _number--;
            Miss(missing);
        }
        return frame;
    }

    private void Miss(string what)
    {
        _number++;
        IncompleteSteps++;
        if (_incomplete.Count < MostRemarks)
            _incomplete.Add($"step {_number}: without {what}");
    }

    private void Set(ref double? value)
    {
        if (!_xml.Read() || _xml.Token != XmlToken.Text)
            return;
        ReadOnlySpan<byte> text = _xml.Text;
        value = Decimals.Take(ref text, out double number) ? number : null;
    }

    /// <summary>Rows of three numbers up to the end of the array; null when one of them is not.</summary>
    private List<Vec3>? ReadRows()
    {
        var rows = new List<Vec3>();
        bool good = true;
        Span<double> xyz = stackalloc double[3];
        while (_xml.Read())
        {
            if (_xml.Token == XmlToken.Text)
            {
                ReadOnlySpan<byte> text = _xml.Text;
                good &= Decimals.Take(ref text, xyz) && rows.Count <= Header.Atoms + 3;
                if (good)
                    rows.Add(new Vec3(xyz[0], xyz[1], xyz[2]));
            }
            else if (_xml.Token == XmlToken.End && _xml.Name.SequenceEqual("varray"u8))
            {
                return good ? rows : null;
            }
        }
        return null;
    }
}
