//! From connectors to synapses.
//!
//! Every row (or, for a fixed fan-in, every postsynaptic neuron) is drawn from streams of its own, keyed by the seed,
//! the projection's index and the neuron. Rayon joins rows in index order, so that threads change nothing.

use rayon::prelude::*;

use super::connectivity::{AllToAll, Connectivity, Csr};
use super::random::{Purpose, Stream};
use super::ticks::DELAY_TICKS_MAX;
use super::{Connector, Distribution, ListedSynapse, Network, NetworkError, Projection};

/// Rows that one task expands.
const ROWS_PER_TASK: usize = 256;

/// The synapses of every projection, in the order of their index.
///
/// All-to-all projections whose synapses are alike stay implicit. The weight of a plastic synapse is the largest that
/// its θ may reach. A delay drawn from a distribution is the nearest whole number of ticks.
///
/// # Errors
/// What [`Network::check`] finds wrong.
pub fn expand(network: &Network, seed: u64) -> Result<Vec<Connectivity>, NetworkError> {
    network.check()?;
    Ok((0..network.projections.len())
        .filter_map(|index| Expansion::of(network, index, seed))
        .map(|expansion| expansion.run())
        .collect())
}

/// One projection under expansion.
struct Expansion<'a> {
    projection: &'a Projection,
    key: Key,
    pre_size: u32,
    post_size: u32,
    recurrent: bool,
    weight: Distribution,
    delay: Delay,
}

/// What the streams of a projection are keyed by, besides the neuron.
#[derive(Clone, Copy)]
struct Key {
    seed: u64,
    projection: u64,
}

impl Key {
    fn stream(self, purpose: Purpose, neuron: u32) -> Stream {
        Stream::new(self.seed, purpose, self.projection, u64::from(neuron))
    }
}

/// Delays in ms and the tick that they are counted in.
#[derive(Clone, Copy)]
struct Delay {
    ms: Distribution,
    tick_us: u32,
}

impl Delay {
    fn ticks(self, ms: f64) -> u8 {
        let ticks = (ms * 1e3 / f64::from(self.tick_us)).round() as u32;
        ticks.clamp(1, DELAY_TICKS_MAX) as u8
    }

    fn draw(self, stream: &mut Stream) -> u8 {
        self.ticks(self.ms.draw(stream))
    }
}

/// Synapses of a few consecutive rows.
#[derive(Default)]
struct Rows {
    lengths: Vec<u32>,
    post: Vec<u32>,
    weight: Vec<f32>,
    delay_ticks: Vec<u8>,
}

impl<'a> Expansion<'a> {
    fn of(network: &'a Network, index: usize, seed: u64) -> Option<Self> {
        let projection = network.projections.get(index)?;
        Some(Self {
            projection,
            key: Key {
                seed,
                projection: index as u64,
            },
            pre_size: network.populations.get(projection.pre)?.size,
            post_size: network.populations.get(projection.post)?.size,
            recurrent: projection.pre == projection.post,
            weight: projection
                .plasticity
                .as_ref()
                .map_or(projection.weight, |rule| {
                    Distribution::Constant(rule.weight_max())
                }),
            delay: Delay {
                ms: projection.delay_ms,
                tick_us: network.tick_us,
            },
        })
    }

    fn run(&self) -> Connectivity {
        match &self.projection.connector {
            Connector::AllToAll { self_connections } => self.all_to_all(!self_connections),
            Connector::OneToOne => self.by_row(|pre, row| row.push(pre)),
            Connector::FixedProbability {
                probability,
                self_connections,
            } => {
                let skip = !self_connections && self.recurrent;
                self.by_row(|pre, row| self.skip_sample(*probability, pre, skip, row))
            }
            Connector::FixedNumberPre {
                number,
                self_connections,
            } => {
                let skip = !self_connections && self.recurrent;
                Connectivity::Sparse(self.by_fan_in(*number, skip))
            }
            Connector::List(synapses) => Connectivity::Sparse(self.listed(synapses)),
        }
    }

