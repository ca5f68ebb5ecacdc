using Campaign.Workflows.Specs;
using Xunit;

namespace Campaign.Core.Tests.Specs;

public sealed class SpecErrorTests
{
    /// <summary>A small campaign without an error; each case below changes one line of it.</summary>
    internal const string Good = """
        campaign: demo
        material:
          structure: s.cif
          mobile: Li
          variants:
            - { name: v1, supercell: [2, 2, 2], occupancy: { Ti@2a: 0.5 } }
        levels:
          ionic: { engine: builtin, potential: p.yaml }
        aimd:
          temperaturesK: [300, 600]
          lengthPs: 5
        train:
          steps: 100
        dlmd:
          temperaturesK: [400, 500]
          lengthPs: 5
        neb:
          directions: [[1, 1, 0]]
        """;

    [Fact]
    public void A_small_campaign_is_read_without_a_problem()
    {
        SpecReading reading = CampaignSpecReader.Read(Good, "demo.yaml");
        Assert.Empty(reading.Problems);
        Assert.Equal("demo", reading.Spec!.Name);
        Assert.Equal([400.0, 500.0], reading.Spec.Dlmd!.TemperaturesK);
        Assert.Contains(reading.Spec.Source.Defaults, d => d is { Path: "dlmd.dampingFs", Value: "100" });
    }

    [Fact]
    public void Settings_say_what_holds_and_who_chose_it()
    {
        SpecReading reading = CampaignSpecReader.Read(Good, "demo.yaml", ["dlmd.lengthPs=7", "aimd.temperaturesK[0]=450", "limits.coreHours=3"]);
        IReadOnlyList<SpecSetting> settings = reading.Spec!.Source.Settings;
        Assert.Contains(new SpecSetting("train.steps", "100", SettingOrigin.File), settings);
        Assert.Contains(new SpecSetting("dlmd.temperaturesK", "[400, 500]", SettingOrigin.File), settings);
        Assert.Contains(new SpecSetting("dlmd.lengthPs", "7", SettingOrigin.CommandLine), settings);
        Assert.Contains(settings, s => s is { Path: "aimd.temperaturesK", Origin: SettingOrigin.CommandLine } && s.Value.StartsWith("[450", StringComparison.Ordinal));
        Assert.Contains(new SpecSetting("dlmd.dampingFs", "100", SettingOrigin.Default), settings);
        string variant = reading.Spec.Material.Variants[0].Name;
        Assert.Contains(new SpecSetting($"material.variants[{variant}].draws", "200", SettingOrigin.Default), settings);
        Assert.DoesNotContain(settings, s => s.Path.StartsWith("limits", StringComparison.Ordinal));
        Assert.Equal(settings.Count, settings.Select(s => s.Path).Distinct().Count());
    }

    [Fact]
    public void A_hexagonal_reference_cell_is_read_with_its_angles()
    {
        SpecReading reading = CampaignSpecReader.Read(Good + "\nreference: { lattice: { a: 11.2, b: 11.2, c: 6.05, gamma: 120 } }", "demo.yaml");
        Assert.Empty(reading.Problems);
        Campaign.Workflows.Operations.ReferenceLattice lattice = Assert.Single(reading.Spec!.Reference!.Lattices);
        Assert.Equal((90, 90, 120), (lattice.AlphaDeg, lattice.BetaDeg, lattice.GammaDeg));
        Assert.Equal(11.2 * 11.2 * 6.05 * Math.Sqrt(3) / 2, lattice.VolumeA3(), 9);
    }

