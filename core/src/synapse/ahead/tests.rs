//! Kicks ahead against kicks at the visit.

extern crate std;

use super::{Kicked, Spike, TOGETHER, kick_rows};
use crate::image::Plastic;
use crate::image::slice::HISTORY_HEAD_WORDS;
use crate::kernel::counters::{Counter, Counters, First};
use crate::spike::BLOCK;
use crate::synapse::bounds::note;
use crate::synapse::history::{History, push, set_ahead};
use crate::synapse::jump::{self, JumpTable};
use crate::synapse::subrow::{self, SubRow};
use crate::synapse::trace::{self, DecayTable};
use crate::synapse::traces::{Near, Traces};
use crate::synapse::visit::{self, Place, Rules, settle};
use proptest::prelude::{any, prop, proptest};
use std::vec::Vec;

const NOW: u32 = 5000;

type Row = [u32; subrow::WORDS];

/// What a row is made of: last visit, trace sums, lanes and spikes under way, θ of all lanes.
type Drawn = (u32, (i32, i32), (u16, u16), i32);

fn row((at, (fast, slow), (lanes, under_way), theta): Drawn, delay: u32) -> Row {
    // No spike is older than the delay: it has arrived.
    let under_way = u32::from(under_way) & ((1 << delay) - 1);
    let mut words = subrow::fresh(lanes, &[theta >> 3; BLOCK]);
    words[0] |= at;
    let bits = u32::from(lanes) << 16 | under_way;
    words[1..4].copy_from_slice(&[fast as u32, slow as u32, bits]);
    words
}

fn place(pre: usize) -> Place {
    Place {
        projection: 1,
        pre: 40 + pre as u32,
        post: BLOCK as u32,
    }
}

/// All that is told: counters, their first objects, and the lanes that a visit found gained and lost.
#[derive(Debug, PartialEq, Eq)]
struct Heard {
    counts: Vec<(u64, Option<First>)>,
    turns: Vec<(u16, u16)>,
}

#[derive(Default)]
struct Listener {
    counters: Counters,
    turns: Vec<(u16, u16)>,
}

impl Listener {
    /// What a spike did to rows, as visits would have told it.
    fn take(&mut self, first: usize, spike: &Spike, kicked: Kicked) {
        let bit = 1_u16 << spike.lane;
        for number in 0..TOGETHER {
            let own = |rows: u16| if rows >> number & 1 == 1 { bit } else { 0 };
            let at = (place(first + number), spike.tick);
            let bounds = [own(kicked.theta_bound), own(kicked.kick_bound)];
            note(&mut self.counters, at, bit, bounds, false);
        }
        self.counters.add(Counter::Kicks, kicked.count);
    }

    fn heard(self) -> Heard {
        let kinds = [
            Counter::Kicks,
            Counter::ThetaBound,
            Counter::KickBound,
            Counter::TraceSaturated,
        ];
        let count = |kind| (self.counters.get(kind), self.counters.first(kind));
        Heard {
            counts: kinds.into_iter().map(count).collect(),
            turns: self.turns,
        }
    }
}

/// When kicks are made.
#[derive(Clone, Copy, Debug)]
enum When {
    /// At the visit.
    Visited,
    /// Ahead, row by row.
    Alone,
    /// Ahead, side by side.
    Together,
    /// Ahead, but the visit doesn't know when lanes were kicked last, as after a checkpoint is taken up.
    Resumed,
}

/// Rows after the same spikes and a visit, and what was told. Each row has so many blocks, of which the last is kicked.
fn run(
    (drawn, blocks): (&[Drawn], usize),
    spikes: &[(u32, u16)],
    plastic: &Plastic,
    when: When,
) -> (Vec<Row>, Heard) {
    let jumps: Vec<u32> = (0..jump::TABLE_WORDS as u32)
        .map(|i| (0x4000_0000 + i * 0x1_0000) & !31 | [14, 9][i as usize % 2])
        .map(|word| if word >> 16 == 0x4000 { 0 } else { word })
        .collect();
    let decays: Vec<u32> = (0..trace::TABLE_WORDS as u32)
        .map(|i| 0x7fff_ffff - (i * 0x0031_4159))
        .collect();
    let rules = Rules {
        plastic,
        jumps: JumpTable::new(&jumps).unwrap(),
        traces: DecayTable::new(&decays).unwrap(),
        law: None,
        step: None,
        seed: 7,
    };
    let mut words = [0; HISTORY_HEAD_WORDS as usize + 128];
    for (tick, lanes) in spikes {
        push(&mut words, *tick, *lanes);
    }
    let mut rows: Vec<Row> = Vec::new();
    for drawn in drawn {
        rows.extend(std::iter::repeat_n([0; subrow::WORDS], blocks - 1));
        rows.push(row(*drawn, plastic.delay));
    }
    let mut listener = Listener::default();
    let mut kicked: visit::Kicked = [0; BLOCK];
    if !matches!(when, When::Visited) {
        for (tick, lanes) in spikes {
            for lane in (0..BLOCK).filter(|lane| lanes >> lane & 1 == 1) {
                let (tick, before) = (*tick, kicked[lane]);
                let spike = Spike { tick, lane, before };
                kick((&mut rows, blocks), &spike, &rules, when, &mut listener);
                kicked[lane] = tick + 1;
            }
        }
        set_ahead(&mut words, spikes.len() as u32);
    }
    for (number, row) in rows.chunks_exact_mut(blocks).enumerate() {
        let place = place(number);
        let known = matches!(when, When::Alone | When::Together).then_some(&kicked);
        let spikes = (History::new(&words), known);
        let row = SubRow::new(&mut row[blocks - 1]).unwrap();
        let done = settle(row, NOW, place, &rules, spikes, &mut listener.counters);
        listener.counters.add(Counter::Kicks, done.kicks);
        listener.turns.push((done.gained, done.lost));
    }
    (rows, listener.heard())
}

