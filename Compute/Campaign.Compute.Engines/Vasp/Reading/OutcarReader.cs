using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>
/// Reads an OUTCAR of VASP 5 or 6 frame by frame, in constant memory. Content never makes it throw: a step that is not complete gives no
/// frame, and <see cref="Incomplete"/> says what was missing.
/// </summary>
/// <remarks>Energies have 8 decimals, forces 6, positions 5 (vasprun.xml has 8 of each).</remarks>
public sealed class OutcarReader(Stream stream) : IDisposable
{
    private const int MostRemarks = 100;

    private readonly ByteLines _lines = new(stream);
    private readonly OutcarHeader _header = new();
    private readonly List<string> _incomplete = [];
    private readonly Queue<VaspFrame> _ready = new();
    private readonly Vec3[] _rows = new Vec3[3];
    private VaspStep _step = new();
    private Cell? _cell;
    private int _number;
    private bool _inFreeEnergy, _over;

    /// <summary>Complete once the first frame has been read.</summary>
    public VaspHeader Header => _header.Value;

    /// <summary>Steps that gave no frame, and why; the first hundred of them.</summary>
    public IReadOnlyList<string> Incomplete => _incomplete;

    public int IncompleteSteps { get; private set; }

    /// <summary>The closing account of times is there: VASP ended by itself.</summary>
    public bool Finished { get; private set; }

    /// <summary>It was asked to stop (STOPCAR) and did.</summary>
    public bool StoppedOnRequest { get; private set; }

    public bool IonsConverged { get; private set; }

    /// <summary>The largest sum of all forces in a step, eV/Å: what the grid takes away from their balance.</summary>
    public double LargestDriftEvPerA { get; private set; }

    /// <summary>Of an ionic step, by the clock; null where it is not printed.</summary>
    public double? SlowestStepSeconds { get; private set; }

    /// <summary>The file ends within a line, or its compression is damaged.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The next frame; null at the end.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public VaspFrame? Read()
    {
        while (_ready.Count == 0 && !_over)
        {
            if (_lines.TryRead(out ReadOnlySpan<byte> line) && _lines.IsWhole)
            {
                Take(line);
                continue;
            }
            _over = true;
            IsCut = _lines.IsDamaged || !line.IsEmpty;
            CloseStep();
        }
        return _ready.TryDequeue(out VaspFrame? frame) ? frame : null;
    }

    public void Dispose() => _lines.Dispose();

