using Campaign.Compute.Dynamics;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Formats;
using Campaign.Compute.Paths;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.StandIn;

/// <summary>A band of the stand-in for VASP: one process, a directory per image.</summary>
public sealed class StandInBandTests
{
    private const int Images = 3;
    private const double MaxForce = 0.03;

    private static readonly IonicModel Potential = IonicModelFile.Read(StandInRun.PotentialFile);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_band_agrees_with_the_programs_own(bool climb)
    {
        (Structure initial, Structure final) = Hop();
        (double[][] path, _) = InitialPath.Between(initial, final, Images);
        NebResult own = new NudgedElasticBand(_ => new AtomicSurface(Potential, initial), new NebOptions { Images = Images, Climb = climb, MaxForceEvPerA = MaxForce }).Run(NebState.Start([.. path.Select(p => (double[])p.Clone())]));
        Assert.True(own is { Converged: true, HasInnerMaximum: true });

        using var run = new StandInRun($"IMAGES = {Images}\nSPRING = -5\n{(climb ? "ICHAIN = 0\nLCLIMB = .TRUE.\nIOPT = 1\n" : "")}IBRION = 3\nPOTIM = 0\nISIF = 2\nNSW = 300\nEDIFFG = {-MaxForce}", Poscar.Write(initial, "not read"), spin: false);
        for (int i = 0; i < path.Length; i++)
            run.Write($"0{i}/POSCAR", Poscar.Write(initial with { Positions = Wrapped(initial.Cell, AtomicSurface.Unflatten(path[i])) }, "image"));
        Assert.Equal(0, await run.RunAsync());

        double first = StandInRun.Model(initial).EnergyEv, highest = double.NegativeInfinity;
        for (int i = 1; i <= Images; i++)
        {
            VaspSummary summary = run.Summary($"0{i}/OUTCAR");
            Assert.True(summary is { Finished: true, IonsConverged: true, Unconverged: 0 });
            // the text rounds positions, but CONTCAR has them all
            Assert.Equal(StandInRun.Model(run.Contcar($"0{i}/CONTCAR").Structure).EnergyEv, summary.Last!.FreeEnergyEv, 1e-7);
            Assert.Equal(own.Images[i].EnergyEv, summary.Last.FreeEnergyEv - first, 0.005);
            highest = Math.Max(highest, summary.Last.FreeEnergyEv - first);
        }
        Assert.Equal(own.BarrierForwardEv, highest, 0.005);
        Assert.False(File.Exists(run.In("00/OUTCAR")));
        Assert.EndsWith("</modeling>\n", File.ReadAllText(run.In("vasprun.xml")), StringComparison.Ordinal);
        Assert.Contains("reached required accuracy", File.ReadAllText(run.In("vasp.out")), StringComparison.Ordinal);
    }

    /// <summary>LiCl of 32 formula units without one Li, into whose place a neighbour goes; both ends relaxed.</summary>
    private static (Structure Initial, Structure Final) Hop()
    {
        const double A = 5.1;
        const int Cells = 2;
        var cell = new Cell(new Vec3(Cells * A, 0, 0), new Vec3(0, Cells * A, 0), new Vec3(0, 0, Cells * A));
        Vec3[] sites =
        [
            .. from x in Enumerable.Range(0, 2 * Cells) from y in Enumerable.Range(0, 2 * Cells) from z in Enumerable.Range(0, 2 * Cells)
               orderby (x + y + z) % 2
               select A / 2 * new Vec3(x, y, z),
        ];
        int[] types = [.. Enumerable.Repeat(0, 31), .. Enumerable.Repeat(1, 32)];
        Vec3[] before = [.. sites.Skip(1)], after = [.. before];
        after[Array.IndexOf(before, A / 2 * new Vec3(1, 1, 0))] = Vec3.Zero;
        Structure initial = Relaxed(new Structure(cell, ["Li", "Cl"], types, before)), final = Relaxed(new Structure(cell, ["Li", "Cl"], types, after));
        return (initial, InitialPath.Align(initial, final));

        static Structure Relaxed(Structure s) => ConjugateGradient.Minimise(Potential, s, new RelaxationOptions { MaxForceEvPerA = 0.005 }).Structure;
    }

    private static Vec3[] Wrapped(Cell cell, Vec3[] positions) => Array.ConvertAll(positions, cell.Wrap);
}
