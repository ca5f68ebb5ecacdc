using System.Text.Json;
using Campaign.Compute.Structures;
using Campaign.Compute.Transport;
using Xunit;

namespace Campaign.Compute.Tests.Transport;

public sealed class MeanSquaredDisplacementTests
{
    private static readonly (ReferenceFrame Frame, string Name)[] Frames =
        [(ReferenceFrame.Laboratory, "lab"), (ReferenceFrame.Anions, "host"), (ReferenceFrame.Barycentric, "barycentric"),
         (ReferenceFrame.MobileCentreOfMass, "mobileCOM")];

    [Fact]
    public void Fourier_and_direct_sums_agree_for_every_component()
    {
        Vec3[][] paths = Walkers.Brownian(5, 137, 3, 1, new Rng(1));
        MsdTensor fast = MeanSquaredDisplacement.Self(paths);
        for (int m = 0; m < 137; m++)
        {
            Mat3 sum = Mat3.Zero;
            foreach (Vec3[] p in paths)
                for (int k = 0; k + m < p.Length; k++)
                    sum += 1.0 / ((137 - m) * paths.Length) * Mat3.Outer(p[k + m] - p[k], p[k + m] - p[k]);
            double[] got = [fast.XX[m], fast.YY[m], fast.ZZ[m], fast.XY[m], fast.XZ[m], fast.YZ[m]];
            double[] expected = [sum.XX, sum.YY, sum.ZZ, sum.XY, sum.XZ, sum.YZ];
            for (int c = 0; c < 6; c++)
                Assert.Equal(expected[c], got[c], 1e-9 * (1 + sum.Trace));
        }
    }

    [Fact]
    public void Straight_motion_gives_three_m_squared_and_rest_gives_zero()
    {
        Vec3[] line = [.. Enumerable.Range(0, 50).Select(k => new Vec3(k, k, k))];
        Vec3[] rest = [.. Enumerable.Repeat(new Vec3(4, 5, 6), 50)];
        double[] moving = MeanSquaredDisplacement.Self([line]).Trace(), still = MeanSquaredDisplacement.Self([rest]).Trace();
        for (int m = 0; m < 50; m++)
        {
            Assert.Equal(3.0 * m * m, moving[m], 1e-9);
            Assert.Equal(0, still[m], 1e-12);
        }
    }

    [Fact]
    public void One_moving_and_one_resting_particle_share_the_displacement()
    {
        Vec3[] moving = [.. Enumerable.Range(0, 30).Select(k => new Vec3(k, 0, 0))];
        double[] self = MeanSquaredDisplacement.Self([moving, new Vec3[30]]).Trace();
        double[] total = MeanSquaredDisplacement.Total([moving, new Vec3[30]]).Trace();
        for (int m = 0; m < 30; m++)
        {
            Assert.Equal(m * m / 2.0, self[m], 1e-9);
            Assert.Equal(m * m / 2.0, total[m], 1e-9);
        }
    }

    [Fact]
    public void Empty_and_single_frame_trajectories_have_a_defined_result()
    {
        Assert.Empty(MeanSquaredDisplacement.Self([]).Trace());
        Assert.Equal([0.0], MeanSquaredDisplacement.Self([[new Vec3(1, 2, 3)]]).Trace());
    }

    [Fact]
    public void The_direction_along_c_star_is_normal_to_the_layer()
    {
        Cell cell = Cell.FromParameters(6, 11, 6, 90, 110, 90);
        Vec3[] inLayer = [.. Enumerable.Range(0, 20).Select(k => k * (cell.A + cell.B))];
        (double[] a, _, double[] c) = MeanSquaredDisplacement.Self([inLayer]).AlongCrystal(cell);
        Assert.Equal(36.0, a[1], 1e-9);
        Assert.Equal(0, c[19], 1e-8);
    }