fn kick(
    (rows, blocks): (&mut [Row], usize),
    spike: &Spike,
    rules: &Rules<'_>,
    when: When,
    to: &mut Listener,
) {
    let mut near = Near::NONE;
    near.fill(&rules.traces);
    let traces = Traces::new(rules.traces, &near, rules.plastic.delay);
    match when {
        When::Alone => {
            for (number, row) in rows.chunks_exact_mut(blocks).enumerate() {
                let mut row = SubRow::new(&mut row[blocks - 1]).unwrap();
                let kicked = spike.kick(&mut row, place(number), rules);
                to.take(number, spike, kicked);
            }
        }
        _ => {
            for (group, rows) in rows.chunks_mut(TOGETHER * blocks).enumerate() {
                let first = group * TOGETHER;
                let rules = (rules, &traces);
                let kicked = kick_rows(rows, (blocks - 1, blocks), spike, place(first), rules);
                to.take(first, spike, kicked);
            }
        }
    }
}

fn plastic(delay: u32, gain: i32) -> Plastic {
    Plastic {
        mean: 1 << 27,
        offset: 3 << 28,
        log_alpha: -2 << 26,
        gain,
        drive_max: 50 << 18,
        theta_min: -3 << 28,
        theta_max: 3 << 28,
        retracted_learns: 1,
        delay,
        frozen_from: u32::MAX,
        ..Plastic::default()
    }
}

proptest! {
    /// The last visits lie so far apart that waits need one jump, two, or a trace that has died away.
    #[test]
    fn kicks_ahead_do_what_they_do_at_the_visit(
        drawn in prop::collection::vec(
            (0_u32..4600, (0_i32..1 << 30, 0_i32..1 << 28), (any::<u16>(), any::<u16>()), any::<i32>()),
            2 * TOGETHER,
        ),
        one_under_way: bool,
        waits in prop::collection::vec((1_u32..400, any::<u16>(), any::<u16>()), 0..24),
        delay in 1_u32..=16,
        gain in (1 << 16)..1 << 24,
        blocks in 1_usize..=3,
    ) {
        let mut drawn = drawn;
        if one_under_way {
            for (_, _, (_, under_way), _) in &mut drawn {
                *under_way &= 1;
            }
        }
        let mut tick = 0;
        let mut next = |(wait, one, other): (u32, u16, u16)| {
            tick += wait;
            (tick, one & other)
        };
        let spikes: Vec<(u32, u16)> = waits.into_iter().map(&mut next).filter(|(t, _)| *t < NOW).collect();
        let plastic = plastic(delay, gain);
        let visited = run((&drawn, blocks), &spikes, &plastic, When::Visited);
        for when in [When::Alone, When::Together, When::Resumed] {
            let here = run((&drawn, blocks), &spikes, &plastic, when);
            // Rows are many words: which differ is enough.
            let rows = here.0.iter().zip(&visited.0).enumerate();
            let others: Vec<_> = rows.filter(|(_, (here, there))| here != there).collect();
            assert!(others.is_empty(), "{when:?}: {others:?}");
            assert_eq!(here.1, visited.1, "{when:?}");
        }
    }
}

#[test]
fn all_there_is_to_tell_is_told() {
    // Strong kicks at θ about 0, and at the bounds.
    let drawn: Vec<Drawn> = (0..2 * TOGETHER as u32)
        .map(|row| {
            let theta = [0, 1 << 24, i32::MAX, i32::MIN][row as usize % 4];
            (row * 7, (1 << 30, 0), (u16::MAX, 1), theta)
        })
        .collect();
    let spikes: Vec<(u32, u16)> = (1..40).map(|i| (i * 120, 1 << (i % 7))).collect();
    let plastic = plastic(3, 1 << 24);
    let (_, visited) = run((&drawn, 2), &spikes, &plastic, When::Visited);
    for blocks in [1, 2] {
        let (_, together) = run((&drawn, blocks), &spikes, &plastic, When::Together);
        assert_eq!(together, visited);
    }
    for (count, _) in &visited.counts[..3] {
        assert_ne!(*count, 0, "{visited:?}");
    }
    let turned = |side: fn(&(u16, u16)) -> u16| visited.turns.iter().any(|turn| side(turn) != 0);
    assert!(turned(|turn| turn.0) && turned(|turn| turn.1));
}
