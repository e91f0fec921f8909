//! Row by row.

use super::draft::Draft;
use super::{PlaceError, PlaceTask};

/// Fills the chips in the order of their rows.
pub(super) fn place(task: &PlaceTask, draft: Draft) -> Result<Draft, PlaceError> {
    let order: Vec<usize> = (0..draft.rooms.len()).collect();
    draft.fill(task, &order)
}
