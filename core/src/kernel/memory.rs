//! The two memories of a core, and the sections that the kernel's parts work on.

use crate::image::{Layout, Section};

/// A core's own DTCM and its share of the chip's SDRAM, as words.
#[derive(Debug)]
pub struct Memory<'a> {
    /// DTCM.
    pub dtcm: &'a mut [u32],
    /// SDRAM share.
    pub sdram: &'a mut [u32],
}

/// The sections of DTCM that change during a run, borrowed apart from each other.
#[derive(Debug)]
pub(super) struct Views<'a> {
    pub(super) keys: &'a [u32],
    pub(super) tables: &'a [u32],
    pub(super) state: &'a mut [u32],
    pub(super) ring: &'a mut [u32],
    pub(super) history: &'a mut [u32],
    pub(super) record: &'a mut [u32],
}

impl<'a> Views<'a> {
    /// `None` only if DTCM is shorter than the layout, which [`super::Kernel::open`] has ruled out.
    #[inline(always)]
    pub(super) fn new(dtcm: &'a mut [u32], layout: &Layout) -> Option<Self> {
        let sections = [
            Section::Keys,
            Section::Tables,
            Section::State,
            Section::Ring,
            Section::History,
            Section::Record,
        ];
        let [keys, tables, state, ring, history, record] = dtcm
            .get_disjoint_mut(sections.map(|section| layout.range(section)))
            .ok()?;
        Some(Self {
            keys,
            tables,
            state,
            ring,
            history,
            record,
        })
    }
}
