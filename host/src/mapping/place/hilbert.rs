//! Along a Hilbert curve, which visits every chip and keeps what is close on the curve close in the machine.
//!
//! Source: Hilbert 1891; the iterative form follows from the curve's definition: at each level a quadrant is a mirrored
//! or rotated copy of the whole. Places of the square that have no chip are passed over.

use super::draft::Draft;
use super::{PlaceError, PlaceTask};

/// Fills the chips in the order of the curve.
pub(super) fn place(task: &PlaceTask, draft: Draft) -> Result<Draft, PlaceError> {
    let side = u32::from(task.machine.grid.width.max(task.machine.grid.height)).next_power_of_two();
    let mut order: Vec<usize> = (0..draft.rooms.len()).collect();
    order.sort_by_key(|&room| {
        let chip = draft.rooms[room].chip;
        position(side, u32::from(chip.x), u32::from(chip.y))
    });
    draft.fill(task, &order)
}

/// How far along the curve a place of a square is. `side` is a power of two.
fn position(side: u32, mut x: u32, mut y: u32) -> u32 {
    let mut along = 0;
    let mut half = side / 2;
    while half > 0 {
        let (right, upper) = (x & half != 0, y & half != 0);
        along += half * half * ((3 * u32::from(right)) ^ u32::from(upper));
        (x, y) = (x & (half - 1), y & (half - 1));
        if !upper {
            if right {
                (x, y) = (half - 1 - x, half - 1 - y);
            }
            (x, y) = (y, x);
        }
        half /= 2;
    }
    along
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_visits_every_place_in_steps_of_one() {
        for side in [1_u32, 2, 4, 8, 16] {
            let mut places: Vec<(u32, u32)> =
                (0..side * side).map(|n| (n % side, n / side)).collect();
            places.sort_by_key(|&(x, y)| position(side, x, y));
            for (n, pair) in places.windows(2).enumerate() {
                assert_eq!(position(side, pair[0].0, pair[0].1), n as u32);
                assert_eq!(
                    pair[0].0.abs_diff(pair[1].0) + pair[0].1.abs_diff(pair[1].1),
                    1,
                    "side {side}, step {n}"
                );
            }
        }
    }
}
