//! A request in, its answer out.

use crate::platform::Platform;
use crate::queue::Outbox;
use crate::stack;
use core::panic::PanicInfo;
use spinedrift_link::frame::{DATA_MAX, FRAME_MAX, Head, write};
use spinedrift_link::server::Event;
use spinedrift_link::{Fault, Reply, Request, Server};

/// Words of data that an answer carries.
pub const WORDS_MAX: usize = DATA_MAX / 4;

/// A board's end of the link.
#[derive(Debug)]
pub struct Wire<P> {
    /// The board.
    pub platform: P,
    server: Server,
}

impl<P> Wire<P> {
    /// Over a board.
    #[must_use]
    pub const fn new(platform: P) -> Self {
        Self {
            platform,
            server: Server::new(),
        }
    }
}

impl<P: Platform> Wire<P> {
    /// Waits for the next request, answering repeated ones meanwhile.
    pub fn next(&mut self) -> Request {
        loop {
            let Some(byte) = self.platform.receive() else {
                self.platform.sleep();
                continue;
            };
            match self.server.take(byte) {
                Event::None => {}
                Event::Again => self.platform.send(self.server.answer()),
                Event::Request(request) => return request,
            }
        }
    }

    /// Data of the request.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.server.data()
    }

    /// Frames that were no request.
    #[must_use]
    pub const fn strange(&self) -> u32 {
        self.server.strange()
    }

    /// Clock counts since an earlier reading, if that was less than a round of the clock ago.
    pub fn since(&mut self, before: u32) -> u32 {
        self.platform.clock().wrapping_sub(before) & P::FACTS.clock_mask
    }

    /// Reports a stack that has grown into its guard, and stops: memory behind it may be damaged.
    pub fn check_stack(&mut self) {
        if stack::guard_is_whole(&self.platform) {
            return;
        }
        let bytes = stack::bytes(&self.platform);
        fail(&mut self.platform, &Fault::Stack { bytes });
    }

    /// Answers the request.
    pub fn reply(&mut self, reply: &Reply<'_>) {
        self.server.reply(reply, |_| ());
        self.platform.send(self.server.answer());
    }

    /// Answers the request with words.
    pub fn reply_words(&mut self, reply: &Reply<'_>, words: &[u32]) {
        self.server.reply(reply, |writer| writer.push_words(words));
        self.platform.send(self.server.answer());
    }

    /// Answers the request with what waits in the outbox, as far as it fits.
    pub fn reply_outbox(&mut self, tick: u32, waits: bool, outbox: &mut Outbox<'_>) {
        let front = outbox.front(WORDS_MAX);
        let count = front.iter().map(|words| words.len()).sum();
        let all = outbox
            .front(usize::MAX)
            .iter()
            .map(|words| words.len())
            .sum::<usize>();
        let more = all > count;
        self.server
            .reply(&Reply::Ran { tick, waits, more }, |writer| {
                front.into_iter().for_each(|words| writer.push_words(words));
            });
        // The answer is kept until the next request, so the words can be forgotten.
        outbox.drop_front(count);
        self.platform.send(self.server.answer());
    }
}

/// Says that the board has failed, and again whenever a byte comes; what a panic handler or an exception calls. Needs no
/// [`Wire`], which may be broken.
pub fn fail(platform: &mut impl Platform, fault: &Fault<'_>) -> ! {
    let mut out = [0; FRAME_SHORT];
    let length = write(&mut out, Head::UNASKED, &Reply::Fault(*fault), &[]);
    loop {
        // A zero first: half a frame may be on the line.
        platform.send(&[0]);
        platform.send(out.get(..length).unwrap_or_default());
        // Until the host asks again: a frame ends with a zero. Awake: in a Cortex-M's hard fault no interrupt of a byte ends
        // a sleep, since none ranks above that fault (ARMv7-M, WFI).
        while platform.receive() != Some(0) {}
    }
}

/// Says that the board has panicked, and where; what its panic handler calls.
pub fn panicked(platform: &mut impl Platform, info: &PanicInfo<'_>) -> ! {
    let (file, line) = info
        .location()
        .map_or(("?", 0), |place| (place.file(), place.line()));
    let file = short(file);
    fail(platform, &Fault::Panic { file, line })
}

/// Room for a frame without data.
const FRAME_SHORT: usize = 256;
const _: () = assert!(FRAME_SHORT < FRAME_MAX);

/// The end of a path, so that it fits into a message; cut at a character.
fn short(path: &str) -> &str {
    let mut from = path.len().saturating_sub(spinedrift_link::frame::TEXT_MAX);
    while !path.is_char_boundary(from) {
        from = from.saturating_add(1);
    }
    path.get(from..).unwrap_or_default()
}
