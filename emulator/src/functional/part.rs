//! The cores of one thread, and the outboxes through which threads reach each other.

use super::ahead::Batch;
use super::core::{Arrived, Core};
use super::fabric::{Fabric, Targets};
use super::lockstep::Heard;
use super::prefetch::Prefetch;
use super::static_rows::StaticRows;
use spinedrift_core::image::KeyEntry;
use spinedrift_core::spike::{AerKey, Tick};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Where spikes go: by the tables, or to rows that lie together.
pub(super) type Ways<'f> = (&'f Fabric, &'f StaticRows);

/// A spike and all that it goes to.
#[derive(Clone, Copy)]
enum Spike<'f> {
    /// Rows that lie together.
    Rows(&'f [u32]),
    /// Cores that find its rows by its key.
    Cores(AerKey, &'f Targets),
}

/// What each thread sends, for the others to read: a spike once, however many cores it goes to, since each word that passes
/// from one thread to another costs more than a look at all targets. One set for even ticks, one for odd ones, so that one
/// meeting a tick is enough.
pub(super) struct Post<'f> {
    outboxes: [Vec<Mutex<Vec<Spike<'f>>>>; 2],
    /// Which cores listen, by number.
    listens: Vec<bool>,
}

impl<'f> Post<'f> {
    /// Between so many parts, with the numbers of all cores that listen.
    pub(super) fn new(parts: usize, listeners: impl Iterator<Item = usize>) -> Self {
        let mut listens = Vec::new();
        for number in listeners {
            if listens.len() <= number {
                listens.resize(number + 1, false);
            }
            if let Some(listens) = listens.get_mut(number) {
                *listens = true;
            }
        }
        let outboxes = || (0..parts).map(|_| Mutex::default()).collect();
        Self {
            outboxes: [outboxes(), outboxes()],
            listens,
        }
    }

    fn outboxes(&self, tick: u32) -> &[Mutex<Vec<Spike<'f>>>] {
        let [even, odd] = &self.outboxes;
        if tick.is_multiple_of(2) { even } else { odd }
    }

    fn listens(&self, core: u32) -> bool {
        self.listens.get(core as usize) == Some(&true)
    }
}

/// A packet that waits to be looked up: the place of its core among the members, its key, and what is remembered of the core's
/// key table.
type Waiting<'f> = (u32, AerKey, &'f OnceLock<Option<KeyEntry>>);

/// Packets that are looked up before each core's neurons: so many rows come in while those are computed. A spike has a row in
/// every core, and more than this computer can wait for at once.
const AT_ONCE: usize = 8;

/// One core of a part.
struct Member<'a> {
    number: usize,
    core: &'a mut Core,
    /// What it was sent in this tick.
    arrived: Vec<Arrived>,
}

impl Member<'_> {
    #[inline(always)]
    fn take_in(&mut self, key: AerKey, entry: &OnceLock<Option<KeyEntry>>) {
        let delivery = self.core.expect(key, entry);
        self.arrived.push((key, delivery));
    }
}

/// The cores of one thread.
pub(super) struct Part<'a, 'f> {
    /// Which of the parts this is.
    number: usize,
    members: Vec<Member<'a>>,
    /// What cores of this part sent to each other in this tick.
    waiting: Vec<Waiting<'f>>,
    /// How many of them have been looked up.
    seen: usize,
    /// What spikes lead to, where it lies together.
    rows: Vec<&'f [u32]>,
    /// Where each core stands in `members`, by its number, if it is here at all.
    places: Vec<Option<u32>>,
    /// Keys that a core has just sent.
    sent: Vec<AerKey>,
    /// All spikes of a tick.
    spikes: Vec<Spike<'f>>,
    prefetch: Prefetch,
}

