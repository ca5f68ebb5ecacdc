namespace Campaign.StandInVasp;

internal enum StopRequest
{
    None,

    /// <summary>LSTOP: after the ionic step under way.</summary>
    AfterIonicStep,

    /// <summary>LABORT: after the electronic step under way.</summary>
    AtOnce,
}

/// <summary>STOPCAR, by which VASP is asked to end.</summary>
internal static class StopFile
{
    private const string Name = "STOPCAR";

    public static StopRequest Look(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            return StopRequest.None;
        try
        {
            Incar tags = Incar.Parse(File.ReadAllText(path));
            return tags.Flag("LABORT", false) ? StopRequest.AtOnce : tags.Flag("LSTOP", false) ? StopRequest.AfterIonicStep : StopRequest.None;
        }
        catch (VaspStop) // half written: the next look sees all of it
        {
            return StopRequest.None;
        }
    }

    public static void Remove(string folder) => File.Delete(Path.Combine(folder, Name));
}
