using Campaign.Compute.Engines.Scheduling.Transports;
using Xunit;

namespace Campaign.SystemTests.Scheduling;

public sealed class SiteFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("campaign-site-").FullName;
    private readonly SiteFiles _files = new(new DirectTransport());

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string At(string path) => Path.Combine(_root, path);

    private static Dictionary<string, byte[]> Some(params (string Path, byte[] Bytes)[] files) => files.ToDictionary(f => f.Path, f => f.Bytes);

    [Fact]
    public void Files_come_back_as_they_went()
    {
        byte[] bytes = [0, 255, 10, 13, 39, 0];
        string directory = At("a 'b' $(touch evil)/-c");
        _files.Put(directory, Some(("POSCAR", bytes), ("sub/-x y\nz", [1]), ("empty", [])), default);
        Assert.Equal(bytes, _files.Read(directory + "/POSCAR", 6, default));
        Assert.Equal([new SiteFile("POSCAR", 6), new SiteFile("empty", 0), new SiteFile("sub/-x y\nz", 1)], _files.List(directory, default));
        Assert.Equal(["-c"], Directory.GetFileSystemEntries(At("a 'b' $(touch evil)")).Select(Path.GetFileName));
    }

    [Fact]
    public void What_is_put_later_joins_what_is_there()
    {
        _files.Put(At("run"), Some(("a", [1]), ("b", [1])), default);
        _files.Put(At("run"), Some(("b", [2]), ("c/d", [2])), default);
        Assert.Equal([1], _files.Read(At("run/a"), 9, default));
        Assert.Equal([2], _files.Read(At("run/b"), 9, default));
        Assert.Equal(["a", "b", "c/d"], _files.List(At("run"), default).Select(f => f.Path));
        Assert.Equal(["run"], Directory.GetFileSystemEntries(_root).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("/a")]
    [InlineData("a/../../b")]
    [InlineData("")]
    [InlineData(".")]
    public void A_path_that_leads_elsewhere_is_refused(string path)
    {
        Assert.Throws<ArgumentException>(() => _files.Put(At("run"), Some((path, [1])), default));
        Assert.False(Directory.Exists(At("run")));
    }

    [Fact]
    public void A_place_that_takes_no_files_is_said_so() =>
        Assert.Contains("/proc/no", Assert.Throws<IOException>(() => _files.Put("/proc/no", Some(("a", [1])), default)).Message);

    [Fact]
    public void What_is_not_there_is_told_from_what_cannot_be_read()
    {
        Assert.Null(_files.Read(At("none"), 9, default));
        Assert.Empty(_files.List(At("none"), default));
        Assert.Throws<FileNotFoundException>(() => _files.Fetch(At("none"), At("local"), default));
        Assert.Throws<IOException>(() => _files.Read(_root, 9, default)); // a directory
    }

    [Fact]
    public void A_small_file_that_is_not_small_is_not_read_to_its_end()
    {
        File.WriteAllBytes(At("big"), new byte[11]);
        Assert.Throws<IOException>(() => _files.Read(At("big"), 10, default));
        Assert.Equal(11, _files.Read(At("big"), 11, default)!.Length);
    }

    [Fact]
    public void A_large_file_is_fetched_in_pieces_and_whole()
    {
        byte[] bytes = new byte[40 * 1024 * 1024 + 17];
        new Random(7).NextBytes(bytes);
        File.WriteAllBytes(At("OUTCAR"), bytes);
        _files.Fetch(At("OUTCAR"), At("local"), default);
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(At("local"))));
        Assert.Equal(["OUTCAR", "local"], Directory.GetFiles(_root).Select(Path.GetFileName).Order());
    }
}