impl<'a, 'f> Part<'a, 'f> {
    pub(super) fn new(number: usize, cores: Vec<&'a mut (usize, &mut Core)>) -> Self {
        let count = cores.iter().map(|(number, _)| number + 1).max();
        let mut places = vec![None; count.unwrap_or(0)];
        for (place, (number, _)) in (0..).zip(&cores) {
            if let Some(entry) = places.get_mut(*number) {
                *entry = Some(place);
            }
        }
        let member = |entry: &'a mut (usize, &mut Core)| Member {
            number: entry.0,
            core: entry.1,
            arrived: Vec::new(),
        };
        Self {
            number,
            members: cores.into_iter().map(member).collect(),
            waiting: Vec::new(),
            seen: 0,
            rows: Vec::new(),
            places,
            sent: Vec::new(),
            spikes: Vec::new(),
            prefetch: Prefetch::new(),
        }
    }

    /// Takes what the sources sent in a tick of the stretch.
    pub(super) fn hear(&mut self, batch: &Batch, offset: usize) {
        for member in &mut self.members {
            member.arrived.clear();
            let inbox = batch.inboxes.get(member.number);
            for &key in inbox
                .and_then(|inbox| inbox.get(offset))
                .into_iter()
                .flatten()
            {
                member.take_in(key, &OnceLock::new());
            }
        }
    }

    /// Computes the neurons of all cores and sends their spikes.
    pub(super) fn timers(
        &mut self,
        tick: u32,
        (fabric, static_rows): Ways<'f>,
        post: &Post<'f>,
        heard: &mut Heard,
    ) {
        let mut sent = std::mem::take(&mut self.sent);
        let mut spikes = std::mem::take(&mut self.spikes);
        for index in 0..self.members.len() {
            self.look_up(AT_ONCE);
            let Some(member) = self.members.get_mut(index) else {
                continue;
            };
            member.core.timer(Tick(tick));
            if member.core.hardware.sent.is_empty() {
                continue;
            }
            let (number, chip) = (member.number, member.core.loaded.chip);
            std::mem::swap(&mut sent, &mut member.core.hardware.sent);
            for key in sent.drain(..) {
                if let Some(rows) = static_rows.of(fabric.neuron(number, key)) {
                    self.deliver(Spike::Rows(rows));
                    spikes.push(Spike::Rows(rows));
                    continue;
                }
                let Some(targets) = fabric.targets(number, chip, key) else {
                    continue;
                };
                self.deliver(Spike::Cores(key, targets));
                spikes.push(Spike::Cores(key, targets));
                heard.lost.count(targets);
                let strays = targets.cores.iter().map(|target| target.core);
                let strays = strays.filter(|core| !post.listens(*core));
                heard.strays.extend(strays.map(|core| (core, key)));
            }
        }
        self.sent = sent;
        if let Some(outbox) = post.outboxes(tick).get(self.number) {
            let mut outbox = outbox.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut *outbox, &mut spikes);
        }
        spikes.clear();
        self.spikes = spikes;
    }

    /// Lets a spike wait for each core of this part that it goes to.
    #[inline]
    fn deliver(&mut self, spike: Spike<'f>) {
        let (key, targets) = match spike {
            Spike::Rows(rows) => {
                self.prefetch.ask(rows);
                self.rows.push(rows);
                return;
            }
            Spike::Cores(key, targets) => (key, targets),
        };
        for target in &targets.cores {
            let place = self.places.get(target.core as usize).copied().flatten();
            if let Some(place) = place {
                self.waiting.push((place, key, &target.entry));
            }
        }
    }

    /// Looks up some packets of those that wait.
    #[inline]
    fn look_up(&mut self, most: usize) {
        let waiting = self.waiting.get(self.seen..).unwrap_or_default();
        for (place, key, entry) in waiting.iter().take(most) {
            self.seen += 1;
            if let Some(member) = self.members.get_mut(*place as usize) {
                member.take_in(*key, entry);
            }
        }
    }

    /// Each core takes in what it was sent, in the order of keys: whichever thread came first, the records come out the
    /// same.
    pub(super) fn packets(&mut self, tick: u32, static_rows: &StaticRows, post: &Post<'f>) {
        for (number, outbox) in post.outboxes(tick).iter().enumerate() {
            if number != self.number {
                let outbox = outbox.lock().unwrap_or_else(PoisonError::into_inner);
                outbox.iter().for_each(|spike| self.deliver(*spike));
            }
        }
        let rows = self.rows.drain(..);
        for row in rows.flat_map(|rows| static_rows.rows(rows)) {
            let place = self.places.get(row.core).copied().flatten();
            if let Some(member) = place.and_then(|place| self.members.get_mut(place as usize)) {
                member.core.static_row(row, Tick(tick));
            }
        }
        self.look_up(usize::MAX);
        self.waiting.clear();
        self.seen = 0;
        for member in &mut self.members {
            member.arrived.sort_unstable();
        }
        for member in &mut self.members {
            member.core.packets(&member.arrived, Tick(tick));
        }
    }
}
