//! The words of a core that a change concerns.

use super::check::raw;
use super::{Effect, SILENT, Which};
use crate::description::{SlotLayout, ThetaTable};
use crate::loading::CorePlan;
use crate::session::Prepared;
use spinedrift_core::image::{Inlet, InletKind, Layout, Section};
use spinedrift_core::spike::{BLOCK, BLOCK_SLOTS};
use spinedrift_core::synapse::subrow::{self, SubRow};
use spinedrift_emulator::functional::CoreState;

/// A checked change of the population or projection with this index.
#[derive(Debug)]
pub(in crate::session) struct Plan<'a> {
    pub(super) index: usize,
    pub(super) target: Target<'a>,
}

/// What changes, in fixed point.
#[derive(Debug)]
pub(super) enum Target<'a> {
    /// Neurons fall silent.
    Silence { neurons: &'a [u32] },
    /// θ of some synapses.
    Theta { which: Which, theta: i32 },
    /// θ of each.
    Table { table: &'a ThetaTable },
    /// Some synapses are gone.
    Remove { which: Which },
    /// Bounds of θ.
    Bound { low: i32, high: i32 },
}

/// A spine that a change took or made: (projection, pre, post, gained).
pub(in crate::session) type Rewired = (u32, u32, u32, bool);

/// Word of a neuron block's state that holds the bias of its first lane, of both models that have one.
const BIAS_ARRAY: usize = 2;

impl Plan<'_> {
    /// Indices of the cores that it concerns.
    pub(in crate::session) fn cores(&self, prepared: &Prepared) -> Vec<usize> {
        let concerned = |plan: &CorePlan| match self.target {
            Target::Silence { .. } => plan
                .sites
                .iter()
                .any(|site| usize::from(site.record.population) == self.index),
            _ => plan
                .inlets
                .iter()
                .any(|inlet| usize::from(inlet.projection) == self.index),
        };
        let plans = prepared.plans.iter().enumerate();
        plans
            .filter(|(_, plan)| concerned(plan))
            .map(|(core, _)| core)
            .collect()
    }

    /// Changes the memories of a core.
    pub(in crate::session) fn apply(
        &self,
        prepared: &Prepared,
        core: usize,
        state: &mut CoreState,
        (effect, rewired): (&mut Effect, &mut Vec<Rewired>),
    ) {
        let Some(plan) = prepared.plans.get(core) else {
            return;
        };
        if let Target::Silence { neurons } = self.target {
            self.silence(prepared, plan, neurons, (&mut state.dtcm, effect));
            return;
        }
        let network = &prepared.network;
        let Some(projection) = network.projections.get(self.index) else {
            return;
        };
        let layout = |population: usize| {
            let found = network.populations.get(population);
            found.map(crate::description::Population::slots)
        };
        let (Some(pre), Some(post)) = (layout(projection.pre), layout(projection.post)) else {
            return;
        };
        for (number, inlet) in plan.inlets.iter().enumerate() {
            if usize::from(inlet.projection) != self.index {
                continue;
            }
            if let Target::Bound { low, high } = self.target {
                bound(plan, number, (low, high), &mut state.dtcm);
            }
            let site = plan.sites.get(usize::from(inlet.slice));
            let rows = Rows {
                inlet,
                first_slot: site.map_or(0, |site| site.record.first_slot),
                pre,
                post,
            };
            rows.each(&mut state.sdram, &mut |pair, theta| {
                self.synapse(pair, theta, (effect, rewired))
            });
        }
    }

    /// One potential synapse; returns whether it stays one.
    fn synapse(
        &self,
        (pre, post): (u32, u32),
        theta: &mut u32,
        (effect, rewired): (&mut Effect, &mut Vec<Rewired>),
    ) -> bool {
        let before = *theta as i32;
        let pick = |which: &Which| match which {
            Which::All => true,
            Which::Functional => before > 0,
            Which::Pairs(pairs) => pairs.binary_search(&(pre, post)).is_ok(),
        };
        let after = match &self.target {
            Target::Silence { .. } => None,
            Target::Theta { which, theta } => pick(which).then_some(Some(*theta)),
            Target::Table { table } => table.get(pre, post).map(|theta| Some(raw(theta))),
            Target::Remove { which } => pick(which).then_some(None),
            Target::Bound { low, high } => {
                let held = before.clamp(*low, *high);
                (held != before).then_some(Some(held))
            }
        };
        let Some(after) = after else {
            return true;
        };
        effect.synapses += 1;
        let there = after.is_some_and(|after| after > 0);
        if there != (before > 0) {
            rewired.push((self.index as u32, pre, post, there));
            effect.gained += u64::from(there);
            effect.lost += u64::from(!there);
        }
        *theta = after.unwrap_or(0) as u32;
        after.is_some()
    }

    fn silence(
        &self,
        prepared: &Prepared,
        plan: &CorePlan,
        neurons: &[u32],
        (dtcm, effect): (&mut [u32], &mut Effect),
    ) {
        let Some(population) = prepared.network.populations.get(self.index) else {
            return;
        };
        let slots = population.slots();
        let states = Layout::new(&plan.header.counts).range(Section::State).start;
        for site in &plan.sites {
            if usize::from(site.record.population) != self.index {
                continue;
            }
            let words = site.record.model.block_words() as usize;
            for &neuron in neurons {
                let slot = slots.slot_of(neuron).checked_sub(site.record.first_slot);
                let slot = slot.filter(|slot| slot / BLOCK_SLOTS < u32::from(site.record.blocks));
                let Some(slot) = slot.map(|slot| slot as usize) else {
                    continue;
                };
                let block = states + site.record.state as usize + slot / BLOCK * words;
                if let Some(bias) = dtcm.get_mut(block + BIAS_ARRAY * BLOCK + slot % BLOCK) {
                    *bias = (SILENT as i32 * (1 << 16)) as u32;
                    effect.neurons += 1;
                }
            }
        }
    }
}

