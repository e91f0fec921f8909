//! The six links of a chip.

use serde::{Deserialize, Serialize};

/// A link, seen from the chip that a packet leaves. The number is that of the hardware: bit `n` of a route word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Link {
    /// (+1, 0).
    East = 0,
    /// (+1, +1).
    NorthEast = 1,
    /// (0, +1).
    North = 2,
    /// (−1, 0).
    West = 3,
    /// (−1, −1).
    SouthWest = 4,
    /// (0, −1).
    South = 5,
}

impl Link {
    /// All links, in the order of their number.
    pub const ALL: [Self; 6] = [
        Self::East,
        Self::NorthEast,
        Self::North,
        Self::West,
        Self::SouthWest,
        Self::South,
    ];

    /// Number of the link, 0–5.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The link with this number; `None` above 5.
    #[must_use]
    pub fn from_index(index: usize) -> Option<Self> {
        Self::ALL.get(index).copied()
    }

    /// The other end: what leaves by `self` arrives at the neighbour on `self.opposite()`.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::East => Self::West,
            Self::NorthEast => Self::SouthWest,
            Self::North => Self::South,
            Self::West => Self::East,
            Self::SouthWest => Self::NorthEast,
            Self::South => Self::North,
        }
    }

    /// Step in (x, y).
    #[must_use]
    pub const fn vector(self) -> (i32, i32) {
        match self {
            Self::East => (1, 0),
            Self::NorthEast => (1, 1),
            Self::North => (0, 1),
            Self::West => (-1, 0),
            Self::SouthWest => (-1, -1),
            Self::South => (0, -1),
        }
    }

    /// Short name, as maps and tables print it.
    #[must_use]
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::East => "E",
            Self::NorthEast => "NE",
            Self::North => "N",
            Self::West => "W",
            Self::SouthWest => "SW",
            Self::South => "S",
        }
    }
}

impl core::fmt::Display for Link {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.short_name())
    }
}

/// A set of links: bit `n` is link `n`, as in the low six bits of a route word.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct LinkSet(u8);

impl LinkSet {
    /// No link.
    pub const EMPTY: Self = Self(0);

    /// The set with these bits; bits above 5 are ignored.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0x3f)
    }

    /// Bit `n` for link `n`.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set with this link added.
    #[must_use]
    pub const fn with(self, link: Link) -> Self {
        Self(self.0 | 1 << link as u8)
    }

    /// The set without this link.
    #[must_use]
    pub const fn without(self, link: Link) -> Self {
        Self(self.0 & !(1 << link as u8))
    }

    /// Whether the link is in the set.
    #[must_use]
    pub const fn contains(self, link: Link) -> bool {
        self.0 >> link as u8 & 1 == 1
    }

    /// Whether no link is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Number of links.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The links, ascending.
    pub fn iter(self) -> impl Iterator<Item = Link> {
        Link::ALL
            .into_iter()
            .filter(move |&link| self.contains(link))
    }
}
