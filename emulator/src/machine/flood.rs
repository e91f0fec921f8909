//! How a program reaches every chip: the monitor that has a word of it tells all its neighbours by one nearest-neighbour
//! packet that leaves by every link, as the system software of SpiNNaker fills a machine.
//!
//! Each monitor tells each word once, when it hears it first; copies that it hears later only take its time.

use super::event::{Door, What};
use super::net::Net;
use super::outputs::Outputs;
use super::packet::{Kind, Packet};
use super::time::Cycle;
use crate::geometry::{Link, LinkSet};
use crate::network::Route;
use std::collections::{BTreeSet, VecDeque};

/// What a monitor knows of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct Flood {
    /// Words that it has heard,
    pub(super) heard: BTreeSet<u32>,
    /// and those of them that it still has to tell.
    to_tell: VecDeque<u32>,
}

impl Net {
    /// The host has given the monitor a word, or a neighbour has told it one: `at` is when the monitor is done with it.
    pub(super) fn flood(&mut self, word: u32, at: Cycle, door: &mut Door<'_>) {
        let flood = &mut self.monitor.flood;
        if flood.heard.insert(word) {
            flood.to_tell.push_back(word);
            door.at(at, What::Load);
        }
    }

    /// Tells the neighbours the next word. Returns whether there was one.
    pub(super) fn tell(&mut self, door: &mut Door<'_>) -> bool {
        let Some(&word) = self.monitor.flood.to_tell.front() else {
            return false;
        };
        // The send takes the monitor's time as a reception does.
        let free = self.monitor.receive_free;
        if free > door.now || self.monitor.buffer.is_some() {
            let at = free.max(door.now + 1);
            door.at(at, What::Load);
            return true;
        }
        self.monitor.receive_free = door.now + door.figures.monitor;
        self.monitor.flood.to_tell.pop_front();
        let packet = Packet {
            kind: Kind::Nearest,
            key: word,
            payload: Some(0),
            phase: door.phase(),
            ..Packet::default()
        };
        let there = |link: &Link| door.fabric.neighbour(door.chip, *link).is_some();
        let links = Link::ALL.into_iter().filter(there);
        let outputs = Outputs::from(&Route::to_links(links.fold(LinkSet::EMPTY, LinkSet::with)));
        // A chip by itself has nobody to tell.
        if !outputs.is_empty() {
            self.monitor.buffer = Some((packet, outputs));
        }
        if !self.monitor.flood.to_tell.is_empty() {
            door.at(self.monitor.receive_free, What::Load);
        }
        true
    }
}
