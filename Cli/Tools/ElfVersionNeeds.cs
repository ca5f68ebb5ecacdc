using System.Buffers.Binary;
using System.Text;

namespace Campaign.Cli.Tools;

/// <summary>Reads the version requirements (<c>.gnu.version_r</c>) of a 64-bit little-endian ELF library.</summary>
internal static class ElfVersionNeeds
{
    private const uint VersionNeedSection = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>True when the library asks for this version and the requirement carries the weak flag.</summary>
    public static bool IsWeak(ReadOnlySpan<byte> elf, string version)
    {
        if (elf.Length < 64 || !elf[..4].SequenceEqual("\u007fELF"u8))
            return false;
        long sections = BinaryPrimitives.ReadInt64LittleEndian(elf[0x28..]);
        int size = U16(elf, 0x3A), count = U16(elf, 0x3C);
        for (int s = 0; s < count; s++)
        {
            int header = (int)(sections + (long)s * size);
            if (U32(elf, header + 4) != VersionNeedSection)
                continue;
            int stringHeader = (int)(sections + (long)U32(elf, header + 0x28) * size);
            int strings = (int)BinaryPrimitives.ReadInt64LittleEndian(elf[(stringHeader + 0x18)..]);
            int need = (int)BinaryPrimitives.ReadInt64LittleEndian(elf[(header + 0x18)..]);
            for (uint n = U32(elf, header + 0x2C); n > 0; n--)
            {
                int entry = need + (int)U32(elf, need + 8);
                for (int a = U16(elf, need + 2); a > 0; a--)
                {
                    ReadOnlySpan<byte> name = elf[(strings + (int)U32(elf, entry + 8))..];
                    if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == version)
                        return (U16(elf, entry + 4) & WeakFlag) != 0;
                    entry += (int)U32(elf, entry + 12);
                }
                need += (int)U32(elf, need + 12);
            }
        }
        return false;
    }

    private static ushort U16(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf[at..]);

    private static uint U32(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf[at..]);
}
