//! An image that is open: its kernel, its memories, its queues.

use super::{Figures, describe};
use crate::platform::Platform;
use crate::queue::{Inbox, Outbox};
use crate::wire::{WORDS_MAX, Wire};
use crate::world::World;
use spinedrift_core::image::Header;
use spinedrift_core::kernel::{Arrival, Kernel, Memory};
use spinedrift_core::spike::{AerKey, Tick};
use spinedrift_link::block::Kind;
use spinedrift_link::message;
use spinedrift_link::{Refusal, Reply};

/// What was called, in a block of measured time.
#[derive(Clone, Copy, Debug)]
enum Call {
    Timer = 0,
    Packet = 1,
    ReadOut = 2,
}

/// An image that is open.
#[derive(Debug)]
pub(super) struct Opened<'a> {
    kernel: &'a mut Kernel,
    memory: Memory<'a>,
    inbox: Inbox<'a>,
    outbox: Outbox<'a>,
    /// The tick that is computed next.
    next: u32,
    /// Words of the board's memories, for a greeting.
    board_words: (u32, u32),
}

impl<'a> Opened<'a> {
    pub(super) fn new(
        kernel: &'a mut Kernel,
        header: &Header,
        memory: Memory<'a>,
        (inbox, outbox): (Inbox<'a>, Outbox<'a>),
        board_words: (u32, u32),
    ) -> Result<Self, Refusal<'static>> {
        kernel.load(header, &memory)?;
        Ok(Self {
            kernel,
            memory,
            inbox,
            outbox,
            next: 0,
            board_words,
        })
    }

    pub(super) const fn tick(&self) -> u32 {
        self.next
    }

    pub(super) fn greeting<P: Platform>(&self) -> Reply<'static> {
        describe::<P>(self.board_words.0, self.board_words.1)
    }

    /// Packets for ticks to come; `false` if they are none or there is no room.
    pub(super) fn take_packets(&mut self, data: &[u8]) -> bool {
        data.is_empty() || self.inbox.put(data)
    }

    /// Runs up to a tick and answers. Whether a new session has begun meanwhile.
    #[inline(never)]
    pub(super) fn run<P: Platform>(
        &mut self,
        until: u32,
        wire: &mut Wire<P>,
        figures: &mut Figures,
    ) -> bool {
        let mut world = World::new(wire, &mut self.outbox, self.next);
        loop {
            let start = world.post.wire.platform.clock();
            // Packets of the ticks that are over, then the next tick: as on a chip, where they come in between.
            while let Some((tick, keys)) = self.inbox.take(self.next) {
                for &key in keys {
                    let before = world.post.wire.platform.clock();
                    let _: Arrival =
                        self.kernel
                            .packet(&mut self.memory, &mut world, AerKey(key), Tick(tick));
                    world.measured(figures.measure, Call::Packet as u32, before);
                }
            }
            if self.next >= until || world.post.abandoned {
                break;
            }
            world.post.tick = self.next;
            let before = world.post.wire.platform.clock();
            self.kernel
                .timer(&mut self.memory, &mut world, Tick(self.next));
            world.measured(figures.measure, Call::Timer as u32, before);
            let took = world.post.wire.since(start);
            figures.tick_clocks_max = figures.tick_clocks_max.max(took);
            world.flush_packets();
            self.next = self.next.saturating_add(1);
            world.post.wire.check_stack();
        }
        let abandoned = world.post.abandoned;
        self.answer(wire, abandoned)
    }

    /// Settles every plastic row, records θ, answers.
    #[inline(never)]
    pub(super) fn read_out<P: Platform>(&mut self, wire: &mut Wire<P>, figures: &Figures) -> bool {
        let mut world = World::new(wire, &mut self.outbox, self.next);
        let before = world.post.wire.platform.clock();
        self.kernel
            .read_out(&mut self.memory, &mut world, Tick(self.next));
        world.measured(figures.measure, Call::ReadOut as u32, before);
        let abandoned = world.post.abandoned;
        wire.check_stack();
        self.answer(wire, abandoned)
    }

    fn answer<P: Platform>(&mut self, wire: &mut Wire<P>, abandoned: bool) -> bool {
        if !abandoned {
            self.collect(wire);
        }
        abandoned
    }

    /// Answers with what waits.
    pub(super) fn collect<P: Platform>(&mut self, wire: &mut Wire<P>) {
        wire.reply_outbox(self.next, false, &mut self.outbox);
    }

    fn memory(&mut self, memory: message::Memory) -> &mut [u32] {
        match memory {
            message::Memory::Dtcm => self.memory.dtcm,
            message::Memory::Sdram => self.memory.sdram,
        }
    }

    /// Answers with words of a memory, counters included.
    pub(super) fn read<P: Platform>(
        &mut self,
        wire: &mut Wire<P>,
        memory: message::Memory,
        word: u32,
        words: u32,
    ) {
        self.kernel.store_counters(&mut self.memory);
        let end = (word as usize).saturating_add(words as usize);
        let found = self.memory(memory).get(word as usize..end);
        match found.filter(|words| words.len() <= WORDS_MAX) {
            Some(words) => wire.reply_words(&Reply::Done, words),
            None => wire.reply(&Reply::Refused(Refusal::Range)),
        }
    }

    /// Puts words into a memory; whether they fit.
    pub(super) fn write(&mut self, memory: message::Memory, word: u32, data: &[u8]) -> bool {
        let (words, rest) = data.as_chunks::<4>();
        let end = (word as usize).saturating_add(words.len());
        let Some(place) = self.memory(memory).get_mut(word as usize..end) else {
            return false;
        };
        for (word, bytes) in place.iter_mut().zip(words) {
            *word = u32::from_le_bytes(*bytes);
        }
        rest.is_empty()
    }

    /// Opens the memories again: they hold another state of the same image.
    pub(super) fn reopen(&mut self, tick: u32) -> Result<(), Refusal<'static>> {
        let header = *self.kernel.header();
        self.kernel.load(&header, &self.memory)?;
        self.next = tick;
        Ok(())
    }
}

impl<P: Platform> World<'_, '_, P> {
    /// Hands out how long a call took, if that is asked for.
    fn measured(&mut self, measure: bool, call: u32, before: u32) {
        let took = self.post.wire.since(before);
        if measure {
            let tick = self.post.tick;
            self.post.hand_out(Kind::Time, &[call, tick, took], &[]);
        }
    }
}
