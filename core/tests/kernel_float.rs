//! The kernel against a plain f64 model: potentials, leaky membranes, traces, kicks and prior, without noise.
//!
//! The model is the definition: sums over all spikes since the start, no recursion but that of θ. Tolerances are worked
//! out from the formats where they stand.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

#[expect(dead_code, reason = "shared with image")]
mod kernel;

use kernel::{Idle, Parts, decay, jump_words, plastic, psp, slice, trace_words};
use proptest::prelude::*;
use spinedrift_core::image::slice::{Lif, Wta};
use spinedrift_core::image::{Header, InletKind, Model, Plastic, Slice};
use spinedrift_core::kernel::record::Frame;
use spinedrift_core::kernel::{Counter, Kernel, Memory};
use spinedrift_core::spike::{AerKey, Tick};
use spinedrift_core::synapse::{static_row, subrow};

/// A packet: tick, presynaptic neuron.
type Packet = (u32, u32);

/// What the kernel did: potentials by (tick, slot), spikes, final θ by (pre, slot).
#[derive(Default)]
struct Ran {
    potentials: Vec<(u32, u32, f64)>,
    spikes: Vec<(u32, u32)>,
    theta: Vec<(u32, u32, f64)>,
    saturated: u64,
}

/// Runs a core for so many ticks with packets of key 0x100 + pre.
fn run(
    (header, mut dtcm, mut sdram): (Header, Vec<u32>, Vec<u32>),
    packets: &[Packet],
    ticks: u32,
) -> Ran {
    let mut memory = Memory {
        dtcm: &mut dtcm,
        sdram: &mut sdram,
    };
    let mut kernel = Kernel::open(
        &Header {
            snapshot_ticks: 0,
            ..header
        },
        &memory,
    )
    .unwrap();
    let mut hw = Idle::default();
    let mut ran = Ran::default();
    for tick in 0..ticks {
        kernel.timer(&mut memory, &mut hw, Tick(tick));
        for (_, pre) in packets.iter().filter(|packet| packet.0 == tick) {
            kernel.packet(&mut memory, &mut hw, AerKey(0x100 + pre), Tick(tick));
        }
    }
    kernel.read_out(&mut memory, &mut hw, Tick(ticks));
    let mut now = 0;
    for frame in hw.frames() {
        match frame {
            Frame::Tick(tick) => now = tick.0,
            Frame::Spike { slot, .. } => ran.spikes.push((now, slot)),
            Frame::Potential { slot, value, .. } => {
                ran.potentials
                    .push((now, slot, f64::from(value) / 65_536.0));
            }
            Frame::Theta {
                pre,
                block,
                lanes,
                theta,
                ..
            } => {
                let lanes = (0..16).filter(|lane| lanes >> lane & 1 == 1);
                ran.theta.extend(lanes.map(|lane| {
                    (
                        pre,
                        16 * block + lane,
                        f64::from(theta[lane as usize]) / 2f64.powi(28),
                    )
                }));
            }
            Frame::Rewiring { .. } => {}
        }
    }
    ran.saturated = kernel.counters().get(Counter::PotentialSaturated)
        + kernel.counters().get(Counter::TraceSaturated);
    ran
}

/// ε of a spike that arrived `age` ticks ago.
fn epsilon(age: i64) -> f64 {
    if age < 0 {
        0.0
    } else {
        (-age as f64 / 20.0).exp() - (-age as f64 / 2.0).exp()
    }
}

/// Distinct packets, by tick.
fn packets(pres: u32, ticks: u32) -> impl Strategy<Value = Vec<Packet>> {
    prop::collection::btree_set((0..ticks, 0..pres), 0..60)
        .prop_map(|set| set.into_iter().collect())
}

/// Four rows of synapses onto 16 slots: weight (16 bits), delay.
fn rows() -> impl Strategy<Value = Vec<Vec<(u16, u32)>>> {
    prop::collection::vec(prop::collection::vec((any::<u16>(), 1_u32..=16), 16), 4)
}

