//! A spike passes: the trace takes it up, and the weights of a sub-row go into the ring.

use super::efficacy;
use super::subrow::SubRow;
use crate::image::Plastic;
use crate::neuron::lanes::count;
use crate::spike::BLOCK;

/// Lets a spike of tick `now` through: its trace takes it up, and the functional synapses' weights go into the ring
/// slot of the tick at which it arrives. The sub-row has been settled to `now`. Returns the number of synapses that
/// transmitted.
#[inline(always)]
pub fn transmit(
    row: &mut SubRow<'_>,
    now: u32,
    plastic: &Plastic,
    negative: bool,
    ring: &mut [u32; BLOCK],
) -> u32 {
    if row.tick(now) == now {
        row.spike();
    }
    let functional = row.before();
    let flip = if negative { u32::MAX } else { 0 };
    for (lane, (sum, theta)) in ring.iter_mut().zip(row.theta.iter()).enumerate() {
        let integer = efficacy::ring_integer(*theta as i32, plastic) as u32;
        let present = if functional >> lane & 1 == 1 {
            integer
        } else {
            0
        };
        // The host has shown that no sum can leave 32 bits (fan-in · largest weight), so wrapping is exact.
        *sum = sum.wrapping_add((present ^ flip).wrapping_sub(flip));
    }
    count(functional)
}
