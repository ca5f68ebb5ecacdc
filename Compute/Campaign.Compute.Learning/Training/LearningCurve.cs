using System.Globalization;
using System.Text;

namespace Campaign.Compute.Learning.Training;

/// <summary>lcurve.out with the columns of DeePMD-kit: step, then validation and training errors in turn, then the learning rate.</summary>
internal sealed class LearningCurve
{
    public const string FileName = "lcurve.out";

    private readonly string _path;
    private readonly bool _validation, _virial;

    /// <summary>Begins a curve, or continues one with its lines before the given step, which is the next to be taken and shown.</summary>
    public LearningCurve(string folder, bool validation, bool virial, int resumeAtStep)
    {
        _path = Path.Combine(folder, FileName);
        (_validation, _virial) = (validation, virial);
        string[] kept = resumeAtStep > 0 && File.Exists(_path)
            ? [.. File.ReadAllLines(_path).Where(l => !l.StartsWith('#') && StepOf(l) is { } s && s < resumeAtStep)]
            : [];
        string temporary = _path + ".tmp"; // renamed whole: a process killed here must not cost lines
        File.WriteAllLines(temporary, [Header(), .. kept]);
        File.Move(temporary, _path, overwrite: true);
    }

    public string FilePath => _path;

    public void Append(TrainingProgress p)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{p.Step,7}");
        Pair(line, e => e.Loss < 0 ? double.NaN : Math.Sqrt(e.Loss), p);
        Pair(line, e => e.EnergyEvPerAtom, p);
        Pair(line, e => e.ForceEvPerA, p);
        if (_virial)
            Pair(line, e => e.VirialEvPerAtom ?? double.NaN, p);
        line.Append(CultureInfo.InvariantCulture, $"  {p.LearningRate:0.0e+00}").Append('\n');
        File.AppendAllText(_path, line.ToString());
    }

    private string Header()
    {
        string[] names = _virial ? ["rmse", "rmse_e", "rmse_f", "rmse_v"] : ["rmse", "rmse_e", "rmse_f"];
        IEnumerable<string> columns = names.SelectMany(n => _validation ? new[] { n + "_val", n + "_trn" } : [n + "_trn"]);
        return "#  step  " + string.Join("  ", columns.Select(c => c.PadLeft(10))) + "        lr";
    }

    private static int? StepOf(string line) =>
        int.TryParse(line.Trim().Split(' ')[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out int step) && line.Contains('e', StringComparison.Ordinal) ? step : null;

    private void Pair(StringBuilder line, Func<TrainingErrors, double> value, TrainingProgress p)
    {
        if (_validation)
            line.Append(CultureInfo.InvariantCulture, $"  {(p.Validation is { } v ? value(v) : double.NaN),10:0.00e+00}");
        line.Append(CultureInfo.InvariantCulture, $"  {value(p.Training),10:0.00e+00}");
    }
}
