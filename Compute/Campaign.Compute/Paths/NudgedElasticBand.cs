namespace Campaign.Compute.Paths;

/// <summary>
/// Relaxes a band of images between two minima to the minimum-energy path: plain nudged band first, then the highest
/// image climbs to the saddle. Deterministic; a run continued from a <see cref="NebState"/> equals an uninterrupted one.
/// </summary>
/// <param name="surfaceOf">Makes the surface of one image (ends included); called anew at every checkpoint.</param>
/// <param name="options">Images, springs, limits.</param>
public sealed class NudgedElasticBand(Func<int, IEnergySurface> surfaceOf, NebOptions options)
{
    /// <summary>Relaxes the band.</summary>
    /// <param name="start">A path (<see cref="NebState.Start"/>) or a state saved earlier.</param>
    /// <param name="checkpoint">Receives the state every <see cref="NebOptions.CheckpointEvery"/> iterations.</param>
    /// <param name="progress">Called after every iteration.</param>
    /// <exception cref="ArgumentException">The path is too short or its points differ in length.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two iterations.</exception>
    public NebResult Run(NebState start, Action<NebState>? checkpoint = null, Action<NebProgress>? progress = null, CancellationToken cancel = default)
    {
        options.Validate();
        double[][] images = [.. start.Images.Select(p => (double[])p.Clone())];
        if (images.Length < 3 || images.Any(p => p.Length != images[0].Length))
            throw new ArgumentException("A band needs at least three points of equal length.");

        var band = new Band(surfaceOf, images, options);
        Fire? optimiser = start.Optimiser is null ? null : new Fire(start.Optimiser, band.ParticleDimension, options.MaxStepA);
        try
        {
            optimiser ??= new Fire(images.Length * images[0].Length, band.ParticleDimension, options.TimeStep, options.MaxTimeStep, options.MaxStepA);
            int iteration = start.Iteration;
            (ClimbPhase phase, double ceiling) = (start.Phase, start.CeilingEv);
            for (; ; iteration++)
            {
                cancel.ThrowIfCancellationRequested();
                if (iteration % options.CheckpointEvery == 0 && iteration > start.Iteration)
                {
                    checkpoint?.Invoke(new NebState(iteration, phase, ceiling, [.. images.Select(p => (double[])p.Clone())], optimiser.State));
                    band.RenewSurfaces();
                }
                if (phase == ClimbPhase.Climbing && band.HighestEnergy > ceiling)
                    phase = ClimbPhase.GivenUp;
                double largest = band.Nudge(phase);
                if (options.Climb && phase == ClimbPhase.Waiting && largest < Math.Max(options.ClimbBelowEvPerA, options.MaxForceEvPerA))
                {
                    (phase, ceiling) = (ClimbPhase.Climbing, band.Ceiling);
                    largest = band.Nudge(phase);
                }
                progress?.Invoke(new NebProgress(iteration, phase, largest, band.HighestAboveFirst));
                bool converged = largest < options.MaxForceEvPerA;
                if (converged || iteration >= options.MaxIterations)
                    return band.Result(converged, phase, iteration);
                band.Move(optimiser);
            }
        }
        finally
        {
            band.DisposeSurfaces();
        }
    }

    /// <summary>Images with their surfaces, energies and forces.</summary>
    private sealed class Band
    {
        private readonly Func<int, IEnergySurface> _surfaceOf;
        private readonly double[][] _images, _forces;
        private readonly double[] _energies, _nudged, _step;
        private readonly NebOptions _options;
        private readonly int _n;
        private IEnergySurface[] _surfaces;

        public Band(Func<int, IEnergySurface> surfaceOf, double[][] images, NebOptions options)
        {
            (_surfaceOf, _images, _options) = (surfaceOf, images, options);
            _n = images[0].Length;
            _energies = new double[images.Length];
            _forces = [.. images.Select(_ => new double[_n])];
            _nudged = new double[images.Length * _n];
            _step = new double[images.Length * _n];
            _surfaces = MakeSurfaces();
            ParticleDimension = _surfaces[0].ParticleDimension;
            Evaluate(0, images.Length);
        }

        public int ParticleDimension { get; }

        public double HighestEnergy => _energies.Max();

        public double HighestAboveFirst => HighestEnergy - _energies[0];

        /// <summary>A settled band lies near its saddle: half its height more, and 0.1 eV, are not needed to reach it.</summary>
        public double Ceiling => HighestEnergy + 0.5 * (HighestEnergy - Math.Min(_energies[0], _energies[^1])) + 0.1;

        /// <summary>The inner image that climbs, or -1 when an end is the highest.</summary>
        private int ClimbingImage
        {
            get
            {
                int highest = Highest;
                return highest > 0 && highest < _images.Length - 1 ? highest : -1;
            }
        }

        private int Highest => Array.IndexOf(_energies, _energies.Max());

        public double Nudge(ClimbPhase phase)
        {
            BandForces.Nudge(_images, _energies, _forces, _options.SpringEvPerA2, phase == ClimbPhase.Climbing ? ClimbingImage : -1, _nudged);
            return Particles.LargestNorm(_nudged, ParticleDimension);
        }

        public void Move(Fire optimiser)
        {
            optimiser.Step(_nudged, _step);
            for (int i = 1; i < _images.Length - 1; i++)
                for (int k = 0; k < _n; k++)
                    _images[i][k] += _step[i * _n + k];
            Evaluate(1, _images.Length - 1);
        }

        public void RenewSurfaces()
        {
            DisposeSurfaces();
            _surfaces = MakeSurfaces();
            Evaluate(0, _images.Length);
        }

        public void DisposeSurfaces()
        {
            foreach (IEnergySurface surface in _surfaces)
                surface.Dispose();
        }

        public NebResult Result(bool converged, ClimbPhase phase, int iterations) => NebResult.Of(_images, _energies, _forces, ParticleDimension, _options, phase, converged, iterations);

        private IEnergySurface[] MakeSurfaces() => [.. Enumerable.Range(0, _images.Length).Select(_surfaceOf)];

        private void Evaluate(int from, int to)
        {
            if (_options.Threads == 1)
            {
                for (int i = from; i < to; i++)
                    _energies[i] = _surfaces[i].Evaluate(_images[i], _forces[i]);
                return;
            }
            Parallel.For(from, to, new ParallelOptions { MaxDegreeOfParallelism = _options.Threads },
                i => _energies[i] = _surfaces[i].Evaluate(_images[i], _forces[i]));
        }
    }
}
