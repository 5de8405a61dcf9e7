"""The same sensitivity analysis with OpenTURNS (Debian: python3-openturns), to be timed beside bench_sensitivity.

First-order and total indices of Sobol's G in 20 inputs, 4,096 rows of 22 runs (90,112 outputs), 100 bootstrap
resamples, one thread; then the design of 65,536 rows (1.44 million points), which OpenTURNS holds in memory.
Prints the best of some repetitions; the function's own evaluation is not timed.
"""
import resource
import sys
import time

try:
    import openturns as ot
except ImportError:
    print("skipped: python3-openturns is not installed (apt-get install python3-openturns)")
    sys.exit(77)

INPUTS, ROWS, RESAMPLES, REPETITIONS = 20, 4096, 100, 5
ot.TBB.Disable()
ot.Log.Show(ot.Log.NONE)
distribution = ot.ComposedDistribution([ot.Uniform(0.0, 1.0)] * INPUTS)
names = [f"x{i}" for i in range(INPUTS)]
formula = "*".join(f"((abs(4*x{i}-2)+{i})/{1 + i})" for i in range(INPUTS))
function = ot.SymbolicFunction(names, [formula])


def indices(design, outputs):
    algorithm = ot.SaltelliSensitivityAlgorithm(design, outputs, ROWS)
    algorithm.setBootstrapSize(RESAMPLES)
    algorithm.setUseAsymptoticDistribution(False)
    first, total = algorithm.getFirstOrderIndices(), algorithm.getTotalOrderIndices()
    algorithm.getFirstOrderIndicesInterval(), algorithm.getTotalOrderIndicesInterval()
    return first, total


design = ot.SobolIndicesExperiment(distribution, ROWS, False).generate()
outputs = function(design)
best = float("inf")
for _ in range(REPETITIONS):
    start = time.perf_counter()
    first, total = indices(design, outputs)
    best = min(best, time.perf_counter() - start)
print(f"openturns {ot.__version__}: indices of {outputs.getSize()} outputs with {RESAMPLES} resamples: {1e3 * best:.1f} ms")

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
large = ot.SobolIndicesExperiment(distribution, 65536, False).generate()
seconds = time.perf_counter() - start
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(f"openturns {ot.__version__}: design of {large.getSize()} points x {INPUTS}: {1e3 * seconds:.0f} ms, memory grew by {grown // 1024} MiB")