fn packed(rows: &[Vec<(u16, u32)>]) -> Vec<Vec<u32>> {
    let row = |row: &Vec<(u16, u32)>| {
        let synapses = (0_u8..)
            .zip(row)
            .map(|(target, &(weight, delay))| static_row::pack(weight, delay, target));
        std::iter::once(row.len() as u32).chain(synapses).collect()
    };
    rows.iter().map(row).collect()
}

/// A recorded WTA slice; `fire` is its probability of a spike in a tick.
fn wta(parts: &mut Parts, fire: f64, history_entries: u32) -> u16 {
    let model = Wta {
        psp: psp(),
        fire: (fire * 2f64.powi(32)) as u32,
        adapt_fall: 0,
        adapt_rise: 0,
        adapt_amplitude: 0,
    };
    let potential_masks = parts.table([0xFFFF]);
    let slice = Slice {
        history_entries,
        potential_ticks: 1,
        potential_masks,
        ..slice(9, 1, Model::Wta(model))
    };
    let mut state = [0; 80];
    state[32..48].fill(3 << 14); // bias 0.75
    parts.slice(slice, &state)
}

fn lif(parts: &mut Parts) -> u16 {
    let gain = |tau: f64| {
        let gain = tau / (tau - 20.0) * ((-1.0 / tau).exp() - (-1.0_f64 / 20.0).exp());
        (gain * 2f64.powi(31)).round() as u32
    };
    let model = Lif {
        decay_v: decay(20.0),
        decay_e: decay(5.0),
        decay_i: decay(10.0),
        gain_e: gain(5.0),
        gain_i: gain(10.0),
        threshold: -50 << 16,
        reset: -60 << 16,
        refractory: 5,
    };
    let potential_masks = parts.table([0xFFFF]);
    let slice = Slice {
        potential_ticks: 1,
        potential_masks,
        ..slice(9, 1, Model::Lif(model))
    };
    let mut state = [0; 64];
    state[..16].fill((-60 << 16) as u32);
    state[48..64].fill((-49 << 16) as u32);
    parts.slice(slice, &state)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Half a step is lost each tick in each sum and decays with it: 10 + 1 steps of 2^−16; weights are exact.
    #[test]
    fn wta_potentials_are_sums_of_psps(rows in rows(), packets in packets(4, 100), shift in 0_u32..4, negative: bool) {
        let mut parts = Parts::default();
        let to = wta(&mut parts, 0.1, 0);
        let inlet = parts.inlet(to, InletKind::Static, &packed(&rows));
        (inlet.weight_shift, inlet.negative) = (shift, negative);
        parts.key(0x100, 0, 1);
        let ran = run(parts.build(), &packets, 130);
        prop_assert_eq!((ran.potentials.len(), ran.saturated), (130 * 16, 0));
        let sign = if negative { -1.0 } else { 1.0 };
        for (tick, slot, u) in ran.potentials {
            let psp = |&(sent, pre): &Packet| {
                let (weight, delay) = rows[pre as usize][slot as usize];
                f64::from(u32::from(weight) << shift) / 65_536.0 * epsilon(i64::from(tick) - i64::from(sent + delay))
            };
            let expected = 0.75 + sign * packets.iter().map(psp).sum::<f64>();
            prop_assert!((u - expected).abs() < 12.0 / 65_536.0, "tick {} slot {}: {} for {}", tick, slot, u, expected);
        }
    }

    /// Currents are off by 3 (τ_e) and 5 (τ_i) steps at most; times gain 1/20 and collected over τ_m they, and the
    /// membrane's own 1½ steps a tick, make 40 steps of 2^−16 mV.
    #[test]
    fn leaky_membranes_follow_their_exact_solution(rows in rows(), inhibit in rows(), packets in packets(8, 120), shift in 2_u32..5) {
        let mut parts = Parts::default();
        let to = lif(&mut parts);
        parts.inlet(to, InletKind::Static, &packed(&rows)).weight_shift = shift;
        // Rows of neurons 4 to 7 go to the inhibitory receptor.
        let inlet = parts.inlet(to, InletKind::Static, &packed(&inhibit));
        (inlet.receptor, inlet.pre_first) = (1, 4);
        parts.key(0x100, 0, 2);
        let ran = run(parts.build(), &packets, 150);
        prop_assert_eq!((ran.potentials.len(), ran.saturated), (150 * 16, 0));
        for slot in 0..16 {
            let mut model = Membrane::default();
            for tick in 0..150 {
                let arrived = |rows: &[Vec<(u16, u32)>], first: u32| -> f64 {
                    let hits = packets.iter().filter(|(sent, pre)| {
                        (first..first + 4).contains(pre) && sent + rows[(pre - first) as usize][slot as usize].1 == tick
                    });
                    hits.map(|(_, pre)| f64::from(rows[(pre - first) as usize][slot as usize].0) / 65_536.0).sum()
                };
                let input = (arrived(&rows, 0) * f64::from(1 << shift), arrived(&inhibit, 4));
                let fired = ran.spikes.contains(&(tick, slot));
                let v = ran.potentials[(tick * 16 + slot) as usize].2;
                let problem = model.tick(input, fired, v);
                prop_assert!(problem.is_none(), "tick {} slot {}: {:?}", tick, slot, problem);
            }
        }
    }

    /// θ: [`Synapse::run`] works out what the formats may lose, and how far later kicks carry it on.
    /// u: likewise for each spike still felt, on top of the 12 steps above.
    #[test]
    fn theta_and_efficacies_follow_the_rule_without_noise(
        packets in packets(4, 110), start in prop::collection::vec(-1.0..5.0, 64), fire in 0.05..0.9, delay in 1_u32..=16, deaf: bool, cut in prop_oneof![Just(10), Just(1)]
    ) {
        let mut parts = Parts::default();
        let to = wta(&mut parts, fire, 256);
        let (jumps, traces) = (parts.table(jump_words(RATE, 64)), parts.table(trace_words()));
        let rule = Plastic { delay, retracted_learns: u32::from(!deaf), drive_max: cut << 20, ..plastic(jumps, traces) };
        let raw = |theta: f64| (theta * 2f64.powi(28)).round() as i32;
        let row = |theta: &[f64]| subrow::fresh(0xFFFF, &std::array::from_fn(|lane| raw(theta[lane]))).to_vec();
        parts.inlet(to, InletKind::Plastic(rule), &start.chunks(16).map(row).collect::<Vec<_>>());
        parts.key(0x100, 0, 1);
        let ran = run(parts.build(), &packets, 120);
        prop_assert_eq!((ran.theta.len(), ran.potentials.len()), (64, 120 * 16));
        let synapse = |pre: u32, slot: u32| Synapse { theta: start[(16 * pre + slot) as usize], delay, deaf, cut: f64::from(cut) };
        let sent = |pre: u32| packets.iter().filter(move |packet| packet.1 == pre).map(|packet| packet.0).collect::<Vec<_>>();
        let mut u = vec![0.75; 120 * 16];
        let mut off = vec![12.0 / 65_536.0; 120 * 16];
        for (pre, slot, theta) in ran.theta {
            let post: Vec<u32> = ran.spikes.iter().filter(|spike| spike.1 == slot).map(|spike| spike.0).collect();
            let (end, lost, weights) = synapse(pre, slot).run(&sent(pre), &post, 120);
            prop_assert!((theta - end).abs() < lost, "{} → {}: {} for {} ± {}", pre, slot, theta, end, lost);
            for (tick, weight, lost) in weights {
                for now in tick..120 {
                    let felt = epsilon(i64::from(now) - i64::from(tick + delay));
                    u[(now * 16 + slot) as usize] += weight * felt;
                    off[(now * 16 + slot) as usize] += lost * felt;
                }
            }
        }
        for (tick, slot, value) in ran.potentials {
            let (expected, off) = (u[(tick * 16 + slot) as usize], off[(tick * 16 + slot) as usize]);
            prop_assert!((value - expected).abs() < off, "u of {} at {}: {} for {} ± {}", slot, tick, value, expected, off);
        }
    }
}

