//! One number for "same bits": BLAKE3 of all spikes and the final θ, in an order that no partition changes.
//!
//! ```text
//! digest = BLAKE3( "spinedrift-digest-1\n"
//!                ‖ number of spikes    u64 LE ‖ BLAKE3(spike records)  32 bytes
//!                ‖ number of θ values  u64 LE ‖ BLAKE3(θ records)      32 bytes )
//! spike record = tick, population, neuron       u32 LE each, sorted by (tick, population, neuron)
//! θ record     = projection, pre, post  u32 LE each, raw Q3.28 i32 LE, sorted by (projection, pre, post, raw)
//! ```
//! Populations and projections are counted in the order of `run.toml`. The θ records are those of the last tick for
//! which θ was recorded; without any, their number is 0.

use super::rows::{Spike, Theta, Timed};

/// Domain and version of the format.
const DOMAIN: &[u8] = b"spinedrift-digest-1\n";

/// Bytes gathered before they are hashed: enough for the widest BLAKE3 code.
const BLOCK_BYTES: usize = 1 << 15;

/// Takes in rows in their order; see the module for the format.
#[derive(Debug, Default)]
pub struct Digest {
    spikes: Records,
    theta: Records,
    theta_tick: Option<u32>,
}

impl Digest {
    /// Adds spikes, which continue the order of all before.
    pub fn spikes(&mut self, rows: &[Spike]) {
        debug_assert!(rows.is_sorted_by_key(Timed::key));
        for row in rows {
            self.spikes.add([row.tick, row.population, row.neuron]);
        }
    }

    /// Adds θ values, which continue the order of all before. A later tick replaces the earlier one.
    pub fn theta(&mut self, rows: &[Theta]) {
        debug_assert!(rows.is_sorted_by_key(Timed::key));
        let Some(last) = rows.last().map(|row| row.tick) else {
            return;
        };
        if self.theta_tick != Some(last) {
            self.theta = Records::default();
            self.theta_tick = Some(last);
        }
        let first = rows.partition_point(|row| row.tick < last);
        for row in rows.get(first..).unwrap_or_default() {
            self.theta
                .add([row.projection, row.pre, row.post, row.raw.cast_unsigned()]);
        }
    }

    /// The digest of all rows so far, as 64 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        let mut whole = blake3::Hasher::new();
        whole.update(DOMAIN);
        for records in [&self.spikes, &self.theta] {
            whole.update(&records.count.to_le_bytes());
            whole.update(records.hash().as_bytes());
        }
        whole.finalize().to_hex().to_string()
    }
}

/// A hash over records, and how many there were.
#[derive(Debug, Default)]
struct Records {
    count: u64,
    hasher: blake3::Hasher,
    waiting: Vec<u8>,
}

impl Records {
    fn add<const N: usize>(&mut self, words: [u32; N]) {
        self.count += 1;
        for word in words {
            self.waiting.extend_from_slice(&word.to_le_bytes());
        }
        if self.waiting.len() >= BLOCK_BYTES {
            self.hasher.update(&self.waiting);
            self.waiting.clear();
        }
    }

    fn hash(&self) -> blake3::Hash {
        self.hasher.clone().update(&self.waiting).finalize()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn theta(tick: u32, pre: u32, raw: i32) -> Theta {
        Theta {
            tick,
            projection: 1,
            pre,
            post: 7,
            raw,
        }
    }

    /// The format written down a second time, without streaming.
    fn plain(spikes: &[Spike], theta: &[Theta]) -> String {
        let spike_bytes: Vec<u8> = spikes
            .iter()
            .flat_map(|s| [s.tick, s.population, s.neuron])
            .flat_map(u32::to_le_bytes)
            .collect();
        let theta_bytes: Vec<u8> = theta
            .iter()
            .flat_map(|t| [t.projection, t.pre, t.post, t.raw as u32])
            .flat_map(u32::to_le_bytes)
            .collect();
        let mut bytes = b"spinedrift-digest-1\n".to_vec();
        bytes.extend((spikes.len() as u64).to_le_bytes());
        bytes.extend(blake3::hash(&spike_bytes).as_bytes());
        bytes.extend((theta.len() as u64).to_le_bytes());
        bytes.extend(blake3::hash(&theta_bytes).as_bytes());
        blake3::hash(&bytes).to_hex().to_string()
    }

    proptest! {
        #[test]
        fn batches_do_not_matter(ticks in prop::collection::vec(0_u32..50, 0..200), cut in 0_usize..200) {
            let mut ticks = ticks;
            ticks.sort_unstable();
            let rows: Vec<Spike> = ticks.iter().map(|&tick| Spike { tick, population: 2, neuron: 3 }).collect();
            let cut = cut.min(rows.len());
            let mut digest = Digest::default();
            digest.spikes(&rows[..cut]);
            digest.spikes(&rows[cut..]);
            prop_assert_eq!(digest.hex(), plain(&rows, &[]));
        }
    }

    #[test]
    fn only_the_last_snapshot_counts() {
        let last = [theta(20, 0, 5), theta(20, 1, -5)];
        let mut digest = Digest::default();
        digest.theta(&[theta(10, 0, 1), theta(10, 1, 2)]);
        digest.theta(&[theta(15, 0, 9), last[0]]);
        digest.theta(&[last[1]]);
        assert_eq!(digest.hex(), plain(&[], &last));
    }

    #[test]
    fn a_spike_moved_by_one_tick_changes_the_digest() {
        let digest = |tick| {
            let mut digest = Digest::default();
            digest.spikes(&[Spike {
                tick,
                population: 0,
                neuron: 0,
            }]);
            digest.hex()
        };
        assert_ne!(digest(4), digest(5));
    }
}
