//! A slice: the blocks of one population that live on this core, with the parameters of their model.

use super::ImageError;
use crate::spike::{BLOCK_SLOTS, CORE_BLOCKS_MAX, DELAY_MAX_TICKS};

/// Words of a block's history before its ring.
pub const HISTORY_HEAD_WORDS: u32 = 2;

/// Model of a slice, with fixed-point parameters. Decay factors are Q1.31 (2^31 would be 1; [`u32::MAX`] >> 1 stands
/// for "no decay").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Winner-take-all circuits.
    Wta(Wta),
    /// Stochastic neurons.
    Intensity(Intensity),
    /// Leaky integrate-and-fire neurons.
    Lif(Lif),
    /// Poisson sources.
    Poisson(Poisson),
    /// Spike-array sources.
    SpikeArray(SpikeArray),
}

/// Decays of a double-exponential PSP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PspDecay {
    /// e^(−Δt/τ_m), Q1.31.
    pub fast: u32,
    /// e^(−Δt/τ_s), Q1.31; 0: the rise is immediate (the second exponential is absent).
    pub slow: u32,
}

/// Parameters of winner-take-all circuits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wta {
    /// PSP.
    pub psp: PspDecay,
    /// Probability that a circuit fires in a tick, Q0.32.
    pub fire: u32,
    /// e^(−32 Δt/τ_fall), Q1.31.
    pub adapt_fall: u32,
    /// e^(−32 Δt/τ_rise), Q1.31.
    pub adapt_rise: u32,
    /// Amplitude of the adaptation, Q16.16; 0: none.
    pub adapt_amplitude: u32,
}

/// Parameters of stochastic neurons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Intensity {
    /// PSP.
    pub psp: PspDecay,
    /// ln(rate · Δt), Q15.16.
    pub log_hazard: i32,
    /// Absolute refractory time in ticks.
    pub refractory: u32,
    /// 1: logistic link, 0: exponential.
    pub logistic: u32,
}

/// Parameters of LIF neurons; potentials in mV, Q15.16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lif {
    /// e^(−Δt/τ_m), Q1.31.
    pub decay_v: u32,
    /// e^(−Δt/τ_e), Q1.31.
    pub decay_e: u32,
    /// e^(−Δt/τ_i), Q1.31.
    pub decay_i: u32,
    /// Effect of g_e on v over a tick, Q1.31.
    pub gain_e: u32,
    /// Effect of g_i on v over a tick, Q1.31.
    pub gain_i: u32,
    /// Threshold.
    pub threshold: i32,
    /// Reset.
    pub reset: i32,
    /// Absolute refractory time in ticks.
    pub refractory: u32,
}

/// Parameters of Poisson sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Poisson {
    /// Offset of the level table in the table section: two words a level, the mean wait in ticks as Q32.16.
    pub levels: u32,
    /// Number of levels, ≤ 256.
    pub level_count: u32,
    /// Offset of the (tick, pattern) pairs in SDRAM.
    pub changes: u32,
    /// Number of pairs.
    pub change_count: u32,
    /// Offset of the patterns in SDRAM: one byte a neuron of the slice, 4 words a block.
    pub patterns: u32,
    /// Number of patterns.
    pub pattern_count: u32,
}

/// Parameters of spike-array sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpikeArray {
    /// Offset in SDRAM of (tick, slot in slice) pairs, ordered by tick, then slot.
    pub spikes: u32,
    /// Number of pairs.
    pub spike_count: u32,
}