    [Theory]
    // what is replaced, by what, line:column, key path, a part of the message or the mend
    [InlineData("campaign: demo", "campain: demo", "1:1", "campain", "Did you mean 'campaign'?")]
    [InlineData("campaign: demo", "campaign: Demo Run", "1:11", "campaign", "cannot be part of a task id")]
    [InlineData("campaign: demo", "campaign: ../x", "1:11", "campaign", "cannot be part of a task id")]
    [InlineData("campaign: demo", "campaign: [a, b]", "1:11", "campaign", "a text is needed")]
    [InlineData("campaign: demo", "campaign:", "1:1", "campaign", "is missing")]
    [InlineData("  mobile: Li", "  mobile: Lithium", "4:11", "material.mobile", "not an element symbol")]
    [InlineData("  mobile: Li", "  moblie: Li", "4:3", "material.moblie", "Did you mean 'mobile'?")]
    [InlineData("structure: s.cif", "structure: \"~/s.cif\"", "3:14", "material.structure", "not the path of a file")]
    [InlineData("structure: s.cif", "structure: http://x.org/s.cif", "3:14", "material.structure", "not the path of a file")]
    [InlineData("supercell: [2, 2, 2]", "supercell: [2, 2]", "6:30", "material.variants[0].supercell", "2 numbers, but 3 are needed")]
    [InlineData("supercell: [2, 2, 2]", "supercell: [2, 0, 2]", "6:34", "material.variants[0].supercell[1]", "Give at least 1")]
    [InlineData("supercell: [2, 2, 2]", "supercell: [2, 1.5, 2]", "6:34", "material.variants[0].supercell[1]", "a whole number is needed")]
    [InlineData("supercell: [2, 2, 2]", "supercell: 2x2x2", "6:30", "material.variants[0].supercell", "a list is needed")]
    [InlineData("Ti@2a: 0.5", "Ti@2a: 1.5", "6:61", "material.variants[0].occupancy.Ti@2a", "outside the allowed range")]
    [InlineData("Ti@2a: 0.5", "Ti2a: 0.5", "6:54", "material.variants[0].occupancy.Ti2a", "species@site")]
    [InlineData("Ti@2a: 0.5", "Ti@2a: 0.7, Li@2a: 0.7", "6:52", "material.variants[0].occupancy", "add up to 1.4")]
    [InlineData("name: v1", "name: v1, name: v2", "6:19", "name", "is here twice")]
    [InlineData("engine: builtin", "engine: builtn", "8:20", "levels.ionic.engine", "Did you mean 'builtin'?")]
    [InlineData("engine: builtin, potential: p.yaml", "engine: builtin", "8:10", "levels.ionic.potential", "is missing")]
    [InlineData("engine: builtin, potential: p.yaml", "engine: vasp", "8:10", "levels.ionic.encutEv", "is missing")]
    [InlineData("  ionic: {", "  Ionic: {", "8:3", "levels.Ionic", "cannot be part of a task id")]
    [InlineData("[300, 600]", "[25, 60]", "10:19", "aimd.temperaturesK[0]", "kelvin")]
    [InlineData("[300, 600]", "[300, .nan]", "10:24", "aimd.temperaturesK[1]", "not a usable number")]
    [InlineData("  lengthPs: 5\ntrain", "  lengthPs: 5\n  relabel: { fraction: 5, initialMoments: { Ti: 2 } }\ntrain", "12:24", "aimd.relabel.fraction", "0.05 for 5 %")]
    [InlineData("  lengthPs: 5\ntrain", "  lengthPs: 5\n  relabel: { fraction: 0, initialMoments: { Ti: 2 } }\ntrain", "12:24", "aimd.relabel.fraction", "above 0")]
    [InlineData("  lengthPs: 5\ntrain", "  lengthPs: 5\n  relabel: { fraction: 0.1 }\ntrain", "12:12", "aimd.relabel.initialMoments", "initialMoments: { Ti: 2 }")]
    [InlineData("  lengthPs: 5\ntrain", "  lengthPs: 5\n  relabel: { initialMoments: { Tj: 2 } }\ntrain", "12:32", "aimd.relabel.initialMoments.Tj", "is not an element symbol")]
    [InlineData("  lengthPs: 5\ntrain", "  lengthPs: 5\n  relabel: { moments: { Ti: 2 }, initialMoments: { Ti: 2 } }\ntrain", "12:14", "aimd.relabel.moments", "is not known here")]
    [InlineData("train:\n", "validate: { rdfTemperaturesK: [600, 450] }\ntrain:\n", "12:31", "validate.rdfTemperaturesK", "sampled at 450 K")]
    [InlineData("[300, 600]", "[300, 300]", "10:18", "aimd.temperaturesK", "is here 2 times")]
    [InlineData("[300, 600]", "[]", "10:18", "aimd.temperaturesK", "The list is empty")]
    [InlineData("steps: 100", "steps: -5", "13:10", "train.steps", "Give at least 1")]
    [InlineData("steps: 100", "steps: \"100\"", "13:10", "train.steps", "Remove the quotes")]
    [InlineData("steps: 100", "steps: 1e400", "13:10", "train.steps", "a whole number is needed")]
    [InlineData("steps: 100", "network: { fitting: [128, 32] }", "13:23", "train.network.fitting", "as wide as the descriptor (embedding x axis = 128)")]
    [InlineData("steps: 100", "network: { selMargin: 0.9 }", "13:25", "train.network.selMargin", "Give")]
    [InlineData("steps: 100", "presett: seed", "13:3", "train.presett", "Did you mean 'preset'?")]
    [InlineData("[400, 500]\n  lengthPs: 5", "[400, 500]\n  lengthPs: 5 ps", "16:13", "dlmd.lengthPs", "write 5 if it is meant")]
    [InlineData("[400, 500]\n  lengthPs: 5", "[400, 500]\n  lengthPs: 0,5", "16:13", "dlmd.lengthPs", "Use a point: 0.5")]
    [InlineData("[400, 500]\n  lengthPs: 5", "[400, 500]\n  lengthPs: 1e999", "16:13", "dlmd.lengthPs", "too large")]
    [InlineData("[400, 500]\n  lengthPs: 5", "[400, 500]\n  lengthPs: 0", "16:13", "dlmd.lengthPs", "above 0")]
    [InlineData("[400, 500]\n  lengthPs: 5", "[400, 500]\n  length: 5", "16:3", "dlmd.length", "Did you mean 'lengthPs'?")]
    [InlineData("[400, 500]\n  lengthPs: 5", "[400, 500]\n  lengthPs: 5\n  minimiseFirst: yes", "17:18", "dlmd.minimiseFirst", "true or false")]
    [InlineData("[400, 500]\n  lengthPs: 5", "[400, 500]\n  lengthPs: 5\n  variants: [v2]", "17:13", "dlmd.variants", "Did you mean 'v1'?")]
    [InlineData("[400, 500]\n  lengthPs: 5", "[400, 500]\n  lengthPs: 5\n  timeStepFs: 50", "17:15", "dlmd.timeStepFs", "outside the allowed range")]
    [InlineData("[[1, 1, 0]]", "[[0, 0, 0]]", "18:16", "neb.directions[0]", "leads nowhere")]
    [InlineData("[[1, 1, 0]]", "[[1, 1]]", "18:16", "neb.directions[0].d", "2 numbers, but 3 are needed")]
    [InlineData("levels:", "methodBlank: { enabled: maybe }\nlevels:", "7:25", "methodBlank.enabled", "true or false")]
    [InlineData("levels:", "limits: { coreHours: -1 }\nlevels:", "7:22", "limits.coreHours", "above 0")]
    [InlineData("levels:", "\tlevels:", "7:1", "", "indented with a tab")]
    [InlineData("levels:", "reference: { lattice: { a: 5, b: 5, c: 5, alpha: 150, beta: 150, gamma: 120 } }\nlevels:", "7:73", "reference.lattice.gamma", "close no cell")]
    [InlineData("levels:", "reference: { notGiven: [dlmd.speed] }\nlevels:", "7:24", "reference.notGiven", "is not a key of this file")]
    [InlineData("levels:", "levels: [\nx:", "7:9", "", "not valid YAML")]
    [InlineData("levels:", "levels: {{ a: 1\n", "9:8", "", "not valid YAML")]
    [InlineData("occupancy: { Ti@2a: 0.5 } }", "carry: false }", "10:3", "aimd.variants", "No variant has carry: true")]
    public void A_wrong_input_is_named_with_its_place_and_a_way_to_mend_it(string what, string by, string place, string path, string says)
    {
        string text = Good.ReplaceLineEndings("\n");
        Assert.Contains(what, text);
        SpecReading reading = CampaignSpecReader.Read(text.Replace(what, by, StringComparison.Ordinal), "demo.yaml");
        Assert.Null(reading.Spec);
        string all = string.Join("\n", reading.Problems);
        SpecProblem? problem = reading.Problems.FirstOrDefault(p => $"{p.Line}:{p.Column}" == place && p.Path == path);
        Assert.True(problem is not null, $"expected {place} {path}, but found:\n{all}");
        Assert.Contains(says, $"{problem.Message} {problem.Mend}", StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_of_a_file_is_reported_at_once()
    {
        SpecReading reading = CampaignSpecReader.Read(Good.Replace("mobile: Li", "mobile: Xx").Replace("[300, 600]", "[25, 600]").Replace("steps: 100", "step: 100"), "demo.yaml");
        Assert.Equal(["material.mobile", "aimd.temperaturesK[0]", "train.step"], reading.Problems.Select(p => p.Path));
    }

    [Fact]
    public void Two_variants_may_not_share_a_name()
    {
        SpecReading reading = CampaignSpecReader.Read(Good.Replace("levels:", "    - { name: v1, supercell: [1, 1, 1] }\nlevels:"), "demo.yaml");
        SpecProblem p = Assert.Single(reading.Problems);
        Assert.Equal("7:15 material.variants[1].name", $"{p.Line}:{p.Column} {p.Path}");
    }

    [Fact]
    public void An_alias_bomb_is_refused()
    {
        var bomb = new System.Text.StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 7; i++)
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        SpecReading reading = CampaignSpecReader.Read(bomb.ToString(), "bomb.yaml");
        Assert.Null(reading.Spec);
        Assert.Contains(reading.Problems, p => p.Message.Contains("expands to more than", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("deeper than")]
    [InlineData("aliases")]
    [InlineData("the limit is")]
    [InlineData("refers to itself")]
    public void Files_beyond_the_bounds_are_refused(string says)
    {
        string text = says switch
        {
            "deeper than" => "a: " + new string('[', 200) + new string(']', 200),
            "aliases" => "a: &x 1\nb: [" + string.Join(", ", Enumerable.Repeat("*x", 100)) + "]",
            "the limit is" => "# " + new string('x', (1 << 20) + 1),
            _ => "a: &x [1, *x]",
        };
        SpecReading reading = CampaignSpecReader.Read(text, "big.yaml");
        Assert.Null(reading.Spec);
        Assert.Contains(reading.Problems, p => p.Message.Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dlmd.lengthPs=20")]
    [InlineData("aimd.temperaturesK[1]=650")]
    [InlineData("material.variants[v1].draws=7")]
    [InlineData("methodBlank.enabled=false")]
    public void An_override_takes_the_place_of_the_written_value(string set)
    {
        SpecReading reading = CampaignSpecReader.Read(Good, "demo.yaml", [set]);
        Assert.Empty(reading.Problems);
        CampaignSpec s = reading.Spec!;
        object value = set.Split('=')[0] switch
        {
            "dlmd.lengthPs" => s.Dlmd!.LengthPs,
            "aimd.temperaturesK[1]" => s.Aimd!.TemperaturesK[1],
            "material.variants[v1].draws" => s.Material.Variants[0].Draws,
            _ => s.MethodBlank.Enabled,
        };
        Assert.Equal(set.Split('=')[1], Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!.ToLowerInvariant());
    }

    [Theory]
    [InlineData("dlmd.lenghtPs=20", "dlmd.lenghtPs", "Did you mean 'lengthPs'?")]
    [InlineData("dlmd.lengthPs=-1", "dlmd.lengthPs", "above 0")]
    [InlineData("material.variants[v9].draws=7", "material.variants[v9].draws", "no entry 'v9'")]
    [InlineData("campaign.x=7", "campaign.x", "is a single value")]
    [InlineData("nonsense", "", "is not KEY=VALUE")]
    public void A_wrong_override_is_refused_like_a_wrong_file(string set, string path, string says)
    {
        SpecReading reading = CampaignSpecReader.Read(Good, "demo.yaml", [set]);
        Assert.Null(reading.Spec);
        SpecProblem p = Assert.Single(reading.Problems, p => p.Path == path);
        Assert.Equal("--set", p.File);
        Assert.Contains(says, $"{p.Message} {p.Mend}", StringComparison.Ordinal);
    }
}
