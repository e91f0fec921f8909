//! What a run recorded, in an order that no partition changes.

use spinedrift::session::Sink;

/// A neuron's spike: tick, population, neuron.
pub type Spike = (u32, u32, u32);
/// θ of a synapse: tick, projection, pre, post, Q3.28.
pub type Theta = (u32, u32, u32, u32, i32);
/// A spine: tick, projection, pre, post, gained.
pub type Rewired = (u32, u32, u32, u32, bool);
/// A potential: tick, population, neuron, bits of the f64.
pub type Potential = (u32, u32, u32, u64);

/// Keeps everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Spikes.
    pub spikes: Vec<Spike>,
    /// θ.
    pub theta: Vec<Theta>,
    /// Spines gained and lost.
    pub rewiring: Vec<Rewired>,
    /// Potentials.
    pub potentials: Vec<Potential>,
}

impl Collected {
    /// Sorts all; what a run recorded is a set.
    pub fn sort(&mut self) {
        self.spikes.sort_unstable();
        self.theta.sort_unstable();
        self.rewiring.sort_unstable();
        self.potentials.sort_unstable();
    }

    /// The first difference to another run, in words.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        first("spikes", &self.spikes, &other.spikes)
            .or_else(|| first("rewiring", &self.rewiring, &other.rewiring))
            .or_else(|| first("potentials", &self.potentials, &other.potentials))
            .or_else(|| first("θ", &self.theta, &other.theta))
    }

    /// θ of the last read-out.
    pub fn last_theta(&self) -> impl Iterator<Item = &Theta> {
        let last = self.theta.iter().map(|theta| theta.0).max().unwrap_or(0);
        self.theta.iter().filter(move |theta| theta.0 == last)
    }
}

fn first<T: PartialEq + std::fmt::Debug>(what: &str, a: &[T], b: &[T]) -> Option<String> {
    let at = a.iter().zip(b).position(|(a, b)| a != b);
    let at = at.or_else(|| (a.len() != b.len()).then(|| a.len().min(b.len())))?;
    let (counts, pair) = ((a.len(), b.len()), (a.get(at), b.get(at)));
    Some(format!(
        "{what} differ at number {at} of {counts:?}: {pair:?}"
    ))
}

impl Sink for Collected {
    fn spike(&mut self, tick: u32, population: u32, neuron: u32) {
        self.spikes.push((tick, population, neuron));
    }

    fn theta(&mut self, tick: u32, projection: u32, pre: u32, post: u32, raw: i32) {
        self.theta.push((tick, projection, pre, post, raw));
    }

    fn rewiring(&mut self, tick: u32, projection: u32, pre: u32, post: u32, gained: bool) {
        self.rewiring.push((tick, projection, pre, post, gained));
    }

    fn potential(&mut self, tick: u32, population: u32, neuron: u32, u: f64) {
        self.potentials
            .push((tick, population, neuron, u.to_bits()));
    }
}
