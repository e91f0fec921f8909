//! How long it takes to load a machine, or to fetch what it has recorded: the host's Ethernet leads to one chip of each
//! board; its monitor sends every word on as a point-to-point packet, through the same routers and links that spikes use.
//!
//! Transfers of one board follow each other, as the system software's protocol has it; boards work side by side. A long
//! transfer is a steady stream: its first packets are computed, and the rest goes on at their rate.

use super::chip::Chip;
use super::event::{Clock, Places, What};
use super::fabric::Fabric;
use super::figures::Figures;
use super::packet::{Kind, Packet};
use super::region::{Region, Shared};
use super::time::Cycle;
use super::trace::Tracer;
use crate::geometry::ChipCoord;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Packets of a transfer that are computed; twice that, to tell the rate from the start.
const COMPUTED: u32 = 200;

/// Bytes of payload in a packet.
pub(super) const PAYLOAD: u64 = 4;

/// A way of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the host to the chips.
    Load,
    /// From the chips to the host.
    Collect,
}

/// What a transfer took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Took {
    /// Bytes.
    pub bytes: u64,
    /// Packets: point-to-point, or nearest-neighbour (of a program).
    pub packets: u64,
    /// Seconds, until the slowest board is done.
    pub seconds: f64,
    /// Packets that were computed and did not arrive: dead ways.
    pub lost: u64,
}

/// Moves so many bytes to (or from) each chip.
#[must_use]
pub fn took(
    fabric: &Fabric,
    figures: &Figures,
    way: Way,
    bytes: &BTreeMap<ChipCoord, u64>,
) -> Took {
    let mut fabric = fabric.clone();
    let board = |chip: ChipCoord| {
        let at = fabric.index(chip)?;
        Some((at, fabric.sites().get(at as usize)?.board))
    };
    let ends: Vec<(u32, ChipCoord, ChipCoord, u64)> = bytes
        .iter()
        .filter_map(|(&chip, &bytes)| board(chip).map(|(at, board)| (at, chip, board, bytes)))
        .collect();
    for (at, _, ethernet, _) in &ends {
        let to = match way {
            Way::Load => Some(*at),
            Way::Collect => fabric.index(*ethernet),
        };
        if let Some(to) = to {
            fabric.lead_to(to);
        }
    }
    let mut bench = Bench::new(fabric, *figures);
    let mut took = Took::default();
    let mut boards: BTreeMap<ChipCoord, f64> = BTreeMap::new();
    for (_, chip, ethernet, bytes) in ends {
        let (from, to) = match way {
            Way::Load => (ethernet, chip),
            Way::Collect => (chip, ethernet),
        };
        let packets = bytes.div_ceil(PAYLOAD);
        let (cycles, lost) = bench.stream(from, to, packets);
        took.bytes += bytes;
        took.packets += packets;
        took.lost += lost;
        *boards.entry(ethernet).or_default() += figures.seconds(cycles);
    }
    took.seconds = boards.values().copied().fold(0.0, f64::max);
    took
}

/// A machine without cores, for transfers alone.
pub(super) struct Bench {
    pub(super) region: Region,
    pub(super) shared: Shared,
}

impl Bench {
    pub(super) fn new(fabric: Fabric, figures: Figures) -> Self {
        let count = fabric.sites().len() as u32;
        let mut region = Region::new(0, Tracer::new(0));
        for id in 0..count {
            region
                .chips
                .push((id, Chip::new(id, &fabric, &figures, Vec::new())));
        }
        let shared = Shared {
            places: Places((0..count).map(|chip| (0, chip)).collect()),
            lookahead: u64::MAX,
            clock: Clock::default(),
            end_tick: 0,
            figures,
            fabric,
        };
        Self { region, shared }
    }

    /// Packets that links have carried.
    pub(super) fn link_packets(&self) -> u64 {
        let chips = self.region.chips.iter();
        let links = chips.flat_map(|(_, chip)| chip.net.links.iter().flatten());
        links.map(|link| link.packets).sum()
    }

