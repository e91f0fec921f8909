//! The sending end of a link: one packet on the wire, one in the register behind it, and credits for the places at the
//! other end.
//!
//! The real link acknowledges every symbol, so that a full receiver stops the sender at once. Here the receiver has
//! `depth` places and gives a credit back for each that it empties; throughput is the same, and a packet that waits stands
//! at most `depth` places further on than on the chip.

use super::figures::LinkFigures;
use super::packet::Packet;
use super::time::Cycle;

/// What became of a packet that was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It is on the wire.
    Sent(Departure),
    /// It is in the register; ask again at this time (or, if it is [`Cycle::NEVER`], when a credit comes).
    Held(Cycle),
    /// The register is full.
    Full,
}

/// A packet on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    /// The packet.
    pub packet: Packet,
    /// When it is in the neighbour's input.
    pub arrives: Cycle,
}

/// The sending end.
#[derive(Clone, Debug)]
pub struct Transmitter {
    figures: LinkFigures,
    clock_mhz: u32,
    credits: u32,
    busy_until: Cycle,
    held: Option<Packet>,
    dead: bool,
    /// Packets sent.
    pub packets: u64,
    /// Cycles on the wire.
    pub busy: u64,
}

impl Transmitter {
    /// An idle link.
    #[must_use]
    pub const fn new(figures: LinkFigures, clock_mhz: u32) -> Self {
        Self {
            figures,
            clock_mhz,
            credits: figures.depth,
            busy_until: Cycle(0),
            held: None,
            dead: false,
            packets: 0,
            busy: 0,
        }
    }

    /// Offers a packet.
    pub fn offer(&mut self, packet: Packet, now: Cycle) -> Offer {
        if self.dead || self.held.is_some() {
            return Offer::Full;
        }
        if self.credits > 0 && self.busy_until <= now {
            return Offer::Sent(self.send(packet, now));
        }
        self.held = Some(packet);
        let again = if self.credits > 0 {
            self.busy_until
        } else {
            Cycle::NEVER
        };
        Offer::Held(again)
    }

    fn send(&mut self, packet: Packet, now: Cycle) -> Departure {
        let cycles = self.figures.serialise(packet.bits(), self.clock_mhz);
        self.credits = self.credits.saturating_sub(1);
        self.busy_until = now + cycles;
        self.packets += 1;
        self.busy += cycles;
        Departure {
            packet,
            arrives: self.busy_until + self.figures.latency,
        }
    }

    /// Sends what the register holds, if the wire is free and there is room at the other end; or says when to ask again.
    pub fn proceed(&mut self, now: Cycle) -> Option<Offer> {
        let packet = self.held?;
        if self.dead || self.credits == 0 {
            return None;
        }
        if self.busy_until > now {
            return Some(Offer::Held(self.busy_until));
        }
        self.held = None;
        Some(Offer::Sent(self.send(packet, now)))
    }

    /// The neighbour has emptied a place.
    pub fn credit(&mut self) {
        self.credits = self.credits.saturating_add(1).min(self.figures.depth);
    }

    /// Cuts the link. Returns the packet that the register held: it is lost.
    pub const fn cut(&mut self) -> Option<Packet> {
        self.dead = true;
        self.held.take()
    }

    /// Whether the link is dead.
    #[must_use]
    pub const fn is_dead(&self) -> bool {
        self.dead
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures::Figures;
    use super::*;

    fn link() -> Transmitter {
        Transmitter::new(Figures::spinnaker1().link, 200)
    }

    #[test]
    fn a_packet_arrives_after_serialisation_and_latency() {
        let Offer::Sent(departure) = link().offer(Packet::default(), Cycle(100)) else {
            panic!("an idle link sends")
        };
        assert_eq!(departure.arrives, Cycle(100 + 32 + 8));
    }

    #[test]
    fn one_waits_behind_the_wire_and_the_next_is_refused() {
        let mut link = link();
        assert!(matches!(
            link.offer(Packet::default(), Cycle(0)),
            Offer::Sent(_)
        ));
        assert_eq!(
            link.offer(Packet::default(), Cycle(1)),
            Offer::Held(Cycle(32))
        );
        assert_eq!(link.offer(Packet::default(), Cycle(2)), Offer::Full);
        assert_eq!(link.proceed(Cycle(20)), Some(Offer::Held(Cycle(32))));
        assert!(matches!(link.proceed(Cycle(32)), Some(Offer::Sent(_))));
    }

    #[test]
    fn a_full_receiver_stops_the_sender_until_a_credit_comes() {
        let mut link = link();
        for number in 0..4 {
            assert!(matches!(
                link.offer(Packet::default(), Cycle(32 * number)),
                Offer::Sent(_)
            ));
        }
        assert_eq!(
            link.offer(Packet::default(), Cycle(128)),
            Offer::Held(Cycle::NEVER)
        );
        assert_eq!(link.proceed(Cycle(500)), None);
        link.credit();
        assert!(matches!(link.proceed(Cycle(500)), Some(Offer::Sent(_))));
    }

    /// About six million short packets a second: the published figure of a link.
    #[test]
    fn the_credit_loop_sustains_the_rate_of_the_wire() {
        let (mut link, mut sent) = (link(), 0);
        let (mut now, mut credits) = (Cycle(0), std::collections::VecDeque::new());
        while now < Cycle(200_000) {
            while credits.front().is_some_and(|&at| at <= now) {
                credits.pop_front();
                link.credit();
            }
            if let Offer::Sent(departure) = link.offer(Packet::default(), now) {
                sent += 1;
                credits
                    .push_back(departure.arrives + 10 + Figures::spinnaker1().link.flight(40, 200));
            }
            link.held = None;
            now += 1;
        }
        assert_eq!(sent, 200_000 / 32);
    }

    #[test]
    fn a_cut_link_takes_nothing_and_gives_up_what_it_held() {
        let mut link = link();
        link.offer(Packet::default(), Cycle(0));
        link.offer(Packet::default(), Cycle(1));
        assert!(link.cut().is_some());
        assert_eq!(link.offer(Packet::default(), Cycle(900)), Offer::Full);
        assert_eq!(link.proceed(Cycle(900)), None);
    }
}
