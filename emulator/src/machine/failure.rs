//! What becomes of a chip whose parts fail: what was on them is lost and counted, and nothing waits for it.

use super::chip::Chip;
use super::event::{Door, What};
use super::faults::Fault;
use super::losses::Reason;
use super::outputs::Outputs;
use super::router::Port;
use crate::geometry::Link;

impl Chip {
    /// A part fails.
    pub(super) fn fail(&mut self, fault: Fault, door: &mut Door<'_>) {
        match fault {
            Fault::Link(link) => self.net.cut(link, door),
            Fault::Packet(link) => self.net.flip(link),
            Fault::Core(core) => self.stop_core(core, door),
            Fault::Chip => self.die(door),
            Fault::Dtcm(core, word, bit) | Fault::Sdram(core, word, bit) => {
                let sdram = matches!(fault, Fault::Sdram(..));
                let socket = self.sockets.get(usize::from(core)).copied().flatten();
                if let Some(socket) = socket.and_then(|at| self.cores.get_mut(usize::from(at))) {
                    socket.processor.runner.flip(sdram, word, bit);
                }
            }
        }
    }

    /// Stops a core; what waited in its queue is lost.
    fn stop_core(&mut self, core: u8, door: &Door<'_>) {
        let socket = self.sockets.get(usize::from(core)).copied().flatten();
        let Some(socket) = socket.and_then(|at| self.cores.get_mut(usize::from(at))) else {
            return;
        };
        for packet in &socket.processor.stop() {
            let place = Outputs::core(core);
            self.net.abandon(Reason::CoreDied, packet, place, door);
        }
    }

    /// The chip stops: all that was on it is lost.
    fn die(&mut self, door: &Door<'_>) {
        self.dead = true;
        let cores: Vec<u8> = self
            .cores
            .iter()
            .map(|socket| socket.processor.runner.loaded.core)
            .collect();
        for core in cores {
            self.stop_core(core, door);
        }
        for (packet, port, left) in self.net.router.empty() {
            let outputs = match (left, port) {
                (Some(left), _) | (None, Port::Monitor(left)) => left,
                (None, port) => door.fabric.outputs_of(door.chip, &packet, port.arrival()),
            };
            self.net.abandon(Reason::ChipDied, &packet, outputs, door);
        }
        for (packet, left) in self.net.empty_buffers(door) {
            self.net.abandon(Reason::ChipDied, &packet, left, door);
        }
        for link in Link::ALL {
            self.net.cut(link, door);
        }
    }

    /// What happens to a dead chip: nothing, but that what comes in is lost.
    pub(super) fn happen_dead(&mut self, what: What, door: &mut Door<'_>) {
        match what {
            What::Arrive(link, packet) => {
                let outputs = door.fabric.outputs_of(door.chip, &packet, Some(link));
                self.net.abandon(Reason::ChipDied, &packet, outputs, door);
            }
            What::Timer => {
                // The watchdog looks on from outside.
                let now = door.now;
                for number in 0..self.cores.len() as u8 {
                    self.on_core(number, door, |processor, bus| processor.timer(now, bus));
                }
                let next = now + door.clock.cycles;
                if next < door.clock.due(door.end_tick) {
                    door.at(next, What::Timer);
                }
            }
            _ => {}
        }
    }
}
