//! A core put together by hand, and surroundings for its kernel: what the tests of images and of the kernel share.

use spinedrift_core::image::slice::{Intensity, Lif, Poisson, PspDecay, SpikeArray, Wta};
use spinedrift_core::image::{
    Counts, Header, Inlet, InletKind, KeyEntry, Layout, Model, Plastic, Section, Slice,
};
use spinedrift_core::kernel::record::{Frame, Frames};
use spinedrift_core::kernel::{Hardware, Transfer, Work};
use spinedrift_core::spike::{AerKey, Tick};
use spinedrift_core::synapse::{static_row, subrow};

/// Surroundings that keep what is recorded and drop what is sent.
#[derive(Debug, Default)]
pub(crate) struct Idle {
    pub(crate) recorded: Vec<u32>,
}

impl Idle {
    /// Takes out what was recorded.
    pub(crate) fn frames(&mut self) -> Vec<Frame> {
        let words = std::mem::take(&mut self.recorded);
        Frames::new(&words).collect()
    }
}

impl Hardware for Idle {
    fn send(&mut self, _: AerKey) {}
    fn start_dma(&mut self, _: Transfer) {}
    fn drain(&mut self, words: &[u32]) {
        self.recorded.extend_from_slice(words);
    }
    fn tick(&self) -> Tick {
        Tick(0)
    }
    fn charge(&mut self, _: Work, _: u32) {}
}

/// e^(−1/τ) in Q1.31.
pub(crate) fn decay(tau_ticks: f64) -> u32 {
    ((-1.0 / tau_ticks).exp() * 2f64.powi(31)).round() as u32
}

/// The paper's PSP with ticks of 1 ms.
pub(crate) fn psp() -> PspDecay {
    PspDecay {
        fast: decay(20.0),
        slow: decay(2.0),
    }
}

/// A slice of one kind; offsets are filled in by [`Parts::slice`].
pub(crate) fn slice(population: u16, blocks: u16, model: Model) -> Slice {
    Slice {
        population,
        first_slot: 0,
        blocks,
        group_blocks: 1,
        group_neurons: 16,
        population_slots: 16 * u32::from(blocks),
        key: 0x100 * (u32::from(population) + 1),
        state: 0,
        ring: 0,
        ring_slots: 16,
        receptors: model.receptors(),
        ring_fraction: 16,
        history: 0,
        history_entries: 0,
        sends: 1,
        record_spikes: 1,
        potential_ticks: 0,
        potential_masks: 0,
        model,
    }
}

/// Parts of a core.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) tables: Vec<u32>,
    pub(crate) sdram: Vec<u32>,
    slices: Vec<Slice>,
    inlets: Vec<Inlet>,
    keys: Vec<KeyEntry>,
    state: Vec<u32>,
    ring_words: u32,
    history_words: u32,
}

impl Parts {
    /// Adds a slice and its state; returns its index.
    pub(crate) fn slice(&mut self, mut slice: Slice, state: &[u32]) -> u16 {
        (slice.state, slice.ring, slice.history) =
            (self.state.len() as u32, self.ring_words, self.history_words);
        assert_eq!(state.len() as u32, slice.state_words());
        self.state.extend_from_slice(state);
        self.ring_words += slice.ring_words();
        self.history_words += slice.history_block_words() * u32::from(slice.blocks);
        self.slices.push(slice);
        self.slices.len() as u16 - 1
    }

    /// Adds words to the tables; returns where.
    pub(crate) fn table(&mut self, words: impl IntoIterator<Item = u32>) -> u32 {
        let at = self.tables.len() as u32;
        self.tables.extend(words);
        at
    }

    /// Adds an inlet whose rows, all of one length, are given.
    pub(crate) fn inlet(&mut self, to: u16, kind: InletKind, rows: &[Vec<u32>]) -> &mut Inlet {
        let at = self.sdram.len() as u32;
        self.sdram.extend(rows.iter().flatten());
        let stride = rows[0].len() as u32;
        self.inlets.push(Inlet {
            projection: self.inlets.len() as u16,
            slice: to,
            receptor: 0,
            negative: false,
            pre_first: 0,
            pre_count: rows.len() as u32,
            rows: at,
            stride,
            weight_shift: 0,
            kind,
        });
        self.inlets.last_mut().unwrap()
    }

