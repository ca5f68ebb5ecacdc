namespace Campaign.SystemTests.WrongInput;

/// <summary>Wrong command lines beside good files. {f} is their folder.</summary>
internal static class CommandLineCases
{
    public static readonly WrongCase[] All =
    [
        Line("a mistyped verb", "rnu {f}/demo.yaml", "no verb 'rnu'|Did you mean 'run'"),
        Line("a verb nobody knows", "frobnicate", "no verb 'frobnicate'|--help"),
        Line("a mistyped verb of structure", "structure inof {f}/s.cif", "no verb 'inof'|Did you mean 'info'"),
        Line("structure without verb", "structure", "a verb is missing|info, variants, convert"),
        Line("no campaign file", "run", "FILE is missing|campaign run --help"),
        Line("a mistyped option", "run {f}/demo.yaml --dri {f}/out", "no option '--dri'|Did you mean '--dir'"),
        Line("an option without value", "run {f}/demo.yaml --dir", "--dir needs a value"),
        Line("an argument too many", "validate {f}/demo.yaml {f}/s.cif", "one argument too many"),
        Line("cores in words", "run {f}/demo.yaml --dir {f}/out --cores two", "--cores: 'two' is not a whole number"),
        Line("no cores", "run {f}/demo.yaml --dir {f}/out --cores 0", "--cores: '0' is not a whole number in range"),
        Line("a campaign file that is missing", "run {f}/demo.yml", "There is no file|Did you mean 'demo.yaml'"),
        Line("a directory as campaign file", "run {f}", "is a directory"),
        Line("a device as campaign file", "run /dev/zero", "no ordinary file"),
        Line("a path with a control character", "run a\u0001b", "not the path of a file"),
        Line("a very long path", "run " + new string('a', 5000), "There is no file"),

        Line("an override of an unknown key", "run {f}/demo.yaml --dir {f}/out --set dlmd.lenghtPs=20", "--set:1:1|'lenghtPs' is not known|Did you mean 'lengthPs'"),
        Line("an override out of range", "run {f}/demo.yaml --dir {f}/out --set dlmd.lengthPs=-1", "--set:1:15: |-1 is outside|picoseconds"),
        Line("an override of the wrong type", "run {f}/demo.yaml --dir {f}/out --set train.steps=many", "--set:1:13: |a whole number is needed"),
        Line("an override without value", "run {f}/demo.yaml --dir {f}/out --set dlmd.lengthPs", "is not KEY=VALUE|Write for example"),
        Line("an override of a missing list entry", "run {f}/demo.yaml --dir {f}/out --set material.variants[v9].draws=7", "no entry 'v9'|the first is [0]"),
        Line("an override into a single value", "run {f}/demo.yaml --dir {f}/out --set campaign.x=7", "is a single value"),
        Line("an override of a task's wrong temperature", "validate {f}/demo.yaml --set dlmd.temperaturesK=[25,40]", "25 is outside|273.15"),

        Line("a file as campaign directory", "run {f}/demo.yaml --dir {f}/s.cif", "--dir: |is a file|Name a directory"),
        Line("somebody else's directory", "run {f}/demo.yaml --dir {f}", "is not empty and holds no campaign|Name another directory"),
        Line("a file as store", "run {f}/demo.yaml --dir {f}/out --store {f}/s.cif", "--store: |is a file"),
        Line("resume without campaign", "resume {f}", "is not a campaign's directory|campaign run FILE"),
        Line("resume of nothing", "resume {f}/nothing", "is not a campaign's directory"),
        Line("status without campaign", "status {f}", "is not a campaign's directory"),
        Line("report without campaign", "report {f}", "is not a campaign's directory"),
        Line("history without campaign", "history {f}", "is not a campaign's directory"),
        Line("why without campaign", "why {f} relax/v1/ionic", "is not a campaign's directory"),
        Line("pause of a file", "pause {f}/s.cif", "is not a campaign's directory"),

        Line("init of nothing", "init {f}/nope.cif", "nope.cif:1:1|There is no file"),
        Line("init of a campaign file", "init {f}/demo.yaml --out {f}/new.yaml", "demo.yaml:"),
        Line("init of a directory", "init {f}", "is a directory"),
        Line("init of a device", "init /dev/urandom", "no ordinary file"),
        Line("init over a file", "init {f}/s.cif --out {f}/demo.yaml", "exists already|--out"),
        Line("init of an absent mobile species", "init {f}/s.cif --out {f}/new.yaml --mobile Ag", "which of them moves|--mobile"),
        Line("init of an occupancy without value", "init {f}/s.cif --out {f}/new.yaml --occupancy Ti@2a", "not SPECIES@SITE=VALUE|Ti@2a=0.875"),
        Line("init of an occupancy above 1", "init {f}/s.cif --out {f}/new.yaml --occupancy Ti@2a=1.5", "Ti@2a|between 0 and 1"),
        Line("init of an absent site", "init {f}/s.cif --out {f}/new.yaml --occupancy Ti@9z=0.5", "no site 9z|It has"),

        Line("info of nothing", "structure info {f}/nope.cif", "nope.cif:1:1|There is no file"),
        Line("info of an unknown format", "structure info {f}/demo.yaml", "tells no format|.cif"),
        Line("info of a device", "structure info /dev/zero", "tells no format"),
        Line("conversion of a disordered structure", "structure convert {f}/s.cif {f}/new.vasp", "partial occupancies|variants"),
        Line("conversion to an unknown format", "structure convert {f}/POSCAR {f}/new.abc", "tells no format"),
        Line("conversion onto itself", "structure convert {f}/POSCAR {f}/POSCAR", "the same file|another output"),
        Line("variants without --out", "structure variants {f}/s.cif", "--out is needed"),
        Line("variants into a file", "structure variants {f}/s.cif --out {f}/demo.yaml", "--out |is a file"),
        Line("variants in a misspelt supercell", "structure variants {f}/s.cif --out {f}/cells --supercell 2x2", "--supercell 2x2|2x2x2"),
        Line("variants in a huge supercell", "structure variants {f}/s.cif --out {f}/cells --supercell 100x100x100", "not possible|at most 4096"),
        Line("variants of an occupancy above 1", "structure variants {f}/s.cif --out {f}/cells --occupancy Ti@2a=2", "between 0 and 1"),
        Line("variants of an absent site", "structure variants {f}/s.cif --out {f}/cells --occupancy Ti@9z=0.5", "no site 9z|It has"),
        Line("variants with a name that climbs out", "structure variants {f}/s.cif --out {f}/cells --name ../../x", "--name ../../x|letters"),
        Line("variants without draws", "structure variants {f}/s.cif --out {f}/cells --draws 0", "--draws 0|1 to"),
        Line("variants of a negative seed", "structure variants {f}/s.cif --out {f}/cells --seed -4", "seed"),
        Line("a plan of a wrong file", "plan {f}/s.cif", "s.cif:1:1"),
    ];

    private static WrongCase Line(string name, string arguments, string says) => new("command line: " + name, "", "", "", says, arguments);
}
