"""CUBA (Vogels & Abbott 2005; benchmark 2 of Brette et al. 2007) in Brian2's C++ standalone mode.

    python cuba_brian2.py [seconds] [threads]      prints one JSON line; only the simulation itself is timed
"""

import json
import sys
import tempfile

import brian2 as b2

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
THREADS = int(sys.argv[2]) if len(sys.argv) > 2 else 1

b2.set_device("cpp_standalone", build_on_run=False)
b2.prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-ffast-math", "-march=native", "-std=c++17"]
b2.prefs.devices.cpp_standalone.openmp_threads = THREADS if THREADS > 1 else 0
b2.defaultclock.dt = 0.1 * b2.ms
b2.seed(1)

equations = """
dv/dt = (ge + gi - (v + 49*mV)) / (20*ms) : volt (unless refractory)
dge/dt = -ge / (5*ms) : volt
dgi/dt = -gi / (10*ms) : volt
"""
cells = b2.NeuronGroup(
    4000, equations, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * b2.ms, method="exact"
)
cells.v = "-60*mV + rand() * 10*mV"
excite = b2.Synapses(cells[:3200], cells, on_pre="ge += 1.62*mV")
excite.connect(p=0.02)
inhibit = b2.Synapses(cells[3200:], cells, on_pre="gi -= 9*mV")
inhibit.connect(p=0.02)
excite.delay = inhibit.delay = 0.1 * b2.ms
spikes = b2.SpikeMonitor(cells)

b2.run(SECONDS * b2.second)
with tempfile.TemporaryDirectory() as folder:
    b2.device.build(directory=folder, compile=True, run=True, with_output=False)
    # The loop's own time: without start-up, synapse generation and the writing of results.
    busy = b2.device._last_run_time
    rate = spikes.num_spikes / 4000 / SECONDS
print(json.dumps({"ns": busy * 1e9 / (SECONDS * 10_000), "rate_hz": rate}))
