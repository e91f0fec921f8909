//! One board with one core of the network.

use super::{Inbox, at};
use crate::link::{LinkError, Peer};
use crate::mapping::types::CorePlace;
use crate::target::TargetError;
use spinedrift_core::image::{self, ImageView, Layout, Section};
use spinedrift_core::kernel::{Counters, Kernel, Memory};
use spinedrift_core::spike::AerKey;
use spinedrift_emulator::functional::{CoreImage, CoreState, LoadError};
use spinedrift_link::block::{Blocks, Kind};
use spinedrift_link::frame::DATA_MAX;
use spinedrift_link::message::{self, Status};
use spinedrift_link::{Reply, Request};

/// Words of data in a frame.
const WORDS_MAX: usize = DATA_MAX / 4;

/// Most words of packets that wait on a board at a time, however much room it has.
const INBOX_WORDS_MAX: usize = 8 * 1024;

/// What the host knows of a core's image.
#[derive(Debug)]
pub struct LoadedCore {
    /// Its records.
    pub kernel: Kernel,
    /// Words of its DTCM.
    pub dtcm_words: usize,
    /// Words of its share of SDRAM.
    pub sdram_words: usize,
}

/// A board.
#[derive(Debug)]
pub struct Node {
    /// The core that it stands for.
    pub place: CorePlace,
    /// Words that were recorded and not yet collected.
    pub records: Vec<u32>,
    /// Counters, as last read.
    pub counters: Counters,
    /// Times that were measured and not yet taken: what was called, tick, clock counts.
    pub times: Vec<[u32; 3]>,
    /// Counts a second of the board's clock.
    pub clock_hz: u32,
    board: &'static str,
    peer: Peer,
    core: Option<LoadedCore>,
    pending: Vec<u32>,
    /// Most words of packets that wait on the board at a time.
    inbox_words: usize,
    keeper: Box<dyn Keeper>,
}

/// What keeps a board alive; dropped with its [`Node`].
pub trait Keeper: Send + std::fmt::Debug {
    /// The process that is the board, if it is one.
    fn process(&self) -> Option<u32> {
        None
    }
}

/// A board that stays alive by itself.
impl Keeper for () {}

impl Node {
    /// A board at the end of a line that should be of this name; `keeper` is dropped with it.
    #[must_use]
    pub fn new(place: CorePlace, board: &'static str, peer: Peer, keeper: Box<dyn Keeper>) -> Self {
        Self {
            place,
            records: Vec::new(),
            counters: Counters::default(),
            times: Vec::new(),
            clock_hz: 0,
            board,
            peer,
            core: None,
            pending: Vec::new(),
            inbox_words: 0,
            keeper,
        }
    }

    /// What is loaded.
    #[must_use]
    pub const fn core(&self) -> Option<&LoadedCore> {
        self.core.as_ref()
    }

    /// The board, to ask it something else.
    pub const fn peer(&mut self) -> &mut Peer {
        &mut self.peer
    }

