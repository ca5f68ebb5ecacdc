namespace Campaign.SystemTests.WrongInput;

/// <summary>Wrong campaign files.</summary>
internal static class CampaignFileCases
{
    private const string Dlmd = "[400, 500, 600]\n  lengthPs: 5";
    private const string Levels = "levels:\n";

    public static readonly WrongCase[] All =
    [
        // words
        Yaml("a mistyped key", Dlmd, "[400, 500, 600]\n  «lenghtPs: 5", "'lenghtPs' is not known|Did you mean 'lengthPs'"),
        Yaml("a mistyped section", "train:\n", "«trian:\n", "Did you mean 'train'"),
        Yaml("a key of nowhere", "mobile: Li", "mobile: Li\n  «temperature: 300", "'temperature' is not known|Known keys"),
        Yaml("a key in the wrong section", "train:\n", "train:\n  «temperaturesK: [300]\n", "'temperaturesK' is not known"),
        Yaml("a mistyped word", "engine: builtin", "engine: «builtn", "Did you mean 'builtin'"),
        Yaml("an unknown engine", "engine: builtin, potential: p.yaml", "engine: «siesta", "'siesta' is not one of builtin, vasp, gpaw, cp2k|Choose"),
        Yaml("a mistyped functional", "engine: builtin, potential: p.yaml", "engine: vasp, encutEv: 450, functional: «PBEE", "Did you mean 'PBE'"),
        Yaml("no element", "mobile: Li", "mobile: «Lx", "'Lx' is not an element symbol|Did you mean"),
        Yaml("a mobile species the structure lacks", "mobile: Li", "mobile: «Na", "holds no Na|Name the species that moves"),
        Yaml("no truth value", Dlmd, Dlmd + "\n  minimiseFirst: «yes", "true or false is needed|Write true or false"),
        // names
        Yaml("a path as name", "campaign: demo", "campaign: «../../etc/passwd", "cannot be part of a task id|lower-case letters"),
        Yaml("shell characters in the name", "campaign: demo", "campaign: «\"$(rm -rf x)\"", "cannot be part of a task id"),
        Yaml("an absolute path as name", "campaign: demo", "campaign: «/tmp/x", "cannot be part of a task id"),
        Yaml("a name of 300 letters", "campaign: demo", "campaign: «" + new string('a', 300), "at most 40"),
        Yaml("capital letters in the name", "campaign: demo", "campaign: «Demo", "lower-case letters"),
        Yaml("a variant's name that climbs out", "name: v1", "name: «../v1", "cannot be part of a task id"),
        Yaml("a level's name with a blank", "  ionic: {", "  «\"io nic\": {", "cannot be part of a task id"),
        Yaml("a site's name with shell characters", "engine: builtin,", "engine: builtin, site: «\"a;b\",", "cannot be part of a task id"),
        Yaml("two variants of one name", Levels, "    - { name: «v1, supercell: [1, 1, 1] }\nlevels:\n", "Two variants are called 'v1'|its own name"),
        // numbers and units
        Yaml("a time step in seconds", Dlmd, Dlmd + "\n  timeStepFs: «2e-15", "2E-15 is outside|femtoseconds"),
        Yaml("a time step in picoseconds", Dlmd, Dlmd + "\n  timeStepFs: «0.002", "0.002 is outside|femtoseconds"),
        Yaml("a length in femtoseconds", Dlmd, "[400, 500, 600]\n  lengthPs: «5500000", "5500000 is outside|picoseconds"),
        Yaml("degrees Celsius", Dlmd, "[«25, 500, 600]\n  lengthPs: 5", "25 is outside|273.15"),
        Yaml("a negative temperature", "[400, 600]", "[«-300, 600]", "-300 is outside|kelvin"),
        Yaml("a unit behind the number", Dlmd, "[400, 500, 600]\n  lengthPs: «5 ps", "unit is in the key's name|write 5"),
        Yaml("a decimal comma", Dlmd, "[400, 500, 600]\n  lengthPs: «0,5", "Use a point: 0.5"),
        Yaml("not a number", Dlmd, "[400, 500, 600]\n  lengthPs: «.nan", "not a usable number|finite"),
        Yaml("infinity", Dlmd, "[400, 500, 600]\n  lengthPs: «.inf", "not a usable number|finite"),
        Yaml("a number beyond doubles", Dlmd, "[400, 500, 600]\n  lengthPs: «1e999", "too large|finite"),
        Yaml("zero length", Dlmd, "[400, 500, 600]\n  lengthPs: «0", "0 is outside|above 0"),
        Yaml("a number in quotes", "steps: 100", "steps: «\"100\"", "Remove the quotes"),
        Yaml("negative steps", "steps: 100", "steps: «-5", "-5 is outside|at least 1"),
        Yaml("half a step", "steps: 100", "steps: «1.5", "a whole number is needed"),
        Yaml("more steps than integers", "steps: 100", "steps: «1e30", "whole number"),
        Yaml("a cutoff in nanometres", "steps: 100", "steps: 100\n  network: { rcutA: «0.7 }", "0.7 is outside|0.7 nm is 7 Å"),
        Yaml("a plane-wave cutoff in rydberg", "engine: builtin, potential: p.yaml", "engine: vasp, encutEv: «33", "33 is outside|13.606"),
        Yaml("an activation energy in kJ/mol", Levels, "reference: { activationEnergyEv: «30.9 }\nlevels:\n", "30.9 is outside|96.5 kJ/mol"),
        Yaml("a lattice in nanometres", Levels, "reference: { lattice: { a: «0.635, b: 10.89, c: 6.353, beta: 110.1 } }\nlevels:\n", "0.635 is outside|1 nm is 10"),
        Yaml("an angle in radians", Levels, "reference: { lattice: { a: 6.35, b: 10.89, c: 6.353, beta: «1.92 } }\nlevels:\n", "1.92 is outside|degrees"),
        Yaml("a strain in percent", "lengthPs: 2\n", "lengthPs: 2\n  strains: [«3]\n", "3 is outside|3 % is 0.03"),
        Yaml("an empty list of temperatures", "[400, 600]", "«[]", "The list is empty"),
        Yaml("one temperature twice", "[400, 600]", "«[400, 400]", "400 is here 2 times|Keep one"),
        Yaml("a single value where a list belongs", "[400, 600]", "«400", "a list is needed|[a, b]"),
        Yaml("a list where a value belongs", "steps: 100", "steps: «[100]", "a whole number is needed"),
        Yaml("a missing value", "temperaturesK: [400, 600]\n  lengthPs: 2", "«temperaturesK: [400, 600]", "'lengthPs' is missing"),
        Yaml("a missing section", "material:\n", "«materials:\n", "Did you mean 'material'"),
        // YAML itself
        Yaml("a tab", "  mobile: Li", "«\tmobile: Li", "indented with a tab|spaces"),
        Yaml("a key twice", "mobile: Li", "mobile: Li\n  «mobile: Na", "is here twice; the first is on line 4|Keep one"),
        Yaml("an unclosed bracket", "[400, 600]", "[400, 600", "not valid YAML|bracket"),
        Yaml("an unclosed quote", "mobile: Li", "mobile: \"Li", "not valid YAML"),
        Yaml("wrong indentation", "  mobile: Li", "   mobile«: Li", "not valid YAML|indentation"),
        Yaml("two documents", "neb:\n", "«---\nneb:\n", "second YAML document|one campaign per file"),
        Yaml("a merge key", "train:\n", "base: &b { steps: 5 }\ntrain:\n  «<<: *b\n", "Merge keys are not followed|Write the merged keys out"),
        Yaml("an alias of nothing", "[400, 600]", "«*nothing", "*nothing' refers to itself or to nothing"),
        Yaml("a key that is a list", "train:\n", "«[a, b]: 1\ntrain:\n", "keys are single words"),
        Whole("a nesting of 200 levels", "a: " + new string('[', 200) + new string(']', 200), "deeper than 32"),
        Whole("an alias bomb", AliasBomb(), "expands to more than|Write the values out"),
        Whole("a hundred aliases", "a: &x 1\nb: [" + string.Join(", ", Enumerable.Repeat("*x", 100)) + "]", "More than 64 aliases"),
        Whole("an empty file", "", "is empty"),
        Whole("nothing but a comment", "«# soon\n", "empty|campaign init"),
        Whole("a list instead of keys", "«- a\n- b\n", "a list of 2|campaign init"),
        Whole("one word", "«hello", "'hello', not keys and values"),
        Whole("more than a megabyte", "# " + new string('x', (1 << 20) + 1), "the limit is"),
        Whole("a structure file in place of a campaign file", Workbench.Structure, "campaign init"),
        // cells and occupancies
        Yaml("a supercell of two numbers", "supercell: [2, 2, 2]", "supercell: «[2, 2]", "2 numbers, but 3 are needed|[2, 2, 2]"),
        Yaml("a supercell of zero", "supercell: [2, 2, 2]", "supercell: [2, «0, 2]", "0 is outside|at least 1"),
        Yaml("a negative supercell", "supercell: [2, 2, 2]", "supercell: [2, 2, «-2]", "-2 is outside|at least 1"),
        Yaml("a supercell of 20 million atoms", "supercell: [2, 2, 2]", "supercell: «[100, 100, 100]", "20000000 atoms|smaller supercell"),
        Yaml("a supercell as text", "supercell: [2, 2, 2]", "supercell: «2x2x2", "a list is needed"),
        Yaml("an occupancy the cell cannot hold", "Ti@2a: 0.75, Ti@4g: 0.125", "Ti@2a: «0.84375, Ti@4g: 0.078125", "13.5 atoms|0.8125 or 0.875|smallest exact cell"),
        Yaml("an occupancy above 1", "Ti@2a: 0.75", "Ti@2a: «1.5", "1.5 is outside"),
        Yaml("an occupancy in percent", "Ti@2a: 0.75", "Ti@2a: «75", "75 is outside|0 to 1"),
        Yaml("a negative occupancy", "Ti@2a: 0.75", "Ti@2a: «-0.1", "-0.1 is outside"),
        Yaml("a site more than full", "{ Ti@2a: 0.75, Ti@4g: 0.125 }", "«{ Ti@2a: 0.75, Li@2a: 0.75 }", "add up to 1.5|at most one atom"),
        Yaml("a site the structure lacks", "Ti@4g: 0.125", "Ti@4x: «0.125", "no site '4x'|Did you mean"),
        Yaml("an occupancy without site", "Ti@4g: 0.125", "«Ti: 0.125", "species@site"),
        Yaml("an element nobody knows on a site", "Ti@4g: 0.125", "«Qx@4g: 0.125", "'Qx' is not an element symbol"),
        Yaml("occupancies that carry a charge", "Ti@4g: 0.125 } }\n", "Ti@4g: 0.125 } }\n    - { name: v2, supercell: [2, 2, 2], occupancy: «{ Ti@2a: 0.75, Ti@4g: 0.25 } }\n  oxidationStates: { Ti: 3 }\n", "'v2' would carry +12 e|Ti@4g = 0.125"),
        Yaml("oxidation states that carry a charge", "mobile: Li", "mobile: Li\n  oxidationStates: { Li: 1, Ti: 4, Cl: -1 }", "+16 e|neutral"),
        Yaml("an impossible oxidation state", "mobile: Li", "mobile: Li\n  oxidationStates: { Ti: «44 }", "44 is outside"),
        // what does not go together
        Yaml("no variant carried on", "Ti@4g: 0.125 }", "Ti@4g: 0.125 }, carry: false", "No variant has carry: true|Carry one"),
        Yaml("an unknown variant", Dlmd, Dlmd + "\n  variants: «[v2]", "no variant called 'v2'|Did you mean 'v1'"),
        Yaml("fractions that leave nothing to train on", "train:\n", "dataset: { validationFraction: 0.5, testFraction: «0.5 }\ntrain:\n", "less than a fifth|smaller fractions"),
        Yaml("a fraction above 1", "train:\n", "dataset: { testFraction: «1.5 }\ntrain:\n", "1.5 is outside"),
        Yaml("no images", "[[1, 1, 0]]", "[[1, 1, 0]]\n  images: «0", "0 is outside|at least 1"),
        Yaml("a direction to nowhere", "[[1, 1, 0]]", "[«[0, 0, 0]]", "leads nowhere|[1, 1, 0]"),
        Yaml("a direction of two numbers", "[[1, 1, 0]]", "[«[1, 1]]", "2 numbers, but 3"),
        Yaml("no directions", "[[1, 1, 0]]", "«[]", "The list is empty"),
        Yaml("frames closer than steps", Dlmd, Dlmd + "\n  dumpEveryFs: «0.5", "closer than the time step|at least one time step"),
        Yaml("more runs than anyone can start", Dlmd, Dlmd + "\n  replicas: «1000\n  fresh: { supercell: [2, 2, 2], configurations: 1000 }", "3000000 runs|fewer replicas"),
        Yaml("a learning rate that rises", "steps: 100", "steps: 100\n  learningRate: { start: 1.0e-5, stop: «1.0e-3 }", "ends higher|stop below start"),
        Yaml("a switch beyond the cutoff", "steps: 100", "steps: 100\n  network: { rcutA: 6, rcutSmoothA: «7 }", "at or beyond the cutoff|smaller rcutSmoothA"),
        Yaml("production without a potential", "train:\n  steps: 100\ndlmd", "dlmd", "no train section|Add a train section"),
        Yaml("copies and fresh draws at once", Dlmd, Dlmd + "\n  repeat: «[2, 2, 2]\n  fresh: { supercell: [4, 4, 4] }", "Both repeat and fresh|Keep one"),
        Yaml("a mobile ion without charge", "neb:\n", "transport: { charge: «0 }\nneb:\n", "conducts nothing|charge number"),
        Yaml("g(r) at a temperature without labels", "train:\n", "validate: { rdfTemperaturesK: «[450] }\ntrain:\n", "No labels are sampled at 450 K|400, 600"),
        Yaml("a reference of an unknown level", Levels, "reference: { lattice: { a: 6.35, b: 10.89, c: 6.353, level: «u4 } }\nlevels:\n", "no level called 'u4'|Known: ionic"),
        Yaml("a missing choice that is no key", Levels, "reference: { notGiven: «[dlmd.speed] }\nlevels:\n", "not a key of this file"),
        Yaml("a quorum of nothing", Levels, "budgets: { quorum: «0 }\nlevels:\n", "0 is outside"),
        Yaml("two mistakes and one in the structure's name", "structure: s.cif\n  mobile: Li", "structure: «t.cif\n  mobile: Lx", "no file|'Lx' is not an element"),
        // files it names
        Yaml("a structure that is missing", "structure: s.cif", "structure: «nope.cif", "There is no file|relative to the campaign file"),
        Yaml("a structure with another ending", "structure: s.cif", "structure: «s.vasp", "There is no file|Did you mean 's.cif'"),
        Yaml("a structure on the web", "structure: s.cif", "structure: «http://x.org/s.cif", "web addresses are not followed"),
        Yaml("a structure in the home directory", "structure: s.cif", "structure: «~/s.cif", "'~'"),
        Yaml("a directory as structure", "structure: s.cif", "structure: «.", "is a directory|the file in it"),
        Yaml("a device as structure", "structure: s.cif", "structure: «/dev/zero", "no ordinary file|devices are not read"),
        Yaml("a potential that is missing", "potential: p.yaml", "potential: «q.yaml", "There is no file"),
        Yaml("no potential", ", potential: p.yaml", "", "'potential' is missing"),
        Yaml("a structure as potential", "potential: p.yaml", "potential: s.cif", "group of keys"),
        Yaml("an engine that cannot run here", "engine: builtin, potential: p.yaml", "engine: vasp, encutEv: 500", "cannot be run"),
        Yaml("a limit that the plan exceeds", Levels, "limits: { coreHours: 0.000001 }\nlevels:\n", "core-hours|cannot be run"),
    ];

    private static WrongCase Yaml(string name, string replace, string by, string says) => new(name, "demo.yaml", replace, by, says);

    private static WrongCase Whole(string name, string text, string says) => new(name, "demo.yaml", "", text, says);

    private static string AliasBomb()
    {
        var bomb = new System.Text.StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 7; i++)
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        return bomb.ToString();
    }
}
