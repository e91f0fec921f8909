//! What happened in a run, in figures that can be stored, printed and drawn.

use super::activity::{SLACK_BINS, TASKS};
use super::costs::SECTIONS;
use super::energy::{Rates, by_chip};
use super::loading::Took;
use super::losses::{Incident, WORDS};
use super::run::Machine;
use super::time::Cycle;
use crate::geometry::{ChipCoord, Link};
use serde::{Deserialize, Serialize};

/// A run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Cycles of a tick.
    pub tick_cycles: u64,
    /// Clock of the cores.
    pub clock_mhz: u32,
    /// Ticks that ran.
    pub ticks: u32,
    /// Events that the emulator computed.
    pub events: u64,
    /// Multicast packets sent.
    pub sent: u64,
    /// Deliveries that those were worth.
    pub expected: u64,
    /// Deliveries made.
    pub delivered: u64,
    /// Deliveries lost, and packets, by reason: words, deliveries, packets, remedy.
    pub lost: Vec<(String, u64, u64, String)>,
    /// Packets dropped by a router, lost or sent again.
    pub dropped: u64,
    /// Packets sent again.
    pub reinjected: u64,
    /// Packets that took an emergency route.
    pub emergency: u64,
    /// Packets taken in late.
    pub late: u64,
    /// The first incidents.
    pub incidents: Vec<Told>,
    /// Ticks by the part of the tick that was left, in twentieths; the last bin missed the deadline.
    pub slack: Vec<u64>,
    /// Chips.
    pub chips: Vec<ChipSummary>,
    /// Links, both directions apart, those that carried nothing left out.
    pub links: Vec<LinkSummary>,
    /// Cores.
    pub cores: Vec<CoreSummary>,
    /// The worst tick of all.
    pub worst: Option<Worst>,
    /// Units of work, and cycles, by section of the kernel.
    pub work: Vec<(String, u64)>,
    /// Energy of the whole machine in joules: name and value.
    pub energy: Vec<(String, f64)>,
    /// Filling every chip with the program, by nearest-neighbour packets.
    #[serde(default)]
    pub booting: Took,
    /// Loading the images over Ethernet, routers and links.
    #[serde(default)]
    pub loading: Took,
    /// Fetching what was recorded.
    #[serde(default)]
    pub collecting: Took,
    /// What processor time and energy are worked out from, as the host knows: "estimated", "measured", …
    #[serde(default)]
    pub basis: String,
}

/// A loss or a late packet in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// "late", or how it was lost.
    pub what: String,
    /// Microseconds since the start.
    pub at_us: u64,
    /// Key.
    pub key: u32,
    /// Tick in which its neuron fired.
    pub tick: u32,
    /// Core that sent it.
    pub source: (ChipCoord, u8),
    /// Place, in words.
    pub place: String,
    /// Chips from source to place.
    pub path: Vec<ChipCoord>,
}

/// A chip.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChipSummary {
    /// Place.
    pub chip: ChipCoord,
    /// Cores in use.
    pub cores: u32,
    /// Share of the time that its busiest core worked.
    pub load: f64,
    /// Packets through its router.
    pub packets: u64,
    /// Packets that its router dropped.
    pub dropped: u64,
    /// Share of the time that its router's output was blocked.
    pub blocked: f64,
    /// Share of the time that its SDRAM was busy.
    pub sdram: f64,
    /// Most cores that waited for it at a time.
    pub sdram_waiting_max: u32,
    /// Joules.
    pub energy: f64,
    /// Whether it died.
    pub dead: bool,
}

/// A link, in one direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkSummary {
    /// Chip that sends.
    pub chip: ChipCoord,
    /// Link.
    pub link: Link,
    /// Packets.
    pub packets: u64,
    /// Share of the time that it was busy.
    pub busy: f64,
    /// Whether it died.
    pub dead: bool,
}

/// A core.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CoreSummary {
    /// Chip.
    pub chip: ChipCoord,
    /// Core.
    pub core: u8,
    /// What it runs; the host knows.
    #[serde(default)]
    pub population: String,
    /// Share of the time by task.
    pub tasks: Vec<f64>,
    /// Longest tick in cycles, and its number.
    pub worst: (u64, u32),
    /// Ticks that missed their deadline.
    pub overruns: u64,
    /// Packets taken in late.
    pub late: u64,
    /// Packets that found its queue full.
    pub overflowed: u64,
    /// Most packets in its queue.
    pub queue_max: u32,
    /// Stopped, or without progress for many ticks.
    pub stuck: bool,
}

