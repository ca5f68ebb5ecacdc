using System.CommandLine;
using System.Globalization;
using Campaign.Cli.Help;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Runs;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.Cli.Tools;

/// <summary><c>dataset build PATH... --out DIR</c>: DeePMD systems of what VASP computed.</summary>
public static class DatasetCommand
{
    public static Command Create() => new("dataset", "Makes training data.") { Build() };

    private static Command Build()
    {
        Argument<string[]> paths = new("path") { Description = "Run directories, OUTCARs, vasprun.xmls or extxyz files.", Arity = ArgumentArity.OneOrMore };
        Option<string> target = new("--out") { Description = "Directory for the DeePMD npy systems.", Required = true };
        Option<bool> json = StructureCommand.JsonOption();
        Command command = new Verb(
            "build", "Gathers labelled frames into DeePMD npy systems, one per kind of cell; what is left out is named.",
            ["dataset build runs/aimd/ti0750/u4/t600/a1 --out data"],
            "Runs of different levels of theory are refused: their energies cannot be learnt together.") { paths, target, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            string into = parse.GetValue(target)!;
            if (File.Exists(into) || (Directory.Exists(into) && Directory.EnumerateFileSystemEntries(into).Any()))
                throw new ToolInputException($"--out {into}: there is something already. Name a new directory.");
            var gathered = new GatheredFrames();
            foreach (string path in parse.GetValue(paths)!)
                gathered.Add(path);
            IReadOnlyList<(string Name, int Frames, int Atoms)> systems = gathered.Write(into);
            int frames = systems.Sum(s => s.Frames);
            if (parse.GetValue(json))
                output.WriteLine(ToolOutput.Json(new { systems = systems.Select(s => new { s.Name, s.Frames, s.Atoms }), frames, dropped = gathered.Dropped.Select(d => new { d.Source, d.Frame, d.Reason }) }));
            else
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{frames} frames in {systems.Count} systems, written to {into}"));
                foreach ((string source, int? frame, string reason) in gathered.Dropped)
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  left out: {source}{(frame is { } f ? $" frame {f}" : "")}: {reason}"));
            }
            return frames > 0 ? ToolOutput.Done : ToolOutput.WorkFailed;
        }));
        return command;
    }

    /// <summary>Frames of the same atoms in the same order, together.</summary>
    private sealed class GatheredFrames
    {
        private readonly List<(Structure Atoms, List<Frame> Frames)> _systems = [];
        private (string Source, LevelOfTheory Theory)? _first;

        /// <summary>Frame is null where a whole source gave nothing.</summary>
        public List<(string Source, int? Frame, string Reason)> Dropped { get; } = [];

        public void Add(string path)
        {
            if (path.EndsWith(".extxyz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".extxyz.gz", StringComparison.OrdinalIgnoreCase))
            {
                int number = 0;
                foreach (Frame frame in ExtXyz.Read(path))
                {
                    if (frame.EnergyEv is null || frame.ForcesEvPerA is null)
                        Dropped.Add((path, number, "no energy or no forces"));
                    else
                        Place(frame with { Origin = frame.Origin ?? Origin(path, number) });
                    number++;
                }
                return;
            }
            AddVasp(path);
        }

        public IReadOnlyList<(string Name, int Frames, int Atoms)> Write(string into)
        {
            var written = new List<(string, int, int)>();
            foreach ((Structure atoms, List<Frame> frames) in _systems)
            {
                string formula = string.Concat(atoms.CountsByType().Select((n, t) => n == 0 ? "" : $"{atoms.TypeMap[t]}{n.ToString(CultureInfo.InvariantCulture)}"));
                string name = string.Create(CultureInfo.InvariantCulture, $"{written.Count:d2}-{formula}"), directory = Path.Combine(into, name);
                DeepMdSystem.FromFrames(frames).Write(directory);
                File.WriteAllLines(Path.Combine(directory, "origin.raw"), frames.Select(f => f.Origin!));
                written.Add((name, frames.Count, atoms.Count));
            }
            return written;
        }

        private void AddVasp(string path)
        {
            VaspSource source;
            try
            {
                source = VaspSource.Open(path);
            }
            catch (InvalidDataException e)
            {
                throw new ToolInputException(e.Message);
            }
            if (source.AtomSpecies is not { } species)
            {
                Dropped.Add((path, null, "it does not say which atoms there are"));
                return;
            }
            if (source.Outcome is null)
                throw new ToolInputException($"{path} holds no energies and forces.");
            if (source.Summary.Header.Number("PSTRESS") is { } pressure && pressure != 0)
            {
                Dropped.Add((path, null, string.Create(CultureInfo.InvariantCulture, $"PSTRESS = {pressure} kB is part of its energies: they are those of another system")));
                return;
            }
            int number = 0;
            string[] map = [.. species.Distinct()];
            int[] types = [.. species.Select(s => Array.IndexOf(map, s))];
            foreach (VaspFrame f in source.Frames())
            {
                if (number == 0)
                    Compare(path, LevelOfTheory.Of(source.Summary.Header, Spacing(path, source.Summary.Header, f.Cell)));
                if (f.ElectronsConverged == false)
                    Dropped.Add((path, number, string.Create(CultureInfo.InvariantCulture, $"its electrons did not converge in {f.ElectronicSteps} steps")));
                else
                    Place(new Frame(new Structure(f.Cell, map, types, f.PositionsA), f.FreeEnergyEv, f.ForcesEvPerA, f.VirialEv) { Origin = Origin(path, number) });
                number++;
            }
            if (number == 0)
                Dropped.Add((path, null, $"it has no complete frame ({VaspReadJson.Word(source.Outcome)})"));
        }

        private void Compare(string path, LevelOfTheory theory)
        {
            _first ??= (path, theory);
            if (_first.Value.Theory.Differences(theory) is [var difference, ..])
                throw new ToolInputException($"{_first.Value.Source} and {path} are of different levels of theory: {difference} Build one data set for each.");
        }

        /// <summary>By the output, or where that does not say by the run directory's KPOINTS.</summary>
        private static IReadOnlyList<double> Spacing(string path, VaspHeader header, Cell cell)
        {
            string file = Path.Combine(path, "KPOINTS");
            IReadOnlyList<int>? mesh = header.KMesh ?? (File.Exists(file) ? Kpoints.Parse(File.ReadAllText(file))?.Mesh : null);
            return mesh is null ? [] : Kpoints.SpacingPerA(cell, mesh);
        }

        private void Place(Frame frame)
        {
            Structure s = frame.Structure;
            int at = _systems.FindIndex(x => x.Atoms.TypeMap.SequenceEqual(s.TypeMap) && x.Atoms.Types.AsSpan().SequenceEqual(s.Types) && x.Frames[0].VirialEv is null == frame.VirialEv is null);
            if (at < 0)
            {
                _systems.Add((s, []));
                at = _systems.Count - 1;
            }
            _systems[at].Frames.Add(frame);
        }

        private static string Origin(string path, int frame) => string.Create(CultureInfo.InvariantCulture, $"{path} frame {frame}");
    }
}
