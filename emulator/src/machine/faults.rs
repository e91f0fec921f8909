//! Parts that fail during a run: listed one by one, or at a random rate that a seed makes repeatable. Data only.

use crate::geometry::{ChipCoord, Link};

/// What fails on a chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A link is cut, in both directions; each end has its own event.
    Link(Link),
    /// A core stops.
    Core(u8),
    /// The whole chip stops.
    Chip,
    /// A bit of the next packet that leaves by a link is flipped.
    Packet(Link),
    /// A bit of a core's DTCM is flipped: core, word, bit.
    Dtcm(u8, u32, u8),
    /// A bit of a core's share of SDRAM is flipped: core, word, bit.
    Sdram(u8, u32, u8),
}

/// A fault of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Tick.
    pub tick: u32,
    /// Microseconds after the start of the tick.
    pub after_us: u32,
    /// Chip.
    pub chip: ChipCoord,
    /// What fails.
    pub fault: Fault,
}

/// Mean number of faults an hour of biological time, for the whole machine, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// Links cut.
    pub links: f64,
    /// Cores stopped.
    pub cores: f64,
    /// Chips stopped.
    pub chips: f64,
    /// Bits of packets flipped.
    pub packets: f64,
    /// Bits of DTCM flipped.
    pub dtcm: f64,
    /// Bits of SDRAM flipped.
    pub sdram: f64,
}

/// All faults of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The script.
    pub script: Vec<Planned>,
    /// Random faults beside it.
    pub rates: Rates,
    /// Seed of those.
    pub seed: u64,
}

/// Most random faults of one kind in one tick: a rate above that is cut, so that no rate can fill the memory.
const TICK_MAX: u32 = 16;

/// A generator that is seeded for each tick (`SplitMix64`): the faults of a tick don't depend on how a run is cut up.
struct Draw(u64);

impl Draw {
    const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.bits() % count.max(1) as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A Poisson number of this mean, at most [`TICK_MAX`].
    fn poisson(&mut self, mean: f64) -> u32 {
        let mut product = self.unit();
        let (limit, mut count) = ((-mean.clamp(0.0, 600.0)).exp(), 0);
        while product > limit && count < TICK_MAX {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

impl Plan {
    /// Whether nothing fails.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.script.is_empty() && self.rates == Rates::default()
    }

    /// The faults of a tick, with the microsecond in it. `cores`: the cores of the machine; `tick_us`: length of a tick.
    #[must_use]
    pub fn of_tick(
        &self,
        tick: u32,
        tick_us: u32,
        chips: &[ChipCoord],
        cores: &[(ChipCoord, u8)],
    ) -> Vec<(u32, ChipCoord, Fault)> {
        let planned = self.script.iter().filter(|planned| planned.tick == tick);
        let mut faults: Vec<_> = planned
            .map(|planned| (planned.after_us, planned.chip, planned.fault))
            .collect();
        let rates = &self.rates;
        if *rates == Rates::default() || chips.is_empty() {
            return faults;
        }
        let mut draw = Draw(self.seed ^ u64::from(tick).wrapping_mul(0xD6E8_FEB8_6659_FD93));
        let kinds = [
            rates.links,
            rates.cores,
            rates.chips,
            rates.packets,
            rates.dtcm,
            rates.sdram,
        ];
        for (kind, per_hour) in kinds.into_iter().enumerate() {
            for _ in 0..draw.poisson(per_hour * f64::from(tick_us) / 3.6e9) {
                let after_us = draw.below(tick_us as usize) as u32;
                let link = Link::ALL[draw.below(6)];
                let chip = chips
                    .get(draw.below(chips.len()))
                    .copied()
                    .unwrap_or_default();
                let on_core = cores.get(draw.below(cores.len())).copied();
                let (word, bit) = (draw.bits() as u32, (draw.bits() % 32) as u8);
                let fault = match (kind, on_core) {
                    (0, _) => Some((chip, Fault::Link(link))),
                    (2, _) => Some((chip, Fault::Chip)),
                    (3, _) => Some((chip, Fault::Packet(link))),
                    (1, Some((chip, core))) => Some((chip, Fault::Core(core))),
                    (4, Some((chip, core))) => Some((chip, Fault::Dtcm(core, word, bit))),
                    (_, Some((chip, core))) => Some((chip, Fault::Sdram(core, word, bit))),
                    (_, None) => None,
                };
                faults.extend(fault.map(|(chip, fault)| (after_us, chip, fault)));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_faults_come_at_their_rate_and_again_for_the_same_seed() {
        let plan = Plan {
            rates: Rates {
                links: 3.6e5,
                ..Rates::default()
            },
            seed: 3,
            ..Plan::default()
        };
        let chips = [ChipCoord::new(0, 0), ChipCoord::new(1, 0)];
        let of = |tick| plan.of_tick(tick, 1000, &chips, &[]);
        let count: usize = (0..10_000).map(|tick| of(tick).len()).sum();
        // Mean 1,000; six standard deviations either side.
        assert!((810..1190).contains(&count), "{count}");
        assert_eq!(of(17), of(17));
    }

    #[test]
    fn no_rate_fills_the_memory() {
        let rates = Rates {
            packets: f64::INFINITY,
            links: f64::NAN,
            ..Rates::default()
        };
        let plan = Plan {
            rates,
            ..Plan::default()
        };
        let chips = [ChipCoord::new(0, 0)];
        assert!(plan.of_tick(0, 1000, &chips, &[]).len() <= 2 * TICK_MAX as usize);
    }
}
