using System.Diagnostics;
using Npgsql;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>
/// A PostgreSQL server of the test's own, in a temporary directory, reached by a Unix socket there and by nothing else. Where none is
/// installed, asking for its connection string skips the test.
/// </summary>
public sealed class PostgresCluster : IAsyncLifetime
{
    private const string Owner = "campaign";

    private readonly string _root = Directory.CreateTempSubdirectory("campaign-pg-").FullName;
    private Process? _server;
    private string? _missing;

    public string ConnectionString
    {
        get
        {
            Skip.If(_missing is not null, _missing);
            return new NpgsqlConnectionStringBuilder { Host = _root, Username = Owner, Database = "postgres", Pooling = true }.ConnectionString;
        }
    }

    public async Task InitializeAsync()
    {
        if (Programs() is not { } programs)
        {
            _missing = "SKIPPED: no PostgreSQL server (initdb, postgres) on PATH or in /usr/lib/postgresql; 'apt-get install postgresql' brings it.";
            return;
        }
        string data = Path.Combine(_root, "data");
        if (Environment.UserName == "root")
            await EndAsync(Start("chown", "nobody", _root));
        await EndAsync(Start(AsNobody([Path.Combine(programs, "initdb"), "-D", data, "-U", Owner, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"])));
        _server = Start(AsNobody([Path.Combine(programs, "postgres"), "-D", data, "-k", _root, "-c", "listen_addresses=", "-c", "fsync=off"]));
        _ = _server.StandardOutput.ReadToEndAsync();
        Task<string> said = _server.StandardError.ReadToEndAsync();
        while (!await AnswersAsync())
        {
            if (_server.HasExited)
                throw new InvalidOperationException($"The PostgreSQL server did not start:\n{await said}");
            await Task.Delay(20);
        }
    }

    public async Task DisposeAsync()
    {
        if (_server is { HasExited: false })
        {
            NpgsqlConnection.ClearAllPools();
            using Process stop = Start("kill", "-QUIT", File.ReadLines(Path.Combine(_root, "data", "postmaster.pid")).First());
            await stop.WaitForExitAsync();
            await _server.WaitForExitAsync();
        }
        _server?.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>The newest server's folder; links to its programs elsewhere would not find its libraries.</summary>
    private static string? Programs()
    {
        IEnumerable<string> debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(v => int.TryParse(Path.GetFileName(v), out int n) ? n : 0).Select(v => Path.Combine(v, "bin"))
            : [];
        return debian.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    /// <summary>The server refuses to run as root.</summary>
    private static string[] AsNobody(string[] command) =>
        Environment.UserName == "root" ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", .. command] : command;

    private static Process Start(params string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
    })!;

    private static async Task EndAsync(Process process)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}: {await output}{await error}");
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