    /// The process that is the board, if it is one.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.keeper.process()
    }

    /// An error of this board.
    #[must_use]
    pub fn error(&self, error: NodeError) -> TargetError {
        match error {
            NodeError::Link(error) => at(self.place, error),
            NodeError::Image(error) => TargetError::Load(LoadError::Image {
                chip: self.place.chip,
                core: self.place.core,
                error,
            }),
        }
    }

    /// Greets the board, checks that the image fits it, loads and opens it.
    pub(super) fn load(&mut self, image: &CoreImage) -> Result<(), NodeError> {
        let core = open_here(&image.bytes)?;
        self.greet(&image.bytes, &core)?;
        let bytes = image.bytes.len() as u32;
        self.peer.done(Request::Load { bytes }, &[])?;
        for (number, piece) in (0_u32..).zip(image.bytes.chunks(DATA_MAX)) {
            let offset = number * DATA_MAX as u32;
            self.peer.done(Request::Piece { offset }, piece)?;
        }
        self.peer.done(Request::Open, &[])?;
        self.core = Some(core);
        Ok(())
    }

    fn greet(&mut self, image: &[u8], core: &LoadedCore) -> Result<(), LinkError> {
        let expected = self.board;
        let (Reply::Board(board), _) = self.peer.ask(Request::Hello, &[])? else {
            return Err(self.peer.strange());
        };
        let other = |what, found: String, needed: String| {
            Err(LinkError::Other {
                what,
                found,
                needed,
            })
        };
        if board.protocol != spinedrift_link::VERSION {
            let needed = spinedrift_link::VERSION.to_string();
            return other("link protocol", board.protocol.to_string(), needed);
        }
        if board.image != image::VERSION {
            let needed = image::VERSION.to_string();
            return other("image format", board.image.to_string(), needed);
        }
        if !expected.is_empty() && board.name != expected {
            return other(
                "the firmware of",
                board.name.to_owned(),
                expected.to_owned(),
            );
        }
        let room = |what, needed: u64, words: u32| {
            let found = u64::from(words) * 4;
            (needed > found).then_some(LinkError::Room {
                what,
                needed,
                found,
            })
        };
        let queues = u64::from(board.queue_words) * 4;
        let free = (board.sdram_words as usize).saturating_sub(image.len().div_ceil(4));
        let short = room("DTCM", core.dtcm_words as u64 * 4, board.dtcm_words)
            .or_else(|| room("SDRAM", image.len() as u64 + queues, board.sdram_words));
        self.clock_hz = board.clock_hz;
        self.inbox_words = (free / 2).min(INBOX_WORDS_MAX);
        short.map_or(Ok(()), Err)
    }

    /// Runs up to a tick, with these packets. Returns what the core sent, by tick.
    pub(super) fn run(&mut self, until: u32, inbox: &Inbox) -> Result<Sent, NodeError> {
        let mut sent = Sent::new();
        let mut waiting = 0;
        for frame in frames(inbox) {
            if waiting + frame.words.len() > self.inbox_words {
                // What waits is of earlier ticks and of this frame's first: all of it is taken in once that is computed.
                let first = frame.first_tick.saturating_add(1).min(until);
                self.peer.begin(Request::Run { until: first }, &[])?;
                sent.extend(self.finish()?);
                waiting = 0;
            }
            waiting += frame.words.len();
            self.peer.done(Request::Packets, &bytes(&frame.words))?;
        }
        self.peer.begin(Request::Run { until }, &[])?;
        sent.extend(self.finish()?);
        Ok(sent)
    }

    /// Begins to run up to a tick, with these packets, all of which are of ticks before the next.
    pub(super) fn begin(&mut self, until: u32, inbox: &Inbox) -> Result<(), NodeError> {
        let mut frames = frames(inbox);
        let last = frames.pop().map_or_else(Vec::new, |frame| frame.words);
        for frame in frames {
            self.peer.done(Request::Packets, &bytes(&frame.words))?;
        }
        Ok(self.peer.begin(Request::Run { until }, &bytes(&last))?)
    }

    /// Waits for a run to end and collects all it gave out. Returns what the core sent, by tick.
    pub(super) fn finish(&mut self) -> Result<Sent, NodeError> {
        let mut sent = Sent::new();
        loop {
            let answer = self.peer.ran()?;
            self.pending.extend(answer.words);
            self.sort_out(&mut sent);
            if !answer.waits && !answer.more {
                return Ok(sent);
            }
            self.peer.begin(Request::Collect, &[])?;
        }
    }

    /// Takes whole blocks apart.
    fn sort_out(&mut self, sent: &mut Sent) {
        let mut blocks = Blocks::new(&self.pending);
        for (kind, words) in &mut blocks {
            match (kind, words) {
                (Kind::Packets, [tick, keys @ ..]) => {
                    sent.push((*tick, keys.iter().map(|key| AerKey(*key)).collect()));
                }
                (Kind::Records, words) => self.records.extend_from_slice(words),
                (Kind::Time, [call, tick, counts]) => self.times.push([*call, *tick, *counts]),
                _ => {}
            }
        }
        let rest = blocks.rest().to_vec();
        self.pending = rest;
    }

    pub(super) fn read_out(&mut self) -> Result<(), NodeError> {
        self.peer.begin(Request::ReadOut, &[])?;
        self.finish()?;
        self.read_counters()
    }

    /// Reads the counters.
    pub(super) fn read_counters(&mut self) -> Result<(), NodeError> {
        let Some(core) = &self.core else {
            return Ok(());
        };
        let range = Layout::new(&core.kernel.header().counts).range(Section::Counters);
        let words = self.read(message::Memory::Dtcm, range.start, range.len())?;
        self.counters = Counters::load(&words);
        Ok(())
    }

    fn read(
        &mut self,
        memory: message::Memory,
        start: usize,
        count: usize,
    ) -> Result<Vec<u32>, NodeError> {
        let mut all = Vec::with_capacity(count);
        while all.len() < count {
            let words = WORDS_MAX.min(count - all.len()) as u32;
            let word = (start + all.len()) as u32;
            let read = Request::Read {
                memory,
                word,
                words,
            };
            let found = self.peer.done(read, &[])?;
            if found.len() != words as usize {
                return Err(self.peer.strange().into());
            }
            all.extend(found);
        }
        Ok(all)
    }

    pub(super) fn checkpoint(&mut self) -> Result<CoreState, NodeError> {
        let (dtcm, sdram) = self
            .core
            .as_ref()
            .map_or((0, 0), |core| (core.dtcm_words, core.sdram_words));
        Ok(CoreState {
            dtcm: self.read(message::Memory::Dtcm, 0, dtcm)?,
            sdram: self.read(message::Memory::Sdram, 0, sdram)?,
        })
    }

    pub(super) fn restore(&mut self, tick: u32, state: &CoreState) -> Result<(), NodeError> {
        for (memory, words) in [
            (message::Memory::Dtcm, &state.dtcm),
            (message::Memory::Sdram, &state.sdram),
        ] {
            for (number, words) in (0_u32..).zip(words.chunks(WORDS_MAX)) {
                let word = number * WORDS_MAX as u32;
                self.peer
                    .done(Request::Write { memory, word }, &bytes(words))?;
            }
        }
        self.peer.done(Request::Reopen { tick }, &[])?;
        self.read_counters()
    }

    /// Figures of the board.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn status(&mut self) -> Result<Status, LinkError> {
        match self.peer.ask(Request::Status, &[])? {
            (Reply::Status(status), _) => Ok(status),
            _ => Err(self.peer.strange()),
        }
    }
}