/// The worst tick.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worst {
    /// Core.
    pub place: (ChipCoord, u8),
    /// Tick.
    pub tick: u32,
    /// Cycles from its start to the end of its work.
    pub cycles: u64,
    /// Task (index in the list of tasks), first cycle and length of each stretch, from the start of the tick.
    pub slices: Vec<(u8, u64, u64)>,
}

/// Names of the tasks, in the order of [`CoreSummary::tasks`].
#[must_use]
pub fn task_names() -> [&'static str; 6] {
    TASKS.map(|(_, name)| name)
}

impl Summary {
    /// Of a machine as it stands.
    #[must_use]
    pub fn of(machine: &Machine, rates: &Rates) -> Self {
        let shared = machine.shared();
        let until = shared.clock.due(machine.tick());
        let cycles = until.0.max(1) as f64;
        let ledger = machine.ledger();
        let energies = by_chip(machine, until, rates);
        let energy = energies
            .iter()
            .fold(super::energy::Energy::default(), |sum, one| sum.plus(*one));
        let lost = WORDS
            .iter()
            .zip(ledger.lost.iter().zip(ledger.lost_packets));
        let (slack, work) = sums(machine);
        Self {
            tick_cycles: shared.clock.cycles,
            clock_mhz: shared.figures.clock_mhz,
            ticks: machine.tick(),
            events: machine.events(),
            sent: ledger.sent,
            expected: ledger.expected,
            delivered: ledger.delivered,
            lost: lost
                .filter(|(_, (deliveries, packets))| **deliveries + *packets > 0)
                .map(|((_, words, remedy), (deliveries, packets))| {
                    (
                        (*words).to_owned(),
                        *deliveries,
                        packets,
                        (*remedy).to_owned(),
                    )
                })
                .collect(),
            dropped: ledger.dropped,
            reinjected: ledger.reinjected,
            emergency: ledger.emergency,
            late: ledger.late,
            incidents: ledger
                .incidents()
                .iter()
                .map(|it| told(machine, it))
                .collect(),
            slack,
            chips: machine
                .chips()
                .zip(energies)
                .map(|(of, energy)| chip(of, energy.sum(), cycles))
                .collect(),
            links: links(machine, cycles),
            cores: machine
                .cores()
                .map(|processor| core(processor, cycles))
                .collect(),
            worst: worst(machine),
            work,
            energy: vec![
                ("idle chips".into(), energy.idle),
                ("boards".into(), energy.board),
                ("cores at work".into(), energy.cores),
                ("routers".into(), energy.router),
                ("SDRAM".into(), energy.sdram),
            ],
            booting: Took::default(),
            loading: Took::default(),
            collecting: Took::default(),
            basis: String::new(),
        }
    }

    /// Joules of the whole machine.
    #[must_use]
    pub fn energy_joule(&self) -> f64 {
        self.energy.iter().map(|(_, joules)| joules).sum()
    }

    /// Longest tick of any core, in cycles.
    #[must_use]
    pub fn worst_tick_cycles(&self) -> u64 {
        self.cores
            .iter()
            .map(|core| core.worst.0)
            .max()
            .unwrap_or(0)
    }
}

/// Slack and work of all cores together.
fn sums(machine: &Machine) -> (Vec<u64>, Vec<(String, u64)>) {
    let mut slack = vec![0; SLACK_BINS];
    let mut work: Vec<_> = SECTIONS
        .iter()
        .map(|(_, name)| ((*name).to_owned(), 0))
        .collect();
    for processor in machine.cores() {
        for (sum, count) in slack.iter_mut().zip(processor.activity.slack) {
            *sum += count;
        }
        for ((_, sum), units) in work.iter_mut().zip(processor.runner.units()) {
            *sum += units;
        }
    }
    (slack, work)
}

