//! A router's table: ternary entries, first match wins, and what happens to a packet that nothing matches.
//!
//! Source of the rules: SpiNNaker data sheet, multicast router. An entry matches a packet if `packet & mask == key`. What
//! nothing matches goes straight on, out of the link opposite to the one it came in by; what was sent by a core of this
//! chip and matches nothing is dropped.

use crate::geometry::{Link, LinkSet};
use serde::{Deserialize, Serialize};

/// Number of cores that a [`Route`] can name; SpiNNaker 2 has 152 a chip.
pub const CORES_MAX: u8 = 192;
/// Number of cores in the route word of SpiNNaker 1.
pub const SPINNAKER1_CORES: u8 = 18;

/// Where a packet goes from a chip: any set of links and of the chip's own cores. A route to nowhere drops the packet.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Route {
    links: LinkSet,
    cores: [u64; 3],
}

impl Route {
    /// To nowhere.
    pub const NOWHERE: Self = Self {
        links: LinkSet::EMPTY,
        cores: [0; 3],
    };

    /// To these links and no core.
    #[must_use]
    pub const fn to_links(links: LinkSet) -> Self {
        Self {
            links,
            cores: [0; 3],
        }
    }

    /// The route with this link added.
    #[must_use]
    pub const fn with_link(self, link: Link) -> Self {
        Self {
            links: self.links.with(link),
            ..self
        }
    }

    /// The route with this core added. Cores from [`CORES_MAX`] on don't exist and are ignored.
    #[must_use]
    pub fn with_core(mut self, core: u8) -> Self {
        if let Some(word) = self.cores.get_mut(usize::from(core / 64)) {
            *word |= 1 << (core % 64);
        }
        self
    }

    /// The links.
    #[must_use]
    pub const fn links(&self) -> LinkSet {
        self.links
    }

    /// The cores, ascending.
    pub fn cores(&self) -> impl Iterator<Item = u8> {
        let words = self.cores;
        (0..CORES_MAX).filter(move |&core| words[usize::from(core / 64)] >> (core % 64) & 1 == 1)
    }

    /// The cores as bits: bit `n` of word `w` is core 64 w + n.
    #[must_use]
    pub const fn core_words(&self) -> [u64; 3] {
        self.cores
    }

    /// Whether the packet goes to this core.
    #[must_use]
    pub fn has_core(&self, core: u8) -> bool {
        self.cores
            .get(usize::from(core / 64))
            .is_some_and(|word| word >> (core % 64) & 1 == 1)
    }

    /// Whether the packet goes to any core of this chip.
    #[must_use]
    pub fn has_cores(&self) -> bool {
        self.cores != [0; 3]
    }

    /// Whether the packet is dropped.
    #[must_use]
    pub fn is_nowhere(&self) -> bool {
        *self == Self::NOWHERE
    }

    /// The route word of SpiNNaker 1: bits 0–5 links, bits 6–23 cores 0–17. `None` if a core does not fit.
    #[must_use]
    pub fn to_spinnaker1_word(&self) -> Option<u32> {
        let [low, middle, high] = self.cores;
        let fits = low >> SPINNAKER1_CORES == 0 && middle == 0 && high == 0;
        fits.then(|| u32::from(self.links.bits()) | (low as u32) << 6)
    }

    /// The route that a route word of SpiNNaker 1 stands for; bits above 23 are ignored.
    #[must_use]
    pub fn from_spinnaker1_word(word: u32) -> Self {
        let cores = u64::from(word >> 6 & ((1 << SPINNAKER1_CORES) - 1));
        Self {
            links: LinkSet::from_bits(word as u8),
            cores: [cores, 0, 0],
        }
    }
}

/// One line of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The bits to compare with; 0 wherever `mask` is 0, else the entry matches nothing.
    pub key: u32,
    /// 1: the bit is compared; 0: either will do.
    pub mask: u32,
    /// Where a matching packet goes.
    pub route: Route,
}

impl Entry {
    /// Whether a packet with this key matches.
    #[must_use]
    pub const fn matches(&self, key: u32) -> bool {
        key & self.mask == self.key
    }
}