/// λ of the prior, a tick.
const RATE: f64 = 0.001;

/// A leaky neuron in floats, which follows the kernel's spikes.
#[derive(Default)]
struct Membrane {
    started: bool,
    v: f64,
    g: (f64, f64),
    refractory: u32,
}

impl Membrane {
    /// One tick; says what is wrong with the kernel's potential or spike.
    fn tick(&mut self, input: (f64, f64), fired: bool, kernel: f64) -> Option<String> {
        const TOLERANCE: f64 = 45.0 / 65_536.0;
        if !self.started {
            (self.started, self.v) = (true, -60.0);
        }
        // The exact solution of the linear equations over one tick.
        let m = (-1.0_f64 / 20.0).exp();
        let part = |g: f64, tau: f64| g * tau / (tau - 20.0) * ((-1.0 / tau).exp() - m);
        let free = -49.0 + (self.v + 49.0) * m + part(self.g.0, 5.0) - part(self.g.1, 10.0);
        self.g = (
            self.g.0 * (-1.0_f64 / 5.0).exp() + input.0,
            self.g.1 * (-1.0_f64 / 10.0).exp() + input.1,
        );
        let held = self.refractory > 0;
        self.refractory = if fired {
            5
        } else {
            self.refractory.saturating_sub(1)
        };
        let reaches = free >= -50.0 && !held;
        if fired != reaches && (held || (free + 50.0).abs() > TOLERANCE) {
            return Some(format!("fired {fired}, v would be {free}, held {held}"));
        }
        self.v = if held || fired { -60.0 } else { free };
        ((self.v - kernel).abs() > TOLERANCE).then(|| format!("v {kernel} for {}", self.v))
    }
}

