//! The figures of the hardware, in cycles of the cores' clock. The host reads them, with their sources, from a data file.

use super::time::{cycles_at_rate, cycles_of_ns};

/// Figures of one kind of link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkFigures {
    /// Bits per second on the wire, framing included.
    pub bits_per_second: u64,
    /// From the last bit sent to the packet in the neighbour's input, in cycles.
    pub latency: u64,
    /// Packets that fit between the sender's register and the receiver's router.
    pub depth: u32,
}

impl LinkFigures {
    /// Cycles that so many bits keep the sender busy.
    #[must_use]
    pub const fn serialise(&self, bits: u64, clock_mhz: u32) -> u64 {
        cycles_at_rate(bits, self.bits_per_second, clock_mhz)
    }

    /// Cycles from the start of a packet to its arrival; also how long the sender takes to learn of a free place. No
    /// neighbour can be influenced sooner: it is the lookahead of a parallel run.
    #[must_use]
    pub const fn flight(&self, bits: u64, clock_mhz: u32) -> u64 {
        self.serialise(bits, clock_mhz) + self.latency
    }
}

/// What a monitor core does with dropped packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reinjection {
    /// Packets that it can hold.
    pub capacity: u32,
    /// Cycles to read one out of the dump registers or to send one.
    pub cycles: u64,
    /// Times that one packet is sent again before it is given up.
    pub tries_max: u8,
}

/// All figures of a chip and its links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Clock of the cores.
    pub clock_mhz: u32,
    /// Cycles of a core in one cycle of the router.
    pub router_cycle: u64,
    /// From selection to the output stage.
    pub router_pipeline: u64,
    /// Packets in the pipeline at a time, the output stage included.
    pub router_stages: u32,
    /// A blocked packet waits so long for its output,
    pub wait1: u64,
    /// then so long for the way round it; 0: no emergency routing.
    pub wait2: u64,
    /// Length of a time phase.
    pub phase: u64,
    /// Reinjection; `None`: what is dropped is lost.
    pub reinjection: Option<Reinjection>,
    /// Links on a board.
    pub link: LinkFigures,
    /// Links between boards.
    pub board_link: LinkFigures,
    /// From the router's output to a core's receive buffer.
    pub deliver: u64,
    /// From the start of the packet-received interrupt until the buffer has been read.
    pub receive_read: u64,
    /// The whole of that interrupt.
    pub receive: u64,
    /// Part of a tick, in thousandths, over which the cores spread the start of their updates: first core at once, last one
    /// so much later.
    pub stagger: u32,
    /// Packets that software can hold on a core before they are looked up.
    pub input_queue: u32,
    /// Cycles of the monitor to send or receive one packet of a transfer.
    pub monitor: u64,
    /// Bytes of the program that every chip gets before the images.
    pub program_bytes: u64,
    /// Bytes a second over a board's Ethernet, framing taken off.
    pub ethernet_bytes_per_second: u64,
    /// From the start of a DMA transfer to its first burst at the SDRAM.
    pub dma_latency: u64,
    /// Bytes of a burst.
    pub burst_bytes: u32,
    /// What one core's DMA engine moves at best.
    pub dma_bytes_per_second: u64,
    /// What the SDRAM serves to all cores together.
    pub sdram_bytes_per_second: u64,
    /// What the system network-on-chip carries.
    pub noc_bytes_per_second: u64,
}

impl Figures {
    /// Cycles of a tick.
    #[must_use]
    pub const fn tick_cycles(&self, tick_us: u32) -> u64 {
        let cycles = tick_us as u64 * self.clock_mhz as u64;
        if cycles == 0 { 1 } else { cycles }
    }

    /// Cycles that so many bytes take over a board's Ethernet.
    #[must_use]
    pub const fn ethernet(&self, bytes: u64) -> u64 {
        cycles_at_rate(bytes, self.ethernet_bytes_per_second, self.clock_mhz)
    }

    /// Seconds of so many cycles.
    #[must_use]
    pub fn seconds(&self, cycles: f64) -> f64 {
        cycles / (f64::from(self.clock_mhz) * 1e6)
    }

    /// Figures of a link.
    #[must_use]
    pub const fn link_of(&self, between_boards: bool) -> &LinkFigures {
        if between_boards {
            &self.board_link
        } else {
            &self.link
        }
    }

    /// SpiNNaker 1 as `host/machines/spinnaker1.figures.toml` has it, for tests and as the default.
    #[must_use]
    pub const fn spinnaker1() -> Self {
        Self {
            clock_mhz: 200,
            router_cycle: 2,
            router_pipeline: 10,
            router_stages: 6,
            wait1: 2 * wait_cycles(0x40),
            wait2: 0,
            phase: 200_000,
            reinjection: None,
            link: LinkFigures {
                bits_per_second: 250_000_000,
                latency: cycles_of_ns(40, 200),
                depth: 4,
            },
            board_link: LinkFigures {
                bits_per_second: 200_000_000,
                latency: cycles_of_ns(950, 200),
                depth: 16,
            },
            deliver: 10,
            receive_read: 20,
            receive: 50,
            stagger: 300,
            input_queue: 256,
            monitor: 120,
            program_bytes: 32768,
            ethernet_bytes_per_second: 9_765_625,
            dma_latency: cycles_of_ns(600, 200),
            burst_bytes: 64,
            dma_bytes_per_second: 230_000_000,
            sdram_bytes_per_second: 800_000_000,
            noc_bytes_per_second: 1_000_000_000,
        }
    }
}

/// Router cycles that a wait byte of the router's control register stands for: mantissa m in its low, exponent e in its
/// high half. (m + 16 − 2^(4 − e)) · 2^e up to e = 4, (m + 16) · 2^e above. Source: SpiNNaker data sheet, router control.
#[must_use]
pub const fn wait_cycles(byte: u8) -> u64 {
    let (mantissa, exponent) = ((byte & 15) as u64, (byte >> 4) as u32);
    let offset = if exponent <= 4 {
        1 << (4 - exponent)
    } else {
        0
    };
    (mantissa + 16 - offset) << exponent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_wait_byte_is_240_router_cycles() {
        assert_eq!(wait_cycles(0x40), 240);
        assert_eq!(wait_cycles(0x00), 0);
        assert_eq!(wait_cycles(0x01), 1);
        assert_eq!(wait_cycles(0x50), 512);
    }

    #[test]
    fn waits_grow_with_their_byte() {
        assert!((0..=254_u8).all(|byte| wait_cycles(byte) <= wait_cycles(byte + 1)));
    }

    #[test]
    fn a_packet_flies_for_40_cycles_on_a_board() {
        let figures = Figures::spinnaker1();
        assert_eq!(figures.link.flight(40, 200), 32 + 8);
        assert_eq!(figures.board_link.flight(40, 200), 40 + 190);
        assert_eq!(figures.tick_cycles(1000), 200_000);
    }
}
