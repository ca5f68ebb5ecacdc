using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Structures;
using TorchSharp;
using static TorchSharp.torch;

namespace Campaign.Compute.Learning.Training;

/// <summary>
/// Loss gradient by libtorch's automatic differentiation: forces by a first backward pass that is itself differentiated.
/// The graph begins at pair vectors; empty slots enter as one constant row per pair of types.
/// </summary>
internal sealed class AutogradGradient : ILossGradient
{
    private readonly DeepPotential _model;
    private readonly ScalarType _type;
    private readonly NetTensors[] _embeddings, _fittings;

    public AutogradGradient(DeepPotential model, TrainingPrecision precision)
    {
        _model = model;
        _type = precision == TrainingPrecision.Float32 ? ScalarType.Float32 : ScalarType.Float64;
        using DisposeScope scope = NewDisposeScope();
        _embeddings = [.. model.Embeddings.Select(n => new NetTensors(n, _type))];
        _fittings = [.. model.Fittings.Select(n => new NetTensors(n, _type))];
        scope.Detach(Parameters);
    }

    private IEnumerable<Tensor> Parameters => _embeddings.Concat(_fittings).SelectMany(n => n.Parameters);

    public void Dispose()
    {
        foreach (Tensor parameter in Parameters)
            parameter.Dispose();
    }

