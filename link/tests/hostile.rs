//! A hostile channel: bytes are lost, doubled, damaged and swapped, whole frames come twice. Every request is carried
//! out exactly once, in order, and every answer is the right one.

use proptest::prelude::*;
use spinedrift_link::server::Event;
use spinedrift_link::{Client, Reply, Request, Server};
use std::collections::VecDeque;

/// A random word from a state (`SplitMix64`).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// How bad a channel is, in chances of 2⁻¹⁶ a byte.
#[derive(Clone, Copy, Debug)]
struct Harm {
    lost: u16,
    doubled: u16,
    damaged: u16,
    swapped: u16,
    /// Chance of 2⁻¹⁶ a frame that it comes twice.
    repeated: u16,
}

/// A line of bytes one way.
struct Channel {
    harm: Harm,
    state: u64,
    bytes: VecDeque<u8>,
}

impl Channel {
    fn happens(&mut self, chance: u16) -> bool {
        next(&mut self.state) as u16 <= chance && chance > 0
    }

    fn send(&mut self, frame: &[u8]) {
        let times = 1 + usize::from(self.happens(self.harm.repeated));
        for &byte in frame.iter().cycle().take(times * frame.len()) {
            if self.happens(self.harm.lost) {
                continue;
            }
            let mut byte = byte;
            if self.happens(self.harm.damaged) {
                byte ^= 1 << (next(&mut self.state) % 8);
            }
            if self.happens(self.harm.doubled) {
                self.bytes.push_back(byte);
            }
            if self.happens(self.harm.swapped)
                && let Some(last) = self.bytes.back_mut()
            {
                std::mem::swap(last, &mut byte);
            }
            self.bytes.push_back(byte);
        }
    }
}

/// Most times that a request is sent: with one chance in two that a frame gets through, 2⁻⁶⁰ of giving up by mistake.
const TRIES: usize = 400;

/// Asks a board that adds up what it has done; the board answers with the sum.
fn talk(harm: Harm, seed: u64, requests: &[(u32, Vec<u8>)]) -> Result<(), TestCaseError> {
    let channel = |state| Channel {
        harm,
        state,
        bytes: VecDeque::new(),
    };
    let (mut down, mut up) = (channel(seed), channel(!seed));
    let mut client = Client::new(seed as u32);
    let mut server = Server::new();
    let mut done: Vec<(Request, Vec<u8>)> = Vec::new();
    let all = std::iter::once((Request::Hello, Vec::new())).chain(
        requests
            .iter()
            .map(|(until, data)| (Request::Run { until: *until }, data.clone())),
    );
    for (number, (request, data)) in all.enumerate() {
        client.ask(&request, &data);
        let mut answer = None;
        for _ in 0..TRIES {
            down.send(client.again());
            while let Some(byte) = down.bytes.pop_front() {
                match server.take(byte) {
                    Event::None => continue,
                    Event::Again => {}
                    Event::Request(request) => {
                        let data = server.data().to_vec();
                        done.push((request, data.clone()));
                        let reply = Reply::Ran {
                            tick: done.len() as u32,
                            waits: false,
                            more: false,
                        };
                        server.reply(&reply, |writer| writer.push(&data));
                    }
                }
                up.send(server.answer());
            }
            while let Some(byte) = up.bytes.pop_front() {
                if client.take(byte) {
                    answer = client
                        .answer()
                        .map(|(reply, data)| (format!("{reply:?}"), data.to_vec()));
                }
            }
            if answer.is_some() {
                break;
            }
        }
        let expected = Reply::Ran {
            tick: number as u32 + 1,
            waits: false,
            more: false,
        };
        prop_assert_eq!(answer, Some((format!("{expected:?}"), data.clone())));
        prop_assert_eq!(done.len(), number + 1);
        prop_assert_eq!(done.last(), Some(&(request, data)));
    }
    Ok(())
}

fn harm() -> impl Strategy<Value = Harm> {
    // Up to one byte in 300 each: a frame of 40 bytes gets through about every other time.
    let chance = || prop_oneof![Just(0_u16), 0_u16..220];
    (chance(), chance(), chance(), chance(), 0_u16..30_000).prop_map(
        |(lost, doubled, damaged, swapped, repeated)| Harm {
            lost,
            doubled,
            damaged,
            swapped,
            repeated,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_request_is_done_once_and_in_order(
        harm in harm(),
        seed: u64,
        requests in prop::collection::vec((any::<u32>(), prop::collection::vec(any::<u8>(), 0..40)), 1..12),
    ) {
        talk(harm, seed, &requests)?;
    }

    #[test]
    fn no_bytes_make_either_end_panic(bytes in prop::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 0..3000)) {
        let (mut client, mut server) = (Client::new(1), Server::new());
        for byte in bytes {
            let _: Event = server.take(byte);
            let _: bool = client.take(byte);
        }
    }
}

#[test]
fn a_frame_of_an_old_session_does_nothing() {
    let mut server = Server::new();
    let feed = |server: &mut Server, bytes: &[u8]| {
        bytes
            .iter()
            .fold(Event::None, |last, &byte| match server.take(byte) {
                Event::None => last,
                event => event,
            })
    };
    let (mut old, mut new) = (Client::new(1), Client::new(2));
    assert_eq!(
        feed(&mut server, old.ask(&Request::Hello, &[])),
        Event::Request(Request::Hello)
    );
    let late = old.ask(&Request::Stop, &[]).to_vec();
    assert_eq!(
        feed(&mut server, new.ask(&Request::Hello, &[])),
        Event::Request(Request::Hello)
    );
    assert_eq!(feed(&mut server, &late), Event::None);
    assert_eq!(
        feed(&mut server, new.ask(&Request::Stop, &[])),
        Event::Request(Request::Stop)
    );
}

#[test]
fn a_fault_answers_whatever_was_asked() {
    use spinedrift_link::frame::{FRAME_MAX, Head, write};
    let mut client = Client::new(5);
    client.ask(&Request::Run { until: 9 }, &[]);
    let fault = Reply::Fault(spinedrift_link::Fault::Panic {
        file: "a.rs",
        line: 3,
    });
    let mut out = [0; FRAME_MAX];
    let length = write(&mut out, Head::UNASKED, &fault, &[]);
    // Every byte is taken, also those after the one that completes the frame.
    let mut came = false;
    for &byte in &out[..length] {
        came |= client.take(byte);
    }
    assert!(came);
    assert_eq!(client.answer().map(|(reply, _)| reply), Some(fault));
}
