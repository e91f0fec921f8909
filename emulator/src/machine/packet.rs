//! What travels: a header, a 32-bit key, perhaps a 32-bit payload; and what the emulator knows of it beside that.

use crate::geometry::Link;

/// How a router treats a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// By key, through the ternary table, to any number of places.
    #[default]
    Multicast,
    /// To the chip whose address the key holds (x in bits 15–8, y in bits 7–0), through the point-to-point table.
    PointToPoint,
    /// To the neighbour at the other end of a link, and no further.
    Nearest,
}

/// Where a packet is on its way round a blocked link: along the two other sides of a triangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emergency {
    /// On its proper way.
    #[default]
    No,
    /// On the first side; the link that was blocked.
    First(Link),
    /// On the second side.
    Second(Link),
}

/// A packet. The first four fields are on the wire; the others are how the emulator names a packet that is lost or late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// Kind.
    pub kind: Kind,
    /// Routing key.
    pub key: u32,
    /// Payload: 72 bits instead of 40.
    pub payload: Option<u32>,
    /// Emergency routing state.
    pub emergency: Emergency,
    /// Time phase when it was sent, 0–3.
    pub phase: u8,
    /// A bit was flipped under way: parity catches it at the next router.
    pub flipped: bool,
    /// Times that a monitor has sent it again.
    pub tries: u8,
    /// Index of the core that sent it.
    pub source: u32,
    /// Tick in which its neuron fired.
    pub tick: u32,
}

impl Packet {
    /// Bits on the wire.
    #[must_use]
    pub const fn bits(&self) -> u64 {
        if self.payload.is_some() { 72 } else { 40 }
    }

    /// Address of the chip that a point-to-point packet is for.
    #[must_use]
    pub const fn chip_address(&self) -> (u8, u8) {
        ((self.key >> 8) as u8, self.key as u8)
    }

    /// Whether it is two time phases old: such a packet goes round in circles or waited too long, and routers drop it.
    #[must_use]
    pub const fn is_aged(&self, phase: u8) -> bool {
        phase.wrapping_sub(self.phase) & 3 >= 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_aged_after_two_phases_round_the_clock() {
        let packet = Packet {
            phase: 3,
            ..Packet::default()
        };
        assert_eq!(
            [3, 0, 1, 2].map(|now| packet.is_aged(now)),
            [false, false, true, true]
        );
    }

    #[test]
    fn packets_have_40_or_72_bits() {
        let short = Packet::default();
        let long = Packet {
            payload: Some(0),
            ..short
        };
        assert_eq!([short.bits(), long.bits()], [40, 72]);
    }
}