/// One slice record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Index of the population in the network; keys the random streams.
    pub population: u16,
    /// Slot of the slice's first neuron in its population; a multiple of 16.
    pub first_slot: u32,
    /// Blocks of 16 slots.
    pub blocks: u16,
    /// Blocks of a group that stays together (a WTA circuit).
    pub group_blocks: u16,
    /// Neurons of a group; the rest of its blocks is padding. Without groups: 16 · `group_blocks`.
    pub group_neurons: u16,
    /// Slots of the population that hold a neuron, counted from slot 0, when there are no padded groups.
    pub population_slots: u32,
    /// Key of the slice's first slot; slot s sends `key + s`.
    pub key: u32,
    /// Offset in the state section.
    pub state: u32,
    /// Offset in the ring section.
    pub ring: u32,
    /// Ring slots: 1, 2, 4, 8 or 16.
    pub ring_slots: u32,
    /// Receptors: 0 (sources), 1 (signed sum) or 2 (LIF: excitatory, inhibitory).
    pub receptors: u32,
    /// Fraction bits of the ring's integers; potentials have 16.
    pub ring_fraction: u32,
    /// Offset in the history section.
    pub history: u32,
    /// Entries of each block's history, a power of two; 0: no plastic synapse ends here.
    pub history_entries: u32,
    /// 1: spikes are sent. A slice that nobody hears has no route, so it must keep quiet.
    pub sends: u32,
    /// 1: spikes are recorded.
    pub record_spikes: u32,
    /// Ticks between recorded potentials; 0: none.
    pub potential_ticks: u32,
    /// Offset in the table section of one word a block: which lanes' potentials are recorded.
    pub potential_masks: u32,
    /// Model.
    pub model: Model,
}

impl Slice {
    /// Words of a record.
    pub const WORDS: usize = 26;

    /// As stored.
    #[must_use]
    pub fn to_words(&self) -> [u32; Self::WORDS] {
        let (kind, m) = self.model.to_words();
        let [m0, m1, m2, m3, m4, m5, m6, m7] = m;
        [
            (u32::from(kind) << 16) | u32::from(self.population),
            self.first_slot,
            (u32::from(self.group_blocks) << 16) | u32::from(self.blocks),
            u32::from(self.group_neurons),
            self.population_slots,
            self.key,
            self.state,
            self.ring,
            self.ring_slots,
            self.receptors,
            self.ring_fraction,
            self.history,
            self.history_entries,
            self.record_spikes,
            self.potential_ticks,
            self.potential_masks,
            self.sends,
            0,
            m0,
            m1,
            m2,
            m3,
            m4,
            m5,
            m6,
            m7,
        ]
    }

    /// As read.
    ///
    /// # Errors
    /// [`ImageError::Record`] names the field that the kernel can't work with.
    pub fn from_words(index: u32, words: &[u32; Self::WORDS]) -> Result<Self, ImageError> {
        let [
            head,
            first_slot,
            blocks,
            group_neurons,
            population_slots,
            key,
            rest @ ..,
        ] = *words;
        let [
            state,
            ring,
            ring_slots,
            receptors,
            ring_fraction,
            history,
            history_entries,
            rest @ ..,
        ] = rest;
        let [
            record_spikes,
            potential_ticks,
            potential_masks,
            sends,
            _,
            model @ ..,
        ] = rest;
        let bad = |field, value| ImageError::Record {
            record: "slice",
            index,
            field,
            value,
        };
        let slice = Self {
            population: head as u16,
            first_slot,
            blocks: blocks as u16,
            group_blocks: (blocks >> 16) as u16,
            group_neurons: group_neurons as u16,
            population_slots,
            key,
            state,
            ring,
            ring_slots,
            receptors,
            ring_fraction,
            history,
            history_entries,
            sends,
            record_spikes,
            potential_ticks,
            potential_masks,
            model: Model::from_words((head >> 16) as u16, model)
                .ok_or_else(|| bad("model", head >> 16))?,
        };
        slice.check().map_err(|(field, value)| bad(field, value))?;
        Ok(slice)
    }

    fn check(&self) -> Result<(), (&'static str, u32)> {
        let blocks = u32::from(self.blocks);
        let group = u32::from(self.group_blocks);
        let neurons = u32::from(self.group_neurons);
        let rules = [
            (
                blocks >= 1 && blocks <= CORE_BLOCKS_MAX as u32,
                "blocks",
                blocks,
            ),
            (
                group >= 1 && blocks.is_multiple_of(group.max(1)),
                "group_blocks",
                group,
            ),
            (
                neurons >= 1 && neurons <= group.saturating_mul(BLOCK_SLOTS),
                "group_neurons",
                neurons,
            ),
            (
                self.first_slot.is_multiple_of(BLOCK_SLOTS) && self.first_slot < 1 << 31,
                "first_slot",
                self.first_slot,
            ),
            (
                self.ring_slots.is_power_of_two() && self.ring_slots <= DELAY_MAX_TICKS,
                "ring_slots",
                self.ring_slots,
            ),
            (
                self.receptors == self.model.receptors(),
                "receptors",
                self.receptors,
            ),
            (
                (4..=28).contains(&self.ring_fraction),
                "ring_fraction",
                self.ring_fraction,
            ),
            (
                self.history_entries == 0 || self.history_entries.is_power_of_two(),
                "history_entries",
                self.history_entries,
            ),
            (
                self.history_entries <= 1 << 16,
                "history_entries",
                self.history_entries,
            ),
        ];
        rules
            .iter()
            .find(|rule| !rule.0)
            .map_or(Ok(()), |rule| Err((rule.1, rule.2)))
    }