/// A plastic synapse in floats.
struct Synapse {
    theta: f64,
    delay: u32,
    deaf: bool,
    cut: f64,
}

impl Synapse {
    /// From tick 0 to `ticks`: the last θ, how far the kernel's may be off, and of each spike that was sent its tick,
    /// its efficacy and how far that may be off.
    ///
    /// A kick loses the drive's last bit (2^−20 · gain) and, through w, 2^−26 of e^x each (1½ steps) and 2e−6 of the trace:
    /// its sums truncate 6 steps of 2^−26 a tick and forget them over τ_m. What is lost before a kick is carried on by
    /// the kick's own slope, which is above 1 while y outweighs depression.
    fn run(mut self, sent: &[u32], post: &[u32], ticks: u32) -> (f64, f64, Vec<(u32, f64, f64)>) {
        const STEP: f64 = 1.5 / 67_108_864.0;
        let mut lost = 2f64.powi(-28);
        let mut efficacies = Vec::new();
        for tick in 0..ticks {
            // A packet of a tick sees the postsynaptic spikes strictly before it.
            if sent.contains(&tick) {
                let grown = (self.theta - 3.0).exp() - (-3f64).exp();
                let weight = if self.theta > 0.0 {
                    grown.max(0.0)
                } else {
                    0.0
                };
                // What is lost of θ, by the weight's slope; its own last bit, and that of e^x.
                let slope = (self.theta + lost - 3.0).exp();
                efficacies.push((tick, weight, slope * lost + 2f64.powi(-17) + STEP));
            }
            if post.contains(&tick) {
                let y: f64 = sent
                    .iter()
                    .map(|&sent| epsilon(i64::from(tick) - i64::from(sent + self.delay)))
                    .sum();
                let w = (self.theta - 3.0).exp();
                let depression = (w - 2.0).exp().min(5.0);
                let whole = w * (y - depression);
                let drive = whole.clamp(-self.cut, self.cut);
                if self.theta > 0.0 || !self.deaf {
                    // The drive's slope in θ: the depression has none where it is cut, nor has a drive that is.
                    let steeper = if depression < 5.0 {
                        w * w * depression
                    } else {
                        0.0
                    };
                    let slope = if whole.abs() < self.cut {
                        whole - steeper
                    } else {
                        0.0
                    };
                    let format = 2f64.powi(-20) + STEP * (y - depression).abs() + w * (2e-6 + STEP);
                    lost = lost * (1.0 + 0.05 * slope).abs() + 0.05 * format + 2f64.powi(-28);
                    self.theta = (self.theta + 0.05 * drive).clamp(-5.0, 6.0);
                }
            }
            self.theta = 0.5 + (self.theta - 0.5) * (-RATE).exp();
            lost += 2f64.powi(-28);
        }
        (self.theta, lost, efficacies)
    }
}