/// What a core sent, by tick.
type Sent = Vec<(u32, Vec<AerKey>)>;

/// What goes wrong with one board.
#[derive(Debug)]
pub enum NodeError {
    /// The board or the line to it.
    Link(LinkError),
    /// The image.
    Image(image::ImageError),
}

impl From<LinkError> for NodeError {
    fn from(error: LinkError) -> Self {
        Self::Link(error)
    }
}

impl From<image::ImageError> for NodeError {
    fn from(error: image::ImageError) -> Self {
        Self::Image(error)
    }
}

/// Opens an image on the host, for its records: slices, sizes.
fn open_here(bytes: &[u8]) -> Result<LoadedCore, image::ImageError> {
    let view = ImageView::new(bytes)?;
    let header = *view.header();
    let dtcm_words = Layout::new(&header.counts).total_words() as usize;
    let sdram_words = header.counts.sdram_words as usize;
    let (mut dtcm, mut sdram) = (vec![0; dtcm_words], vec![0; sdram_words]);
    view.load(&mut dtcm, &mut sdram)?;
    let memory = Memory {
        dtcm: &mut dtcm,
        sdram: &mut sdram,
    };
    Ok(LoadedCore {
        kernel: Kernel::open(&header, &memory)?,
        dtcm_words,
        sdram_words,
    })
}

/// Blocks of packets that go into one frame.
struct Frame {
    first_tick: u32,
    words: Vec<u32>,
}

/// Packets as blocks in as few frames as they fit into; keys of a tick in order, as every target takes them in.
fn frames(inbox: &Inbox) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for (&tick, keys) in inbox {
        let mut keys: Vec<u32> = keys.iter().map(|key| key.0).collect();
        keys.sort_unstable();
        for keys in keys.chunks(WORDS_MAX / 2) {
            let head = [Kind::Packets.head(keys.len() as u32 + 1), tick];
            let block = head.iter().chain(keys).copied();
            match frames.last_mut() {
                Some(frame) if frame.words.len() + 2 + keys.len() <= WORDS_MAX => {
                    frame.words.extend(block);
                }
                _ => frames.push(Frame {
                    first_tick: tick,
                    words: block.collect(),
                }),
            }
        }
    }
    frames
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