    /// Which lanes of a block hold a neuron.
    #[must_use]
    pub fn lanes(&self, block: u32) -> u16 {
        let in_group = block
            .checked_rem(u32::from(self.group_blocks))
            .unwrap_or(0)
            .saturating_mul(BLOCK_SLOTS);
        let by_group = u32::from(self.group_neurons).saturating_sub(in_group);
        let slot = self
            .first_slot
            .saturating_add(block.saturating_mul(BLOCK_SLOTS));
        let by_size = self.population_slots.saturating_sub(slot);
        match by_group.min(by_size) {
            16.. => u16::MAX,
            lanes => (1_u16 << lanes).wrapping_sub(1),
        }
    }

    /// Words of neuron state of the slice.
    #[must_use]
    pub fn state_words(&self) -> u32 {
        u32::from(self.blocks)
            .saturating_mul(self.model.block_words())
            .saturating_add(self.model.slice_words())
    }

    /// Words of ring buffers of the slice.
    #[must_use]
    pub fn ring_words(&self) -> u32 {
        u32::from(self.blocks)
            .saturating_mul(BLOCK_SLOTS)
            .saturating_mul(self.ring_slots)
            .saturating_mul(self.receptors)
    }

    /// Words of history of one block: a count, then (tick, lanes) pairs.
    #[must_use]
    pub fn history_block_words(&self) -> u32 {
        if self.history_entries == 0 {
            0
        } else {
            self.history_entries
                .saturating_mul(2)
                .saturating_add(HISTORY_HEAD_WORDS)
        }
    }
}

impl Model {
    fn to_words(self) -> (u16, [u32; 8]) {
        match self {
            Self::Wta(wta) => (1, wta.to_words()),
            Self::Intensity(intensity) => (2, intensity.to_words()),
            Self::Lif(lif) => (3, lif.to_words()),
            Self::Poisson(poisson) => (4, poisson.to_words()),
            Self::SpikeArray(s) => (5, [s.spikes, s.spike_count, 0, 0, 0, 0, 0, 0]),
        }
    }

    fn from_words(kind: u16, words: [u32; 8]) -> Option<Self> {
        let [a, b, c, d, e, f, g, h] = words;
        let psp = PspDecay { fast: a, slow: b };
        Some(match kind {
            1 => Self::Wta(Wta {
                psp,
                fire: c,
                adapt_fall: d,
                adapt_rise: e,
                adapt_amplitude: f,
            }),
            2 => Self::Intensity(Intensity {
                psp,
                log_hazard: c as i32,
                refractory: d,
                logistic: e,
            }),
            // 1 becomes the number below it, which no sum can tell from 1 once it is rounded.
            3 => Self::Lif(Lif {
                decay_v: below_one(a),
                decay_e: below_one(b),
                decay_i: below_one(c),
                gain_e: below_one(d),
                gain_i: below_one(e),
                threshold: f as i32,
                reset: g as i32,
                refractory: h,
            }),
            4 => Self::Poisson(Poisson {
                levels: a,
                level_count: b,
                changes: c,
                change_count: d,
                patterns: e,
                pattern_count: f,
            }),
            5 => Self::SpikeArray(SpikeArray {
                spikes: a,
                spike_count: b,
            }),
            _ => return None,
        })
    }

    /// Receptors of the model: how many ring buffers a neuron has.
    #[must_use]
    pub const fn receptors(&self) -> u32 {
        match self {
            Self::Wta(_) | Self::Intensity(_) => 1,
            Self::Lif(_) => 2,
            Self::Poisson(_) | Self::SpikeArray(_) => 0,
        }
    }

