using Campaign.Persistence.Artifacts;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Hosting;

/// <summary>The files a campaign file names, of which the store keeps copies.</summary>
/// <param name="folder">Paths are relative to this; null when it is not known, as after 'resume'.</param>
internal sealed class CampaignFiles(ArtifactStore store, string? folder)
{
    /// <summary>Takes the user's file into the store where the copy there is missing or damaged.</summary>
    /// <returns>Null when the copy is whole now, else why it cannot be, and what to do.</returns>
    public string? Take(InputSource.File file)
    {
        if (store.IsWhole(file.Artifact))
            return null;
        if (folder is null)
            return $"It is the campaign's copy of {file.Path}: 'campaign run FILE' with the campaign file takes that file again.";
        string path = Path.Combine(folder, file.Path);
        if (!File.Exists(path))
            return $"It is the campaign's copy of {path}, which does not exist any more. Put that file back and run the campaign file again.";
        ArtifactRef taken = store.AddFile(path, file.Artifact.Kind);
        return taken.Sha256 == file.Artifact.Sha256
            ? null
            : $"It is the campaign's copy of {path}, which has changed since. Put the former file back, or run the campaign file again to see what the change means.";
    }
}