    public void Load(double[] parameters)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        int at = 0;
        foreach (Tensor parameter in Parameters)
        {
            int n = (int)parameter.numel();
            parameter.copy_(tensor(parameters.AsSpan(at, n).ToArray(), parameter.shape, ScalarType.Float64));
            at += n;
        }
    }

    public void AddGradient(IReadOnlyList<TrainingFrame> batch, Prefactors p, double[] gradient, ErrorSums errors)
    {
        foreach (TrainingFrame frame in batch)
        {
            using var scope = NewDisposeScope();
            Tensor loss = Loss(frame, p, errors) / batch.Count;
            IList<Tensor> gradients = autograd.grad([loss], [.. Parameters], allow_unused: true);
            int at = 0;
            foreach ((Tensor parameter, Tensor? g) in Parameters.Zip(gradients))
            {
                int n = (int)parameter.numel();
                if (g is not null && !g.IsInvalid)
                {
                    double[] values = g.to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
                    for (int i = 0; i < n; i++)
                        gradient[at + i] += values[i];
                }
                at += n;
            }
        }
    }

    public void AddErrors(IEnumerable<TrainingFrame> frames, Prefactors p, ErrorSums errors)
    {
        foreach (TrainingFrame frame in frames)
        {
            using var scope = NewDisposeScope();
            Loss(frame, p, errors);
        }
    }

    private Tensor Loss(TrainingFrame frame, Prefactors p, ErrorSums errors)
    {
        int n = frame.Atoms, types = _model.Types;
        var energy = new List<Tensor>();
        var pairVectors = new List<Tensor>();
        var centres = new List<int>();
        var neighbors = new List<int>();
        for (int ti = 0; ti < types; ti++)
        {
            int[] atoms = [.. Enumerable.Range(0, n).Where(i => frame.Types[i] == ti)];
            if (atoms.Length == 0)
                continue;
            EnvironmentStatistics stats = _model.Statistics[ti];
            Tensor t = zeros([atoms.Length, _model.Descriptor.EmbeddingWidth, 4], _type);
            for (int tj = 0; tj < types; tj++)
            {
                NetTensors net = _embeddings[_model.Descriptor.TypeOneSide ? tj : ti + tj * types];
                var row = new List<long>();
                var d = new List<double>();
                var empty = new double[atoms.Length];
                for (int a = 0; a < atoms.Length; a++)
                {
                    (int begin, int end) = (frame.Start[atoms[a] * types + tj], frame.Start[atoms[a] * types + tj + 1]);
                    empty[a] = _model.Descriptor.Sel[tj] - (end - begin);
                    if (empty[a] < 0)
                        throw new NeighborOverflowException(atoms[a], _model.TypeMap[ti], _model.TypeMap[tj], end - begin, _model.Descriptor.Sel[tj]);
                    for (int k = begin; k < end; k++)
                    {
                        Vec3 v = frame.PairVector(atoms[a], k);
                        d.AddRange([v.X, v.Y, v.Z]);
                        row.Add(a);
                        centres.Add(atoms[a]);
                        neighbors.Add(frame.Neighbor[k]);
                    }
                }
                Tensor s0 = tensor(-stats.Mean / stats.Std, _type).reshape(1, 1);
                Tensor padding = net.Apply(s0) * s0; // (1, M)
                Tensor emptySlots = tensor(empty, [atoms.Length, 1, 1], _type);
                t = t + cat([emptySlots * padding.unsqueeze(2), zeros([atoms.Length, _model.Descriptor.EmbeddingWidth, 3], _type)], 2);
                if (row.Count == 0)
                    continue;
                Tensor pair = tensor([.. d], [row.Count, 3], _type).requires_grad_();
                pairVectors.Add(pair);
                Tensor rows = Rows(pair, stats);
                Tensor g = net.Apply(rows.narrow(1, 0, 1));
                t = t.index_add(0, tensor([.. row], ScalarType.Int64), g.unsqueeze(2) * rows.unsqueeze(1), 1.0);
            }
            t = t / _model.Descriptor.Slots;
            Tensor descriptor = matmul(t, t.narrow(1, 0, _model.Descriptor.AxisNeurons).transpose(1, 2)).reshape(atoms.Length, -1);
            energy.Add(_fittings[ti].Apply(descriptor).to_type(ScalarType.Float64).sum()
                + atoms.Length * (_model.AtomBiasEv[ti] + _model.OutBiasEv[ti]));
        }

        Tensor total = stack(energy).sum();
        Tensor slope = cat([.. autograd.grad([total], pairVectors, create_graph: true, retain_graph: true)], 0).to_type(ScalarType.Float64);
        Tensor vectors = cat(pairVectors, 0).detach().to_type(ScalarType.Float64);
        Tensor forces = zeros([n, 3], ScalarType.Float64)
            .index_add(0, tensor([.. centres.Select(i => (long)i)], ScalarType.Int64), slope, 1.0)
            .index_add(0, tensor([.. neighbors.Select(i => (long)i)], ScalarType.Int64), slope, -1.0);
        Tensor virial = -matmul(vectors.t(), slope);

        Tensor energyError = total - frame.EnergyEv;
        Tensor forceSquares = (forces - tensor(frame.ForcesEvPerA, [n, 3])).square().sum();
        Tensor loss = p.Energy / n * energyError.square() + p.Force / (3.0 * n) * forceSquares;
        double? virialSquaresValue = null;
        if (frame.VirialEv is { } label)
        {
            Tensor virialSquares = (virial - tensor(label, [3, 3])).square().sum();
            loss = loss + p.Virial / (9.0 * n) * virialSquares;
            virialSquaresValue = virialSquares.item<double>();
        }
        errors.Add(n, energyError.item<double>(), forceSquares.item<double>(), virialSquaresValue, p);
        return loss;
    }

    /// <summary>Normalised environment rows (P, 4) of pair vectors (P, 3).</summary>
    private Tensor Rows(Tensor d, EnvironmentStatistics stats)
    {
        DescriptorShape shape = _model.Descriptor;
        Tensor r = d.square().sum(1, keepdim: true).sqrt();
        Tensor u = ((r - shape.SmoothFromA) / (shape.CutoffA - shape.SmoothFromA)).clamp(0, 1);
        Tensor s = (u.pow(3) * (-6 * u.square() + 15 * u - 10) + 1) / r;
        return cat([(s - stats.Mean) / stats.Std, s * d / r / stats.StdAngular], 1);
    }

    /// <summary>Parameters of one net as leaves of the graph, in the order of <see cref="ParameterVector"/>.</summary>
    private sealed class NetTensors(DenseNet net, ScalarType type)
    {
        private readonly (DenseLayer Layer, Tensor W, Tensor B, Tensor? Dt)[] _layers = [.. net.Layers.Select(l => (
            l,
            tensor(l.Weights, [l.Inputs, l.Outputs], type).requires_grad_(),
            tensor(l.Bias, [l.Outputs], type).requires_grad_(),
            l.TimeStep is null ? null : tensor(l.TimeStep, [l.Outputs], type).requires_grad_()))];

        public IEnumerable<Tensor> Parameters => _layers.SelectMany(l => l.Dt is null ? new[] { l.W, l.B } : [l.W, l.B, l.Dt]);

        public Tensor Apply(Tensor x)
        {
            foreach ((DenseLayer layer, Tensor w, Tensor b, Tensor? dt) in _layers)
            {
                Tensor y = matmul(x, w) + b;
                if (layer.Tanh)
                    y = dt is null ? y.tanh() : y.tanh() * dt;
                x = layer.Skip switch
                {
                    SkipConnection.Identity => y + x,
                    SkipConnection.Doubling => y + cat([x, x], 1),
                    _ => y,
                };
            }
            return x;
        }
    }
}
