using Campaign.Compute.Engines.DeepMd;
using Xunit;

namespace Campaign.Compute.Tests.Engines.DeepMd;

public sealed class CurveFileTests
{
    private const string Header = "#  step      rmse_val    rmse_trn      rmse_e_val  rmse_e_trn    rmse_f_val  rmse_f_trn         lr\n";

    [Fact]
    public void A_later_run_counts_from_its_first_step_on_and_every_step_is_there_once()
    {
        CurveFile first = CurveFile.Parse(Header + Row(0) + Row(10) + Row(20) + Row(30) + "     40   1.0e-01 1.0");
        CurveFile second = CurveFile.Parse(Header + Row(20, "2.00e+00") + Row(30, "2.00e+00") + Row(40, "2.00e+00")), empty = CurveFile.Parse("");

        CurveFile joined = CurveFile.Join([first, empty, second]);

        Assert.Equal(Header + Row(0) + Row(10) + Row(20, "2.00e+00") + Row(30, "2.00e+00") + Row(40, "2.00e+00"), joined.ToString());
        Assert.Equal(joined.ToString(), CurveFile.Parse(joined.ToString()).ToString());
    }

    [Fact]
    public void A_file_that_a_restart_went_on_writing_has_every_step_once_too()
    {
        CurveFile file = CurveFile.Parse(Header + Row(0) + Row(10) + Header + Row(10) + Row(20));
        Assert.Equal([0, 10, 20], CurveFile.Join([file]).Rows.Select(r => r.Step));
    }

    [Theory]
    [InlineData("      7   1.0e+00")] // other columns
    [InlineData("      7   1.0e+00 1.0e+00   1.0e+00 1.0e+00   1.0e+00 x   1.0e-03")]
    [InlineData("   seven")]
    public void A_line_that_is_no_row_is_passed_over(string line) => Assert.Equal([0, 10], CurveFile.Parse(Header + Row(0) + line + "\n" + Row(10)).Rows.Select(r => r.Step));

    [Fact]
    public void Names_of_a_validation_that_there_is_not_are_left_out()
    {
        CurveFile file = CurveFile.Parse("#  step   rmse_val rmse_trn   rmse_f_val rmse_f_trn   lr\n      5   1.00e+00   2.00e+00   1.0e-03\n");
        Assert.Equal(["step", "rmse_trn", "rmse_f_trn", "lr"], file.Header!.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("#  step", CurveFile.Parse("      5   1.00e+00   2.00e+00   1.0e-03\n").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_a_file_tells_the_step_also_where_it_begins_within_a_line()
    {
        string whole = Header + Row(10) + Row(20) + Row(30);
        for (int from = 0; from < whole.Length - Row(30).Length; from++)
            Assert.Equal(30, CurveFile.Parse(whole[from..]).Rows[^1].Step);
    }

    [Theory]
    [InlineData("nan", 10)]
    [InlineData("inf", 10)]
    [InlineData("-inf", 10)]
    [InlineData("3.00e+00", null)]
    public void A_loss_that_is_no_number_is_seen(string loss, int? step) => Assert.Equal(step, CurveFile.Parse(Header + Row(0) + Row(10, loss) + Row(20)).Diverged()?.Step);

    [Fact]
    public void A_label_that_the_data_lack_is_no_divergence()
    {
        string text = "#  step      rmse_trn    rmse_e_trn    rmse_f_trn    rmse_v_trn         lr\n      0      1.00e+00      1.00e+00      1.00e+00           nan    1.0e-03\n";
        Assert.Null(CurveFile.Parse(text).Diverged());
        Assert.Equal(0, CurveFile.Parse(text.Replace("1.00e+00           nan", "nan   1.00e+00", StringComparison.Ordinal)).Diverged()?.Step);
    }

    private static string Row(int step, string value = "1.00e+00") =>
        FormattableString.Invariant($"{step,7}   {value,11} {"1.00e+00",11}   {"1.00e+00",11} {"1.00e+00",11}   {"1.00e+00",11} {"1.00e+00",11}   {"1.0e-03",8}\n");
}
