using System.Globalization;
using System.Text;
using Campaign.Files;

namespace Campaign.Compute.Learning.Training;

/// <summary>lcurve.out with the columns of DeePMD-kit: step, then validation and training errors in turn, then the learning rate.</summary>
internal sealed class LearningCurve
{
    public const string FileName = "lcurve.out";

    private readonly string _path;
    private readonly List<string> _lines;
    private readonly bool _validation, _virial;

    /// <summary>Begins a curve, or continues one with the lines its checkpoint kept.</summary>
    public LearningCurve(string folder, bool validation, bool virial, IReadOnlyList<string> lines)
    {
        _path = Path.Combine(folder, FileName);
        (_validation, _virial) = (validation, virial);
        _lines = [.. lines];
        Finish();
    }

    /// <summary>All lines so far without the header. These count; the file is for people who follow the training.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Writes the whole curve, whatever became of the file meanwhile, and returns its path.</summary>
    public string Finish()
    {
        AtomicFile.Write(_path, Encoding.UTF8.GetBytes(string.Concat(_lines.Prepend(Header()).Select(l => l + "\n"))));
        return _path;
    }

    /// <summary>Takes back all but the first lines, in the file too.</summary>
    public void CutTo(int lines)
    {
        _lines.RemoveRange(lines, _lines.Count - lines);
        Finish();
    }

    public void Append(TrainingProgress p)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{p.Step,7}");
        Pair(line, e => e.Loss < 0 ? double.NaN : Math.Sqrt(e.Loss), p);
        Pair(line, e => e.EnergyEvPerAtom, p);
        Pair(line, e => e.ForceEvPerA, p);
        if (_virial)
            Pair(line, e => e.VirialEvPerAtom ?? double.NaN, p);
        line.Append(CultureInfo.InvariantCulture, $"  {p.LearningRate:0.0e+00}");
        _lines.Add(line.ToString());
        File.AppendAllText(_path, line.Append('\n').ToString());
    }

    private string Header()
    {
        string[] names = _virial ? ["rmse", "rmse_e", "rmse_f", "rmse_v"] : ["rmse", "rmse_e", "rmse_f"];
        IEnumerable<string> columns = names.SelectMany(n => _validation ? new[] { n + "_val", n + "_trn" } : [n + "_trn"]);
        return "#  step  " + string.Join("  ", columns.Select(c => c.PadLeft(10))) + "        lr";
    }

    private void Pair(StringBuilder line, Func<TrainingErrors, double> value, TrainingProgress p)
    {
        if (_validation)
            line.Append(CultureInfo.InvariantCulture, $"  {(p.Validation is { } v ? value(v) : double.NaN),10:0.00e+00}");
        line.Append(CultureInfo.InvariantCulture, $"  {value(p.Training),10:0.00e+00}");
    }
}
