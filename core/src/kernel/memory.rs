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
        // The sections follow each other in this order, so each is split off the front of what is left.
        let start = layout.range(Section::Tables).start;
        let mut rest = dtcm.get_mut(start..)?;
        let mut next = |section| {
            let (front, back) =
                core::mem::take(&mut rest).split_at_mut_checked(layout.words(section) as usize)?;
            rest = back;
            Some(front)
        };
        let tables = next(Section::Tables)?;
        let (state, ring) = (next(Section::State)?, next(Section::Ring)?);
        let (history, record) = (next(Section::History)?, next(Section::Record)?);
        Some(Self {
            tables,
            state,
            ring,
            history,
            record,
        })
    }
}
