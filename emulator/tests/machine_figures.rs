//! The emulated machine against the published figures, as `docs/machine.md` lists them: each test prints what it measured.
//!
//! Packets are put into a router from outside and end at a core that isn't there: the loss is noted with its time.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests, which fail by panicking"
)]

use spinedrift_emulator::geometry::{ChipCoord, Grid, Link};
use spinedrift_emulator::machine::chip::Chip;
use spinedrift_emulator::machine::dma::{Engine, Progress, Purpose};
use spinedrift_emulator::machine::event::{Clock, Places, What};
use spinedrift_emulator::machine::fabric::{Fabric, Outline};
use spinedrift_emulator::machine::figures::{Figures, Reinjection};
use spinedrift_emulator::machine::losses::{Incident, Ledger, Reason};
use spinedrift_emulator::machine::packet::Packet;
use spinedrift_emulator::machine::region::{Region, Shared, Threads};
use spinedrift_emulator::machine::sdram::Sdram;
use spinedrift_emulator::machine::time::Cycle;
use spinedrift_emulator::machine::trace::Tracer;
use spinedrift_emulator::network::{Entry, Route, Table};
use std::collections::{BTreeMap, BTreeSet};

const MHZ: f64 = 200.0;

/// A torus of chips without cores, on so many regions.
struct Net {
    regions: Vec<Region>,
    shared: Shared,
}

impl Net {
    fn new(
        grid: Grid,
        tables: &BTreeMap<ChipCoord, Table>,
        figures: Figures,
        dead: &[(ChipCoord, Link)],
        regions: u32,
    ) -> Self {
        let fabric = Fabric::new(grid, &Outline::one_board(grid, dead), tables);
        let count = fabric.sites().len() as u32;
        let mut all: Vec<Region> = (0..regions)
            .map(|number| Region::new(number, Tracer::new(0)))
            .collect();
        let mut places = Vec::new();
        for id in 0..count {
            let region = (id * regions / count) as usize;
            places.push((region as u32, all[region].chips.len() as u32));
            let chip = Chip::new(id, &fabric, &figures, Vec::new());
            all[region].chips.push((id, chip));
        }
        let shared = Shared {
            lookahead: figures.link.flight(40, figures.clock_mhz),
            figures,
            fabric,
            places: Places(places),
            clock: Clock {
                tick: 0,
                at: Cycle(0),
                cycles: 200_000,
            },
            end_tick: 0,
        };
        Self {
            regions: all,
            shared,
        }
    }

    /// A packet comes in by a link.
    fn put(&mut self, at: u64, chip: ChipCoord, link: Link, key: u32) {
        let id = self.shared.fabric.index(chip).unwrap();
        let (region, local) = self.shared.places.0[id as usize];
        let packet = Packet {
            key,
            phase: ((at / self.shared.figures.phase) & 3) as u8,
            ..Packet::default()
        };
        self.regions[region as usize].push(Cycle(at), local, What::Arrive(link, packet));
    }

    fn run(&mut self) -> Ledger {
        let shared = &self.shared;
        if let [only] = self.regions.as_mut_slice() {
            only.advance(Cycle::NEVER, shared);
        } else {
            let exchange = Threads::new(self.regions.len(), &shared.places);
            std::thread::scope(|scope| {
                for region in &mut self.regions {
                    scope.spawn(|| region.advance_together(Cycle::NEVER, shared, &exchange));
                }
            });
        }
        let mut sum = Ledger::default();
        for (_, chip) in self.regions.iter().flat_map(|region| &region.chips) {
            assert!(chip.is_quiet(), "chip {} holds packets", chip.net.chip);
            sum.add(&chip.net.ledger);
        }
        sum
    }
}

fn line(key: u32, route: Route) -> Table {
    Table {
        entries: vec![Entry {
            key,
            mask: !0,
            route,
        }],
    }
}

/// Times at which packets came to the end of a line of so many hops to the east.
fn arrivals(hops: u8, packets: u64, apart: u64) -> Vec<u64> {
    let grid = Grid::new(12, 1, false);
    let end = ChipCoord::new(hops, 0);
    let tables = BTreeMap::from([(end, line(7, Route::NOWHERE.with_core(1)))]);
    let mut net = Net::new(grid, &tables, Figures::spinnaker1(), &[], 1);
    for number in 0..packets {
        net.put(number * apart, ChipCoord::new(0, 0), Link::West, 7);
    }
    let ledger = net.run();
    ledger
        .incidents()
        .iter()
        .map(|incident| incident.at.0)
        .collect()
}

