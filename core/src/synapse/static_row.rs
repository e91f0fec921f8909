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
    // No delay is longer than 16 ticks, so four bits of a slot's number are all, and what stands above them in a word falls away.
    let mask = slots.wrapping_sub(1) & 15;
    let first = tick.wrapping_add(1);
    let one = 1_u32.wrapping_shl(shift);
    let factor = if negative { one.wrapping_neg() } else { one };
    let mut bad = 0_u32;
    let count = (count as usize).min(synapses.len());
    for &word in synapses.get(..count).unwrap_or_default() {
        let slot = first.wrapping_add(word >> 12) & mask;
        let target = (word & 0xFF) as usize;
        let at = (slot as usize).wrapping_mul(width).wrapping_add(target);
        match words.get_mut(at) {
            // The host has shown that no sum can leave 32 bits (fan-in · largest weight), so wrapping is exact.
            Some(sum) if target < width => {
                *sum = sum.wrapping_add((word >> 16).wrapping_mul(factor));
            }
            _ => bad = bad.wrapping_add(1),
        }
    }
    (count as u32, bad)
}

#[cfg(test)]
mod tests {
    use super::{Ring, deliver, pack};

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
}
