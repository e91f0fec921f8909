//! How long it takes until every chip has the program: the host hands it to one chip, word by word, and nearest-neighbour
//! packets flood the machine with it.

use super::event::What;
use super::fabric::Fabric;
use super::figures::Figures;
use super::loading::{Bench, PAYLOAD, Took};
use super::time::Cycle;

/// Words that are computed at most, and of how many chips together; the rest follow at the pace of the first chip.
const COMPUTED: u64 = 20;
const COMPUTED_CHIPS: u64 = 20_000;

/// Copies of a word that a monitor hears at most, and the one that it tells.
const TURNS: u64 = 7;

/// Floods a machine with a program of so many bytes.
#[must_use]
pub fn took(fabric: &Fabric, figures: &Figures, bytes: u64) -> Took {
    let chips = fabric.sites().len() as u64;
    let words = bytes.div_ceil(PAYLOAD);
    let computed = words.min((COMPUTED_CHIPS / chips.max(1)).clamp(2, COMPUTED));
    // The first chip waits until the slowest monitor can have heard all neighbours, so that none falls behind for ever.
    let pace = figures.ethernet(PAYLOAD).max(TURNS * figures.monitor);
    let mut bench = Bench::new(fabric.clone(), *figures);
    for word in 0..computed {
        bench
            .region
            .push(Cycle(word * pace), 0, What::Word(word as u32));
    }
    bench.region.advance(Cycle::NEVER, &bench.shared);
    let known: u64 = bench
        .region
        .chips
        .iter()
        .map(|(_, chip)| chip.net.words_known())
        .sum();
    let of_all = |count: u64| count * words / computed.max(1);
    let cycles = bench.region.last.0 + (words - computed) * pace;
    Took {
        bytes: bytes * chips,
        packets: of_all(bench.link_packets()),
        seconds: figures.seconds(cycles as f64),
        lost: of_all(computed * chips - known),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fabric::Outline;
    use super::*;
    use crate::geometry::{ChipCoord, Grid, Link};
    use std::collections::BTreeMap;

    fn fabric(size: u8, dead: &[(ChipCoord, Link)]) -> Fabric {
        let grid = Grid::new(size.into(), size.into(), size > 1);
        Fabric::new(grid, &Outline::one_board(grid, dead), &BTreeMap::new())
    }

    #[test]
    fn every_chip_gets_every_word_at_the_pace_of_a_monitor() {
        let figures = Figures::spinnaker1();
        let took = took(&fabric(8, &[]), &figures, 32 * 1024);
        assert_eq!(took.lost, 0);
        assert_eq!(took.bytes, 64 * 32 * 1024);
        // Each of 64 chips tells each word to six neighbours; a few copies meet a busy monitor for so long that a router
        // drops them, and the chip has the word from another neighbour.
        let told = 64 * 6 * 8192;
        assert!(took.packets <= told && took.packets > told / 100 * 99);
        let expected = 8192.0 * 840.0 / 200e6;
        assert!((took.seconds / expected - 1.0).abs() < 0.01, "{took:?}");
    }

    #[test]
    fn a_word_goes_round_dead_links_and_what_is_cut_off_is_counted() {
        let figures = Figures::spinnaker1();
        let start = ChipCoord::new(0, 0);
        let mut dead: Vec<_> = [Link::East, Link::NorthEast, Link::North]
            .map(|link| (start, link))
            .into();
        assert_eq!(took(&fabric(8, &dead), &figures, 400).lost, 0);
        dead.extend(Link::ALL.map(|link| (ChipCoord::new(4, 4), link)));
        assert_eq!(took(&fabric(8, &dead), &figures, 400).lost, 100);
    }

    #[test]
    fn a_chip_by_itself_has_the_program_from_the_host() {
        let took = took(&fabric(1, &[]), &Figures::spinnaker1(), 4000);
        assert_eq!((took.lost, took.packets), (0, 0));
    }
}
