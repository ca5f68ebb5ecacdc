using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Relaxing;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Engines.Vasp.StandIn;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Runs;

/// <summary>A relaxation by the stand-in for VASP, driven by the engine as a campaign drives it: run after run, each from what the one before left.</summary>
public sealed class VaspRelaxEngineTests
{
    private static readonly Structure RockSalt = StandInRun.RockSalt;

    [Theory]
    [InlineData(true, 100)]
    [InlineData(false, 100)]
    [InlineData(true, 12)] // out of steps more than once
    public async Task A_cell_is_relaxed_twice_and_atoms_keep_their_order(bool cell, int maxSteps)
    {
        // the atoms in an order that is not that of a POSCAR
        int[] order = [.. Enumerable.Range(0, RockSalt.Count).OrderBy(i => (i * 5) % RockSalt.Count)];
        var shuffled = RockSalt with { Types = [.. order.Select(i => RockSalt.Types[i])], Positions = [.. order.Select((i, k) => RockSalt.Positions[i] + new Vec3(0.05 * (k % 3), 0.03, 0))] };
        var settings = new VaspRelaxation(Level, shuffled, 0.02, cell, maxSteps);
        var engine = new VaspRelaxEngine();
        var runs = new List<StandInRun>();
        try
        {
            EngineOutcome<RelaxedStructure> outcome;
            do
            {
                ProgramRun run = engine.Prepare(settings, new EngineStart(new Dictionary<string, IReadOnlyList<string>>(), [.. runs.Select(r => r.Folder)]));
                var here = new StandInRun("", "");
                foreach (string name in new[] { "INCAR", "POSCAR", "KPOINTS" })
                    File.WriteAllBytes(here.In(name), run.Inputs[name].Content.Bytes!);
                Assert.Equal(0, await here.RunAsync());
                outcome = engine.Conclude(settings, new EngineEnd(here.Folder, [.. runs.Select(r => r.Folder)], null));
                runs.Add(here);
                Assert.True(runs.Count < 20, "it never ends");
            }
            while (outcome is EngineOutcome<RelaxedStructure>.Unfinished);

            if (maxSteps == 12 && outcome is EngineOutcome<RelaxedStructure>.Failed failed)
            {
                Assert.Equal("vasp.ionic", failed.Finding.Key);
                return;
            }
            RelaxedStructure relaxed = Assert.IsType<EngineOutcome<RelaxedStructure>.Done>(outcome).Result;
            Assert.Equal(cell ? 2 : 1, relaxed.Runs);
            Assert.Equal(shuffled.Types, relaxed.Structure.Types);
            Assert.InRange(relaxed.MaxForceEvPerA, 0, 0.02);
            (double energy, Vec3[] forces, _) = StandInRun.Model(relaxed.Structure);
            Assert.Equal(energy, relaxed.EnergyEv, 1e-5);
            Assert.InRange(forces.Max(f => f.Norm), 0, 0.021);
            Assert.NotNull(engine.Finished(settings, [.. runs.Select(r => r.Folder)]));
        }
        finally
        {
            runs.ForEach(r => r.Dispose());
        }
    }

    private static VaspLevel Level => new(
        "PBE", 450, true, new Dictionary<string, double> { ["Ti"] = 1 }, new Dictionary<string, HubbardU> { ["Ti"] = new("d", 4) }, new Dictionary<string, string>(), 1e-6, "gaussian", 0.05,
        [2, 2, 2], true, "none", false, []);
}
