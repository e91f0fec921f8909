//! The host's end: makes requests and knows their answers when they come.

use crate::frame::{self, FRAME_MAX, Head, Reader};
use crate::message::{Reply, Request};

/// The host's end of a link.
#[derive(Debug)]
pub struct Client {
    reader: Reader,
    head: Head,
    request: [u8; FRAME_MAX],
    request_bytes: usize,
}

impl Client {
    /// A new session. Its number should differ from those that the board may have heard before.
    #[must_use]
    pub const fn new(session: u32) -> Self {
        Self {
            reader: Reader::new(),
            head: Head {
                session,
                sequence: 0,
            },
            request: [0; FRAME_MAX],
            request_bytes: 0,
        }
    }

    /// Makes the next request: the bytes to send, and to send again as long as no answer comes. Empty if the data is
    /// longer than [`frame::DATA_MAX`].
    pub fn ask(&mut self, request: &Request, data: &[u8]) -> &[u8] {
        self.head.sequence = self.head.sequence.wrapping_add(1);
        self.request_bytes = frame::write(&mut self.request, self.head, request, data);
        self.again()
    }

    /// The bytes of the last request.
    #[must_use]
    pub fn again(&self) -> &[u8] {
        self.request.get(..self.request_bytes).unwrap_or_default()
    }

    /// Takes a byte; whether it completes the answer to the last request ([`Self::answer`]).
    pub fn take(&mut self, byte: u8) -> bool {
        self.reader.take(byte) && self.answer().is_some()
    }

    /// The answer that has just come, with its data.
    #[must_use]
    pub fn answer(&self) -> Option<(Reply<'_>, &[u8])> {
        let (head, reply, data) = self.reader.frame::<Reply<'_>>()?;
        let unasked = head == Head::UNASKED && matches!(reply, Reply::Fault(_));
        (head == self.head || unasked).then_some((reply, data))
    }
}
