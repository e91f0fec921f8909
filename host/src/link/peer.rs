//! A board as one asks it: a request goes out, again if need be, until its answer comes or patience ends.

use super::error::{fault_in_words, refusal_in_words};
use super::{Line, LinkError};
use spinedrift_link::frame::FRAME_MAX;
use spinedrift_link::{Client, Reply, Request};
use std::fmt;
use std::io;
use std::time::Duration;

/// How long a host waits for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// After so long without a byte, a request is sent again.
    pub again: Duration,
    /// Times that it is sent.
    pub times: u32,
}

impl Default for Patience {
    /// Ten seconds: a board that computes a hundred ticks of a full core needs less.
    fn default() -> Self {
        Self {
            again: Duration::from_millis(500),
            times: 20,
        }
    }
}

/// Bytes without an answer among them after which a request is sent again, though bytes still come.
const NOISE_MAX: usize = 64 * FRAME_MAX;

/// An answer, with its data as words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Words that came with it.
    pub words: Vec<u32>,
    /// The tick that the board computes next.
    pub tick: u32,
    /// A run waits for room.
    pub waits: bool,
    /// There is more to collect.
    pub more: bool,
}

/// A board at the end of a line.
pub struct Peer {
    line: Box<dyn Line>,
    client: Client,
    patience: Patience,
    asked: Option<Request>,
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer")
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}

impl Peer {
    /// Over a line. `session` should differ from those that the board may have heard before.
    #[must_use]
    pub fn new(line: Box<dyn Line>, session: u32, patience: Patience) -> Self {
        Self {
            line,
            client: Client::new(session),
            patience,
            asked: None,
        }
    }

    /// Sends a request; [`Self::finish`] waits for its answer. So several boards can compute at once.
    ///
    /// # Errors
    /// [`LinkError::Gone`].
    pub fn begin(&mut self, request: Request, data: &[u8]) -> Result<(), LinkError> {
        self.asked = Some(request);
        let bytes = self.client.ask(&request, data);
        self.line
            .send(bytes)
            .map_err(|source| LinkError::Gone { source })
    }

    /// Waits for the answer to the request under way.
    ///
    /// # Errors
    /// [`LinkError`]: the board is silent, gone, has failed, or refuses.
    pub fn finish(&mut self) -> Result<(Reply<'_>, &[u8]), LinkError> {
        self.wait()?;
        let request = self.words_of_request();
        match self.client.answer() {
            Some((Reply::Fault(fault), _)) => Err(LinkError::Fault {
                what: fault_in_words(&fault),
            }),
            Some((Reply::Refused(refusal), _)) => Err(LinkError::Refused {
                request,
                why: refusal_in_words(&refusal),
            }),
            Some(answer) => Ok(answer),
            None => Err(LinkError::Strange { request }),
        }
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// Those of [`Self::finish`].
    pub fn ask(&mut self, request: Request, data: &[u8]) -> Result<(Reply<'_>, &[u8]), LinkError> {
        self.begin(request, data)?;
        self.finish()
    }

    /// Asks for something that is merely done, or whose words are wanted.
    ///
    /// # Errors
    /// Those of [`Self::finish`].
    pub fn done(&mut self, request: Request, data: &[u8]) -> Result<Vec<u32>, LinkError> {
        match self.ask(request, data)? {
            (Reply::Done, data) => Ok(words(data)),
            _ => Err(self.strange()),
        }
    }

    /// Waits for the answer of a run.
    ///
    /// # Errors
    /// Those of [`Self::finish`].
    pub fn ran(&mut self) -> Result<Answer, LinkError> {
        match self.finish()? {
            (Reply::Ran { tick, waits, more }, data) => Ok(Answer {
                words: words(data),
                tick,
                waits,
                more,
            }),
            _ => Err(self.strange()),
        }
    }

    /// The answer is of another kind than the request.
    #[must_use]
    pub fn strange(&self) -> LinkError {
        LinkError::Strange {
            request: self.words_of_request(),
        }
    }

    fn words_of_request(&self) -> String {
        self.asked
            .map_or_else(String::new, |request| format!("{request:?}"))
    }

    fn wait(&mut self) -> Result<(), LinkError> {
        let Patience { again, times } = self.patience;
        let mut buffer = [0; 4096];
        for time in 0..times {
            if time > 0 {
                let sent = self.line.send(self.client.again());
                sent.map_err(|source| LinkError::Gone { source })?;
            }
            let mut noise = 0;
            while noise < NOISE_MAX {
                let count = self.receive(&mut buffer, again)?;
                if count == 0 {
                    break;
                }
                noise += count;
                for &byte in buffer.iter().take(count) {
                    if self.client.take(byte) {
                        return Ok(());
                    }
                }
            }
        }
        Err(LinkError::Silent {
            request: self.words_of_request(),
            seconds: again.as_secs_f64() * f64::from(times),
            times,
        })
    }

    fn receive(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, LinkError> {
        self.line
            .receive(buffer, wait)
            .map_err(|source: io::Error| LinkError::Gone { source })
    }
}

/// Whole words of some bytes.
fn words(bytes: &[u8]) -> Vec<u32> {
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().map(|word| u32::from_le_bytes(*word)).collect()
}
