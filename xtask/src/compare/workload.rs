//! What is compared: each case with its rivals, and Spinedrift's turn at it.

use super::rival::{Reads, Rival, Runs};
use super::{CompareError, Isa, Turn};
use spinedrift_benches::lazy_wta;
use spinedrift_benches::rig::Rig;
use spinedrift_benches::workload;
use spinedrift_core::kernel::Counter;
use spinedrift_emulator::functional::Vectors;
use std::path::Path;

/// A workload by name.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Workload {
    /// One winner-take-all circuit with synaptic sampling.
    Wta,
    /// 4,000 leaky integrate-and-fire neurons.
    Cuba,
    /// A million parameters under a Gaussian prior.
    Ou,
}

/// One setting of a workload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    workload: Workload,
    /// WTA neurons.
    neurons: u32,
    ticks: u32,
}

impl Workload {
    pub(super) fn cases(self) -> Vec<Case> {
        let case = |name, unit, neurons, ticks| Case {
            name,
            unit,
            workload: self,
            neurons,
            ticks,
        };
        match self {
            Self::Wta => vec![
                case("K = 10", "ns per biological ms", 10, 20_000),
                case("K = 100", "ns per biological ms", 100, 5_000),
            ],
            Self::Cuba => vec![case("1 s", "ns per biological ms", 0, 10_000)],
            Self::Ou => vec![case("10^6", "ns per parameter update", 0, 50)],
        }
    }
}

impl Case {
    /// The programs to compare with.
    pub(super) fn rivals(&self, peer: Option<&Path>, python: &Path, threads: u16) -> Vec<Rival> {
        let seconds = (f64::from(self.ticks) / 1e3).to_string();
        let c = |name, file: &str| (name, crate_peers().join(file));
        let native = |(name, source), arguments: Vec<String>| Rival {
            name,
            runs: Runs::C { source },
            arguments,
            threads,
            reads: Reads::OwnNs { scale: 1.0 },
        };
        let mut rivals = Vec::new();
        match self.workload {
            Workload::Wta => {
                let neurons = self.neurons.to_string();
                rivals.push(native(
                    c("C", "wta.c"),
                    vec![neurons.clone(), seconds.clone()],
                ));
                if let Some(folder) = peer {
                    rivals.push(Rival {
                        name: "w2_wta.c lazy",
                        runs: Runs::C {
                            source: folder.join("w2_wta.c"),
                        },
                        arguments: vec!["lazy".into(), neurons, seconds, "1".into()],
                        threads,
                        reads: Reads::RealTimeFactor,
                    });
                }
            }
            Workload::Ou => {
                let ticks = self.ticks.to_string();
                rivals.push(native(c("C", "ou.c"), vec![ticks.clone()]));
                // Box-Muller in lanes, in floats; then what a lane at a time takes in fixed point.
                let variants = [("w1_sampler.c bm", "bm"), ("w1_sampler.c fix", "fix")];
                if let Some(folder) = peer {
                    rivals.extend(variants.map(|(name, variant)| Rival {
                        name,
                        runs: Runs::C {
                            source: folder.join("w1_sampler.c"),
                        },
                        arguments: [variant, "1000000", &ticks, "1"].map(String::from).into(),
                        threads,
                        reads: Reads::SamplerNs,
                    }));
                }
            }
            Workload::Cuba => {
                for (name, file) in [("NEST", "cuba_nest.py"), ("Brian2 C++", "cuba_brian2.py")] {
                    rivals.push(Rival {
                        name,
                        runs: Runs::Python {
                            python: python.to_owned(),
                            script: crate_peers().join(file),
                        },
                        arguments: vec![
                            (f64::from(self.ticks) / 1e4).to_string(),
                            threads.to_string(),
                        ],
                        // Ten ticks a biological ms.
                        threads,
                        reads: Reads::OwnNs { scale: 10.0 },
                    });
                }
            }
        }
        rivals
    }

    /// Spinedrift's turn: a fresh network, run on this thread or several.
    pub(super) fn turn(&self, isa: Isa, threads: usize) -> Result<Turn, CompareError> {
        let network = match self.workload {
            Workload::Wta => lazy_wta(self.neurons, self.ticks)?,
            Workload::Cuba => workload::cuba_recorded()?,
            Workload::Ou => workload::ou()?,
        };
        let (tick_ms, units) = match self.workload {
            Workload::Ou => (1.0, f64::from(workload::OU_PARAMETERS)),
            Workload::Wta => (1.0, 1.0),
            Workload::Cuba => (0.1, 0.1),
        };
        let neurons = match self.workload {
            Workload::Cuba => 4000.0,
            // The circuit's rate, not a neuron's.
            Workload::Wta | Workload::Ou => 1.0,
        };
        let vectors = match isa {
            Isa::Widest => Vectors::Widest,
            Isa::Baseline => Vectors::Compiled,
        };
        let mut rig = Rig::with_vectors(network, threads, vectors)?;
        let time = rig.run(self.ticks)?;
        let seconds = f64::from(self.ticks) * tick_ms * 1e-3;
        let spikes = match self.workload {
            Workload::Ou => None,
            Workload::Wta => Some(rig.spikes() as f64),
            Workload::Cuba => Some(rig.counter(Counter::Spikes) as f64),
        };
        Ok(Turn {
            ns: time.as_nanos() as f64 / f64::from(self.ticks) / units,
            rate_hz: spikes.map(|spikes| spikes / neurons / seconds),
        })
    }
}

/// `benches/peers` of this working copy.
fn crate_peers() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/peers")
}
