using System.Security;
using System.Text;
using static Campaign.StandInVasp.Fortran;

namespace Campaign.StandInVasp;

/// <summary>The settings as vasprun.xml repeats them, with VASP's defaults filled in.</summary>
internal static class VasprunParameters
{
    public static string Text(InputDeck deck)
    {
        VaspSettings s = deck.Settings;
        var t = new StringBuilder(" <parameters>\n");
        Group("general", () => Text("SYSTEM", s.System));
        Group("electronic", () =>
        {
            Text("PREC", s.Precision);
            Number("ENMAX", deck.CutoffEv);
            Number("EDIFF", s.EdiffEv);
            Number("NELECT", deck.Electrons);
            Integer("ISMEAR", s.Ismear);
            Number("SIGMA", s.SigmaEv);
            Number("KSPACING", s.Kspacing);
            Flag("LREAL", s.Lreal);
            Integer("LMAXMIX", s.Lmaxmix);
            Integer("ISPIN", s.Spin);
            Numbers("MAGMOM", s.Magmom ?? [.. deck.Elements.Select(_ => 1.0)]);
            Number("NUPDOWN", s.Nupdown);
            Flag("LASPH", s.Lasph);
            Integer("NELM", s.Nelm);
            Integer("NELMDL", 0);
            Integer("NELMIN", s.Nelmin);
        });
        Group("ionic", () =>
        {
            Integer("NSW", s.Nsw);
            Integer("IBRION", s.Ibrion);
            Integer("MDALGO", s.Mdalgo);
            Integer("ISIF", s.Isif);
            Number("PSTRESS", 0);
            Number("EDIFFG", s.Ediffg);
            Number("POTIM", s.Potim);
            Number("SMASS", s.Smass);
        });
        Group("ionic md", () =>
        {
            Number("TEBEG", s.TebegK);
            Number("TEEND", s.TeendK);
            Integer("NBLOCK", s.Nblock);
        });
        Group("symmetry", () => Integer("ISYM", s.Isym));
        Group("dos", () => Integer("LORBIT", s.Lorbit));
        Group("writing", () =>
        {
            Flag("LWAVE", s.Lwave);
            Flag("LCHARG", s.Lcharg);
        });
        Group("miscellaneous", () => Numbers("POMASS", [.. deck.Blocks.Select(b => b.MassAmu)]));
        Flag("LDAU", s.Hubbard is not null);
        if (s.Hubbard is { } u)
        {
            Integer("LDAUTYPE", u.Type);
            Numbers("LDAUL", u.L);
            Numbers("LDAUU", u.UEv);
            Numbers("LDAUJ", u.JEv);
        }
        Group("electronic exchange-correlation", () => Text("GGA", s.Gga ?? "--"));
        if (s.Ivdw > 0)
            Group("vdW DFT", () => Integer("IVDW", s.Ivdw));
        return t.Append(" </parameters>\n").ToString();

        void Group(string name, Action content)
        {
            t.Append($"  <separator name=\"{name}\" >\n");
            content();
            t.Append("  </separator>\n");
        }

        void Text(string name, string value) => t.Append($"   <i type=\"string\" name=\"{name}\">{SecurityElement.Escape(value)}</i>\n");
        void Integer(string name, int value) => t.Append($"   <i type=\"int\" name=\"{name}\">{I(value, 6)}</i>\n");
        void Number(string name, double value) => t.Append($"   <i name=\"{name}\">{F(value, 16, 8)}</i>\n");
        void Flag(string name, bool value) => t.Append($"   <i type=\"logical\" name=\"{name}\">{L(value)}</i>\n");
        void Numbers(string name, double[] values) => t.Append($"   <v name=\"{name}\">{string.Concat(values.Select(v => F(v, 16, 8)))}</v>\n");
    }
}
