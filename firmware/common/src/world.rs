//! The kernel's surroundings on a board: what it sends and records goes into the outbox.
//!
//! A full outbox is no loss: the board answers with what it has, and waits in the middle of its tick until the host has
//! fetched enough.

use crate::platform::Platform;
use crate::queue::Outbox;
use crate::wire::Wire;
use spinedrift_core::kernel::{Hardware, Transfer, Work};
use spinedrift_core::spike::{AerKey, CORE_NEURONS_MAX, Tick};
use spinedrift_link::block::Kind;
use spinedrift_link::{Refusal, Reply, Request};

/// Where words go that the host fetches.
#[derive(Debug)]
pub struct Post<'a, 'm, P> {
    /// The link.
    pub wire: &'a mut Wire<P>,
    /// What the host has still to fetch.
    pub outbox: &'a mut Outbox<'m>,
    /// The tick that is computed.
    pub tick: u32,
    /// The host has begun a new session in the middle of a tick: nothing that is handed out now reaches anybody.
    pub abandoned: bool,
}

impl<P: Platform> Post<'_, '_, P> {
    /// Hands out a block; waits for the host as often as there is no room.
    pub fn hand_out(&mut self, kind: Kind, first: &[u32], words: &[u32]) {
        let count = first.len().saturating_add(words.len()) as u32;
        for part in [&[kind.head(count)], first, words] {
            let mut rest = part;
            while !self.abandoned {
                rest = self.outbox.put(rest);
                if rest.is_empty() {
                    break;
                }
                self.wait();
            }
        }
    }

    /// Answers the request under way and waits until the host collects: that request is answered when the run is over, or
    /// waits again.
    #[cold]
    fn wait(&mut self) {
        self.wire.reply_outbox(self.tick, true, self.outbox);
        loop {
            match self.wire.next() {
                Request::Collect => return,
                Request::Hello => {
                    self.abandoned = true;
                    return;
                }
                _ => self.wire.reply(&Reply::Refused(Refusal::Waiting)),
            }
        }
    }
}

/// What the kernel sees of its board.
#[derive(Debug)]
pub struct World<'a, 'm, P> {
    /// Where words go.
    pub post: Post<'a, 'm, P>,
    /// Packets of the tick, until it is over.
    sent: [u32; CORE_NEURONS_MAX],
    sent_count: usize,
}

impl<'a, 'm, P: Platform> World<'a, 'm, P> {
    /// At a tick.
    #[must_use]
    pub const fn new(wire: &'a mut Wire<P>, outbox: &'a mut Outbox<'m>, tick: u32) -> Self {
        Self {
            post: Post {
                wire,
                outbox,
                tick,
                abandoned: false,
            },
            sent: [0; CORE_NEURONS_MAX],
            sent_count: 0,
        }
    }

    /// Hands out the packets of the tick.
    pub fn flush_packets(&mut self) {
        let keys = self.sent.get(..self.sent_count).unwrap_or_default();
        if !keys.is_empty() {
            let tick = self.post.tick;
            self.post.hand_out(Kind::Packets, &[tick], keys);
        }
        self.sent_count = 0;
    }
}

impl<P: Platform> Hardware for World<'_, '_, P> {
    fn send(&mut self, key: AerKey) {
        // A core has at most so many neurons, each of which fires once a tick.
        if let Some(slot) = self.sent.get_mut(self.sent_count) {
            *slot = key.0;
            self.sent_count = self.sent_count.saturating_add(1);
        }
    }

    /// Rows stand in memory that the processor reaches itself.
    #[inline(always)]
    fn start_dma(&mut self, _transfer: Transfer) {}

    fn drain(&mut self, words: &[u32]) {
        self.post.hand_out(Kind::Records, &[], words);
    }

    fn tick(&self) -> Tick {
        Tick(self.post.tick)
    }

    /// The processor charges itself.
    #[inline(always)]
    fn charge(&mut self, _work: Work, _units: u32) {}
}
