//! The board's end: takes bytes, hands out each request once, and keeps its answer to send it again.

use crate::frame::{self, FRAME_MAX, Head, Reader, Writer};
use crate::message::{Reply, Request};

/// What a byte brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Nothing yet.
    None,
    /// A new request: [`Server::data`] has what goes with it; it must be answered before the next byte is taken.
    Request(Request),
    /// The last request again: send [`Server::answer`] again.
    Again,
}

/// The board's end of a link.
#[derive(Debug)]
pub struct Server {
    reader: Reader,
    head: Option<Head>,
    answer: [u8; FRAME_MAX],
    answer_bytes: usize,
    strange: u32,
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl Server {
    /// No session yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: Reader::new(),
            head: None,
            answer: [0; FRAME_MAX],
            answer_bytes: 0,
            strange: 0,
        }
    }

    /// Takes a byte.
    pub fn take(&mut self, byte: u8) -> Event {
        if !self.reader.take(byte) {
            return Event::None;
        }
        let Some((head, request, _)) = self.reader.frame::<Request>() else {
            self.strange = self.strange.wrapping_add(1);
            return Event::None;
        };
        let fresh = match self.head {
            Some(last) if last.session == head.session => {
                if head == last {
                    return Event::Again;
                }
                head.sequence == last.sequence.wrapping_add(1)
            }
            // Only a greeting begins a session: frames of an old one that are still under way do nothing.
            _ => request == Request::Hello,
        };
        if !fresh {
            return Event::None;
        }
        self.head = Some(head);
        self.answer_bytes = 0;
        Event::Request(request)
    }

    /// Data of the request that has just come.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.reader
            .frame::<Request>()
            .map_or(&[], |(_, _, data)| data)
    }

    /// Writes the answer to the last request; `data` adds what goes with it.
    pub fn reply(&mut self, reply: &Reply<'_>, data: impl FnOnce(&mut Writer<'_>)) {
        let head = self.head.unwrap_or(Head::UNASKED);
        let mut writer = Writer::new(&mut self.answer, head, reply);
        data(&mut writer);
        let length = writer.end();
        self.answer_bytes = frame::close(&mut self.answer, length);
    }

    /// The answer, as bytes to send; empty before the first.
    #[must_use]
    pub fn answer(&self) -> &[u8] {
        self.answer.get(..self.answer_bytes).unwrap_or_default()
    }

    /// Frames that came whole but were no request.
    #[must_use]
    pub const fn strange(&self) -> u32 {
        self.strange
    }
}