#[test]
fn a_hop_takes_0_2_to_0_25_us() {
    let hop = (arrivals(6, 1, 1)[0] - arrivals(1, 1, 1)[0]) as f64 / 5.0 / MHZ;
    println!("hop latency: {hop} µs");
    assert!((0.20..=0.25).contains(&hop), "{hop}");
}

#[test]
fn a_link_carries_about_six_million_packets_a_second() {
    // 60 of 64 packets pushed as fast as the router takes them.
    let times = arrivals(1, 60, 2);
    let each = (times[59] - times[9]) as f64 / 50.0;
    let rate = MHZ / each;
    println!("link throughput: {rate} million packets a second");
    assert!((5.5..=6.5).contains(&rate), "{rate}");
}

#[test]
fn a_router_passes_one_packet_a_cycle() {
    let times = arrivals(0, 60, 1);
    assert!(
        times.windows(2).all(|pair| pair[1] - pair[0] == 2),
        "{times:?}"
    );
    println!("router throughput: {} million packets a second", MHZ / 2.0);
}

#[test]
fn a_blocked_packet_is_dropped_after_240_router_cycles() {
    let grid = Grid::new(3, 3, true);
    let dead = [(ChipCoord::new(0, 0), Link::East)];
    let mut net = Net::new(grid, &BTreeMap::new(), Figures::spinnaker1(), &dead, 1);
    net.put(0, ChipCoord::new(0, 0), Link::West, 7);
    let ledger = net.run();
    let Incident { at, reason, .. } = ledger.incidents()[0];
    println!("drop after {} router cycles", (at.0 - 10) / 2);
    assert_eq!((at.0, reason), (10 + 480, Some(Reason::Blocked)));
    assert_eq!(ledger.dropped, 1);
}

#[test]
fn emergency_routing_leads_round_a_dead_link() {
    let grid = Grid::new(4, 4, true);
    let tables = BTreeMap::from([(ChipCoord::new(1, 0), line(7, Route::NOWHERE.with_core(1)))]);
    let dead = [(ChipCoord::new(0, 0), Link::East)];
    let mut figures = Figures::spinnaker1();
    figures.wait2 = 480;
    let mut net = Net::new(grid, &tables, figures, &dead, 1);
    net.put(0, ChipCoord::new(0, 0), Link::West, 7);
    let ledger = net.run();
    let incident = ledger.incidents()[0];
    assert_eq!(
        (incident.chip, incident.reason),
        (ChipCoord::new(1, 0), Some(Reason::NoCore))
    );
    assert_eq!((ledger.emergency, ledger.dropped), (1, 0));
}

#[test]
fn the_monitor_sends_dropped_packets_again_and_gives_up_in_the_end() {
    let grid = Grid::new(3, 3, true);
    let dead = [(ChipCoord::new(0, 0), Link::East)];
    let mut figures = Figures::spinnaker1();
    figures.reinjection = Some(Reinjection {
        capacity: 4,
        cycles: 100,
        tries_max: 3,
    });
    let mut net = Net::new(grid, &BTreeMap::new(), figures, &dead, 1);
    net.put(0, ChipCoord::new(0, 0), Link::West, 7);
    let ledger = net.run();
    assert_eq!((ledger.dropped, ledger.reinjected), (4, 3));
    assert_eq!(ledger.lost_packets[Reason::ReinjectionGivenUp as usize], 1);
}

#[test]
fn a_packet_that_goes_in_circles_grows_old() {
    let grid = Grid::new(4, 1, true);
    let mut net = Net::new(grid, &BTreeMap::new(), Figures::spinnaker1(), &[], 1);
    net.put(0, ChipCoord::new(0, 0), Link::West, 7);
    let ledger = net.run();
    let incident = ledger.incidents()[0];
    assert_eq!(incident.reason, Some(Reason::Aged));
    assert!((400_000..400_100).contains(&incident.at.0));
}

