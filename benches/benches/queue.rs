//! `cargo bench -p spinedrift-benches --bench queue`: the machine's event queue against `BinaryHeap`, in the hold model: the
//! earliest event is taken and another is put a random time ahead, as a router, a DMA engine and a timer would.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spinedrift_emulator::machine::queue::EventQueue;
use spinedrift_emulator::machine::time::Cycle;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Events that are pending at a time: one board at full load has some thousand.
const PENDING: [usize; 3] = [100, 2_000, 50_000];
/// As large as an event of the machine.
type Item = [u64; 4];

/// How far ahead the next event lies: mostly a hop or a burst, sometimes a handler, now and then a timer.
fn ahead(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    match *state % 64 {
        0 => 200_000,
        1..=8 => 200 + *state / 64 % 3000,
        _ => 1 + *state / 64 % 64,
    }
}

fn hold(criterion: &mut Criterion) {
    for pending in PENDING {
        let mut group = criterion.benchmark_group(format!("hold {pending}"));
        group.throughput(Throughput::Elements(1));
        let mut state = 0x9E37_79B9_7F4A_7C15;
        let mut calendar: EventQueue<Item> = EventQueue::default();
        let mut heap: BinaryHeap<Reverse<(u64, u32, u64, Item)>> = BinaryHeap::new();
        for number in 0..pending as u64 {
            let at = ahead(&mut state);
            calendar.push(Cycle(at), 1, [number; 4]);
            heap.push(Reverse((at, 1, number, [number; 4])));
        }
        group.bench_function("calendar", |bencher| {
            bencher.iter(|| {
                if let Some((now, item)) = calendar.pop_before(Cycle::NEVER) {
                    calendar.push(now + ahead(&mut state), item[0] as u32 & 7, item);
                }
            });
        });
        let mut number = pending as u64;
        group.bench_function("binary heap", |bencher| {
            bencher.iter(|| {
                if let Some(Reverse((now, _, _, item))) = heap.pop() {
                    number += 1;
                    heap.push(Reverse((
                        now + ahead(&mut state),
                        item[0] as u32 & 7,
                        number,
                        item,
                    )));
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, hold);
criterion_main!(benches);
