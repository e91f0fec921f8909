//! What became of packets: the ledger that must balance, and the first of those that were lost or late, by name.

use super::packet::Packet;
use super::time::Cycle;
use crate::geometry::{ChipCoord, Link};

/// How a packet, or a branch of one, came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Its output stayed blocked for the router's wait time.
    Blocked,
    /// No table entry, and no link opposite the one that it came in by.
    NoRoute,
    /// The table names a core on which nothing runs.
    NoCore,
    /// It was two time phases old.
    Aged,
    /// A flipped bit: parity caught it.
    Parity,
    /// It was on a link when that died.
    LinkDied,
    /// It was on a chip when that died, or came to a dead one.
    ChipDied,
    /// It was on a core when that died.
    CoreDied,
    /// The dump registers held another dropped packet: that one is lost.
    Overwritten,
    /// The monitor's queue of packets to send again was full.
    ReinjectionFull,
    /// The monitor has sent it again as often as it may.
    ReinjectionGivenUp,
    /// The core's input queue was full.
    InputQueueFull,
}

/// Number of reasons.
pub const REASONS: usize = 12;

/// All reasons, in the order of the enumeration, in words, with what to do.
pub const WORDS: [(Reason, &str, &str); REASONS] = [
    (
        Reason::Blocked,
        "dropped: output blocked",
        "spread the load, or turn reinjection on",
    ),
    (
        Reason::NoRoute,
        "dropped: no route",
        "a routing table is wrong",
    ),
    (
        Reason::NoCore,
        "dropped: no such core",
        "a routing table is wrong",
    ),
    (
        Reason::Aged,
        "dropped: too old",
        "a route goes in a circle, or the network is jammed",
    ),
    (
        Reason::Parity,
        "dropped: parity",
        "a bit was flipped under way",
    ),
    (
        Reason::LinkDied,
        "lost on a link that died",
        "map again without it",
    ),
    (
        Reason::ChipDied,
        "lost on a chip that died",
        "map again without it",
    ),
    (
        Reason::CoreDied,
        "lost on a core that died",
        "map again without it",
    ),
    (
        Reason::Overwritten,
        "lost in the dump registers",
        "drops come faster than the monitor reads them",
    ),
    (
        Reason::ReinjectionFull,
        "lost: monitor's queue full",
        "drops come faster than the monitor sends them again",
    ),
    (
        Reason::ReinjectionGivenUp,
        "lost: sent again in vain",
        "its output stays blocked: a dead link or core?",
    ),
    (
        Reason::InputQueueFull,
        "lost: core's input queue full",
        "fewer neurons on this core",
    ),
];

/// A packet that was lost or late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incident {
    /// When.
    pub at: Cycle,
    /// On which chip.
    pub chip: ChipCoord,
    /// By which link, if it was lost on its way out of the chip.
    pub link: Option<Link>,
    /// On which core, if it was lost or late there.
    pub core: Option<u8>,
    /// How it was lost; `None`: it was late.
    pub reason: Option<Reason>,
    /// The packet.
    pub packet: Packet,
}

impl Incident {
    /// Incidents in the order of time, whatever thread saw them.
    #[must_use]
    pub fn order(&self) -> (Cycle, ChipCoord, Option<u8>, Option<Link>, u32) {
        (self.at, self.chip, self.core, self.link, self.packet.key)
    }
}

/// Incidents that each chip keeps.
const KEPT: usize = 64;

