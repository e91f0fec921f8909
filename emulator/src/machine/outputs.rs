//! Where a packet still has to go from a chip: links and cores as bits, so that what is done can be struck out.

use crate::geometry::{Link, LinkSet};
use crate::network::Route;

/// Outputs of a router.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    /// Bit `n`: link `n`.
    pub links: u8,
    /// Bit `n` of word `w`: core 64 w + n.
    pub cores: [u64; 3],
}

impl From<&Route> for Outputs {
    fn from(route: &Route) -> Self {
        Self {
            links: route.links().bits(),
            cores: route.core_words(),
        }
    }
}

impl From<Outputs> for Route {
    fn from(outputs: Outputs) -> Self {
        let links = Self::to_links(LinkSet::from_bits(outputs.links));
        outputs.cores().fold(links, Self::with_core)
    }
}

impl Outputs {
    /// One link.
    #[must_use]
    pub const fn link(link: Link) -> Self {
        Self {
            links: 1 << link as u8,
            cores: [0; 3],
        }
    }

    /// One core.
    #[must_use]
    pub fn core(core: u8) -> Self {
        Self::from(&Route::NOWHERE.with_core(core))
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.links == 0 && self.cores == [0; 3]
    }

    /// How many outputs.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.links.count_ones() + self.cores.iter().map(|word| word.count_ones()).sum::<u32>()
    }

    /// The links, ascending.
    pub fn links(&self) -> impl Iterator<Item = Link> + use<> {
        LinkSet::from_bits(self.links).iter()
    }

    /// The cores, ascending.
    pub fn cores(&self) -> impl Iterator<Item = u8> + use<> {
        (0_u8..).zip(self.cores).flat_map(|(word, bits)| {
            let rest = std::iter::successors(Some(bits), |bits| Some(bits & bits.wrapping_sub(1)));
            rest.take_while(|bits| *bits != 0)
                .map(move |bits| 64 * word + bits.trailing_zeros() as u8)
        })
    }

    /// Strikes a core out.
    pub fn strike_core(&mut self, core: u8) {
        if let Some(word) = self.cores.get_mut(usize::from(core / 64)) {
            *word &= !(1 << (core % 64));
        }
    }

    /// Strikes a link out.
    pub const fn strike_link(&mut self, link: Link) {
        self.links &= !(1 << link as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_those_of_the_route_and_can_be_struck_out() {
        let route = [1, 17, 63, 64, 151]
            .into_iter()
            .fold(Route::NOWHERE.with_link(Link::North), Route::with_core);
        let mut outputs = Outputs::from(&route);
        assert_eq!(outputs.cores().collect::<Vec<_>>(), [1, 17, 63, 64, 151]);
        assert_eq!((outputs.count(), Route::from(outputs)), (6, route));
        for core in [1, 17, 63, 64, 151] {
            outputs.strike_core(core);
        }
        assert_eq!(outputs, Outputs::link(Link::North));
        outputs.strike_link(Link::North);
        assert!(outputs.is_empty());
    }
}
