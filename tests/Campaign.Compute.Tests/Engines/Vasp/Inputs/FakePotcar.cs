using System.Security.Cryptography;
using System.Text;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

/// <summary>Text with the header of a potential and no potential in it.</summary>
internal static class FakePotcar
{
    public const string Secret = "0.1111E-01";

    public static string Of(string set, string element, double zval = 11.1, string enmax = "111.1", string lexch = "PE", string kind = "PAW_PBE") =>
        FormattableString.Invariant($"""
          {kind} {set} 11Mar1111
           {zval:0.000}
         parameters from PSCTR are:
           VRHFIN ={element}: s1p1
           LEXCH  = {lexch}
           EATOM  =   111.1111 eV,   11.1111 Ry

           TITEL  = {kind} {set} 11Mar1111
           LULTRA =        F    use ultrasoft PP ?
           POMASS =   11.111; ZVAL   =    {zval:0.000}    mass and valenz
           RWIGS  =    1.111; RWIGS  =    1.111    wigner-seitz radius (au A)
           ENMAX  =  {enmax}; ENMIN  =  111.111 eV
           LPAW   =        T    paw PP
        END of PSCTR-controll parameters
         local part
           TITEL  = this is data and no title
          {Secret}  {Secret}  {Secret}
         End of Dataset

        """);

    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(text)));

    public static MemoryStream Stream(string text) => new(Encoding.Latin1.GetBytes(text));
}