    /// Adds a key entry for the 16 neurons from `key` on.
    pub(crate) fn key(&mut self, key: u32, inlet_first: u16, inlet_count: u16) {
        self.keys.push(KeyEntry {
            key,
            mask: !15,
            first_pre: 0,
            inlet_first,
            inlet_count,
        });
        self.keys.sort_by_key(|entry| entry.key);
    }

    /// Header, DTCM and SDRAM.
    pub(crate) fn build(self) -> (Header, Vec<u32>, Vec<u32>) {
        let counts = Counts {
            slices: self.slices.len() as u32,
            inlets: self.inlets.len() as u32,
            keys: self.keys.len() as u32,
            table_words: self.tables.len() as u32,
            state_words: self.state.len() as u32,
            ring_words: self.ring_words,
            history_words: self.history_words,
            record_words: 64,
            row_words: 40,
            queue_words: 8,
            sdram_words: self.sdram.len() as u32,
        };
        let layout = Layout::new(&counts);
        let mut dtcm = vec![0; layout.total_words() as usize];
        let slices: Vec<u32> = self.slices.iter().flat_map(Slice::to_words).collect();
        let inlets: Vec<u32> = self.inlets.iter().flat_map(Inlet::to_words).collect();
        let keys: Vec<u32> = self.keys.iter().flat_map(|key| key.to_words()).collect();
        let sections = [
            (Section::Slices, slices),
            (Section::Inlets, inlets),
            (Section::Keys, keys),
            (Section::Tables, self.tables),
            (Section::State, self.state),
        ];
        for (section, words) in sections {
            dtcm[layout.range(section)].copy_from_slice(&words);
        }
        let header = Header {
            seed: 77,
            tick_us: 1000,
            snapshot_ticks: 4,
            counts,
        };
        (header, dtcm, self.sdram)
    }
}

/// A (q, σ) jump table: e^(−λΔ) without noise, up to `longest` ticks.
pub(crate) fn jump_words(rate: f64, longest: u32) -> Vec<u32> {
    let floating = |value: f64| {
        if value <= 0.0 {
            return 0;
        }
        let shift = (30.0 - (value * 2f64.powi(33)).log2().floor()) as u32;
        (((value * 2f64.powi(33 + shift as i32)) as u32) & !31) | shift
    };
    let entry = |wait: u32| {
        [
            floating(-(-rate * f64::from(wait.min(longest))).exp_m1()),
            0,
        ]
    };
    (0..256)
        .chain((0..16).map(|j| 256 * j))
        .flat_map(entry)
        .collect()
}

/// The decay table of a trace with the paper's PSP.
pub(crate) fn trace_words() -> Vec<u32> {
    let factor =
        |ticks: u32, tau: f64| ((-f64::from(ticks) / tau).exp() * 2_147_483_647.0).round() as u32;
    let row = |step: u32, tau: f64| (0..16).map(move |j| factor(j * step, tau));
    [20.0, 2.0]
        .into_iter()
        .flat_map(|tau| {
            [1, 16, 256]
                .into_iter()
                .flat_map(move |step| row(step, tau))
        })
        .collect()
}

/// The paper's rule in fixed point, with a large gain.
pub(crate) fn plastic(jumps: u32, traces: u32) -> Plastic {
    Plastic {
        law: 0,
        unrecorded: 0,
        mean: 1 << 27,
        theta_min: -5 << 28,
        theta_max: 6 << 28,
        offset: 3 << 28,
        log_alpha: -2 << 26,
        floor: ((-3f64).exp() * 2f64.powi(26)) as i32,
        gain: (0.05 * 2f64.powi(24)) as i32,
        drive_max: 10 << 20,
        retracted_learns: 1,
        sweep_ticks: 64,
        frozen_from: u32::MAX,
        jumps,
        traces,
        delay: 3,
        efficacy_shift: 10,
    }
}

