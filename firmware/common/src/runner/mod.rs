//! Answers requests one after the other: loads an image, computes ticks, hands over memories.

mod memories;
mod opened;

pub use memories::Memories;

use self::opened::Opened;
use crate::platform::Platform;
use crate::stack;
use crate::wire::Wire;
use spinedrift_core::image;
use spinedrift_core::kernel::Kernel;
use spinedrift_link::message::{Board, Status};
use spinedrift_link::{Refusal, Reply, Request};

/// The large parts of a board's program, some 11 KiB: for a static, where the linker counts them, and not for a stack.
#[derive(Debug)]
pub struct Parts<P> {
    wire: Wire<P>,
    kernel: Kernel,
}

impl<P> Parts<P> {
    /// Before the first session. All zero but for the platform.
    #[must_use]
    pub const fn new(platform: P) -> Self {
        Self {
            wire: Wire::new(platform),
            kernel: Kernel::empty(),
        }
    }
}

/// A board's program.
#[derive(Debug)]
pub struct Runner<'m, P> {
    parts: &'m mut Parts<P>,
    memories: Memories<'m>,
}

/// Figures that a run leaves behind, and how it measures.
#[derive(Clone, Copy, Debug, Default)]
struct Figures {
    tick: u32,
    tick_clocks_max: u32,
    /// Whether each call of the kernel is measured.
    measure: bool,
}

impl<'m, P: Platform> Runner<'m, P> {
    /// Over a board's parts and its memories.
    #[must_use]
    pub const fn new(parts: &'m mut Parts<P>, memories: Memories<'m>) -> Self {
        Self { parts, memories }
    }

    /// Serves hosts for ever.
    pub fn serve(&mut self) -> ! {
        loop {
            self.load_and_run();
        }
    }

    /// Takes an image in, then runs it until it is stopped or another session begins.
    fn load_and_run(&mut self) {
        let Self { parts, memories } = self;
        let Parts { wire, kernel } = &mut **parts;
        let mut bytes_to_come = 0;
        loop {
            let request = wire.next();
            let done = match request {
                Request::Load { bytes } => {
                    let begun = memories.begin(bytes);
                    bytes_to_come = if begun.is_ok() { bytes } else { 0 };
                    begun
                }
                Request::Piece { offset } => memories.piece(offset, bytes_to_come, wire.data()),
                Request::Open => match memories.open(kernel, bytes_to_come) {
                    Ok(opened) => {
                        wire.reply(&Reply::Done);
                        return serve_opened(opened, wire);
                    }
                    Err(refusal) => Err(refusal),
                },
                Request::Hello => {
                    wire.reply(&board::<P>(memories));
                    continue;
                }
                Request::Status => {
                    wire.reply(&status(wire, &Figures::default()));
                    continue;
                }
                Request::Try(trial) => {
                    wire.reply(&Reply::Done);
                    wire.platform.try_fault(trial);
                    wire.check_stack();
                    continue;
                }
                _ => Err(Refusal::Closed),
            };
            match done {
                Ok(()) => wire.reply(&Reply::Done),
                Err(refusal) => wire.reply(&Reply::Refused(refusal)),
            }
        }
    }
}

/// Serves an image that is open.
fn serve_opened<P: Platform>(mut opened: Opened<'_>, wire: &mut Wire<P>) {
    let mut figures = Figures::default();
    loop {
        let request = wire.next();
        let abandoned = match request {
            Request::Packets if opened.take_packets(wire.data()) => {
                wire.reply(&Reply::Done);
                false
            }
            Request::Run { until } if opened.take_packets(wire.data()) => {
                opened.run(until, wire, &mut figures)
            }
            Request::Packets | Request::Run { .. } => {
                wire.reply(&Reply::Refused(Refusal::Range));
                false
            }
            Request::ReadOut => opened.read_out(wire, &figures),
            Request::Collect => {
                opened.collect(wire);
                false
            }
            Request::Measure { on } => {
                figures.measure = on;
                wire.reply(&Reply::Done);
                false
            }
            Request::Status => {
                figures.tick = opened.tick();
                wire.reply(&status(wire, &figures));
                false
            }
            Request::Read {
                memory,
                word,
                words,
            } => {
                opened.read(wire, memory, word, words);
                false
            }
            Request::Write { memory, word } => {
                let written = opened.write(memory, word, wire.data());
                wire.reply(&if written {
                    Reply::Done
                } else {
                    Reply::Refused(Refusal::Range)
                });
                false
            }
            Request::Reopen { tick } => {
                match opened.reopen(tick) {
                    Ok(()) => wire.reply(&Reply::Done),
                    Err(refusal) => wire.reply(&Reply::Refused(refusal)),
                }
                false
            }
            Request::Try(trial) => {
                wire.reply(&Reply::Done);
                wire.platform.try_fault(trial);
                wire.check_stack();
                false
            }
            Request::Stop => {
                wire.reply(&Reply::Done);
                return;
            }
            Request::Hello => true,
            Request::Load { .. } | Request::Piece { .. } | Request::Open => {
                wire.reply(&Reply::Refused(Refusal::Closed));
                false
            }
        };
        if abandoned {
            wire.reply(&opened.greeting::<P>());
            return;
        }
    }
}

/// What the board is.
fn board<P: Platform>(memories: &Memories<'_>) -> Reply<'static> {
    let (dtcm_words, sdram_words) = memories.words();
    describe::<P>(dtcm_words, sdram_words)
}

fn describe<P: Platform>(dtcm_words: u32, sdram_words: u32) -> Reply<'static> {
    Reply::Board(Board {
        protocol: spinedrift_link::VERSION,
        image: image::VERSION,
        name: P::FACTS.name,
        dtcm_words,
        sdram_words,
        queue_words: memories::QUEUE_WORDS_MIN,
        clock_hz: P::FACTS.clock_hz,
    })
}

fn status<P: Platform>(wire: &Wire<P>, figures: &Figures) -> Reply<'static> {
    Reply::Status(Status {
        tick: figures.tick,
        stack_used: stack::used_bytes(&wire.platform),
        stack_bytes: stack::bytes(&wire.platform),
        tick_clocks_max: figures.tick_clocks_max,
        strange_frames: wire.strange(),
    })
}