    private void Take(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.TrimStart((byte)' ');
        if (text.Length < 5)
            return;
        if (_header.IsOpen && _header.Take(text))
            return;
        switch (text[0])
        {
            case (byte)'-' when text.Length > 60:
                Divider(text);
                break;
            case (byte)'P' when text.StartsWith("POSITION  "u8):
                if (text.IndexOf("(ML)"u8) >= 0)
                    _step.MachineLearned = true;
                ReadTable();
                break;
            case (byte)'i' when text.StartsWith("in kB"u8):
                Stress(text[5..]);
                break;
            case (byte)'I' when text.StartsWith("IVDW"u8):
                _header.TakeLate(text);
                break;
            case (byte)'d' when text.StartsWith("direct lattice vectors"u8):
                ReadCell();
                break;
            case (byte)'F' when text.StartsWith("FREE ENERGIE OF THE ION-ELECTRON"u8):
                _inFreeEnergy = true;
                break;
            case (byte)'M' when text.StartsWith("ML FORCE on cell"u8):
                BeginMachineLearned();
                break;
            case (byte)'M' when text.StartsWith("ML energy  without entropy"u8):
                Energies(text);
                CloseStep();
                break;
            case (byte)'f' when text.StartsWith("free  energy   TOTEN"u8) && _inFreeEnergy:
                _step.FreeEnergyEv = After(text, '=');
                break;
            case (byte)'f' when text.StartsWith("free  energy ML TOTEN"u8):
                _step.MachineLearned = true;
                _step.FreeEnergyEv = After(text, '=');
                break;
            case (byte)'e' when _inFreeEnergy && text.StartsWith("energy  without entropy"u8):
                _inFreeEnergy = false;
                Energies(text);
                break;
            case (byte)'t' when text.StartsWith("total drift:"u8):
                Drift(text["total drift:".Length..]);
                break;
            case (byte)'t' when text.StartsWith("total energy-change (2. order)"u8):
                Changes(text);
                break;
            case (byte)'m' when text.StartsWith("magnetization (x)"u8):
                ReadMoments();
                break;
            case (byte)'k' when text.StartsWith("kin. lattice  EKIN_LAT"u8):
                if (text.IndexOf("temperature"u8) is var at and >= 0)
                    _step.TemperatureK = Number(text[(at + "temperature"u8.Length)..]);
                break;
            case (byte)'L' when text.StartsWith("LOOP+:"u8) && text.IndexOf("real time"u8) is var real and > 0:
                SlowestStepSeconds = Math.Max(SlowestStepSeconds ?? 0, Number(text[(real + "real time".Length)..]) ?? 0);
                break;
            case (byte)'r' when text.StartsWith("reached required accuracy"u8):
                IonsConverged = true;
                break;
            case (byte)'s' when text.StartsWith("soft stop encountered"u8):
            case (byte)'h' when text.StartsWith("hard stop encountered"u8):
                StoppedOnRequest = true;
                break;
            case (byte)'G' when text.StartsWith("General timing and accounting"u8):
                Finished = true;
                break;
        }
    }

    private void Divider(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> words = text.Trim((byte)'-').Trim((byte)' ');
        if (words.StartsWith("Iteration"u8))
        {
            _header.Close();
            int open = words.IndexOf((byte)'(');
            int? electronic = open < 0 ? null : Decimals.Integer(words[(open + 1)..]);
            if (electronic == 1)
                CloseStep();
            _step.ElectronicSteps = electronic ?? _step.ElectronicSteps + 1; // stars beyond 999
        }
        else if (words.StartsWith("aborting loop"u8))
        {
            _step.Said = words.IndexOf("not reached"u8) < 0 && words.IndexOf("hard stop"u8) < 0; // LABORT ends a step before its electrons have converged
        }
    }

    /// <summary>A predicted step begins; one from first principles before it has ended.</summary>
    private void BeginMachineLearned()
    {
        _header.Close();
        if (!_step.MachineLearned)
            CloseStep();
        _step.MachineLearned = true;
    }

    private void CloseStep()
    {
        _inFreeEnergy = false;
        VaspStep step = _step;
        _step = new VaspStep();
        if (step.IsEmpty)
            return;
        // where the cell moves, an old one is the wrong one
        Cell? cell = step.CellIsNew || !(_header.Value.Integer("ISIF") >= 3) ? _cell : null;
        _number++;
        (VaspFrame? frame, string? missing) = step.Close(_number, cell, _header.Value.Atoms, _header.Value.Integer("NELM"), _header.Value.Number("EDIFF"));
        if (frame is not null)
        {
            _ready.Enqueue(frame with { Line = (int)Math.Min(_lines.Number, int.MaxValue) });
            return;
        }
        IncompleteSteps++;
        if (_incomplete.Count < MostRemarks)
            _incomplete.Add($"step {_number} (before line {_lines.Number}): without {missing}");
    }

    private void Stress(ReadOnlySpan<byte> text)
    {
        Span<double> s = stackalloc double[6]; // XX YY ZZ XY YZ ZX
        _step.StressKb = Decimals.Take(ref text, s) ? new Mat3(s[0], s[3], s[5], s[3], s[1], s[4], s[5], s[4], s[2]) : null;
    }

    private void Energies(ReadOnlySpan<byte> text)
    {
        _step.WithoutEntropyEv = After(text, '=');
        int second = text.LastIndexOf((byte)'=');
        _step.SigmaZeroEv = second > text.IndexOf((byte)'=') ? Number(text[(second + 1)..]) : null;
    }