/// The table of one router.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Lines, first match wins.
    pub entries: Vec<Entry>,
}

/// What a router does with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// An entry matched.
    Matched(Route),
    /// Nothing matched: straight on, out of this link.
    Default(Link),
    /// Nothing matched a packet of this chip's own cores: dropped.
    Dropped,
}

impl Decision {
    /// Where the packet goes; nowhere if it is dropped.
    #[must_use]
    pub fn route(self) -> Route {
        match self {
            Self::Matched(route) => route,
            Self::Default(link) => Route::NOWHERE.with_link(link),
            Self::Dropped => Route::NOWHERE,
        }
    }
}

/// Where a packet goes that nothing matches: straight on. `arrival` is the port of *this* chip that it came in by; `None`
/// for a packet of the chip's own cores, which is dropped.
#[must_use]
pub fn default_route(arrival: Option<Link>) -> Option<Link> {
    arrival.map(Link::opposite)
}

impl Table {
    /// Route of the first entry that matches.
    #[must_use]
    pub fn lookup(&self, key: u32) -> Option<&Route> {
        self.entries
            .iter()
            .find(|entry| entry.matches(key))
            .map(|entry| &entry.route)
    }

    /// What happens to a packet that came in by `arrival` (a port of this chip; `None`: from a core of it).
    #[must_use]
    pub fn decide(&self, key: u32, arrival: Option<Link>) -> Decision {
        match (self.lookup(key), default_route(arrival)) {
            (Some(&route), _) => Decision::Matched(route),
            (None, Some(link)) => Decision::Default(link),
            (None, None) => Decision::Dropped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn to(link: Link) -> Route {
        Route::NOWHERE.with_link(link)
    }

    #[test]
    fn the_first_match_wins() {
        let entry = |key, mask, link| Entry {
            key,
            mask,
            route: to(link),
        };
        let table = Table {
            entries: vec![
                entry(0b11, 0b11, Link::East),
                entry(0b01, 0b01, Link::North),
            ],
        };
        assert_eq!(table.lookup(0b11), Some(&to(Link::East)));
        assert_eq!(table.lookup(0b01), Some(&to(Link::North)));
        assert_eq!(table.lookup(0b10), None);
    }

    #[test]
    fn an_unmatched_packet_goes_straight_on() {
        assert_eq!(
            Table::default().decide(7, Some(Link::West)),
            Decision::Default(Link::East)
        );
    }

    #[test]
    fn an_unmatched_packet_of_the_chips_own_cores_is_dropped() {
        assert_eq!(Table::default().decide(7, None), Decision::Dropped);
    }

    #[test]
    fn the_spinnaker_1_word_has_links_below_cores() {
        let route = to(Link::East)
            .with_link(Link::South)
            .with_core(0)
            .with_core(17);
        assert_eq!(
            route.to_spinnaker1_word(),
            Some(1 | 1 << 5 | 1 << 6 | 1 << 23)
        );
        assert_eq!(route.with_core(18).to_spinnaker1_word(), None);
    }

    #[test]
    fn a_core_beyond_the_last_is_ignored() {
        assert_eq!(to(Link::East).with_core(CORES_MAX), to(Link::East));
        assert!(
            to(Link::East)
                .with_core(CORES_MAX - 1)
                .has_core(CORES_MAX - 1)
        );
    }

    proptest! {
        #[test]
        fn a_route_keeps_its_cores(cores: std::collections::BTreeSet<u8>) {
            let cores: Vec<u8> = cores.into_iter().filter(|&core| core < CORES_MAX).collect();
            let route = cores.iter().fold(Route::NOWHERE, |route, &core| route.with_core(core));
            prop_assert_eq!(route.cores().collect::<Vec<_>>(), cores);
        }

        #[test]
        fn the_spinnaker_1_word_goes_both_ways(word in 0_u32..1 << 24) {
            prop_assert_eq!(Route::from_spinnaker1_word(word).to_spinnaker1_word(), Some(word));
        }
    }
}
