//! The triangular grid, with or without wrap-around: neighbours, shortest vectors, distances.
//!
//! On a torus the shortest of the four ways (wrap in x or not, in y or not) is taken; of equal ones the first in the
//! order: no wrap, wrap in x, wrap in y, both. (Heathcote, <http://jhnet.co.uk/articles/torus_paths>, describes the
//! four ways; a random choice between equal ones, as other tools make it, would route the same net differently each
//! time.)

use super::{ChipCoord, Link};
use serde::{Deserialize, Serialize};

/// A rectangle of chips. Which of them exist is not its business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    /// Columns, 1–256.
    pub width: u16,
    /// Rows, 1–256.
    pub height: u16,
    /// Whether opposite edges are joined.
    pub wrap: bool,
}

/// A shortest way between two chips: steps along each axis, counted along E (x), N (y) and SW (z). At most two of the
/// three are not zero, and those have opposite signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Move {
    /// Steps east, or west if negative.
    pub x: i32,
    /// Steps north, or south if negative.
    pub y: i32,
    /// Steps south-west, or north-east if negative.
    pub z: i32,
}

impl Move {
    /// The shortest move with this effect on (x, y).
    #[must_use]
    pub fn minimal(dx: i32, dy: i32) -> Self {
        let median = dx.max(dy).min(dx.min(dy).max(0));
        Self {
            x: dx - median,
            y: dy - median,
            z: -median,
        }
    }

    /// Number of hops.
    #[must_use]
    pub fn length(self) -> u32 {
        self.x.unsigned_abs() + self.y.unsigned_abs() + self.z.unsigned_abs()
    }

    /// Effect on (x, y), before wrapping.
    #[must_use]
    pub fn displacement(self) -> (i32, i32) {
        (self.x - self.z, self.y - self.z)
    }

    /// The legs of the move in the fixed order x, z, y: which link, and how often.
    ///
    /// Taking the axes in one fixed order is what keeps a grid without wrap free of cyclic waits.
    #[must_use]
    pub fn legs(self) -> [(Link, u32); 3] {
        let leg = |steps: i32, ahead: Link| {
            (
                if steps < 0 { ahead.opposite() } else { ahead },
                steps.unsigned_abs(),
            )
        };
        [
            leg(self.x, Link::East),
            leg(self.z, Link::SouthWest),
            leg(self.y, Link::North),
        ]
    }
}

impl Grid {
    /// A grid of so many columns and rows.
    #[must_use]
    pub const fn new(width: u16, height: u16, wrap: bool) -> Self {
        Self {
            width,
            height,
            wrap,
        }
    }

    /// Number of places.
    #[must_use]
    pub fn len(self) -> usize {
        usize::from(self.width) * usize::from(self.height)
    }

    /// Whether there is no place at all.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether the place lies on the grid.
    #[must_use]
    pub fn contains(self, chip: ChipCoord) -> bool {
        u16::from(chip.x) < self.width && u16::from(chip.y) < self.height
    }

    /// Index of a place, row by row; below `len` if the grid contains it.
    #[must_use]
    pub fn index(self, chip: ChipCoord) -> usize {
        usize::from(chip.y) * usize::from(self.width) + usize::from(chip.x)
    }

    /// The place with this index, the inverse of [`Grid::index`].
    #[must_use]
    pub fn chip(self, index: usize) -> ChipCoord {
        let width = usize::from(self.width).max(1);
        ChipCoord::new((index % width) as u8, (index / width) as u8)
    }

    /// All places, in the order of their index.
    pub fn chips(self) -> impl Iterator<Item = ChipCoord> {
        (0..self.len()).map(move |index| self.chip(index))
    }

    /// The place that this displacement leads to; `None` beyond the edge of a grid without wrap.
    #[must_use]
    pub fn offset(self, chip: ChipCoord, displacement: (i32, i32)) -> Option<ChipCoord> {
        let (mut x, mut y) = (
            i32::from(chip.x) + displacement.0,
            i32::from(chip.y) + displacement.1,
        );
        if self.wrap {
            x = x.rem_euclid(i32::from(self.width).max(1));
            y = y.rem_euclid(i32::from(self.height).max(1));
        }
        let to = ChipCoord::new(u8::try_from(x).ok()?, u8::try_from(y).ok()?);
        self.contains(to).then_some(to)
    }

    /// The place at the other end of a link; `None` beyond the edge of a grid without wrap.
    #[must_use]
    pub fn neighbour(self, chip: ChipCoord, link: Link) -> Option<ChipCoord> {
        self.offset(chip, link.vector())
    }

    /// A shortest move between two places, always the same one.
    #[must_use]
    pub fn shortest(self, from: ChipCoord, to: ChipCoord) -> Move {
        let dx = i32::from(to.x) - i32::from(from.x);
        let dy = i32::from(to.y) - i32::from(from.y);
        if !self.wrap {
            return Move::minimal(dx, dy);
        }
        let (width, height) = (i32::from(self.width).max(1), i32::from(self.height).max(1));
        let (dx, dy) = (dx.rem_euclid(width), dy.rem_euclid(height));
        let [mut best, others @ ..] = [
            (dx, dy),
            (dx - width, dy),
            (dx, dy - height),
            (dx - width, dy - height),
        ]
        .map(|(x, y)| Move::minimal(x, y));
        for other in others {
            if other.length() < best.length() {
                best = other;
            }
        }
        best
    }

    /// Hops of a shortest way between two places, dead parts and gaps not considered.
    #[must_use]
    pub fn distance(self, from: ChipCoord, to: ChipCoord) -> u32 {
        self.shortest(from, to).length()
    }
}
