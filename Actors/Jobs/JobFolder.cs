using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Files;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Jobs;

/// <summary>
/// An attempt's run directory: where its job works, and where this machine has its files. Both are one directory where the site shows the
/// campaign's directory under the same path.
/// </summary>
public sealed class JobFolder : IRunFiles
{
    private const long TraceLimit = 64L << 10;
    private readonly JobSite _site;

    public JobFolder(JobSite site, CampaignDirectory here, string campaignId, TaskId task, int attempt)
    {
        _site = site;
        (Local, OnSite) = (here.Run(task, attempt), site.CampaignAt(here, campaignId).Run(task, attempt));
    }

    /// <summary>On this machine.</summary>
    public string Local { get; }

    /// <summary>On the site.</summary>
    public string OnSite { get; }

    /// <summary>Puts files there; each is there whole or not at all. May be repeated.</summary>
    public void Put(IReadOnlyDictionary<string, RunInput> files)
    {
        var small = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach ((string name, RunInput input) in files)
        {
            if (input.Content.Bytes is { } bytes)
                small[name] = bytes;
            else
                _site.Files.Send(input.Content.Source!, Path.Combine(OnSite, Inside(name)), CancellationToken.None);
        }
        _site.Files.Put(OnSite, small, CancellationToken.None);
    }

    /// <summary>Says to whatever job may ever come up in it that the attempt was given up. Also where nothing was put before.</summary>
    public void Fence() => _site.Files.Put(OnSite, new Dictionary<string, byte[]> { [JobFile.Fence] = [] }, CancellationToken.None);

    /// <remarks>Where the site has files of its own it is fetched anew at every call.</remarks>
    public string? Get(string name, long limitBytes)
    {
        string path = Path.Combine(Local, Inside(name));
        if (_site.IsStaged)
            return _site.Files.Fetch(Path.Combine(OnSite, name), path, limitBytes, CancellationToken.None) ? path : null;
        var file = new FileInfo(path);
        if (file.Exists && file.Length > limitBytes)
            throw new InvalidDataException($"{path} has {file.Length} bytes; {limitBytes} at most are taken.");
        return file.Exists ? path : null;
    }

    /// <summary>Of a job that has ended: what shows on this machine that it did.</summary>
    public void TakeTraces()
    {
        if (!_site.IsStaged)
            return;
        Get(JobFile.Owner, TraceLimit);
        Get(JobFile.Exit, TraceLimit);
    }

    private static string Inside(string name) => RunPath.IsInside(name) ? name : throw new InvalidDataException($"'{name}' is not a name in a run directory.");
}
