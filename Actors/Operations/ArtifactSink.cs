using Campaign.Persistence.Artifacts;
using Campaign.Workflows.Artifacts;

namespace Campaign.Actors.Operations;

/// <summary>Takes what an operation makes into a store.</summary>
internal sealed class ArtifactSink(ArtifactStore store) : IArtifactSink
{
    public ArtifactRef AddFile(string path, string kind) => store.AddFile(path, kind);

    public ArtifactRef AddText(string text, string kind) => store.AddText(text, kind);
}