/// Bytes a second that so many cores read from one SDRAM in long transfers, in MB/s.
fn bandwidth(cores: u8) -> f64 {
    let figures = Figures::spinnaker1();
    let mut sdram = Sdram::default();
    let mut engines: Vec<Engine> = (0..cores).map(|_| Engine::default()).collect();
    // (time, kind, core): 0 a burst is asked for, 1 the memory is free, 2 a transfer ends.
    let mut events = BTreeSet::new();
    for (core, engine) in (0_u8..).zip(&mut engines) {
        let first = engine
            .start(Purpose::Read, 4096, Cycle(0), &figures)
            .unwrap()
            .unwrap();
        events.insert((first, 0, core));
    }
    let end = Cycle(200_000);
    while let Some((now, kind, core)) = events.pop_first().filter(|(now, _, _)| *now < end) {
        let mut granted = Vec::new();
        match kind {
            0 => match sdram.request(
                core,
                engines[core as usize].burst_bytes(&figures),
                now,
                &figures,
            ) {
                Ok(grant) => granted.push(grant),
                Err(Some(free)) => {
                    events.insert((free, 1, 0));
                }
                Err(None) => {}
            },
            1 => {
                if let Some((grant, more)) = sdram.next(now, &figures) {
                    granted.push(grant);
                    if more {
                        events.insert((grant.free, 1, 0));
                    }
                }
            }
            _ => {
                engines[core as usize].finish(now, &figures);
                let first = engines[core as usize]
                    .start(Purpose::Read, 4096, now, &figures)
                    .unwrap()
                    .unwrap();
                events.insert((first, 0, core));
            }
        }
        for grant in granted {
            match engines[grant.core as usize].granted(&grant, &figures) {
                Progress::Burst(at) => events.insert((at, 0, grant.core)),
                Progress::Done(at) => events.insert((at, 2, grant.core)),
            };
        }
    }
    sdram.bytes as f64 / (end.0 as f64 / MHZ)
}

#[test]
fn sdram_bandwidth_grows_with_the_cores_and_saturates() {
    let curve: Vec<f64> = (1..=17).map(bandwidth).collect();
    println!("SDRAM, 1 to 17 cores, MB/s: {curve:.0?}");
    assert!((200.0..=240.0).contains(&curve[0]), "{curve:?}");
    assert!(
        curve.windows(2).all(|pair| pair[1] > 0.995 * pair[0]),
        "{curve:?}"
    );
    assert!(
        (600.0..=900.0).contains(&curve[16]) && curve[16] < 1.01 * curve[7],
        "{curve:?}"
    );
}

/// Every chip sends to every other at the rate of its links; some links are dead, so that packets wait and are dropped.
/// Whatever happens, the network empties, and every packet is accounted for; on two regions as on one.
#[test]
fn all_to_all_at_full_load_with_dead_links_never_locks_up() {
    let grid = Grid::new(6, 6, true);
    for seed in 0..8_u64 {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut draw = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        let chips: Vec<ChipCoord> = grid.chips().collect();
        let mut tables: BTreeMap<ChipCoord, Table> = BTreeMap::new();
        for chip in &chips {
            let entry = |(key, to): (u32, &ChipCoord)| {
                let legs = grid.shortest(*chip, *to).legs();
                let leg = legs.into_iter().find(|(_, steps)| *steps > 0);
                let route = leg.map_or(Route::NOWHERE.with_core(1), |(link, _)| {
                    Route::NOWHERE.with_link(link)
                });
                Entry {
                    key,
                    mask: !0,
                    route,
                }
            };
            tables.insert(
                *chip,
                Table {
                    entries: (0..).zip(&chips).map(entry).collect(),
                },
            );
        }
        let dead: Vec<(ChipCoord, Link)> = (0..seed)
            .map(|_| (chips[draw(36) as usize], Link::ALL[draw(6) as usize]))
            .collect();
        let mut traffic = Vec::new();
        for chip in &chips {
            for number in 0..600 {
                // Four in 32 cycles enter each router by one link or another: more than its links can take.
                traffic.push((
                    number * 8,
                    *chip,
                    Link::ALL[draw(6) as usize],
                    draw(36) as u32,
                ));
            }
        }
        let run = |regions| {
            let mut net = Net::new(grid, &tables, Figures::spinnaker1(), &dead, regions);
            for (at, chip, link, key) in &traffic {
                net.put(*at, *chip, *link, *key);
            }
            net.run()
        };
        let ledger = run(1);
        let ended: u64 = ledger.lost_packets.iter().sum();
        assert_eq!(ended, traffic.len() as u64, "seed {seed}: {ledger:?}");
        let arrived = ledger.lost_packets[Reason::NoCore as usize];
        println!("seed {seed}: {arrived} arrived, {} dropped", ledger.dropped);
        assert!(arrived * 10 > ended, "seed {seed}: hardly anything arrives");
        assert_eq!(ledger, run(2), "seed {seed}: two regions");
    }
}
