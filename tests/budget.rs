//! The budget printed before a run is the layout of the images that are loaded, byte for byte.

use spinedrift::loading::budget::budget_of;
use spinedrift::mapping::Memory;
use spinedrift::session::Prepared;
use spinedrift_core::image::layout::NAMES;
use spinedrift_core::image::view::encoded_len;
use spinedrift_core::image::{ImageView, InletKind, Layout, Model, Section, Slice};
use spinedrift_core::kernel::{self, Kernel};
use spinedrift_tests::layout::{self, prepare};
use spinedrift_tests::scenario;
use spinedrift_tests::seed::{Draw, for_each};
use std::cell::Cell;

#[test]
fn every_budget_item_is_its_section_of_the_real_image() {
    let cores = Cell::new(0);
    for_each("budget", "every_budget_item", 200, |seed| {
        let scenario = scenario::draw(seed);
        let layout = layout::draw(&scenario, &mut Draw::new(seed ^ 2));
        match prepare(&scenario, &layout)? {
            Some(prepared) => {
                cores.set(cores.get() + prepared.plans.len());
                compare(&prepared)
            }
            None => Ok(()),
        }
    });
    assert!(cores.get() > 0, "no layout was large enough");
}

fn compare(prepared: &Prepared) -> Result<(), String> {
    let loadable = prepared.loadable().map_err(|error| error.to_string())?;
    for (core, image) in loadable.images.iter().enumerate() {
        let view = ImageView::new(&image.bytes).map_err(|error| error.to_string())?;
        let real = real_items(&view)?;
        for budget in [
            &prepared.mapping.budgets[core],
            &budget_of(&prepared.plans[core]),
        ] {
            let stated: Vec<_> = budget
                .items
                .iter()
                .map(|item| (item.name, item.memory, item.bytes))
                .collect();
            if stated != real {
                return Err(format!("core {core}: budget {stated:?}, image {real:?}"));
            }
        }
        if encoded_len(view.header()) != image.bytes.len() {
            return Err(format!(
                "core {core}: the image has {} bytes",
                image.bytes.len()
            ));
        }
    }
    Ok(())
}

/// Sizes of all sections of an image, from what it holds rather than from the plan.
fn real_items(view: &ImageView<'_>) -> Result<Vec<(&'static str, Memory, u64)>, String> {
    let layout = Layout::new(&view.header().counts);
    let mut dtcm = vec![0; layout.total_words() as usize];
    let mut sdram = vec![0; view.header().counts.sdram_words as usize];
    view.load(&mut dtcm, &mut sdram)
        .map_err(|error| error.to_string())?;
    // One word less and the memory is too small: the layout needs all that it states.
    let short = view.load(&mut dtcm[1..], &mut sdram).is_err();
    let memory = kernel::Memory {
        dtcm: &mut dtcm,
        sdram: &mut sdram,
    };
    let kernel = Kernel::open(view.header(), &memory).map_err(|error| error.to_string())?;
    if !short {
        return Err("a smaller memory was accepted".into());
    }
    let words = |section| match section {
        Section::State => kernel.slices().iter().map(Slice::state_words).sum(),
        Section::Ring => kernel.slices().iter().map(Slice::ring_words).sum(),
        Section::History => kernel
            .slices()
            .iter()
            .map(|slice| slice.history_block_words() * u32::from(slice.blocks))
            .sum(),
        Section::Rows => {
            2 * kernel
                .inlets()
                .iter()
                .map(|inlet| inlet.stride)
                .max()
                .unwrap_or(0)
        }
        other => layout.words(other),
    };
    let mut items: Vec<_> = NAMES
        .iter()
        .map(|&(section, name)| (name, Memory::Dtcm, 4 * u64::from(words(section))))
        .collect();
    let rows: u64 = kernel
        .inlets()
        .iter()
        .map(|inlet| u64::from(inlet.pre_count) * u64::from(inlet.stride))
        .sum();
    let stimuli = sdram.len() as u64 - rows;
    if stimuli != 0
        && !kernel
            .slices()
            .iter()
            .any(|slice| matches!(slice.model, Model::Poisson(_) | Model::SpikeArray(_)))
    {
        return Err(format!("{stimuli} words of stimuli without a source"));
    }
    if kernel
        .inlets()
        .iter()
        .any(|inlet| matches!(inlet.kind, InletKind::Plastic(_)))
        && layout.words(Section::Tables) == 0
    {
        return Err("a plastic inlet without tables".into());
    }
    items.extend([
        ("synapse rows", Memory::Sdram, 4 * rows),
        ("stimuli", Memory::Sdram, 4 * stimuli),
    ]);
    items.retain(|item| item.2 > 0);
    Ok(items)
}
