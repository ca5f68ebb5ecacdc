using System.CommandLine;
using System.Globalization;
using Campaign.Cli.Help;
using Campaign.Compute;
using Campaign.Compute.Formats;
using Campaign.Compute.Transport;

namespace Campaign.Cli.Tools;

/// <summary><c>analyze msd | conductivity | rdf | arrhenius</c>: the transport code of the tasks, one file at a time.</summary>
public static class AnalyzeCommand
{
    private const string Method =
        "self and total mean squared displacement against the host frame, generalised least squares over the lags, errors from the path and the number of hops";

    public static Command Create() => new("analyze", "Analyses trajectories and tables of transport numbers.") { Msd(), ConductivityOf(), Rdf(), ArrheniusOf() };

    private static Verb Msd()
    {
        RunArguments a = new();
        var command = new Verb(
            "msd", "Mean squared displacements and diffusion coefficients of a species, with their errors.",
            ["analyze msd run.extxyz --species Li --timestep-fs 20 --json"],
            "A number whose 95 % interval is wider than 60 % of it is marked as not resolved; with too few hops there is only a bound.", TrajectoryInput.MemoryNote)
        { a.Trajectory, a.Species, a.Timestep, a.Frame, a.HopLength, a.Json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            TransportResult r = a.Analyse(parse, charge: 1, temperatureK: 300); // neither enters what is shown
            object document = new
            {
                LagPs = r.Msd.LagFs.Select(t => t / 1000), r.Msd.Self, r.Msd.Distinct, r.Msd.Total, Frame = parse.GetValue(a.Frame),
                Diffusion = new { Self = r.DSelf, Total = r.DTotal }, r.HavenRatio, Method, Hops = r.Diagnostics.Hops.Sum(h => h.Count), r.Notes,
            };
            output.WriteLine(parse.GetValue(a.Json) ? ToolOutput.Json(document) : Lines(r, ("D self", r.DSelf), ("D total", r.DTotal), ("Haven ratio", r.HavenRatio)));
            return ToolOutput.Done;
        }));
        return command;
    }

    private static Verb ConductivityOf()
    {
        RunArguments a = new();
        Option<double> charge = new("--charge") { Description = "Charge of the mobile ion in e.", DefaultValueFactory = _ => 1 };
        Option<double> temperature = new("--temperature") { Description = "Mean temperature of the run in K.", Required = true };
        var command = new Verb(
            "conductivity", "Ionic conductivity of a run, correlated (from D total) and by Nernst-Einstein (from D self).",
            ["analyze conductivity run.extxyz --species Li --charge 1 --temperature 600 --timestep-fs 20"], TrajectoryInput.MemoryNote)
        { a.Trajectory, a.Species, charge, temperature, a.Timestep, a.Frame, a.HopLength, a.Json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            double kelvin = Positive(parse.GetValue(temperature), "--temperature");
            TransportResult r = a.Analyse(parse, parse.GetValue(charge), kelvin);
            object document = new { SigmaMsPerCm = r.Sigma, SigmaNernstEinsteinMsPerCm = r.SigmaNernstEinstein, r.HavenRatio, TemperatureK = kelvin, r.Notes };
            output.WriteLine(parse.GetValue(a.Json) ? ToolOutput.Json(document)
                : Lines(r, ("conductivity", r.Sigma), ("Nernst-Einstein", r.SigmaNernstEinstein), ("Haven ratio", r.HavenRatio)));
            return ToolOutput.Done;
        }));
        return command;
    }

    private static Verb Rdf()
    {
        Argument<string> trajectory = new("traj") { Description = TrajectoryInput.Help };
        Option<string?> pairs = new("--pairs") { Description = "Such as Li-Cl,Ti-Cl; default: every pair.", HelpName = "A-B,..." };
        Option<double> rmax = new("--rmax") { Description = "Largest distance in Å; may exceed half the cell.", DefaultValueFactory = _ => 8 };
        Option<int> bins = new("--bins") { Description = "Bins from 0 to it.", DefaultValueFactory = _ => 160 };
        Option<bool> json = StructureCommand.JsonOption();
        var command = new Verb("rdf", "Radial distribution functions and coordination numbers, averaged over all frames.", ["analyze rdf run.extxyz --pairs Li-Cl,Ti-Cl --rmax 9"],
            "Reads frame by frame: memory does not grow with their number.") { trajectory, pairs, rmax, bins, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            string path = parse.GetRequiredValue(trajectory);
            int count = parse.GetValue(bins) is > 0 and <= 100_000 and var n ? n : throw new ToolInputException($"--bins {parse.GetValue(bins)}: give 1 to 100000.");
            double reach = parse.GetValue(rmax) is > 0 and <= 100 and var r ? r : throw new ToolInputException($"--rmax {parse.GetValue(rmax)}: give Å above 0 and at most 100.");
            IReadOnlyDictionary<string, PairDistribution> all = RadialDistribution.Compute(TrajectoryInput.Frames(path).Select(f => f.Structure), reach, count);
            if (all.Count == 0)
                throw new ToolInputException($"{path}: the file holds no frame.");
            string[] wanted = parse.GetValue(pairs)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [.. all.Keys.Order(StringComparer.Ordinal)];
            if (wanted.FirstOrDefault(p => !all.ContainsKey(p)) is { } unknown)
                throw new ToolInputException($"--pairs {unknown}: there is no such pair. Pairs of this file: {string.Join(", ", all.Keys.Order(StringComparer.Ordinal))}.");
            output.WriteLine(parse.GetValue(json)
                ? ToolOutput.Json(new { rA = all[wanted[0]].RA, Pairs = wanted.ToDictionary(p => p, p => new { all[p].G, all[p].Coordination }) })
                : string.Join("\n", wanted.Select(p => all[p].FirstPeak() is var (position, height)
                    ? string.Create(CultureInfo.InvariantCulture, $"{p}: first peak at {position:0.00} Å, height {height:0.00}") : p)));
            return ToolOutput.Done;
        }));
        return command;
    }

    private static Verb ArrheniusOf()
    {
        Argument<string> table = new("table") { Description = "CSV with a header: temperatureK,sigmaMsPerCm,stderr or temperatureK,dCm2PerS,stderr; stderr may be empty." };
        Option<string?> fit = new("--fit") { Description = "sigmaT (default for conductivities), sigma, or D.", HelpName = "FORM" };
        Option<double[]> at = new("--at") { Description = "Temperature in K to extrapolate to; may repeat. Default: 300.", HelpName = "K" };
        Option<bool> json = StructureCommand.JsonOption();
        var command = new Verb(
            "arrhenius", "Activation energy of a table of conductivities or diffusion coefficients, with its error.", ["analyze arrhenius sigma.csv --at 300 --json"],
            "Activation energies of the forms differ by about kT; the answer names the form. Exit code 1 when fewer than two temperatures have a value.") { table, fit, at, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            (ArrheniusPoint[] points, bool diffusion) = ArrheniusTable.Read(parse.GetRequiredValue(table));
            ArrheniusForm form = Form(parse.GetValue(fit), diffusion);
            if (Arrhenius.Fit(points, form, out string? refusal) is not { } line)
            {
                parse.InvocationConfiguration.Error.WriteLine($"{parse.GetValue(table)}: {refusal}.");
                return ToolOutput.WorkFailed;
            }
            double[] temperatures = parse.GetValue(at) is { Length: > 0 } given ? [.. given.Select(t => Positive(t, "--at"))] : [300];
            (double TemperatureK, Quantity Value)[] extrapolated = [.. temperatures.Select(t => (t, line.At(t)))];
            string name = form == ArrheniusForm.D ? "D" : form == ArrheniusForm.Sigma ? "sigma" : "sigmaT";
            output.WriteLine(parse.GetValue(json)
                ? ToolOutput.Json(new
                {
                    line.ActivationEnergyEv, Fit = name,
                    Extrapolated = extrapolated.Select(e => new { e.TemperatureK, e.Value.Value, Stderr = e.Value.StdErr, Ci95 = Interval(e.Value), e.Value.Unit, e.Value.Resolved, e.Value.Note }),
                    line.LnPrefactor, line.ChiSquared, line.BirgeRatio, line.Curved, UsedK = line.Used, ExcludedK = line.Excluded, line.Notes,
                })
                : string.Join("\n", [$"activation energy of {name}: {Text(line.ActivationEnergyEv)}",
                    .. extrapolated.Select(e => string.Create(CultureInfo.InvariantCulture, $"at {e.TemperatureK:g6} K: {Text(e.Value)}")), .. line.Notes]));
            return ToolOutput.Done;
        }));
        return command;
    }

    private static ArrheniusForm Form(string? text, bool diffusion) => (text, diffusion) switch
    {
        (null or "D", true) => ArrheniusForm.D,
        (null or "sigmaT", false) => ArrheniusForm.SigmaT,
        ("sigma", false) => ArrheniusForm.Sigma,
        _ => throw new ToolInputException($"--fit {text}: the table holds {(diffusion ? "diffusion coefficients: use D" : "conductivities: use sigmaT or sigma")}."),
    };

    private static double Positive(double value, string option) =>
        value > 0 && double.IsFinite(value) ? value : throw new ToolInputException($"{option} {value.ToString(CultureInfo.InvariantCulture)}: give a temperature above 0 K.");

    private static double[]? Interval(Quantity q) => q.Ci95 is { } c ? [c.Lo, c.Hi] : null;

    private static string Lines(TransportResult r, params (string Name, Quantity Value)[] numbers) =>
        string.Join("\n", [.. numbers.Select(n => $"{n.Name}: {Text(n.Value)}"), .. r.Notes]);

    private static string Text(Quantity q) => string.Create(CultureInfo.InvariantCulture,
        $"{(q.Value is { } v ? $"{v:g4} {q.Unit}".TrimEnd() : "no value")}{(q.Ci95 is { } c ? $" [{c.Lo:g4}, {c.Hi:g4}]" : "")}{(q.Resolved ? "" : ", not resolved")}{(q.Note is null ? "" : $" ({q.Note})")}");

    /// <summary>What the two analyses of a run have in common.</summary>
    private sealed class RunArguments
    {
        public Argument<string> Trajectory { get; } = new("traj") { Description = TrajectoryInput.Help };

        public Option<string> Species { get; } = new("--species") { Description = "The mobile element, e.g. Li.", Required = true };

        public Option<double?> Timestep { get; } = new("--timestep-fs") { Description = "Time between two frames of the file in fs. Default: the time_fs of the frames." };

        public Option<string> Frame { get; } = new("--frame") { Description = "What displacements are measured against: host (its anions), lab or barycentric.", DefaultValueFactory = _ => "host" };

        public Option<double?> HopLength { get; } = new("--hop-length") { Description = "Length of a hop in Å. Default: the typical spacing of the mobile ions." };

        public Option<bool> Json { get; } = StructureCommand.JsonOption();

        public TransportResult Analyse(ParseResult parse, double charge, double temperatureK)
        {
            string path = parse.GetRequiredValue(Trajectory), species = parse.GetRequiredValue(Species);
            if (parse.GetValue(Timestep) is { } dt && !(dt > 0 && double.IsFinite(dt)))
                throw new ToolInputException($"--timestep-fs {dt.ToString(CultureInfo.InvariantCulture)}: give fs above 0.");
            ReferenceFrame frame = parse.GetValue(Frame) switch
            {
                "host" => ReferenceFrame.Anions,
                "lab" => ReferenceFrame.Laboratory,
                "barycentric" => ReferenceFrame.Barycentric,
                var other => throw new ToolInputException($"--frame {other}: use host, lab or barycentric."),
            };
            Trajectory trajectory = TrajectoryInput.Read(path, parse.GetValue(Timestep));
            if (trajectory.AtomsOf(species).Length == 0)
                throw new ToolInputException($"--species {species}: the trajectory holds {string.Join(", ", trajectory.Species.Distinct())}.");
            return TransportAnalysis.Run([trajectory], new TransportOptions(species, charge, temperatureK)
            {
                Frame = frame, HopLengthA = parse.GetValue(HopLength), MassesAmu = trajectory.Species.Distinct().ToDictionary(s => s, Elements.MassAmu),
            });
        }
    }
}