    fn all_to_all(&self, leave_out_self: bool) -> Connectivity {
        let skip_self = leave_out_self && self.recurrent;
        if let (Distribution::Constant(weight), Distribution::Constant(delay_ms)) =
            (self.weight, self.delay.ms)
        {
            return Connectivity::AllToAll(AllToAll {
                pre_size: self.pre_size,
                post_size: self.post_size,
                skip_self,
                weight: weight as f32,
                delay_ticks: self.delay.ticks(delay_ms),
            });
        }
        self.by_row(|pre, row| {
            row.extend((0..self.post_size).filter(|&post| !(skip_self && post == pre)));
        })
    }

    /// Appends the postsynaptic neurons that `pre` reaches with this probability: jumps from hit to hit, each gap
    /// drawn from the geometric law, so that the cost is that of the synapses, not of the pairs.
    fn skip_sample(&self, probability: f64, pre: u32, skip_self: bool, row: &mut Vec<u32>) {
        let candidates = u64::from(self.post_size - u32::from(skip_self));
        // Candidate c is neuron c, or the one after it from `pre` on, if that is left out.
        let neuron = |c: u64| c as u32 + u32::from(skip_self && c >= u64::from(pre));
        if probability >= 1.0 {
            row.extend((0..candidates).map(neuron));
        } else if probability > 0.0 {
            let ln_failure = libm::log1p(-probability);
            let mut stream = self.key.stream(Purpose::Structure, pre);
            let mut next = stream.gap(ln_failure);
            while next < candidates {
                row.push(neuron(next));
                next = stream.gap(ln_failure).saturating_add(next + 1);
            }
        }
    }

    /// Builds each row from the postsynaptic neurons that `reach` appends for it.
    fn by_row(&self, reach: impl Fn(u32, &mut Vec<u32>) + Sync) -> Connectivity {
        let pres: Vec<u32> = (0..self.pre_size).collect();
        let parts: Vec<Rows> = pres
            .par_chunks(ROWS_PER_TASK)
            .map(|pres| {
                let mut rows = Rows::default();
                for &pre in pres {
                    let before = rows.post.len();
                    reach(pre, &mut rows.post);
                    let length = rows.post.len() - before;
                    rows.lengths.push(length as u32);
                    self.draw_parameters(pre, length, &mut rows);
                }
                rows
            })
            .collect();
        Connectivity::Sparse(join(self.post_size, &parts))
    }

    /// Appends weights and delays of `count` synapses from the streams of `neuron`.
    fn draw_parameters(&self, neuron: u32, count: usize, rows: &mut Rows) {
        let mut weights = self.key.stream(Purpose::Weight, neuron);
        let mut delays = self.key.stream(Purpose::Delay, neuron);
        rows.weight
            .extend((0..count).map(|_| self.weight.draw(&mut weights) as f32));
        rows.delay_ticks
            .extend((0..count).map(|_| self.delay.draw(&mut delays)));
    }

    /// `number` distinct presynaptic neurons for each postsynaptic one, then sorted into rows.
    fn by_fan_in(&self, number: u32, skip_self: bool) -> Csr {
        let posts: Vec<u32> = (0..self.post_size).collect();
        let parts: Vec<Rows> = posts
            .par_chunks(ROWS_PER_TASK)
            .map_init(
                || Chosen::among(self.pre_size),
                |chosen, posts| {
                    let mut fans = Rows::default();
                    for &post in posts {
                        let mut stream = self.key.stream(Purpose::Structure, post);
                        let left_out = skip_self.then_some(post);
                        let before = fans.post.len();
                        chosen.draw(number, left_out, &mut stream, &mut fans.post);
                        let length = fans.post.len() - before;
                        fans.lengths.push(length as u32);
                        self.draw_parameters(post, length, &mut fans);
                    }
                    fans
                },
            )
            .collect();
        transpose(&join(self.pre_size, &parts))
    }