fn chip(chip: &super::chip::Chip, energy: f64, cycles: f64) -> ChipSummary {
    let busy = chip
        .cores
        .iter()
        .map(|socket| socket.processor.activity.busy_cycles());
    ChipSummary {
        chip: chip.net.chip,
        cores: chip.cores.len() as u32,
        load: busy.max().unwrap_or(0) as f64 / cycles,
        packets: chip.net.router.packets,
        dropped: chip.net.ledger.dropped,
        blocked: chip.net.router.blocked as f64 / cycles,
        sdram: chip.sdram.busy as f64 / cycles,
        sdram_waiting_max: chip.sdram.waiting_max,
        energy,
        dead: chip.dead,
    }
}

fn links(machine: &Machine, cycles: f64) -> Vec<LinkSummary> {
    let of = |chip: &super::chip::Chip| {
        let (place, links) = (chip.net.chip, chip.net.links.clone());
        Link::ALL
            .into_iter()
            .zip(links)
            .filter_map(move |(link, transmitter)| {
                let transmitter = transmitter?;
                Some(LinkSummary {
                    chip: place,
                    link,
                    packets: transmitter.packets,
                    busy: transmitter.busy as f64 / cycles,
                    dead: transmitter.is_dead(),
                })
            })
    };
    let all = machine.chips().flat_map(of);
    all.filter(|link| link.packets > 0 || link.dead).collect()
}

fn core(processor: &super::processor::Processor, cycles: f64) -> CoreSummary {
    let activity = &processor.activity;
    CoreSummary {
        chip: processor.runner.loaded.chip,
        core: processor.runner.loaded.core,
        population: String::new(),
        tasks: activity
            .busy
            .iter()
            .map(|busy| *busy as f64 / cycles)
            .collect(),
        worst: (activity.worst.cycles, activity.worst.tick),
        overruns: activity.overruns,
        late: processor.late,
        overflowed: processor.overflowed,
        queue_max: processor.queue_max,
        stuck: processor.stuck || processor.is_stopped(),
    }
}

fn worst(machine: &Machine) -> Option<Worst> {
    let cores = machine.cores().enumerate();
    let (_, processor) = cores
        .max_by_key(|(index, core)| (core.activity.worst.cycles, std::cmp::Reverse(*index)))?;
    let worst = &processor.activity.worst;
    let start = worst.slices.first().map_or(Cycle(0), |slice| slice.from);
    let clock = &machine.shared().clock;
    // Slices of a tick begin with its update, which the timer starts.
    // One that began late is drawn from where it began.
    let late = start - clock.due(worst.tick);
    let offset = if late < clock.cycles { late } else { 0 };
    let slice = |slice: &super::activity::Slice| {
        let from = (slice.from - start) + offset;
        (slice.task as u8, from, slice.to - slice.from)
    };
    Some(Worst {
        place: (processor.runner.loaded.chip, processor.runner.loaded.core),
        tick: worst.tick,
        cycles: worst.cycles,
        slices: worst.slices.iter().map(slice).collect(),
    })
}

fn told(machine: &Machine, incident: &Incident) -> Told {
    let shared = machine.shared();
    let source = machine.cores().nth(incident.packet.source as usize);
    let source = source
        .map(|core| (core.runner.loaded.chip, core.runner.loaded.core))
        .unwrap_or_default();
    let (from, to) = (
        shared.fabric.index(source.0),
        shared.fabric.index(incident.chip),
    );
    let path = from
        .zip(to)
        .map(|(from, to)| shared.fabric.path(from, to, incident.packet.key));
    let place = match (incident.core, incident.link) {
        (Some(core), _) => format!("chip {}, core {core}", incident.chip),
        (None, Some(link)) => format!("chip {}, link {link}", incident.chip),
        (None, None) => format!("chip {}", incident.chip),
    };
    let reason = |reason| WORDS.iter().find(|(known, _, _)| *known == reason);
    let what = incident
        .reason
        .map_or(Some("late"), |it| reason(it).map(|(_, words, _)| *words));
    Told {
        what: what.unwrap_or_default().to_owned(),
        at_us: incident.at.0 / u64::from(shared.figures.clock_mhz.max(1)),
        key: incident.packet.key,
        tick: incident.packet.tick,
        source,
        place,
        path: path.unwrap_or_default(),
    }
}
