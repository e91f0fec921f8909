//! What cores need in memory, known before anything runs: the sizes of the plan from which the image is made.

use super::core_plan::CorePlan;
use super::reach::Reach;
use super::{LoadingError, Source};
use crate::mapping::budget::{Budget, BudgetItem, Footprint, Memory};
use crate::mapping::keys::Keys;
use crate::mapping::net::Connectivity;
use crate::mapping::types::{Partition, Slice};
use spinedrift_core::image::Layout;
use spinedrift_core::image::layout::NAMES;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Plans cores of a partition; the mapper asks it for budgets and for who hears whom.
#[derive(Debug)]
pub struct LoadFootprint<'a> {
    source: Source<'a>,
    /// The last partition asked about, with one pass over its synapses.
    reach: Mutex<Option<(Vec<Slice>, Arc<Reach>)>>,
}

impl<'a> LoadFootprint<'a> {
    /// For a network.
    #[must_use]
    pub const fn new(source: Source<'a>) -> Self {
        Self {
            source,
            reach: Mutex::new(None),
        }
    }

    fn reach(&self, partition: &Partition) -> Arc<Reach> {
        let mut kept = self.reach.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((slices, reach)) = kept.as_ref()
            && *slices == partition.slices
        {
            return Arc::clone(reach);
        }
        let reach = Arc::new(Reach::new(&self.source, partition));
        *kept = Some((partition.slices.clone(), Arc::clone(&reach)));
        reach
    }

    /// The plan of a core.
    ///
    /// # Errors
    /// [`LoadingError`] if a parameter doesn't fit its format.
    pub fn plan(
        &self,
        partition: &Partition,
        core: usize,
        keys: Option<&Keys>,
    ) -> Result<CorePlan, LoadingError> {
        CorePlan::new(&self.source, partition, &self.reach(partition), core, keys)
    }
}

/// The budget of a planned core.
#[must_use]
pub fn budget_of(plan: &CorePlan) -> Budget {
    let layout = Layout::new(&plan.header.counts);
    let dtcm = NAMES.iter().map(|(section, name)| BudgetItem {
        name,
        memory: Memory::Dtcm,
        bytes: 4 * u64::from(layout.words(*section)),
    });
    let stimuli = plan
        .sites
        .iter()
        .map(|site| u64::from(site.source_words[1]) + u64::from(site.source_words[2]));
    let sdram = [
        ("synapse rows", 4 * plan.row_words),
        ("stimuli", 4 * stimuli.sum::<u64>()),
    ];
    let sdram = sdram.into_iter().map(|(name, bytes)| BudgetItem {
        name,
        memory: Memory::Sdram,
        bytes,
    });
    Budget {
        items: dtcm.chain(sdram).filter(|item| item.bytes > 0).collect(),
    }
}

impl Footprint for LoadFootprint<'_> {
    fn budget(&self, partition: &Partition, core: usize) -> Budget {
        // A plan that can't be made is reported when the image is built, with its own error.
        self.plan(partition, core, None)
            .map_or_else(|_| Budget::default(), |plan| budget_of(&plan))
    }
}

impl Connectivity for LoadFootprint<'_> {
    fn targets(&self, partition: &Partition, slice: usize) -> BTreeSet<usize> {
        self.reach(partition).targets(partition, slice)
    }
}