    fn listed(&self, synapses: &[ListedSynapse]) -> Csr {
        let mut sorted: Vec<&ListedSynapse> = synapses.iter().collect();
        sorted.sort_by_key(|s| (s.pre, s.post));
        let mut rows = Rows {
            lengths: vec![0; self.pre_size as usize],
            ..Rows::default()
        };
        for group in sorted.chunk_by(|a, b| a.pre == b.pre) {
            let pre = group.first().map_or(0, |s| s.pre);
            if let Some(length) = rows.lengths.get_mut(pre as usize) {
                *length = group.len() as u32;
            }
            let mut weights = self.key.stream(Purpose::Weight, pre);
            let mut delays = self.key.stream(Purpose::Delay, pre);
            for synapse in group {
                let given = if self.projection.plasticity.is_some() {
                    None
                } else {
                    synapse.weight
                };
                let weight = given.unwrap_or_else(|| self.weight.draw(&mut weights));
                let drawn = self.delay.draw(&mut delays);
                rows.post.push(synapse.post);
                rows.weight.push(weight as f32);
                rows.delay_ticks
                    .push(synapse.delay_ms.map_or(drawn, |ms| self.delay.ticks(ms)));
            }
        }
        join(self.post_size, &[rows])
    }
}

/// Joins consecutive rows.
fn join(post_size: u32, parts: &[Rows]) -> Csr {
    let total = parts.iter().map(|rows| rows.post.len()).sum();
    let mut csr = Csr {
        post_size,
        row_start: vec![0],
        post: Vec::with_capacity(total),
        weight: Vec::with_capacity(total),
        delay_ticks: Vec::with_capacity(total),
    };
    let mut end = 0;
    for rows in parts {
        csr.row_start.extend(rows.lengths.iter().map(|length| {
            end += length;
            end
        }));
        csr.post.extend_from_slice(&rows.post);
        csr.weight.extend_from_slice(&rows.weight);
        csr.delay_ticks.extend_from_slice(&rows.delay_ticks);
    }
    csr
}

/// Turns columns (fan-ins) into rows: a counting sort, stable, so that columns ascend within each row.
fn transpose(fans: &Csr) -> Csr {
    let rows = fans.post_size as usize;
    let mut row_start = vec![0_u32; rows + 1];
    for &row in &fans.post {
        if let Some(count) = row_start.get_mut(row as usize + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut row_start {
        sum += *start;
        *start = sum;
    }
    let mut next = row_start.clone();
    let mut csr = Csr {
        post_size: fans.row_start.len().saturating_sub(1) as u32,
        row_start,
        post: vec![0; fans.post.len()],
        weight: vec![0.0; fans.post.len()],
        delay_ticks: vec![1; fans.post.len()],
    };
    for (column, range) in fans.row_start.windows(2).enumerate() {
        let &[start, end] = range else { continue };
        for from in start as usize..end as usize {
            let to = next[fans.post[from] as usize] as usize;
            next[fans.post[from] as usize] += 1;
            csr.post[to] = column as u32;
            csr.weight[to] = fans.weight[from];
            csr.delay_ticks[to] = fans.delay_ticks[from];
        }
    }
    csr
}

/// Draws distinct neurons; the set of those taken is kept from one draw to the next, so that nothing is allocated.
struct Chosen {
    taken: Vec<bool>,
}

impl Chosen {
    fn among(size: u32) -> Self {
        Self {
            taken: vec![false; size as usize],
        }
    }

    /// Appends `number` distinct neurons, ascending, never `left_out`. Draws the smaller of the set and its
    /// complement by rejection, so that at most two draws a neuron are needed in the mean.
    fn draw(&mut self, number: u32, left_out: Option<u32>, stream: &mut Stream, to: &mut Vec<u32>) {
        let size = self.taken.len() as u32;
        let available = size - u32::from(left_out.is_some_and(|n| n < size));
        let number = number.min(available);
        let inverse = number > available / 2;
        let first = to.len();
        let mut missing = if inverse { available - number } else { number };
        while missing > 0 {
            let neuron = stream.below(size);
            if let Some(taken) = self.taken.get_mut(neuron as usize)
                && Some(neuron) != left_out
                && !*taken
            {
                *taken = true;
                missing -= 1;
                to.push(neuron);
            }
        }
        if inverse {
            to.truncate(first);
            to.extend((0..size).filter(|&n| Some(n) != left_out && !self.taken[n as usize]));
            self.taken.fill(false);
        } else {
            to[first..].sort_unstable();
            for &neuron in &to[first..] {
                self.taken[neuron as usize] = false;
            }
        }
    }
}
