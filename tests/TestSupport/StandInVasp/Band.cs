using System.Text;
using Campaign.Compute.Paths;
using Campaign.Compute.Structures;
using static Campaign.StandInVasp.Fortran;

namespace Campaign.StandInVasp;

/// <summary>
/// A nudged elastic band, all images in one process: 0i/OUTCAR and the like for every inner image, and the root vasprun.xml that VASP's
/// images write all at once. The end points are computed for their energies only, and no file of theirs is written.
/// </summary>
internal sealed class Band : IDisposable
{
    private const double FirstTimeStep = 0.1, LongestTimeStep = 0.3, LongestMoveA = 0.15;

    /// <summary>The highest image climbs once the band has settled to this (eV/Å): a raw band has its highest image anywhere.</summary>
    private const double ClimbBelowEvPerA = 0.15;

    private readonly Session _session;
    private readonly InputDeck _deck;
    private readonly Structure[] _images;
    private readonly double[][] _points;
    private readonly double[] _energies;
    private readonly RunOutput[] _outputs;
    private readonly StringWriter[] _vaspruns;
    private readonly StreamWriter[] _otherSaid;
    private readonly StreamWriter _root;

    public Band(Session session, string folder, TextWriter said)
    {
        (_session, _deck) = (session, session.Deck);
        if (_deck.Settings.Ediffg >= 0)
            throw new VaspStop(" The stand-in for VASP relaxes a band to a force: EDIFFG must be negative.\n");
        _images = Unwrapped([.. _deck.Starts.Select(s => _deck.Typed(s.Structure))]);
        _points = [.. _images.Select(i => AtomicSurface.Flatten(i.Positions))];
        _energies = new double[_images.Length];
        foreach (int end in (ReadOnlySpan<int>)[0, _images.Length - 1])
            _energies[end] = session.Model.At(_images[end]).EnergyEv;
        int inner = _images.Length - 2;
        _root = new StreamWriter(Path.Combine(folder, "vasprun.xml")) { NewLine = "\n" };
        _vaspruns = [.. Enumerable.Range(0, inner).Select(_ => new StringWriter())];
        _otherSaid = [.. Enumerable.Range(2, inner - 1).Select(i => new StreamWriter(Path.Combine(Folder(folder, i), "stdout")) { NewLine = "\n" })];
        _outputs = [.. Enumerable.Range(1, inner).Select(i => new RunOutput(Folder(folder, i), _deck, _deck.Starts[i], session.Model, i == 1 ? said : _otherSaid[i - 2], _vaspruns[i - 1]))];
        WriteRoot();
    }

    public static string Folder(string root, int image) => Path.Combine(root, I(image, 0).PadLeft(2, '0'));

    public void Dispose()
    {
        foreach (IDisposable writer in (IEnumerable<IDisposable>)[.. _outputs, .. _otherSaid, .. _vaspruns, _root])
            writer.Dispose();
    }

    public void Run()
    {
        VaspSettings s = _deck.Settings;
        int inner = _outputs.Length, n = _points[0].Length;
        var fire = new Fire(_points.Length * n, 3, FirstTimeStep, LongestTimeStep, LongestMoveA);
        var forces = new double[_points.Length][];
        double[] nudged = new double[_points.Length * n], move = new double[nudged.Length];
        bool settled = false;
        for (int number = 1; ; number++)
        {
            IonicStep[] steps = _session.Compute(number, [.. Enumerable.Range(1, inner).Select(At)]);
            (forces[0], forces[^1]) = (new double[n], new double[n]);
            for (int i = 1; i <= inner; i++)
                (_energies[i], forces[i]) = (steps[i - 1].Point.EnergyEv, AtomicSurface.Flatten(steps[i - 1].Point.Forces));
            BandForces.Nudge(_points, _energies, forces, s.Spring, settled ? Highest : -1, nudged);
            if (!settled && s.Lclimb && Largest(nudged) < Math.Max(ClimbBelowEvPerA, -s.Ediffg))
            {
                settled = true;
                BandForces.Nudge(_points, _energies, forces, s.Spring, Highest, nudged);
            }
            bool reached = Largest(nudged) < -s.Ediffg;
            for (int i = 1; i <= inner; i++)
                steps[i - 1] = steps[i - 1] with { BandText = Text(i, forces[i], nudged.AsSpan(i * n, n), steps[i - 1].Point.VirialEv) };
            if (!reached)
                Move(fire, nudged, move);
            bool goesOn = _session.Write([.. Enumerable.Range(1, inner).Select(i => (_outputs[i - 1], steps[i - 1], PositionFiles.Contcar(_deck, _deck.Starts[i], At(i), null, null)))]);
            if (reached)
                ForAll(output => output.Say(Relaxation.Reached));
            if (reached || !goesOn || number >= s.Nsw)
            {
                for (int i = 1; i <= inner; i++)
                    _outputs[i - 1].Finish(At(i));
                WriteRoot();
                return;
            }
            ForAll(output => output.EndStep());
            WriteRoot();
        }
    }

