using Campaign.Compute.Formats;
using Campaign.Compute.Learning.Training;
using Campaign.Compute.Structures;
using Xunit;
using static Campaign.Compute.Tests.Learning.ReferenceData;

namespace Campaign.Compute.Tests.Learning;

public sealed class SoundFramesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("campaign-sound-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Broken_frames_are_left_out_by_name_and_the_others_are_unchanged()
    {
        DeepMdSystem system = System(5);
        system.EnergiesEv![1] = double.NaN;
        system.ForcesEvPerA![2 * 60 + 7] = double.PositiveInfinity;
        for (int c = 0; c < 3; c++)
            system.CoordinatesA[3 * 60 + 3 + c] = system.CoordinatesA[3 * 60 + c] + (c == 0 ? 0.3 : 0); // atom 1 beside atom 0
        string path = Path.Combine(_folder.FullName, "s");
        system.Write(path);
        Assert.Throws<StructureFormatException>(() => DeepMdSystem.Read(path));

        var named = new List<(int, string)>();
        DeepMdSystem sound = SoundFrames.Of(DeepMdSystem.Read(path, finite: false), (k, why) => named.Add((k, why)))!;
        Assert.Equal([(1, "energy holds what is not a number"), (2, "force holds what is not a number"), (3, "atoms 0 and 1 are 0.3 Å apart")], named);
        Assert.Equal([0.0, 4.0], sound.EnergiesEv!);
        Assert.Equal([.. system.CoordinatesA[..60], .. system.CoordinatesA[240..]], sound.CoordinatesA);
    }

    [Fact]
    public void A_system_without_a_sound_frame_is_none_and_a_sound_one_is_itself()
    {
        DeepMdSystem system = System(2);
        Assert.Same(system, SoundFrames.Of(system, (_, why) => Assert.Fail(why)));
        system.BoxesA[0] = system.BoxesA[9] = double.NaN;
        int left = 0;
        Assert.Null(SoundFrames.Of(system, (_, _) => left++));
        Assert.Equal(2, left);
    }

    private static DeepMdSystem System(int frames)
    {
        Structure s = OwnFrame(periodic: true);
        return DeepMdSystem.FromFrames([.. Enumerable.Range(0, frames).Select(k => new Frame(s, k, new Vec3[s.Count]))]);
    }
}
