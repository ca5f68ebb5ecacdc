using TorchSharp;
using Xunit;

namespace Campaign.Compute.Tests.Learning;

public sealed class NativeLibraryTests
{
    [Fact]
    public void Libtorch_loads_and_multiplies_two_matrices()
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor a = torch.tensor(new double[,] { { 1, 2 }, { 3, 4 } });
        torch.Tensor b = torch.tensor(new double[,] { { 5, 6 }, { 7, 8 } });
        Assert.Equal([19, 22, 43, 50], a.matmul(b).data<double>().ToArray());
    }
}