/// A core that has everything: five models, plastic and static inlets, potentials, snapshots, stimuli.
pub(crate) fn core_with_everything() -> (Header, Vec<u32>, Vec<u32>) {
    let mut parts = Parts::default();
    let (wta, intensity, lif) = (
        circuits(&mut parts),
        stochastic(&mut parts),
        leaky(&mut parts),
    );
    let (jumps, traces) = (
        parts.table(jump_words(0.001, 64)),
        parts.table(trace_words()),
    );
    let plastic = InletKind::Plastic(plastic(jumps, traces));
    let theta = [1 << 28; 16];
    let two = [subrow::fresh(0x7F, &theta), subrow::fresh(0x7F, &theta)].concat();
    parts.inlet(wta, plastic, &vec![two; 16]);
    parts.inlet(
        intensity,
        plastic,
        &vec![subrow::fresh(0xFFFF, &theta).to_vec(); 16],
    );
    let row = |delay| {
        vec![
            2,
            static_row::pack(900, delay, 3),
            static_row::pack(40, 16, 15),
        ]
    };
    let rows: Vec<_> = (1..=16).map(row).collect();
    parts.inlet(lif, InletKind::Static, &rows).receptor = 1;
    parts.inlet(intensity, InletKind::Static, &rows).negative = true;
    sources(&mut parts);
    parts.key(0x400, 0, 2);
    parts.key(0x300, 2, 1);
    parts.key(0x200, 3, 1);
    parts.build()
}

/// Two circuits of seven that always fire.
fn circuits(parts: &mut Parts) -> u16 {
    let model = Wta {
        psp: psp(),
        fire: u32::MAX,
        adapt_fall: decay(900.0),
        adapt_rise: decay(300.0),
        adapt_amplitude: 9000,
    };
    let slice = Slice {
        group_neurons: 7,
        history_entries: 4,
        potential_ticks: 2,
        potential_masks: parts.table([0xFFFF, 0xFFFF]),
        ..slice(0, 2, Model::Wta(model))
    };
    parts.slice(slice, &[0; 160])
}

fn stochastic(parts: &mut Parts) -> u16 {
    let model = Intensity {
        psp: psp(),
        log_hazard: -1 << 16,
        refractory: 2,
        logistic: 1,
    };
    let slice = Slice {
        history_entries: 8,
        ..slice(1, 1, Model::Intensity(model))
    };
    parts.slice(slice, &[0; 64])
}

fn leaky(parts: &mut Parts) -> u16 {
    let model = Lif {
        decay_v: decay(20.0),
        decay_e: decay(5.0),
        decay_i: decay(10.0),
        gain_e: 1 << 29,
        gain_i: 1 << 29,
        threshold: 1 << 16,
        reset: 0,
        refractory: 2,
    };
    parts.slice(slice(2, 1, Model::Lif(model)), &[1 << 15; 64])
}

/// Poisson sources whose rates change once, and four given spikes.
fn sources(parts: &mut Parts) {
    let levels = parts.table([0, 0, 3 << 16, 0]);
    let stimuli = parts.sdram.len() as u32;
    // A change to pattern 0 at tick 1, the pattern's levels, then the spikes.
    parts.sdram.extend([
        1,
        0,
        0x0101_0101,
        0,
        0x0100_0100,
        1,
        0,
        3,
        1,
        4,
        2,
        15,
        5,
        7,
    ]);
    let poisson = Poisson {
        levels,
        level_count: 2,
        changes: stimuli,
        change_count: 1,
        patterns: stimuli + 2,
        // More than there are: damage to the number of a pattern is then caught by the memory's end alone.
        pattern_count: u32::MAX,
    };
    parts.slice(slice(3, 1, Model::Poisson(poisson)), &[0; 21]);
    let spikes = SpikeArray {
        spikes: stimuli + 6,
        spike_count: 4,
    };
    parts.slice(slice(4, 1, Model::SpikeArray(spikes)), &[0]);
}