    /// Streams packets from chip to chip. Returns the cycles, and how many of those computed were lost.
    fn stream(&mut self, from: ChipCoord, to: ChipCoord, packets: u64) -> (f64, u64) {
        let first = packets.min(u64::from(COMPUTED)) as u32;
        let (start, lost) = self.send(from, to, first);
        if packets <= u64::from(COMPUTED) {
            return (start, lost);
        }
        let (double, more) = self.send(from, to, 2 * COMPUTED);
        let each = (double - start) / f64::from(COMPUTED);
        (
            start + each * (packets - u64::from(COMPUTED)) as f64,
            lost + more,
        )
    }

    fn send(&mut self, from: ChipCoord, to: ChipCoord, packets: u32) -> (f64, u64) {
        let figures = self.shared.figures;
        let (Some(at), Some(end)) = (self.shared.fabric.index(from), self.shared.fabric.index(to))
        else {
            return (0.0, u64::from(packets));
        };
        let begin = self.region.last + 1_000_000;
        let wire = figures.ethernet(PAYLOAD);
        let packet = Packet {
            kind: Kind::PointToPoint,
            key: u32::from(to.x) << 8 | u32::from(to.y),
            payload: Some(0),
            ..Packet::default()
        };
        let received = |region: &Region| {
            let chip = region.chips.get(end as usize);
            chip.map_or(0, |(_, chip)| chip.net.monitor_received())
        };
        let before = received(&self.region);
        if let Some((_, chip)) = self.region.chips.get_mut(at as usize) {
            chip.net.stream(packet, packets, wire.max(figures.monitor));
        }
        self.region.push(begin, at, What::Load);
        self.region.advance(Cycle::NEVER, &self.shared);
        let arrived = received(&self.region) - before;
        let cycles = self.region.last - begin;
        (cycles as f64, u64::from(packets).saturating_sub(arrived))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fabric::Outline;
    use super::*;
    use crate::geometry::{Grid, Link};

    fn fabric(dead: &[(ChipCoord, Link)]) -> Fabric {
        let grid = Grid::new(8, 8, true);
        Fabric::new(grid, &Outline::one_board(grid, dead), &BTreeMap::new())
    }

    #[test]
    fn a_megabyte_takes_as_long_as_the_slowest_of_wire_and_monitor() {
        let figures = Figures::spinnaker1();
        let bytes = BTreeMap::from([(ChipCoord::new(3, 2), 1 << 20)]);
        for way in [Way::Load, Way::Collect] {
            let took = took(&fabric(&[]), &figures, way, &bytes);
            // The monitor takes 120 cycles for a word of four bytes: 6.7 MB/s.
            let expected = f64::from(1 << 18) * 120.0 / 200e6;
            assert!(
                (took.seconds / expected - 1.0).abs() < 0.01,
                "{took:?} {expected}"
            );
            assert_eq!((took.packets, took.lost), (1 << 18, 0));
        }
    }

    #[test]
    fn packets_find_their_way_round_dead_links_and_stay_on_their_own_chip() {
        let figures = Figures::spinnaker1();
        let start = ChipCoord::new(0, 0);
        let dead: Vec<_> = [Link::East, Link::NorthEast, Link::North]
            .map(|link| (start, link))
            .into();
        let bytes = BTreeMap::from([(ChipCoord::new(1, 1), 400), (start, 400)]);
        let took = took(&fabric(&dead), &figures, Way::Load, &bytes);
        assert_eq!((took.packets, took.lost), (200, 0));
    }

    #[test]
    fn what_is_cut_off_is_lost_and_counted() {
        let figures = Figures::spinnaker1();
        let end = ChipCoord::new(4, 4);
        let dead: Vec<_> = Link::ALL.map(|link| (end, link)).into();
        let bytes = BTreeMap::from([(end, 400)]);
        assert_eq!(took(&fabric(&dead), &figures, Way::Load, &bytes).lost, 100);
    }
}
