//! The cores of one thread, and the inboxes through which threads reach each other.

use super::ahead::Batch;
use super::core::{Arrived, Core};
use super::fabric::{Fabric, Target};
use super::lockstep::Heard;
use spinedrift_core::image::KeyEntry;
use spinedrift_core::spike::{AerKey, Tick};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Packets of one tick for one core, from other threads.
type Inbox = Mutex<Vec<AerKey>>;

/// Where packets between threads wait: one set of inboxes for even ticks, one for odd ones, so that one meeting a tick is
/// enough. An inbox for each listener, by its number.
pub(super) struct Post {
    inboxes: [Vec<Option<Inbox>>; 2],
    listeners: usize,
}

impl Post {
    pub(super) fn new(listeners: impl Iterator<Item = usize> + Clone) -> Self {
        let count = listeners.clone().max().map_or(0, |highest| highest + 1);
        let inboxes = [(), ()].map(|()| {
            let mut inboxes: Vec<_> = (0..count).map(|_| None).collect();
            for number in listeners.clone() {
                if let Some(inbox) = inboxes.get_mut(number) {
                    *inbox = Some(Inbox::default());
                }
            }
            inboxes
        });
        Self {
            inboxes,
            listeners: listeners.count(),
        }
    }

    fn inbox(&self, tick: u32, number: usize) -> Option<&Inbox> {
        let [even, odd] = &self.inboxes;
        let set = if tick.is_multiple_of(2) { even } else { odd };
        set.get(number)?.as_ref()
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
    members: Vec<Member<'a>>,
    /// What cores of this part sent to each other in this tick.
    waiting: Vec<Waiting<'f>>,
    /// How many of them have been looked up.
    seen: usize,
    /// Where each core stands in `members`, by its number, if it is here at all.
    places: Vec<Option<u32>>,
    /// Keys that a core has just sent.
    sent: Vec<AerKey>,
}

impl<'a, 'f> Part<'a, 'f> {
    pub(super) fn new(cores: Vec<&'a mut (usize, &mut Core)>) -> Self {
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
            members: cores.into_iter().map(member).collect(),
            waiting: Vec::new(),
            seen: 0,
            places,
            sent: Vec::new(),
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
    pub(super) fn timers(&mut self, tick: u32, fabric: &'f Fabric, post: &Post, heard: &mut Heard) {
        let mut sent = std::mem::take(&mut self.sent);
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
                let Some(targets) = fabric.targets(number, chip, key) else {
                    continue;
                };
                for target in &targets.cores {
                    self.send(tick, post, (target, key), heard);
                }
                heard.lost.count(targets);
            }
        }
        self.sent = sent;
    }

    #[inline]
    fn send(
        &mut self,
        tick: u32,
        post: &Post,
        (target, key): (&'f Target, AerKey),
        heard: &mut Heard,
    ) {
        let place = self.places.get(target.core as usize).copied().flatten();
        if let Some(place) = place {
            self.waiting.push((place, key, &target.entry));
        } else if let Some(inbox) = post.inbox(tick, target.core as usize) {
            inbox
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(key);
        } else {
            heard.strays.push((target.core, key));
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
    pub(super) fn packets(&mut self, tick: u32, post: &Post) {
        let alone = self.members.len() == post.listeners;
        self.look_up(usize::MAX);
        self.waiting.clear();
        self.seen = 0;
        for member in &mut self.members {
            if !alone && let Some(inbox) = post.inbox(tick, member.number) {
                let mut inbox = inbox.lock().unwrap_or_else(PoisonError::into_inner);
                for key in inbox.drain(..) {
                    member.take_in(key, &OnceLock::new());
                }
            }
            member.arrived.sort_unstable();
        }
        for member in &mut self.members {
            member.core.packets(&member.arrived, Tick(tick));
        }
    }
}