/// Writes new bounds into the record of an inlet.
fn bound(plan: &CorePlan, number: usize, (low, high): (i32, i32), dtcm: &mut [u32]) {
    let Some(inlet) = plan.inlets.get(number) else {
        return;
    };
    let InletKind::Plastic(plastic) = inlet.kind else {
        return;
    };
    let mut inlet = *inlet;
    inlet.kind = InletKind::Plastic(spinedrift_core::image::Plastic {
        theta_min: low,
        theta_max: high,
        ..plastic
    });
    let inlets = Layout::new(&plan.header.counts)
        .range(Section::Inlets)
        .start;
    let at = inlets + number * Inlet::WORDS;
    let words = dtcm.iter_mut().skip(at).zip(inlet.to_words());
    words.for_each(|(to, word)| *to = word);
}

/// The rows of an inlet, and who stands at their ends.
struct Rows<'a> {
    inlet: &'a Inlet,
    first_slot: u32,
    pre: SlotLayout,
    post: SlotLayout,
}

impl Rows<'_> {
    /// Shows every potential synapse; one that shall not stay loses its lane.
    fn each(&self, sdram: &mut [u32], visit: &mut impl FnMut((u32, u32), &mut u32) -> bool) {
        let stride = self.inlet.stride as usize;
        let words = self.inlet.pre_count as usize * stride;
        let rows = sdram
            .get_mut(self.inlet.rows as usize..)
            .unwrap_or_default();
        let rows = rows.get_mut(..words).unwrap_or_default();
        for (slot, row) in (self.inlet.pre_first..).zip(rows.chunks_exact_mut(stride.max(1))) {
            let Some(pre) = self.pre.neuron_of(slot) else {
                continue;
            };
            for (block, words) in (0..).zip(row.as_chunks_mut::<{ subrow::WORDS }>().0) {
                let first = self.first_slot + block * BLOCK_SLOTS;
                self.block((pre, first), words, visit);
            }
        }
    }

    fn block(
        &self,
        (pre, first): (u32, u32),
        words: &mut [u32; subrow::WORDS],
        visit: &mut impl FnMut((u32, u32), &mut u32) -> bool,
    ) {
        let [_, _, _, head, theta @ ..] = words;
        for (lane, theta) in (0..).zip(theta) {
            let bit = 1 << (16 + lane);
            let post = self.post.neuron_of(first + lane);
            if let Some(post) = post.filter(|_| *head & bit != 0)
                && !visit((pre, post), theta)
            {
                *head &= !bit;
            }
        }
        // What the change took or made is recorded with it, so the next visit is not to find it again.
        if let Some(mut row) = SubRow::new(words) {
            row.set_functional(row.functional());
        }
    }
}
