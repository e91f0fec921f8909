//! The figures that a timing file has: section, name, least and largest value.

/// One figure.
pub(super) struct Entry {
    pub(super) section: &'static str,
    pub(super) name: &'static str,
    pub(super) range: (f64, f64),
}

impl Entry {
    /// As people write it.
    pub(super) fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }
}

const fn entry(section: &'static str, name: &'static str, low: f64, high: f64) -> Entry {
    Entry {
        section,
        name,
        range: (low, high),
    }
}

/// Largest cost of one unit of work, in cycles: what its fraction leaves room for.
const CYCLES_MAX: f64 = 1e6;

/// All figures. Ranges are wide enough for any machine, and narrow enough that no sum overflows.
pub(super) const ENTRIES: [Entry; 51] = [
    entry("router", "clock_mhz", 1.0, 1e5),
    entry("router", "pipeline_cycles", 1.0, 1e3),
    entry("router", "stages", 1.0, 1e3),
    entry("router", "wait1_byte", 0.0, 255.0),
    entry("router", "wait2_byte", 0.0, 255.0),
    entry("router", "phase_us", 1.0, 1e7),
    entry("link", "mbit_per_s", 1.0, 1e6),
    entry("link", "latency_ns", 0.0, 1e6),
    entry("link", "depth_packets", 1.0, 1e4),
    entry("board_link", "mbit_per_s", 1.0, 1e6),
    entry("board_link", "latency_ns", 0.0, 1e6),
    entry("board_link", "depth_packets", 1.0, 1e4),
    entry("core", "deliver_ns", 0.0, 1e6),
    entry("core", "receive_read_cycles", 1.0, 1e5),
    entry("core", "receive_cycles", 1.0, 1e5),
    entry("core", "stagger_permille", 0.0, 900.0),
    entry("core", "input_queue_packets", 1.0, 1e6),
    entry("core", "monitor_cycles", 1.0, 1e6),
    entry("core", "program_bytes", 4.0, 1e8),
    entry("core", "ethernet_mbyte_per_s", 1e-3, 1e5),
    entry("memory", "dma_latency_ns", 0.0, 1e6),
    entry("memory", "burst_bytes", 4.0, 65536.0),
    entry("memory", "dma_mbyte_per_s", 1.0, 1e6),
    entry("memory", "sdram_mbyte_per_s", 1.0, 1e6),
    entry("memory", "noc_mbyte_per_s", 1.0, 1e6),
    entry("reinjection", "enabled", 0.0, 1.0),
    entry("reinjection", "capacity_packets", 1.0, 1e6),
    entry("reinjection", "cycles", 1.0, 1e6),
    entry("reinjection", "tries_max", 1.0, 255.0),
    entry("costs", "tick", 0.0, CYCLES_MAX),
    entry("costs", "wta_neuron", 0.0, CYCLES_MAX),
    entry("costs", "softmax", 0.0, CYCLES_MAX),
    entry("costs", "intensity_neuron", 0.0, CYCLES_MAX),
    entry("costs", "lif_neuron", 0.0, CYCLES_MAX),
    entry("costs", "source", 0.0, CYCLES_MAX),
    entry("costs", "source_draw", 0.0, CYCLES_MAX),
    entry("costs", "packet", 0.0, CYCLES_MAX),
    entry("costs", "row", 0.0, CYCLES_MAX),
    entry("costs", "static_synapse", 0.0, CYCLES_MAX),
    entry("costs", "plastic_synapse", 0.0, CYCLES_MAX),
    entry("costs", "plastic_step", 0.0, CYCLES_MAX),
    entry("costs", "kick", 0.0, CYCLES_MAX),
    entry("costs", "record_word", 0.0, CYCLES_MAX),
    entry("costs", "send", 0.0, CYCLES_MAX),
    entry("costs", "dma_setup", 0.0, CYCLES_MAX),
    entry("energy", "chip_idle_mw", 0.0, 1e6),
    entry("energy", "core_active_mw", 0.0, 1e6),
    entry("energy", "board_overhead_mw_per_chip", 0.0, 1e6),
    entry("energy", "router_pj_per_bit", 0.0, 1e9),
    entry("energy", "sdram_pj_per_byte", 0.0, 1e9),
    entry("energy", "nominal_mv", 1.0, 1e5),
];
