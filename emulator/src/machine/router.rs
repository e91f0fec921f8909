//! The router: packets from six links, the chip's own cores and its monitor enter one pipeline, one a router cycle; at its
//! end the first in line leaves by all its outputs or holds up everything behind it.
//!
//! It owns its inputs, its pipeline and the packet that is stuck. What the outputs are is the chip's business: it calls
//! [`Router::head`], offers the packet to links and cores, and says what is left in [`Router::settle`].

use super::figures::Figures;
use super::outputs::Outputs;
use super::packet::Packet;
use super::time::Cycle;
use crate::geometry::Link;
use std::collections::VecDeque;

/// Where a packet entered the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// By this link of this chip.
    Link(Link),
    /// From a core of this chip.
    Local,
    /// From the monitor, which sends a dropped packet again to the outputs that it did not reach.
    Monitor(Outputs),
}

impl Port {
    /// The link that it came in by.
    #[must_use]
    pub const fn arrival(self) -> Option<Link> {
        match self {
            Self::Link(link) => Some(link),
            Self::Local | Self::Monitor(_) => None,
        }
    }
}

/// Inputs in the order in which their turn comes: six links, the cores, the monitor.
pub const INPUTS: usize = 8;
/// Number of the cores' input.
pub const LOCAL: usize = 6;
/// Number of the monitor's.
pub const MONITOR: usize = 7;

/// A packet in the pipeline.
#[derive(Clone, Copy, Debug)]
pub struct Moving {
    ready: Cycle,
    /// The packet.
    pub packet: Packet,
    /// Where it came from.
    pub port: Port,
}

/// A packet that could not leave by all its outputs.
#[derive(Clone, Copy, Debug)]
pub struct Stall {
    /// What is left.
    pub outputs: Outputs,
    /// When it came to the output stage.
    pub since: Cycle,
    /// Number of this stall, so that a timer set for an earlier one is known to be stale.
    pub number: u32,
    /// Whether the way round is tried: the first wait is over.
    pub emergency: bool,
}

/// The router of a chip.
#[derive(Clone, Debug, Default)]
pub struct Router {
    inputs: [VecDeque<Packet>; 6],
    pipeline: VecDeque<Moving>,
    next_select: Cycle,
    next_output: Cycle,
    turn: usize,
    stall: Option<Stall>,
    stalls: u32,
    /// Packets that entered the pipeline.
    pub packets: u64,
    /// Cycles for which the output stage was blocked.
    pub blocked: u64,
    /// Most packets in an input.
    pub input_max: u32,
}

impl Router {
    /// A packet comes in by a link. The link's credits see to it that there is room.
    pub fn accept(&mut self, link: Link, packet: Packet) {
        if let Some(input) = self.inputs.get_mut(link.index()) {
            input.push_back(packet);
            self.input_max = self.input_max.max(input.len() as u32);
        }
    }

    /// Which input has its turn: of those that hold a packet, the next one round. `cores` and `monitor`: whether those do.
    fn turn(&self, cores: bool, monitor: bool) -> Option<usize> {
        let holds = |input: usize| match input {
            LOCAL => cores,
            MONITOR => monitor,
            link => self.inputs.get(link).is_some_and(|queue| !queue.is_empty()),
        };
        (1..=INPUTS)
            .map(|step| (self.turn + step) % INPUTS)
            .find(|&input| holds(input))
    }

    /// Whether a packet could enter the pipeline now, or when to ask again; `None` if nothing waits or the pipeline is
    /// full (it will be asked for when the output stage moves).
    #[must_use]
    pub fn selectable(
        &self,
        cores: bool,
        monitor: bool,
        now: Cycle,
        figures: &Figures,
    ) -> Option<Result<usize, Cycle>> {
        let input = self.turn(cores, monitor)?;
        if self.pipeline.len() >= figures.router_stages as usize {
            return None;
        }
        Some(if self.next_select > now {
            Err(self.next_select)
        } else {
            Ok(input)
        })
    }

    /// Takes the packet that waits longest in a link's input.
    pub fn take(&mut self, input: usize) -> Option<Packet> {
        self.inputs.get_mut(input)?.pop_front()
    }

    /// A packet enters the pipeline. Returns when to look at the output stage, if nobody does yet.
    pub fn enter(
        &mut self,
        input: usize,
        packet: Packet,
        port: Port,
        now: Cycle,
        figures: &Figures,
    ) -> Option<Cycle> {
        self.turn = input;
        self.next_select = now + figures.router_cycle;
        self.packets += 1;
        let ready = now + figures.router_pipeline;
        let first = self.pipeline.is_empty();
        self.pipeline.push_back(Moving {
            ready,
            packet,
            port,
        });
        (first && self.stall.is_none()).then(|| ready.max(self.next_output))
    }

