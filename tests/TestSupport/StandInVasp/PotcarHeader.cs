using System.Globalization;
using System.Text.RegularExpressions;
using Campaign.Compute.Engines.Vasp.Reading;

namespace Campaign.StandInVasp;

/// <summary>The few header lines of a potential that the stand-in looks at. There is no potential in it.</summary>
internal sealed partial record PotcarHeader(string Title, string Element, string Lexch, double EnmaxEv, double Zval)
{
    /// <summary>Of one or several potentials behind each other; VRHFIN and LEXCH stand before TITEL, the numbers behind.</summary>
    public static IReadOnlyList<PotcarHeader> ReadAll(string path)
    {
        var headers = new List<PotcarHeader>();
        string? element = null, lexch = null;
        bool inData = false;
        foreach (string line in File.ReadLines(path))
        {
            inData = line.Contains("END of PSCTR", StringComparison.Ordinal) || (inData && !line.Contains("End of Dataset", StringComparison.Ordinal));
            if (inData)
                continue;
            foreach (Match m in Setting().Matches(line))
            {
                string value = m.Groups["value"].Value.Trim();
                switch (m.Groups["key"].Value)
                {
                    case "VRHFIN":
                        element = value.Split(':')[0].Trim();
                        break;
                    case "LEXCH":
                        lexch = value;
                        break;
                    case "TITEL":
                        headers.Add(new PotcarHeader(value, element ?? VaspHeader.ElementOf(value), lexch ?? "PE", 0, 0));
                        (element, lexch) = (null, null);
                        break;
                    case "ZVAL" when headers.Count > 0:
                        headers[^1] = headers[^1] with { Zval = Number(value) };
                        break;
                    case "ENMAX" when headers.Count > 0:
                        headers[^1] = headers[^1] with { EnmaxEv = Number(value) };
                        break;
                }
            }
        }
        return headers;
    }

    private static double Number(string value) =>
        double.TryParse(value.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw new VaspStop(" Error reading item from file POTCAR.\n");

    [GeneratedRegex(@"(?<key>VRHFIN|LEXCH|TITEL|ZVAL|ENMAX)\s*=(?<value>[^;]*)")]
    private static partial Regex Setting();
}
