using Campaign.Compute.Transport;
using Xunit;

namespace Campaign.Compute.Tests.Transport;

public sealed class ArrheniusTests
{
    private static readonly double[] Corrected = [298, 313, 328, 343, 358, 373];

    [Fact]
    public void An_energy_of_032_in_sigma_T_reads_02913_in_sigma()
    {
        ArrheniusPoint[] points = Line(Corrected, 0.32, 0.1, perT: true);
        Assert.Equal(0.32, Fit(points, ArrheniusForm.SigmaT).ActivationEnergyEv.Value!.Value, 1e-10);
        Assert.Equal(0.2913, Fit(points, ArrheniusForm.Sigma).ActivationEnergyEv.Value!.Value, 5e-5);
    }

    [Fact]
    public void Intervals_of_the_energy_and_of_D_at_a_temperature_cover_the_truth()
    {
        const double ea = 0.55;
        double[] temperatures = [640, 680, 720, 760, 800, 840];
        var rng = new Rng(4);
        int covered = 0, band = 0;
        const int replicas = 400;
        for (int k = 0; k < replicas; k++)
        {
            ArrheniusPoint[] points = [.. temperatures.Select(t => new ArrheniusPoint(
                t, Quantity.LogNormal(D(t, ea) * Math.Exp(0.2 * rng.NextGaussian()), 0.2, "cm2/s")))];
            ArrheniusFit fit = Fit(points, ArrheniusForm.D);
            covered += Inside(fit.ActivationEnergyEv, ea);
            band += Inside(fit.At(700), D(700, ea));
        }
        Assert.InRange(covered / (double)replicas, 0.92, 0.98);
        Assert.InRange(band / (double)replicas, 0.92, 0.98);
    }

    [Fact]
    public void One_temperature_is_refused()
    {
        Assert.Null(Arrhenius.Fit(Line([300, 300], 0.3, 0.1), ArrheniusForm.D, out string? why));
        Assert.Contains("two temperatures", why);
    }

    [Fact]
    public void Two_temperatures_take_the_error_from_their_own_errors_or_give_none()
    {
        ArrheniusFit with = Fit(Line([600, 900], 0.5, 0.1), ArrheniusForm.D);
        double span = 1 / (PhysicalConstants.BoltzmannEvPerK * 600) - 1 / (PhysicalConstants.BoltzmannEvPerK * 900);
        Assert.Equal(0.1 * Math.Sqrt(2) / span, with.ActivationEnergyEv.StdErr!.Value, 1e-9);
        ArrheniusPoint[] bare = [.. Line([600, 900], 0.5, 0.1).Select(p => p with { Value = p.Value with { StdErr = null } })];
        ArrheniusFit without = Fit(bare, ArrheniusForm.D);
        Assert.Null(without.ActivationEnergyEv.StdErr);
        Assert.Null(without.ActivationEnergyEv.Ci95);
        Assert.False(without.ActivationEnergyEv.Resolved);
    }

    [Fact]
    public void Bounds_are_left_out_and_named()
    {
        ArrheniusPoint[] points = [new(500, Quantity.UpperBound(1e-8, "cm2/s", "no hops")), .. Line([600, 700, 800], 0.5, 0.1)];
        ArrheniusFit fit = Fit(points, ArrheniusForm.D);
        Assert.Equal([500.0], fit.Excluded);
        Assert.Contains(fit.Notes, n => n.Contains("500 K", StringComparison.Ordinal));
        Assert.Equal(0.5, fit.ActivationEnergyEv.Value!.Value, 1e-9);
    }

    [Fact]
    public void Scatter_beyond_the_errors_enlarges_them_and_says_so()
    {
        ArrheniusPoint[] points = [.. Line([600, 650, 700, 750, 800], 0.5, 0.01)
            .Select((p, i) => p with { Value = Quantity.LogNormal(p.Value.Value!.Value * (i % 2 == 0 ? 1.1 : 0.9), 0.01, "cm2/s") })];
        ArrheniusFit fit = Fit(points, ArrheniusForm.D);
        Assert.InRange(fit.BirgeRatio, 8, 14);
        Assert.Contains(fit.Notes, n => n.Contains("enlarged", StringComparison.Ordinal));
    }