/// The ledger of a chip. A delivery is one packet at one core: a packet to five cores is worth five.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Multicast packets that cores of this chip have sent.
    pub sent: u64,
    /// Deliveries that those are worth by the routing tables.
    pub expected: u64,
    /// Packets whose tables lead them round in circles, so that they are worth any number.
    pub endless: u64,
    /// Deliveries to cores of this chip.
    pub delivered: u64,
    /// Deliveries lost on this chip, by reason.
    pub lost: [u64; REASONS],
    /// Packets (or branches) lost on this chip, by reason.
    pub lost_packets: [u64; REASONS],
    /// Packets that a router dropped: lost unless sent again.
    pub dropped: u64,
    /// Packets that a monitor sent again.
    pub reinjected: u64,
    /// Packets that left by an emergency route.
    pub emergency: u64,
    /// Packets that followed the default route.
    pub default_routed: u64,
    /// Packets taken in late.
    pub late: u64,
    first_lost: Vec<Incident>,
    first_late: Vec<Incident>,
}

impl Ledger {
    /// Notes a loss that was worth so many deliveries.
    pub fn lose(&mut self, incident: Incident, deliveries: u64) {
        let Some(reason) = incident.reason else {
            return;
        };
        if let Some(count) = self.lost.get_mut(reason as usize) {
            *count += deliveries;
        }
        if let Some(count) = self.lost_packets.get_mut(reason as usize) {
            *count += 1;
        }
        if self.first_lost.len() < KEPT {
            self.first_lost.push(incident);
        }
    }

    /// Notes a late packet.
    pub fn late(&mut self, incident: Incident) {
        self.late += 1;
        if self.first_late.len() < KEPT {
            self.first_late.push(incident);
        }
    }

    /// The first packets lost and the first ones late, in the order of time.
    #[must_use]
    pub fn incidents(&self) -> Vec<Incident> {
        let mut all = [self.first_lost.as_slice(), &self.first_late].concat();
        all.sort_by_key(Incident::order);
        all
    }

    /// Deliveries lost on the way, for whatever reason. What was lost after it had come to its core was delivered.
    #[must_use]
    pub fn lost_on_the_way(&self) -> u64 {
        let of = |reason: Reason| self.lost.get(reason as usize).copied().unwrap_or(0);
        self.lost.iter().sum::<u64>() - of(Reason::InputQueueFull) - of(Reason::CoreDied)
    }

    /// Adds another chip's ledger; incidents stay in the order of time.
    pub fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.expected += other.expected;
        self.endless += other.endless;
        self.delivered += other.delivered;
        for (sum, more) in self.lost.iter_mut().zip(other.lost) {
            *sum += more;
        }
        for (sum, more) in self.lost_packets.iter_mut().zip(other.lost_packets) {
            *sum += more;
        }
        self.dropped += other.dropped;
        self.reinjected += other.reinjected;
        self.emergency += other.emergency;
        self.default_routed += other.default_routed;
        self.late += other.late;
        for (list, more) in [
            (&mut self.first_lost, &other.first_lost),
            (&mut self.first_late, &other.first_late),
        ] {
            list.extend_from_slice(more);
            list.sort_by_key(Incident::order);
            list.truncate(KEPT);
        }
    }

    /// The law of conservation, for a machine at rest: sent × fan-out = delivered + lost. `None` if it can't be told,
    /// because a table leads packets round in circles.
    #[must_use]
    pub fn is_balanced(&self) -> Option<bool> {
        (self.endless == 0).then_some(self.expected == self.delivered + self.lost_on_the_way())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_stand_in_order() {
        for (index, (reason, _, _)) in WORDS.iter().enumerate() {
            assert_eq!(*reason as usize, index);
        }
    }

    #[test]
    fn a_ledger_balances_what_was_sent_against_what_became_of_it() {
        let incident = Incident {
            at: Cycle(4),
            chip: ChipCoord::new(0, 0),
            link: None,
            core: None,
            reason: Some(Reason::Blocked),
            packet: Packet::default(),
        };
        let mut ledger = Ledger {
            expected: 10,
            delivered: 7,
            ..Ledger::default()
        };
        assert_eq!(ledger.is_balanced(), Some(false));
        ledger.lose(incident, 3);
        assert_eq!(ledger.is_balanced(), Some(true));
        ledger.endless = 1;
        assert_eq!(ledger.is_balanced(), None);
    }
}