    [SkippableFact]
    public void The_toy_conductor_gives_the_reference_in_every_frame()
    {
        Trajectory toy = TransportFixtures.Toy("toy_wrapped.lammpstrj", true);
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(TransportFixtures.Path("toy_reference.json")));
        double[] masses = [.. toy.Species.Select(s => s == "Li" ? 0.2 : 1.0)];
        int[] lags = [1, 10, 50, 100, 200];
        foreach ((ReferenceFrame frame, string name) in Frames)
        {
            JsonElement expected = reference.RootElement.GetProperty(name);
            Vec3[][] paths = ReferenceFrames.RelativePaths(
                toy, toy.AtomsOf("Li"), ReferenceFrames.ReferencePath(toy, "Li", frame, masses: masses));
            double[] self = MeanSquaredDisplacement.Self(paths).Trace(), total = MeanSquaredDisplacement.Total(paths).Trace();
            for (int i = 0; i < lags.Length; i++)
            {
                double s = expected.GetProperty("msd_self")[i].GetDouble(), t = expected.GetProperty("msd_total")[i].GetDouble();
                Assert.Equal(s, self[lags[i]], 1e-9 * s);
                Assert.Equal(t, total[lags[i]], 1e-9 * s);
            }
            double[] x = [.. Enumerable.Range(10, 51).Select(m => 0.25 * m)];
            double d = GlsLine.Ordinary(x, self[10..61]).Slope / 6, dTotal = GlsLine.Ordinary(x, total[10..61]).Slope / 6;
            double expectedD = expected.GetProperty("D_self").GetDouble();
            Assert.Equal(expectedD, d, 1e-9 * expectedD);
            Assert.Equal(expected.GetProperty("D_total").GetDouble(), dTotal, 1e-9 * expectedD);
        }
    }

    [SkippableFact]
    public void A_single_origin_reproduces_what_the_engine_printed()
    {
        Trajectory toy = TransportFixtures.Toy("toy_unwrapped.lammpstrj", false);
        Vec3[][] paths = ReferenceFrames.RelativePaths(toy, toy.AtomsOf("Li"), new Vec3[toy.FrameCount]);
        double[] msd = MeanSquaredDisplacement.SingleOrigin(paths);
        double[] printed = [.. File.ReadLines(TransportFixtures.Path("toy_lammps_compute_msd.dat"))
            .Where(l => !l.StartsWith('#')).Select(l => TransportFixtures.Number(l.Split(' ')[1]))];
        Assert.Equal(printed.Length, msd.Length);
        for (int k = 0; k < msd.Length; k++)
            Assert.Equal(printed[k], msd[k], 1e-5 * (1 + printed[k]));
    }

    [SkippableFact]
    public void Folded_positions_unwrap_with_and_without_image_flags()
    {
        Trajectory truth = TransportFixtures.Toy("toy_unwrapped.lammpstrj", false);
        Trajectory flags = TransportFixtures.Toy("toy_wrapped.lammpstrj", true), folded = TransportFixtures.Toy("toy_wrapped.lammpstrj", false);
        (List<Vec3[]> unwrapped, double largest) = Unwrapping.Unwrap(folded.Frames, folded.Cells);
        double longest = Enumerable.Range(1, truth.FrameCount - 1)
            .Max(k => Enumerable.Range(0, truth.AtomCount).Max(i => (truth.Frames[k][i] - truth.Frames[k - 1][i]).Norm));
        Assert.Equal(longest / (truth.CellOf(0).A.X / 2), largest, 1e-5);
        for (int k = 0; k < truth.FrameCount; k += 20)
            for (int i = 0; i < truth.AtomCount; i++)
            {
                Assert.Equal(0, (truth.Frames[k][i] - flags.Frames[k][i]).Norm, 3e-6);
                Vec3 d = truth.Frames[k][i] - truth.Frames[0][i], u = unwrapped[k][i] - unwrapped[0][i];
                Assert.Equal(0, (d - u).Norm, 3e-6 * (k + 1));
            }
    }

    [Fact]
    public void A_breathing_cell_does_not_stretch_the_path_already_travelled()
    {
        var frames = new List<Vec3[]>();
        var cells = new List<Cell>();
        for (int k = 0; k < 200; k++)
        {
            double l = 10 * (1 + 0.02 * Math.Sin(k));
            cells.Add(Cell.FromParameters(l, l, l, 90, 100, 90));
            frames.Add([cells[k].Wrap(new Vec3(0.5 * k, 0.1 * k, 0))]);
        }
        (List<Vec3[]> unwrapped, _) = Unwrapping.Unwrap(frames, cells);
        Assert.Equal(99.5, unwrapped[^1][0].X - unwrapped[0][0].X, 3.0);
    }

    [Fact]
    public void Lag_moments_agree_with_the_msd_and_are_gaussian_for_brownian_motion()
    {
        Vec3[][] paths = Walkers.Brownian(200, 300, 1, 1, new Rng(2));
        double[] msd = MeanSquaredDisplacement.Self(paths).Trace();
        foreach (LagMoments m in LagStatistics.Compute([paths], [1, 3, 6]))
        {
            Assert.Equal(msd[m.Lag], m.Msd, 1e-9 * m.Msd);
            Assert.InRange(m.Alpha2, -0.05, 0.05);
            Assert.InRange(paths.Length * m.OriginVariance / m.Variance, 0.7, 1.3);
        }
    }
}