    private int Highest => Array.IndexOf(_energies, _energies.Max()) is var at && at > 0 && at < _energies.Length - 1 ? at : -1;

    private Structure At(int image) => _images[image] with { Positions = AtomicSurface.Unflatten(_points[image]) };

    private void Move(Fire fire, double[] nudged, double[] move)
    {
        fire.Step(nudged, move);
        int n = _points[0].Length;
        for (int i = 1; i < _points.Length - 1; i++)
            for (int k = 0; k < n; k++)
                _points[i][k] += move[i * n + k];
    }

    private void ForAll(Action<RunOutput> act)
    {
        foreach (RunOutput output in _outputs)
            act(output);
    }

    /// <summary>Line by line in turns.</summary>
    private void WriteRoot()
    {
        string[][] lines = Array.ConvertAll(_vaspruns, w => w.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        for (int line = 0; line < lines.Max(l => l.Length); line++)
            foreach (string[] image in lines.Where(l => line < l.Length))
                _root.WriteLine(image[line]);
        foreach (StringWriter w in _vaspruns)
            w.GetStringBuilder().Clear();
        _root.Flush();
    }

    /// <summary>The band's lines in an image's OUTCAR, as those of VTST.</summary>
    private string Text(int i, double[] force, ReadOnlySpan<double> nudged, Mat3 virial)
    {
        var tangent = new double[force.Length];
        BandForces.Tangent(_points, _energies, i, tangent);
        double before = Distance(_points[i], _points[i - 1]), behind = Distance(_points[i + 1], _points[i]), real = 0, across = 0;
        for (int k = 0; k < force.Length; k++)
            real += force[k] * tangent[k];
        for (int k = 0; k < force.Length; k++)
            across += (force[k] - real * tangent[k]) * (force[k] - real * tangent[k]);
        double spring = _deck.Settings.Spring * (behind - before);
        var t = new StringBuilder();
        t.Append($" NEB: the previous image is higher in energy: {(_energies[i - 1] > _energies[i] ? "T" : "F")}\n NEB: the next image is higher in energy    : {(_energies[i + 1] > _energies[i] ? "T" : "F")}\n");
        t.Append("\n NEB: Tangent\n ----------------------------------------------\n");
        foreach (Vec3 v in AtomicSurface.Unflatten(tangent))
            t.Append($" {OutcarHeader.Row(v, 13, 5)}\n");
        t.Append($"\n NEB: forces: par spring, perp REAL, dneb {F(spring, 12, 6)}{F(Math.Sqrt(across), 12, 6)}{F(0, 12, 6)}\n");
        t.Append($" NEB: distance to prev, next image, angle between {F(before, 12, 6)}{F(behind, 12, 6)}{F(Angle(i), 12, 6)}\n NEB: projections on to tangent (spring, REAL) {F(spring, 12, 6)}{F(real, 12, 6)}\n\n");
        OutcarStep.Convergence(t, AtomicSurface.Unflatten(nudged), virial);
        return t.ToString();
    }

    /// <summary>Between the ways to both neighbours, degrees.</summary>
    private double Angle(int i)
    {
        double dot = _points[i].Select((x, k) => (_points[i + 1][k] - x) * (x - _points[i - 1][k])).Sum();
        return 180 - Math.Acos(Math.Clamp(dot / (Distance(_points[i], _points[i - 1]) * Distance(_points[i + 1], _points[i])), -1, 1)) * 180 / Math.PI;
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static double Largest(double[] nudged) => AtomicSurface.Unflatten(nudged).Max(f => f.Norm);

    /// <summary>Every atom at the periodic image nearest its place in the image before.</summary>
    private static Structure[] Unwrapped(Structure[] images)
    {
        for (int i = 1; i < images.Length; i++)
        {
            Structure before = images[i - 1];
            images[i] = images[i] with { Positions = [.. before.Positions.Zip(images[i].Positions, (a, b) => a + before.Cell.MinimumImage(b - a))] };
        }
        return images;
    }
}
