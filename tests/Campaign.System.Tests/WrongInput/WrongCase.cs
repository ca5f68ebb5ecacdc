namespace Campaign.SystemTests.WrongInput;

/// <summary>One wrong input: what is put where, and what the answer must say.</summary>
/// <param name="Name">A sentence about what is wrong.</param>
/// <param name="In">The file that is changed: demo.yaml, s.cif, p.yaml, or POSCAR; empty for none.</param>
/// <param name="Replace">Text of the good file; empty: the whole file is replaced.</param>
/// <param name="By">What stands there instead. A « marks the place the answer must point at and is taken out.</param>
/// <param name="Says">Words the answer must hold, separated by |: what is wrong, and how to mend it.</param>
/// <param name="Arguments">The command line; {f} is the folder of the files.</param>
public sealed record WrongCase(string Name, string In, string Replace, string By, string Says, string Arguments = "run {f}/demo.yaml --dir {f}/out --quiet")
{
    public const char Mark = '«';

    public override string ToString() => Name;
}
