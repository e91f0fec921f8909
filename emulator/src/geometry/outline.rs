//! Which chips a board has, and how boards tile.
//!
//! A 48-chip board is a hexagon in an 8 × 8 square. Three of them, at (0, 0), (4, 8) and (8, 4), make a triad, which
//! tiles the plane with period 12 in x and y. Figures: rig, `rig/geometry.py`.

use super::ChipCoord;

/// Period of a triad of 48-chip boards, in chips, along x and along y.
pub const TRIAD_CHIPS: u16 = 12;
/// Where the boards of a triad have their chip (0, 0).
pub const TRIAD_BOARDS: [(u8, u8); 3] = [(0, 0), (4, 8), (8, 4)];

/// Columns of each row of the 48-chip board: (first, last), both included.
const HEXAGON_ROWS: [(u8, u8); 8] = [
    (0, 4),
    (0, 5),
    (0, 6),
    (0, 7),
    (1, 7),
    (2, 7),
    (3, 7),
    (4, 7),
];

/// Whether the 48-chip board has a chip here, seen from its own (0, 0).
#[must_use]
pub fn hexagon_contains(x: u8, y: u8) -> bool {
    HEXAGON_ROWS
        .get(usize::from(y))
        .is_some_and(|&(first, last)| (first..=last).contains(&x))
}

/// The chips of the 48-chip board, row by row.
pub fn hexagon_chips() -> impl Iterator<Item = ChipCoord> {
    (0..8)
        .flat_map(|y| (0..8).map(move |x| ChipCoord::new(x, y)))
        .filter(|chip| hexagon_contains(chip.x, chip.y))
}

/// Width and height in chips of so many 48-chip boards that fill a torus: triads as square as possible, wide rather than
/// tall. `None` unless `boards` is a positive multiple of three that a grid of 256 × 256 chips can hold.
#[must_use]
pub fn triad_dimensions(boards: u32) -> Option<(u16, u16)> {
    if boards == 0 || !boards.is_multiple_of(3) {
        return None;
    }
    let triads = boards / 3;
    let high = (1..=triads.isqrt())
        .rev()
        .find(|high| triads.is_multiple_of(*high))?;
    let chips = |count: u32| {
        u16::try_from(count.checked_mul(u32::from(TRIAD_CHIPS))?)
            .ok()
            .filter(|&n| n <= 256)
    };
    Some((chips(triads / high)?, chips(high)?))
}

/// The chip (0, 0) of the board that a chip belongs to, on a torus of whole triads of this width and height.
#[must_use]
pub fn board_of(chip: ChipCoord, width: u16, height: u16) -> ChipCoord {
    let period = TRIAD_CHIPS;
    let (x, y) = (u16::from(chip.x) % period, u16::from(chip.y) % period);
    let within = |&&(bx, by): &&(u8, u8)| {
        let local = |at: u16, origin: u8| ((at + period - u16::from(origin)) % period) as u8;
        hexagon_contains(local(x, bx), local(y, by))
    };
    let &(bx, by) = TRIAD_BOARDS.iter().find(within).unwrap_or(&TRIAD_BOARDS[0]);
    // How far the chip is from its board's origin, then back from where the chip stands, around the torus.
    let back = |at: u8, origin: u8, size: u16| {
        let local = (u16::from(at) % period + period - u16::from(origin)) % period;
        ((u16::from(at) + size - local) % size.max(1)) as u8
    };
    ChipCoord::new(back(chip.x, bx, width), back(chip.y, by, height))
}
