//! A static row: word 0 counts the synapses, each of which is one word: weight (16 bits), delay − 1 (4), target (8).

/// Packs a synapse. `weight` is the magnitude on the wire, `delay_ticks` 1–16, `target` a slot of the slice.
#[must_use]
pub const fn pack(weight: u16, delay_ticks: u32, target: u8) -> u32 {
    ((weight as u32) << 16) | ((delay_ticks.wrapping_sub(1) & 15) << 12) | target as u32
}

/// The ring of one receptor of a slice.
#[derive(Debug)]
pub struct Ring<'a> {
    /// `slots` arrays of `width` integers.
    pub words: &'a mut [u32],
    /// A power of two.
    pub slots: u32,
    /// Integers of a slot, one for each neuron.
    pub width: usize,
}

/// What every synapse of a row shares.
struct Shared {
    /// The tick after that of the spike.
    first: u32,
    /// No delay is longer than 16 ticks, so four bits of a slot's number are all, and what stands above them in a word falls away.
    mask: u32,
    /// What a weight is multiplied by.
    factor: u32,
    /// Integers of a slot.
    width: usize,
}

impl Shared {
    /// Adds synapses to a ring. Returns how many of them pointed outside.
    #[inline(always)]
    fn add_all(&self, synapses: &[u32], words: &mut [u32]) -> u32 {
        let mut bad = 0_u32;
        if cfg!(feature = "compact") {
            let mut done = 0_usize;
            while let left @ 1.. = self.add_fours(synapses.get(done..).unwrap_or_default(), words) {
                bad = bad.wrapping_add(1);
                done = synapses.len().wrapping_sub(left).wrapping_add(1);
            }
        } else {
            for &word in synapses {
                if !self.add(word, words) {
                    bad = bad.wrapping_add(1);
                }
            }
        }
        bad
    }

    /// Adds synapses up to the first that points outside. Returns how many are left, that one included: told by leaving, so that the others
    /// have nothing to do with it.
    // Apart, since registers are few and the kernel around it takes them all.
    #[cfg_attr(feature = "compact", inline(never))]
    fn add_fours(&self, synapses: &[u32], words: &mut [u32]) -> usize {
        let mut left = synapses;
        // Four at a time: what a loop does beside its body is a third of a synapse's work.
        while let Some(([a, b, c, d], rest)) = left.split_first_chunk() {
            if !self.add(*a, words) {
                return rest.len().wrapping_add(4);
            }
            if !self.add(*b, words) {
                return rest.len().wrapping_add(3);
            }
            if !self.add(*c, words) {
                return rest.len().wrapping_add(2);
            }
            if !self.add(*d, words) {
                return rest.len().wrapping_add(1);
            }
            left = rest;
        }
        if let Some(([a, b], rest)) = left.split_first_chunk() {
            if !self.add(*a, words) {
                return rest.len().wrapping_add(2);
            }
            if !self.add(*b, words) {
                return rest.len().wrapping_add(1);
            }
            left = rest;
        }
        match left {
            [last, ..] if !self.add(*last, words) => 1,
            _ => 0,
        }
    }

    /// Adds a synapse. Returns whether it points inside.
    #[inline(always)]
    fn add(&self, word: u32, words: &mut [u32]) -> bool {
        let slot = self.first.wrapping_add(word >> 12) & self.mask;
        let target = (word & 0xFF) as usize;
        let at = (slot as usize)
            .wrapping_mul(self.width)
            .wrapping_add(target);
        match words.get_mut(at) {
            // The host has shown that no sum can leave 32 bits (fan-in · largest weight), so wrapping is exact.
            Some(sum) if target < self.width => {
                *sum = sum.wrapping_add((word >> 16).wrapping_mul(self.factor));
                true
            }
            _ => false,
        }
    }
}

/// Adds a row's synapses to a ring. Returns the number of synapses and how many of them pointed outside (damaged memory).
#[inline(always)]
#[must_use]
pub fn deliver(row: &[u32], tick: u32, shift: u32, negative: bool, ring: Ring<'_>) -> (u32, u32) {
    let Some((&count, synapses)) = row.split_first() else {
        return (0, 0);
    };
    let Ring {
        words,
        slots,
        width,
    } = ring;
    let one = 1_u32.wrapping_shl(shift);
    let shared = Shared {
        first: tick.wrapping_add(1),
        mask: slots.wrapping_sub(1) & 15,
        factor: if negative { one.wrapping_neg() } else { one },
        width,
    };
    let count = (count as usize).min(synapses.len());
    let bad = shared.add_all(synapses.get(..count).unwrap_or_default(), words);
    (count as u32, bad)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{Ring, deliver, pack};
    use proptest::collection::vec as many;
    use proptest::prelude::*;
    use std::vec;
    use std::vec::Vec;

    fn ring(words: &mut [u32]) -> Ring<'_> {
        let slots = (words.len() / 16) as u32;
        Ring {
            words,
            slots,
            width: 16,
        }
    }

    #[test]
    fn a_spike_on_the_longest_delay_lands_in_the_slot_just_read() {
        let mut words = [0_u32; 16 * 16];
        let row = [2, pack(3, 16, 5), pack(7, 1, 15)];
        assert_eq!(deliver(&row, 40, 4, false, ring(&mut words)), (2, 0));
        assert_eq!(words[(40 % 16) * 16 + 5], 3 << 4);
        assert_eq!(words[(41 % 16) * 16 + 15], 7 << 4);
    }

    #[test]
    fn inhibition_subtracts_and_damage_is_counted() {
        let mut words = [0_u32; 16];
        let row = [9, pack(3, 1, 2), pack(1, 1, 16)];
        assert_eq!(deliver(&row, 0, 0, true, ring(&mut words)), (2, 1));
        assert_eq!(words[2] as i32, -3);
        assert_eq!(deliver(&[], 0, 0, true, ring(&mut words)), (0, 0));
    }

    proptest! {
        /// Four at a time or one by one, damaged ones anywhere: the sums and counts of a plain loop.
        #[test]
        fn a_row_does_what_its_synapses_do_one_by_one(
            synapses in many((any::<u16>(), 1_u32..=16, 0_u8..20), 0..40),
            (tick, shift, negative) in (any::<u32>(), 0_u32..16, any::<bool>()),
            slots in 0_u32..=4,
        ) {
            let slots = 1 << slots;
            let mut words = vec![0_u32; 16 * slots as usize];
            let mut row = vec![synapses.len() as u32];
            row.extend(synapses.iter().map(|&(weight, delay, target)| pack(weight, delay, target)));
            let found = deliver(&row, tick, shift, negative, ring(&mut words));
            let mut wanted = vec![0_i32; words.len()];
            let mut bad = 0;
            for (weight, delay, target) in synapses {
                let slot = tick.wrapping_add(delay) % slots;
                if target >= 16 {
                    bad += 1;
                    continue;
                }
                let size = i32::from(weight) << shift;
                let sum = &mut wanted[slot as usize * 16 + usize::from(target)];
                *sum = sum.wrapping_add(if negative { size.wrapping_neg() } else { size });
            }
            prop_assert_eq!(found, (row[0], bad));
            prop_assert_eq!(words, wanted.into_iter().map(|sum| sum as u32).collect::<Vec<_>>());
        }
    }
}