    private void Drift(ReadOnlySpan<byte> text)
    {
        Span<double> xyz = stackalloc double[3];
        if (Decimals.Take(ref text, xyz) && new Vec3(xyz[0], xyz[1], xyz[2]).Norm is var size && double.IsFinite(size))
            LargestDriftEvPerA = Math.Max(LargestDriftEvPerA, size);
    }

    private void Changes(ReadOnlySpan<byte> text)
    {
        int colon = text.IndexOf((byte)':'), open = text.LastIndexOf((byte)'(');
        _step.EnergyChangeEv = colon < 0 ? null : Number(text[(colon + 1)..]);
        _step.EigenvalueChangeEv = open <= colon ? null : Number(text[(open + 1)..]);
    }

    private void ReadCell()
    {
        for (int i = 0; i < 3; i++)
        {
            if (!NextVector(out _rows[i]))
                return;
        }
        if (CellRows.ToCell(_rows) is { } cell)
            (_cell, _step.CellIsNew) = (cell, true);
    }

    private bool NextVector(out Vec3 v)
    {
        v = default;
        if (!_lines.TryRead(out ReadOnlySpan<byte> line) || !_lines.IsWhole)
            return false;
        Span<double> xyz = stackalloc double[3];
        if (!Decimals.Take(ref line, xyz))
            return false;
        v = new Vec3(xyz[0], xyz[1], xyz[2]);
        return true;
    }

    private void ReadTable()
    {
        _header.Close();
        (_step.Positions, _step.Forces) = (null, null);
        var positions = new List<Vec3>(Math.Min(_header.Value.Atoms ?? 0, 1 << 16));
        var forces = new List<Vec3>(positions.Capacity);
        Span<double> row = stackalloc double[6];
        bool begun = false;
        while (_lines.TryRead(out ReadOnlySpan<byte> line) && _lines.IsWhole)
        {
            ReadOnlySpan<byte> text = line.TrimStart((byte)' ');
            if (text.StartsWith("-----"u8))
            {
                if (begun)
                {
                    (_step.Positions, _step.Forces) = ([.. positions], [.. forces]);
                    return;
                }
                begun = true;
                continue;
            }
            if (!begun || !Decimals.Take(ref text, row) || positions.Count == _header.Value.Atoms)
                return;
            positions.Add(new Vec3(row[0], row[1], row[2]));
            forces.Add(new Vec3(row[3], row[4], row[5]));
        }
    }

    /// <summary>The last column of the table, <c>tot</c>. A table of one atom has no sum below it.</summary>
    private void ReadMoments()
    {
        _step.Moments = null;
        var moments = new List<double>(Math.Min(_header.Value.Atoms ?? 0, 1 << 16));
        bool begun = false;
        for (int before = 0; before < 4 || begun; before++)
        {
            if (!_lines.TryRead(out ReadOnlySpan<byte> line) || !_lines.IsWhole)
                return;
            ReadOnlySpan<byte> text = line.TrimStart((byte)' ');
            if (text.StartsWith("-----"u8) && !begun)
            {
                begun = true;
                continue;
            }
            if (!begun)
                continue;
            if (Decimals.Integer(text) != moments.Count + 1)
                break;
            double last = double.NaN;
            Decimals.Take(ref text, out _); // the atom's number
            while (Decimals.Take(ref text, out double value))
                last = value;
            moments.Add(last);
        }
        if (moments.Count > 0 && moments.TrueForAll(double.IsFinite))
            _step.Moments = [.. moments];
    }

    private static double? After(ReadOnlySpan<byte> text, char sign) => text.IndexOf((byte)sign) is var at and >= 0 ? Number(text[(at + 1)..]) : null;

    private static double? Number(ReadOnlySpan<byte> text) => Decimals.Take(ref text, out double value) ? value : null;
}
