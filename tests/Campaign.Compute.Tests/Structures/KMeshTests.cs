using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Structures;

public sealed class KMeshTests
{
    [Fact]
    public void The_meshes_of_the_model_cells_reach_a_nearly_uniform_spacing()
    {
        Cell parent = Cell.FromParameters(6.398, 10.95, 6.381, 90, 110.8, 90);
        foreach ((int nc, KMesh mesh) in new[] { (2, new KMesh(4, 2, 4)), (4, new KMesh(4, 2, 2)) })
        {
            Cell cell = parent.Repeated(2, 2, nc);
            Assert.Equal(mesh, KMesh.Propose(cell));
            Vec3 spacing = mesh.SpacingPerA(cell);
            Assert.Equal([0.131, 0.143, 0.132], new[] { spacing.X, spacing.Y, spacing.Z }.Select(x => Math.Round(x, 3)));
        }
    }

    [Fact]
    public void A_spacing_reached_exactly_needs_no_further_point()
    {
        var cube = new Cell(new Vec3(10, 0, 0), new Vec3(0, 10, 0), new Vec3(0, 0, 10));
        Assert.Equal(new KMesh(4, 4, 4), KMesh.Propose(cube, 2 * Math.PI / 40));
        Assert.Equal(new KMesh(5, 5, 5), KMesh.Propose(cube, 2 * Math.PI / 40.1));
    }
}