    /// The packet at the output stage, unless one is stuck there or none is due.
    #[must_use]
    pub fn head(&self, now: Cycle) -> Option<Moving> {
        let head = self.pipeline.front()?;
        (self.stall.is_none() && head.ready <= now && self.next_output <= now).then_some(*head)
    }

    /// The packet that is stuck, and what is left of it.
    #[must_use]
    pub fn stuck(&self) -> Option<(Moving, Stall)> {
        Some((*self.pipeline.front()?, self.stall?))
    }

    /// What is left of the packet at the output stage after it was offered. If nothing: it leaves, and the answer is when
    /// to look at the next one. Else it is stuck, and the answer is `None`.
    pub fn settle(&mut self, left: Outputs, now: Cycle, figures: &Figures) -> Option<Cycle> {
        if !left.is_empty() {
            if let Some(stall) = &mut self.stall {
                stall.outputs = left;
            } else {
                self.stalls = self.stalls.wrapping_add(1);
                self.stall = Some(Stall {
                    outputs: left,
                    since: now,
                    number: self.stalls,
                    emergency: false,
                });
            }
            return None;
        }
        if let Some(stall) = self.stall.take() {
            self.blocked += now - stall.since;
        }
        self.pipeline.pop_front();
        self.next_output = now + figures.router_cycle;
        self.pipeline
            .front()
            .map(|next| next.ready.max(self.next_output))
    }

    /// The first wait is over: from now on the way round is tried.
    pub const fn try_emergency(&mut self) {
        if let Some(stall) = &mut self.stall {
            stall.emergency = true;
        }
    }

    /// Packets in the inputs and in the pipeline.
    #[must_use]
    pub fn held(&self) -> usize {
        self.inputs.iter().map(VecDeque::len).sum::<usize>() + self.pipeline.len()
    }

    /// Packets in the inputs.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.inputs.iter().map(VecDeque::len).sum()
    }

    /// Empties the router of a chip that died: all that it held, with where each had come from, and what was left to do of
    /// the one that was stuck.
    pub fn empty(&mut self) -> Vec<(Packet, Port, Option<Outputs>)> {
        let mut left = self.stall.take().map(|stall| stall.outputs);
        let moving = self.pipeline.drain(..);
        let mut held: Vec<_> = moving
            .map(|moving| (moving.packet, moving.port, left.take()))
            .collect();
        for (link, input) in Link::ALL.into_iter().zip(&mut self.inputs) {
            held.extend(
                input
                    .drain(..)
                    .map(|packet| (packet, Port::Link(link), None)),
            );
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: u32) -> Packet {
        Packet {
            key,
            ..Packet::default()
        }
    }

    /// Lets a router run until so many packets have left; the cycle of each.
    fn leave(router: &mut Router, count: usize) -> Vec<(u32, u64)> {
        let figures = Figures::spinnaker1();
        let (mut left, mut now) = (Vec::new(), Cycle(0));
        while left.len() < count {
            if let Some(Ok(input)) = router.selectable(false, false, now, &figures) {
                let packet = router.take(input).unwrap();
                router.enter(input, packet, Port::Local, now, &figures);
            }
            if let Some(head) = router.head(now) {
                left.push((head.packet.key, now.0));
                router.settle(Outputs::default(), now, &figures);
            }
            now += 1;
        }
        left
    }

    /// Published: one packet a router cycle (two cycles of a core).
    #[test]
    fn throughput_is_one_packet_a_router_cycle() {
        let mut router = Router::default();
        for number in 0..100 {
            router.accept(Link::ALL[number as usize % 6], key(number));
        }
        let times: Vec<u64> = leave(&mut router, 100)
            .into_iter()
            .map(|(_, at)| at)
            .collect();
        assert_eq!(times[0], 10);
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] == 2));
    }

    #[test]
    fn inputs_take_turns() {
        let mut router = Router::default();
        for number in 0..4 {
            router.accept(Link::East, key(number));
            router.accept(Link::South, key(10 + number));
        }
        let keys: Vec<u32> = leave(&mut router, 8)
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(keys, [10, 0, 11, 1, 12, 2, 13, 3]);
    }

    #[test]
    fn one_stuck_packet_holds_up_the_pipeline_and_then_the_inputs() {
        let figures = Figures::spinnaker1();
        let mut router = Router::default();
        for number in 0..10 {
            router.accept(Link::East, key(number));
        }
        for now in (0..40).map(Cycle) {
            if let Some(Ok(input)) = router.selectable(false, false, now, &figures) {
                let packet = router.take(input).unwrap();
                router.enter(input, packet, Port::Local, now, &figures);
            }
            if router.head(now).is_some() {
                router.settle(Outputs::link(Link::West), now, &figures);
            }
        }
        assert_eq!((router.queued(), router.held()), (4, 10));
        assert_eq!(router.stuck().unwrap().1.since, Cycle(10));
        assert_eq!(
            router.settle(Outputs::default(), Cycle(50), &figures),
            Some(Cycle(52))
        );
        assert_eq!(router.blocked, 40);
    }
}
