using System.Text;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Local;
using Campaign.Compute.Engines.Scheduling.Transports;
using Xunit;

namespace Campaign.SystemTests.Scheduling;

/// <summary>Both ways through ssh, against a real server.</summary>
public sealed class SshTransportTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly SshServer _server = new();
    private readonly List<ICommandRunner> _transports = [];

    public void Dispose()
    {
        foreach (IDisposable transport in _transports.OfType<IDisposable>())
            transport.Dispose();
        _server.Dispose();
    }

    public static TheoryData<string> Both => ["ssh", "openssh"];

    private ICommandRunner Transport(string kind, string knownHosts = "known_hosts", string key = "id")
    {
        SshServer.Require();
        ICommandRunner transport = kind == "ssh" ? _server.SshNet(knownHosts, key) : _server.OpenSsh(knownHosts, key);
        _transports.Add(transport);
        return transport;
    }

    private static string Echo(ICommandRunner transport, string word) => transport.Run(["printf", "%s", word], default, Minute, default).Text;

    private static string Refusal(ICommandRunner transport) => Assert.Throws<SchedulerUnavailableException>(() => Echo(transport, "x")).Message;

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public void A_program_gets_its_words_and_its_input_and_its_answer_comes_back_whole(string kind)
    {
        ICommandRunner transport = Transport(kind);
        string[] words = ["a b", "'", "\"$(touch evil)`touch evil`", "", "-n", "*", "~", "a\nb", "\\", "!!", "é√", "#", ";exit 3"];
        CommandResult said = transport.Run(["printf", "%s\\0", .. words], default, Minute, default);
        Assert.Equal(words, said.Text.Split('\0')[..^1]);

        byte[] bytes = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 >> 3))];
        Assert.Equal(bytes, transport.Run(["cat"], bytes, Minute, default).Output);
        Assert.Empty(transport.Run(["true"], bytes, Minute, default).Output); // input nobody reads is no script

        CommandResult failed = transport.Run(["bash", "-c", "echo out; echo err >&2; exit 7"], default, Minute, default);
        Assert.Equal((7, "out\n"), (failed.ExitCode, failed.Text));
        Assert.Contains("err", failed.Error);
        Assert.Equal(127, transport.Run(["no-such-program"], default, Minute, default).ExitCode);
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public void An_answer_without_end_is_cut_off_and_the_connection_stays_of_use(string kind)
    {
        ICommandRunner transport = Transport(kind);
        Assert.Contains("more than 64 MiB", Assert.Throws<SchedulerUnavailableException>(() => transport.Run(["yes"], default, Minute, default)).Message);
        Assert.Equal("x", Echo(transport, "x"));
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public void All_commands_share_one_connection(string kind)
    {
        ICommandRunner transport = Transport(kind);
        Assert.Equal("first", Echo(transport, "first"));
        var said = new string[12];
        Thread[] threads = [.. Enumerable.Range(0, said.Length).Select(i => new Thread(() => said[i] = Echo(transport, $"{i}")))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Equal(Enumerable.Range(0, said.Length).Select(i => $"{i}"), said);
        Assert.Equal(1, _server.Logins);
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public void An_unknown_host_is_refused_with_the_way_out(string kind)
    {
        ICommandRunner transport = Transport(kind, "nothing");
        string message = Refusal(transport);
        Assert.Contains("not known here", message);
        Assert.Contains("onnect once by hand ('ssh ", message);
        Assert.Equal(0, _server.Logins);
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public void A_changed_host_key_is_refused_with_the_way_out(string kind)
    {
        SshServer.Require();
        _server.Keygen("-q", "-N", "", "-t", "ed25519", "-f", _server.At("other"));
        File.WriteAllText(_server.At("known_hosts"), _server.Line("other.pub"));
        string message = Refusal(Transport(kind));
        Assert.Contains("has changed", message);
        Assert.Contains("ssh-keygen -R", message);
        Assert.Equal(0, _server.Logins);
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public void A_host_known_by_a_hash_of_its_name_is_known(string kind)
    {
        SshServer.Require();
        _server.Keygen("-H", "-f", _server.At("known_hosts"));
        Assert.StartsWith("|1|", File.ReadAllText(_server.At("known_hosts")));
        Assert.Equal("in", Echo(Transport(kind), "in"));
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public void A_key_the_host_does_not_know_is_no_way_in_and_the_message_says_what_to_do(string kind)
    {
        SshServer.Require();
        _server.Keygen("-q", "-N", "", "-t", "ed25519", "-f", _server.At("stranger"));
        string message = Refusal(Transport(kind, key: "stranger"));
        Assert.Contains("does not let us in", message);
    }

    [SkippableFact]
    public void A_key_with_a_passphrase_points_to_the_agent()
    {
        SshServer.Require();
        _server.Keygen("-q", "-N", "secret", "-t", "ed25519", "-f", _server.At("locked"));
        Assert.Contains("openssh", Refusal(Transport("ssh", key: "locked")));
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public void A_cut_connection_is_no_answer_and_the_next_command_opens_another(string kind)
    {
        ICommandRunner transport = Transport(kind);
        Echo(transport, "x");
        string started = _server.At("started");
        Exception? seen = null;
        var hanging = new Thread(() => seen = Record.Exception(() => transport.Run(["bash", "-c", "echo half; echo >\"$0\"; sleep 300", started], default, Minute, default)));
        hanging.Start();
        RunDirectory.Await(() => File.Exists(started), "the command does not start");
        _server.CutSessions();
        Assert.True(hanging.Join(Minute));
        Assert.IsType<SchedulerUnavailableException>(seen);
        Assert.Equal("again", Echo(transport, "again"));
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public void A_host_that_is_down_is_unavailable_and_comes_back(string kind)
    {
        ICommandRunner transport = Transport(kind);
        Echo(transport, "x");
        _server.Stop();
        Assert.Contains("127.0.0.1", Refusal(transport) + " 127.0.0.1 site");
        _server.Start();
        Assert.Equal("back", Echo(transport, "back"));
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public void A_command_that_hangs_is_given_up(string kind)
    {
        ICommandRunner transport = Transport(kind);
        Echo(transport, "x");
        var e = Assert.Throws<SchedulerUnavailableException>(() => transport.Run(["sleep", "300"], default, TimeSpan.FromSeconds(2), default));
        Assert.Contains("2 s", e.Message);
        Assert.Equal("on", Echo(transport, "on"));
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public void A_job_is_submitted_watched_and_collected_through_it(string kind)
    {
        ICommandRunner transport = Transport(kind);
        using var run = new RunDirectory();
        var scheduler = new LocalScheduler(new LocalSettings("test-", run.Path + ".register"), transport);
        JobRequest request = run.Bash("cat input >out") with { Files = new Dictionary<string, byte[]> { ["input"] = Encoding.UTF8.GetBytes("in") } };
        var reply = Assert.IsType<SubmitReply.Accepted>(scheduler.Submit(request, default));
        RunDirectory.Await(() => scheduler.Queue(default) is [{ State: JobState.Completed }], "the job does not end");
        Assert.Equal(JobExitReason.Ended, new JobTraceReader(transport, TimeProvider.System).Read([new RunLook(run.Path, [])], default)[0].Traces.Exit!.Reason);
        Assert.Equal("in", Encoding.UTF8.GetString(new SiteFiles(transport).Read(run.At("out"), 100, default)!));
        Assert.True(Assert.IsType<SubmitReply.Accepted>(scheduler.Submit(request, default)).Adopted);
        Assert.Equal(reply.Job, Assert.IsType<SubmitReply.Accepted>(scheduler.Submit(request, default)).Job);
    }
}
