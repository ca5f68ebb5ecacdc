using Campaign.Compute.Engines.Scheduling;
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
        Assert.False(_files.Fetch(At("none"), At("local"), 9, default));
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
        Assert.True(_files.Fetch(At("OUTCAR"), At("local"), bytes.Length, default));
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(At("local"))));
        Assert.Equal(["OUTCAR", "local"], Directory.GetFiles(_root).Select(Path.GetFileName).Order());
        _files.Send(At("local"), At("there/b c"), default);
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(At("there/b c"))));
        Assert.Equal(["b c"], Directory.GetFiles(At("there")).Select(Path.GetFileName));
    }

    [Fact]
    public void More_than_was_expected_is_not_fetched()
    {
        File.WriteAllBytes(At("big"), new byte[11]);
        Assert.Throws<InvalidDataException>(() => _files.Fetch(At("big"), At("local"), 10, default));
        Assert.Equal(["big"], Directory.GetFiles(_root).Select(Path.GetFileName));
    }

    [Fact]
    public void An_empty_file_goes_and_comes_back()
    {
        File.WriteAllBytes(At("empty"), []);
        _files.Send(At("empty"), At("there/empty"), default);
        Assert.True(_files.Fetch(At("there/empty"), At("back"), 0, default));
        Assert.Empty(File.ReadAllBytes(At("back")));
    }

    [Fact]
    public void A_file_that_grows_while_it_is_fetched_is_not_taken()
    {
        File.WriteAllBytes(At("OUTCAR"), new byte[17 * 1024 * 1024]);
        var growing = new SiteFiles(new Before(new DirectTransport(), calls =>
        {
            if (calls == 2)
                File.WriteAllBytes(At("OUTCAR"), [.. Enumerable.Repeat((byte)1, 17 * 1024 * 1024)]);
        }));
        Assert.Contains("changed", Assert.Throws<IOException>(() => growing.Fetch(At("OUTCAR"), At("local"), 1L << 30, default)).Message);
        Assert.Equal(["OUTCAR"], Directory.GetFiles(_root).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_that_is_cut_on_its_way_is_not_there()
    {
        File.WriteAllBytes(At("data"), new byte[20 * 1024 * 1024]);
        var broken = new SiteFiles(new Before(new DirectTransport(), calls =>
        {
            if (calls == 2)
                throw new SchedulerUnavailableException("the connection broke");
        }));
        Assert.Throws<SchedulerUnavailableException>(() => broken.Send(At("data"), At("there/data"), default));
        Assert.False(File.Exists(At("there/data")));
        _files.Send(At("data"), At("there/data"), default); // and it can be sent again
        Assert.Equal(20 * 1024 * 1024, new FileInfo(At("there/data")).Length);
    }

    [Fact]
    public void Directories_are_deleted_with_all_in_them_and_nothing_else()
    {
        foreach (string directory in new[] { "a 'b' $(touch evil)/c", "-rf", "kept" })
            _files.Put(At(directory), Some(("f", [1])), default);
        _files.Remove([At("a 'b' $(touch evil)"), At("-rf"), At("none")], default);
        Assert.Equal(["kept"], Directory.GetFileSystemEntries(_root).Select(Path.GetFileName));
        Assert.Throws<ArgumentException>(() => _files.Remove(["kept"], default));
        _files.Remove([], default);
    }

    /// <summary>Does something before every call.</summary>
    private sealed class Before(ICommandRunner runner, Action<int> act) : ICommandRunner
    {
        private int _calls;

        public CommandResult Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct)
        {
            act(++_calls);
            return runner.Run(command, input, limit, ct);
        }
    }
}
