using System.Diagnostics;
using Campaign.Compute.Engines.Scheduling;
using Xunit;

namespace Campaign.SystemTests.Scheduling;

/// <summary>A run directory of one attempt, and the job script in it as a process.</summary>
internal sealed class RunDirectory : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _root = Directory.CreateTempSubdirectory("campaign-job-").FullName;
    private readonly List<Process> _started = [];

    public RunDirectory(string name = "a1") => Directory.CreateDirectory(Path = System.IO.Path.Combine(_root, name));

    public string Path { get; }

    public string At(string file) => System.IO.Path.Combine(Path, file);

    public bool Has(string file) => File.Exists(At(file)) || Directory.Exists(At(file));

    public string Text(string file) => File.ReadAllText(At(file));

    public JobExit Exit => JobExit.Read(Text(JobFile.Exit)) ?? throw new InvalidDataException(Text(JobFile.Exit));

    public JobRequest Request(params string[] command) =>
        new(JobName.Parse("test-7f3a-a1"), Path, new JobResources(TimeSpan.FromHours(1)), command);

    /// <summary>A job whose program is a few lines of bash.</summary>
    public JobRequest Bash(string program) => Request("/bin/bash", "-c", program);

    /// <param name="edit">What to change in the script: to hold a short moment open.</param>
    public Process Start(JobRequest job, string id = "17", Func<string, string>? edit = null)
    {
        string script = At($"job-{id}.sh");
        string text = JobScript.Render(job, new JobDialect([], "job_id=$TEST_JOB", HeartbeatSeconds: 1));
        File.WriteAllText(script, edit?.Invoke(text) ?? text);
        var start = new ProcessStartInfo("setsid", ["env", "--default-signal=INT,HUP,TERM", "/bin/bash", script]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["TEST_JOB"] = id;
        var process = Process.Start(start)!;
        _started.Add(process);
        return process;
    }

    public int Run(JobRequest job, string id = "17") => Code(Start(job, id));

    public int Code(Process process)
    {
        Assert.True(process.WaitForExit(Patience), "the job script does not end");
        return process.ExitCode;
    }

    public void Await(string file) => Await(() => Has(file) && new FileInfo(At(file)).Length > 0, $"{file} does not appear");

    public static void Await(Func<bool> condition, string otherwise) => Assert.True(SpinWait.SpinUntil(condition, Patience), otherwise);

    /// <summary>The process whose number the program wrote into a file.</summary>
    public int Pid(string file)
    {
        Await(file);
        return int.Parse(Text(file));
    }

    /// <summary>Whether there is such a process that is more than a name in the table.</summary>
    public static bool Lives(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static void Signal(string signal, int pid)
    {
        using var kill = Process.Start("kill", ["-s", signal, pid.ToString()]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        foreach (Process process in _started)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
        }
        Directory.Delete(_root, recursive: true);
    }
}
