//! Networks that everybody knows, ready to run or to change.

use super::builder::{NetworkBuilder, Synapses};
use super::{Distribution, Escape, Intensity, Lif, ListedSynapse, Psp};

/// The CUBA benchmark: 3,200 excitatory and 800 inhibitory leaky integrate-and-fire neurons with 2 % connectivity,
/// tick 0.1 ms (Vogels & Abbott 2005; benchmark 2 of Brette et al. 2007).
///
/// ```
/// use spinedrift::description::{cuba, expand};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let network = cuba().record_spikes("excitatory").build()?;
/// let synapses: u64 = expand(&network, 1)?.iter().map(|c| c.synapses()).sum();
/// assert!((315_000..325_000).contains(&synapses));
/// # Ok(())
/// # }
/// ```
pub fn cuba() -> NetworkBuilder {
    let random = || Synapses::with_probability(0.02);
    let (excites, inhibits) = (
        || random().weight(1.62),
        || random().weight(9.0).inhibitory(),
    );
    NetworkBuilder::new("cuba")
        .tick_ms(0.1)
        .population("excitatory", 3200, Lif::default())
        .population("inhibitory", 800, Lif::default())
        .project("excitatory", "excitatory", excites())
        .project("excitatory", "inhibitory", excites())
        .project("inhibitory", "excitatory", inhibits())
        .project("inhibitory", "inhibitory", inhibits())
}

/// A Boltzmann machine `p(z) ∝ exp(Σ b_k z_k + ½ Σ W_kj z_k z_j)` as a network of spiking neurons, by neural sampling
/// (Buesing et al. 2011), ticks of 1 ms.
///
/// `z_k = 1` from the tick in which neuron k fires on, for `tau_ticks` ticks; it is silent for the `tau_ticks` − 1 that
/// follow its spike. A synapse adds `W_kj` from one tick after the spike on, the shortest delay, until z falls to 0: a
/// step up, and the same step down. A neuron that is off so has no effect, and biases come out exactly. Steps up and down of one magnitude stand in the same pair of projections, which hold equal sets of
/// magnitudes, so that rounding leaves nothing behind.
/// All neurons of a tick are updated at once, where the theory has them one after the other: the law sampled is the
/// machine's in the limit of long τ. At τ = 15 a coupling of 0.8 acts like one of 0.76.
///
/// `weights` gives (k, j, W) for pairs k ≠ j, each once in either order; `tau_ticks` is 2 to 16.
///
/// ```
/// use spinedrift::description::boltzmann_machine;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let network = boltzmann_machine(&[-0.5, 0.0, 0.5], &[(0, 1, 1.0), (1, 2, -0.8)], 10)
///     .record_spikes("z")
///     .build()?;
/// assert_eq!(network.populations[0].size, 3);
/// # Ok(())
/// # }
/// ```
pub fn boltzmann_machine(
    biases: &[f64],
    weights: &[(u32, u32, f64)],
    tau_ticks: u32,
) -> NetworkBuilder {
    let tau_ms = f64::from(tau_ticks);
    let neurons = Intensity {
        // p = σ(u − ln τ) (Buesing et al. 2011, eq. 6): h = e^u / τ.
        rate_hz: 1e3 / tau_ms,
        escape: Escape::Logistic,
        // Silent for τ − 1 ticks after a spike: it may fire again in the tick in which z would fall to 0.
        refractory_ms: f64::from(tau_ticks.saturating_sub(1)),
        psp: Psp {
            tau_m_ms: f64::INFINITY,
            tau_s_ms: 0.0,
        },
        bias: biases.to_vec(),
    };
    let (mut up, mut down) = (Vec::new(), Vec::new());
    for &(k, j, weight) in weights.iter().filter(|(_, _, weight)| *weight != 0.0) {
        let (begin_ms, end_ms) = (1.0, tau_ms);
        let (up_ms, down_ms) = if weight > 0.0 {
            (begin_ms, end_ms)
        } else {
            (end_ms, begin_ms)
        };
        for (pre, post) in [(k, j), (j, k)] {
            let step = |delay_ms| ListedSynapse {
                pre,
                post,
                weight: Some(weight.abs()),
                delay_ms: Some(delay_ms),
            };
            up.push(step(up_ms));
            down.push(step(down_ms));
        }
    }
    let builder = NetworkBuilder::new("boltzmann").population("z", biases.len() as u32, neurons);
    if up.is_empty() {
        return builder;
    }
    let one_tick = Distribution::Constant(1.0);
    builder
        .project("z", "z", Synapses::list(up).delay_ms(one_tick).named("up"))
        .project(
            "z",
            "z",
            Synapses::list(down)
                .delay_ms(one_tick)
                .named("down")
                .inhibitory(),
        )
}
