//! The memories of a board: an image comes in, and its parts are put where the kernel works on them.
//!
//! The image stays where it was loaded. Its DTCM section is copied to DTCM; its last section, SDRAM, is worked on in
//! place; what lies behind it holds packets to come and words to hand over.

use super::opened::Opened;
use crate::queue::{Inbox, Outbox};
use spinedrift_core::image::{ImageView, Layout};
use spinedrift_core::kernel::{Kernel, Memory};
use spinedrift_link::Refusal;

/// Words that an image must leave for what comes in and goes out: a frame's data each way, and some more.
pub(super) const QUEUE_WORDS_MIN: u32 = 1024;

/// Most words for packets to come; the rest goes to what is handed over.
const INBOX_WORDS_MAX: usize = 16 * 1024;

/// A board's two memories.
#[derive(Debug)]
pub struct Memories<'m> {
    /// Fast memory: the core's DTCM.
    pub dtcm: &'m mut [u32],
    /// Large memory: the image, then queues.
    pub sdram: &'m mut [u32],
}

impl Memories<'_> {
    /// Words of both.
    pub(super) const fn words(&self) -> (u32, u32) {
        (self.dtcm.len() as u32, self.sdram.len() as u32)
    }

    /// An image of so many bytes is to come.
    pub(super) const fn begin(&mut self, bytes: u32) -> Result<(), Refusal<'static>> {
        let (needed, found) = (
            bytes.div_ceil(4).saturating_add(QUEUE_WORDS_MIN),
            self.sdram.len() as u32,
        );
        if needed > found {
            return Err(Refusal::Room {
                what: "memory for the image",
                needed,
                found,
            });
        }
        Ok(())
    }

    /// A piece of the image.
    pub(super) fn piece(
        &mut self,
        offset: u32,
        image_bytes: u32,
        data: &[u8],
    ) -> Result<(), Refusal<'static>> {
        let end = (offset as usize).saturating_add(data.len());
        let memory: &mut [u8] = bytemuck::cast_slice_mut(self.sdram);
        match memory.get_mut(offset as usize..end) {
            Some(place) if end <= image_bytes as usize => {
                place.copy_from_slice(data);
                Ok(())
            }
            _ => Err(Refusal::Range),
        }
    }

    /// Checks the image and opens it.
    pub(super) fn open<'a>(
        &'a mut self,
        kernel: &'a mut Kernel,
        image_bytes: u32,
    ) -> Result<Opened<'a>, Refusal<'static>> {
        let all = self.words();
        let bytes: &[u8] = bytemuck::cast_slice(self.sdram);
        let image = bytes.get(..image_bytes as usize).unwrap_or_default();
        let view = ImageView::new(image)?;
        view.load_dtcm(self.dtcm)?;
        let header = *view.header();
        // The view has found the image as long as its header counts, so its sections are words.
        let image_words = (image_bytes / 4) as usize;
        let start = image_words.saturating_sub(header.counts.sdram_words as usize);
        let (image, free) = self
            .sdram
            .split_at_mut_checked(image_words)
            .ok_or(Refusal::Range)?;
        let sdram = image.get_mut(start..).unwrap_or_default();
        let inbox_words = (free.len() / 2).min(INBOX_WORDS_MAX);
        let (inbox, outbox) = free.split_at_mut(inbox_words);
        let dtcm_words = Layout::new(&header.counts).total_words() as usize;
        let dtcm = self.dtcm.get_mut(..dtcm_words).unwrap_or_default();
        let memory = Memory { dtcm, sdram };
        Opened::new(
            kernel,
            &header,
            memory,
            (Inbox::new(inbox), Outbox::new(outbox)),
            all,
        )
    }
}
