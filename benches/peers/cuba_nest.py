"""CUBA (Vogels & Abbott 2005; benchmark 2 of Brette et al. 2007) in NEST, exact integration, tick 0.1 ms.

    python cuba_nest.py [seconds] [threads]      prints one JSON line
"""

import json
import math
import random
import sys
import time

import nest

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
THREADS = int(sys.argv[2]) if len(sys.argv) > 2 else 1
TICK_MS = 0.1
TAU_MS, TAU_E_MS, TAU_I_MS, CAPACITY_PF = 20.0, 5.0, 10.0, 200.0

nest.set_verbosity("M_ERROR")
nest.ResetKernel()
nest.SetKernelStatus({"resolution": TICK_MS, "local_num_threads": THREADS, "print_time": False})

# NEST's weights are currents: dv/dt has I/C where the benchmark has g/tau, so a step of g mV is g C / tau pA.
current = CAPACITY_PF / TAU_MS
cells = nest.Create(
    "iaf_psc_exp",
    4000,
    {
        "tau_m": TAU_MS,
        "tau_syn_ex": TAU_E_MS,
        "tau_syn_in": TAU_I_MS,
        "C_m": CAPACITY_PF,
        "E_L": -49.0,
        "V_th": -50.0,
        "V_reset": -60.0,
        "t_ref": 5.0,
    },
)
draw = random.Random(1)
cells.V_m = [draw.uniform(-60.0, -50.0) for _ in range(4000)]
rule = {"rule": "pairwise_bernoulli", "p": 0.02}
for source, weight in ((cells[:3200], 1.62), (cells[3200:], -9.0)):
    nest.Connect(source, cells, rule, {"weight": weight * current, "delay": TICK_MS})
recorder = nest.Create("spike_recorder")
nest.Connect(cells, recorder)

nest.Prepare()
# Processor time of one thread, so that other programs count for less; of several, how long they take.
clock = time.process_time if THREADS == 1 else time.perf_counter
start = clock()
nest.Run(1000.0 * SECONDS)
busy = clock() - start
nest.Cleanup()
ticks = math.floor(1000.0 * SECONDS / TICK_MS + 0.5)
print(json.dumps({"ns": busy * 1e9 / ticks, "rate_hz": recorder.n_events / 4000 / SECONDS}))