    [Fact]
    public void A_bent_line_is_flagged_and_a_straight_one_is_not()
    {
        double[] t = [300, 350, 400, 450, 500, 550];
        ArrheniusPoint[] bent = [.. t.Select(x => new ArrheniusPoint(x, Quantity.LogNormal(1e-3 * Math.Exp(-0.08 / (PhysicalConstants.BoltzmannEvPerK * (x - 180))), 0.05, "cm2/s")))];
        Assert.True(Fit(bent, ArrheniusForm.D).Curved);
        Assert.False(Fit(Line(t, 0.3, 0.05), ArrheniusForm.D).Curved);
    }

    [Fact]
    public void Far_extrapolation_is_marked()
    {
        ArrheniusFit fit = Fit(Line([640, 700, 760, 840], 0.5, 0.05), ArrheniusForm.D);
        Assert.True(fit.At(700).Resolved);
        Assert.Null(fit.At(700).Note);
        Assert.Contains("extrapolated", fit.At(300).Note);
        Assert.False(fit.At(300).Resolved);
        Assert.DoesNotContain("extrapolated", fit.At(610).Note);
    }

    [Fact]
    public void Fading_memory_at_cold_points_extends_the_interval_of_the_energy_upwards_only()
    {
        ArrheniusPoint[] plain = Line([600, 700, 800], 0.5, 0.1);
        ArrheniusPoint[] memory = [.. plain.Select((p, i) => p with { LogSystematic = 0.3 - 0.1 * i })];
        (double lo, double hi) = Fit(plain, ArrheniusForm.D).ActivationEnergyEv.Ci95!.Value;
        (double lo2, double hi2) = Fit(memory, ArrheniusForm.D).ActivationEnergyEv.Ci95!.Value;
        Assert.Equal(lo, lo2, 1e-12);
        Assert.True(hi2 > hi + 0.01);
    }

    [Fact]
    public void Comparisons_use_the_joint_interval()
    {
        Quantity a = Quantity.Normal(1.0, 0.1, "eV"), b = Quantity.Normal(1.27, 0.1, "eV"), c = Quantity.Normal(1.29, 0.1, "eV");
        Assert.True(Agreement.Of(a, b).Agree);
        Assert.False(Agreement.Of(a, c).Agree);
        Assert.Null(Agreement.Of(a, Quantity.UpperBound(2, "eV", "bound")).Agree);
    }

    [Fact]
    public void Sets_of_D_are_judged_jointly()
    {
        Quantity[] set = [.. Line([600, 700, 800, 900], 0.5, 0.1).Select(p => p.Value)];
        Quantity[] near = [.. set.Select(q => Quantity.LogNormal(q.Value!.Value * 1.1, 0.1, q.Unit))];
        // each pair alone is inside its interval, all four together are not
        Quantity[] off = [.. set.Select(q => Quantity.LogNormal(q.Value!.Value * Math.Exp(0.26), 0.1, q.Unit))];
        Assert.True(Agreement.OfSets(set, near).Agree);
        Assert.All(set.Zip(off), p => Assert.True(Agreement.OfLogs(p.First, p.Second).Agree));
        Assert.False(Agreement.OfSets(set, off).Agree);
    }

    private static double D(double t, double ea) => 1e-3 * Math.Exp(-ea / (PhysicalConstants.BoltzmannEvPerK * t));

    private static ArrheniusPoint[] Line(double[] temperatures, double ea, double logStdErr, bool perT = false) =>
        [.. temperatures.Select(t => new ArrheniusPoint(t, Quantity.LogNormal(D(t, ea) / (perT ? t : 1), logStdErr, "cm2/s")))];

    private static ArrheniusFit Fit(ArrheniusPoint[] points, ArrheniusForm form) =>
        Arrhenius.Fit(points, form, out string? why) ?? throw new InvalidOperationException(why);

    private static int Inside(Quantity q, double truth) => truth > q.Ci95!.Value.Lo && truth < q.Ci95.Value.Hi ? 1 : 0;
}