    /// Words of state of one block.
    #[must_use]
    pub const fn block_words(&self) -> u32 {
        match self {
            // WTA: fast, slow, bias, adaptation fall, adaptation rise
            Self::Wta(_) => 5 * BLOCK_SLOTS,
            // intensity: fast, slow, bias, refractory ticks left
            // LIF: v or refractory ticks left, g_e, g_i, v_infinity
            Self::Intensity(_) | Self::Lif(_) => 4 * BLOCK_SLOTS,
            // tick of the next spike, rate levels (4 a word)
            Self::Poisson(_) => BLOCK_SLOTS + 4,
            Self::SpikeArray(_) => 0,
        }
    }

    /// Words of state of the whole slice, after those of its blocks: the cursor of a source.
    #[must_use]
    pub const fn slice_words(&self) -> u32 {
        match self {
            Self::Poisson(_) | Self::SpikeArray(_) => 1,
            _ => 0,
        }
    }
}

impl Wta {
    const fn to_words(self) -> [u32; 8] {
        [
            self.psp.fast,
            self.psp.slow,
            self.fire,
            self.adapt_fall,
            self.adapt_rise,
            self.adapt_amplitude,
            0,
            0,
        ]
    }
}

impl Intensity {
    const fn to_words(self) -> [u32; 8] {
        [
            self.psp.fast,
            self.psp.slow,
            self.log_hazard as u32,
            self.refractory,
            self.logistic,
            0,
            0,
            0,
        ]
    }
}

/// A Q1.31 factor that fits the positive half of 32 bits.
const fn below_one(factor: u32) -> u32 {
    if factor > i32::MAX as u32 {
        i32::MAX as u32
    } else {
        factor
    }
}

impl Lif {
    const fn to_words(self) -> [u32; 8] {
        [
            self.decay_v,
            self.decay_e,
            self.decay_i,
            self.gain_e,
            self.gain_i,
            self.threshold as u32,
            self.reset as u32,
            self.refractory,
        ]
    }
}

impl Poisson {
    const fn to_words(self) -> [u32; 8] {
        [
            self.levels,
            self.level_count,
            self.changes,
            self.change_count,
            self.patterns,
            self.pattern_count,
            0,
            0,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Model, PspDecay, Slice, Wta};

    fn wta() -> Slice {
        let model = Wta {
            psp: PspDecay { fast: 1, slow: 2 },
            fire: 3,
            adapt_fall: 4,
            adapt_rise: 5,
            adapt_amplitude: 6,
        };
        Slice {
            population: 7,
            first_slot: 48,
            blocks: 6,
            group_blocks: 3,
            group_neurons: 40,
            population_slots: 1 << 20,
            key: 0x800,
            state: 10,
            ring: 20,
            ring_slots: 2,
            receptors: 1,
            ring_fraction: 16,
            history: 30,
            history_entries: 64,
            sends: 1,
            record_spikes: 1,
            potential_ticks: 5,
            potential_masks: 9,
            model: Model::Wta(model),
        }
    }

    #[test]
    fn a_record_survives_its_words() {
        assert_eq!(Slice::from_words(0, &wta().to_words()), Ok(wta()));
    }

    #[test]
    fn padding_lanes_hold_no_neuron() {
        let slice = wta();
        assert_eq!(
            [0, 1, 2, 3, 5].map(|block| slice.lanes(block)),
            [0xFFFF, 0xFFFF, 0x00FF, 0xFFFF, 0x00FF]
        );
        let tail = Slice {
            population_slots: 50,
            group_neurons: 48,
            ..slice
        };
        assert_eq!([0, 1].map(|block| tail.lanes(block)), [0b11, 0]);
    }

    #[test]
    fn values_out_of_range_are_named() {
        let error = Slice::from_words(
            3,
            &Slice {
                ring_slots: 3,
                ..wta()
            }
            .to_words(),
        );
        assert!(error.is_err_and(|e| e
            == super::ImageError::Record {
                record: "slice",
                index: 3,
                field: "ring_slots",
                value: 3
            }));
    }
}
