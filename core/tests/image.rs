//! Images from outside: what goes in comes out; no bytes, and no words in a core's memory, make anything panic.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

#[expect(dead_code, reason = "shared with kernel_float")]
mod kernel;

use kernel::{Idle, core_with_everything};
use proptest::prelude::*;
use spinedrift_core::image::view::{emit, encoded_len};
use spinedrift_core::image::{Counts, Header, ImageError, ImageView, Layout, Section};
use spinedrift_core::kernel::{Kernel, Memory};
use spinedrift_core::spike::{AerKey, Tick};

fn counts() -> impl Strategy<Value = Counts> {
    (
        0_u32..4,
        0_u32..4,
        0_u32..5,
        [0_u32..40, 0..40, 0..40, 0..40, 0..40, 0..40],
        0_u32..60,
    )
        .prop_map(
            |(slices, inlets, keys, [table, state, ring, history, record, row], sdram)| Counts {
                slices,
                inlets,
                keys,
                table_words: table,
                state_words: state,
                ring_words: ring,
                history_words: history,
                record_words: record,
                row_words: row,
                queue_words: 3,
                sdram_words: sdram,
            },
        )
}

fn header() -> impl Strategy<Value = Header> {
    (any::<u64>(), any::<u32>(), any::<u32>(), counts()).prop_map(
        |(seed, tick_us, snapshot_ticks, counts)| Header {
            seed,
            tick_us,
            snapshot_ticks,
            counts,
        },
    )
}

/// A header with as many words as it counts.
fn content() -> impl Strategy<Value = (Header, Vec<u32>, Vec<u32>)> {
    header().prop_flat_map(|header| {
        let words = |count: usize| prop::collection::vec(any::<u32>(), count);
        let dtcm = Layout::new(&header.counts).init_words() as usize;
        (
            Just(header),
            words(dtcm),
            words(header.counts.sdram_words as usize),
        )
    })
}

fn image((header, dtcm, sdram): &(Header, Vec<u32>, Vec<u32>)) -> Vec<u8> {
    let mut bytes = vec![0xA5; encoded_len(header)];
    assert_eq!(emit(header, dtcm, sdram, &mut bytes), Ok(bytes.len()));
    bytes
}

proptest! {
    #[test]
    fn what_was_emitted_is_loaded(content in content()) {
        let bytes = image(&content);
        let view = ImageView::new(&bytes).unwrap();
        let (header, init, sdram) = &content;
        prop_assert_eq!(view.header(), header);
        let mut dtcm = vec![7; Layout::new(&header.counts).total_words() as usize];
        let mut loaded = vec![7; sdram.len()];
        view.load(&mut dtcm, &mut loaded).unwrap();
        prop_assert_eq!(&dtcm[..init.len()], &init[..]);
        prop_assert!(dtcm[init.len()..].iter().all(|word| *word == 0));
        prop_assert_eq!(&loaded, sdram);
    }

    #[test]
    fn arbitrary_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(ImageView::new(&bytes).is_err());
    }

    #[test]
    fn arbitrary_bytes_behind_a_right_start_are_refused(
        head in 0_u32..200, crc in any::<u32>(), body in prop::collection::vec(any::<u8>(), 0..300)
    ) {
        let mut bytes = b"SPDR".to_vec();
        bytes.extend([1, head, crc].iter().flat_map(|word| word.to_le_bytes()));
        bytes.extend(body);
        prop_assert!(ImageView::new(&bytes).is_err());
    }

    #[test]
    fn one_flipped_bit_anywhere_is_found(content in content(), at in any::<prop::sample::Index>(), bit in 0..8) {
        let mut bytes = image(&content);
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        prop_assert!(ImageView::new(&bytes).is_err());
    }

    #[test]
    fn every_flipped_bit_of_the_start_is_found(content in content()) {
        let whole = image(&content);
        for bit in 0..16 * 8 {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1_u8 << (bit % 8);
            prop_assert!(ImageView::new(&bytes).is_err(), "bit {}", bit);
        }
    }

    #[test]
    fn a_shorter_or_longer_image_is_refused_with_its_length(content in content(), cut in any::<prop::sample::Index>(), more in 1_usize..40) {
        let mut bytes = image(&content);
        let short = ImageView::new(&bytes[..cut.index(bytes.len())]);
        prop_assert!(short.is_err());
        bytes.resize(bytes.len() + more, 0);
        let too_long = matches!(ImageView::new(&bytes), Err(ImageError::TooLong { .. }));
        prop_assert!(too_long);
    }

    #[test]
    fn an_image_goes_into_no_smaller_memory(content in content()) {
        let bytes = image(&content);
        let view = ImageView::new(&bytes).unwrap();
        let total = Layout::new(&content.0.counts).total_words() as usize;
        let small = view.load(&mut vec![0; total - 1], &mut vec![0; content.2.len()]);
        let refused = matches!(small, Err(ImageError::Buffer { what: "DTCM", .. }));
        prop_assert!(refused);
        prop_assert!(emit(&content.0, &content.1, &content.2, &mut vec![0; bytes.len() - 1]).is_err());
    }
}

/// What happens to one word.
#[derive(Clone, Copy, Debug)]
enum Change {
    Set(u32),
    Flip(u32),
    Add(u32),
}

/// Damage of some words: which section (of those given, or SDRAM), where in it (as a share), and what.
type Damage = Vec<(prop::sample::Index, prop::sample::Index, Change)>;

fn damage(words: std::ops::Range<usize>) -> impl Strategy<Value = Damage> {
    let change = prop_oneof![
        any::<u32>().prop_map(Change::Set),
        (0_u32..70).prop_map(Change::Set),
        Just(Change::Set(i32::MAX as u32)),
        (0_u32..32).prop_map(|bit| Change::Flip(1 << bit)),
        (-40_i32..40).prop_map(|add| Change::Add(add as u32)),
    ];
    prop::collection::vec(
        (
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            change,
        ),
        words,
    )
}

/// Sections that [`Kernel::open`] checks.
const RECORDS: [Section; 2] = [Section::Slices, Section::Inlets];
/// Sections whose content the kernel takes as it comes.
const CONTENT: [Section; 7] = [
    Section::Counters,
    Section::Keys,
    Section::Tables,
    Section::State,
    Section::Ring,
    Section::History,
    Section::Record,
];

/// Carries damage out on some sections of DTCM and, if asked, on SDRAM.
fn spoil(
    (header, dtcm, sdram): &mut (Header, Vec<u32>, Vec<u32>),
    sections: &[Section],
    and_sdram: bool,
    damage: &Damage,
) {
    let layout = Layout::new(&header.counts);
    for (which, at, change) in damage {
        let section = which.index(sections.len() + usize::from(and_sdram));
        let words = match sections.get(section) {
            Some(section) => &mut dtcm[layout.range(*section)],
            None => &mut sdram[..],
        };
        let word = &mut words[at.index(words.len())];
        *word = match *change {
            Change::Set(value) => value,
            Change::Flip(bits) => *word ^ bits,
            Change::Add(value) => word.wrapping_add(value),
        };
    }
}

/// Opens a damaged core; if its records are accepted, runs it. Only a panic fails.
fn survive(
    memory: &mut (Header, Vec<u32>, Vec<u32>),
    ahead: bool,
    keys: &[u32],
    first_tick: u32,
) -> bool {
    let (header, dtcm, sdram) = memory;
    let mut memory = Memory { dtcm, sdram };
    let Ok(mut kernel) = Kernel::open(header, &memory) else {
        return false;
    };
    let mut hw = Idle::default();
    kernel.kick_ahead(&mut memory, ahead);
    for tick in (first_tick..).take(6).map(Tick) {
        kernel.timer(&mut memory, &mut hw, tick);
        for key in keys {
            kernel.packet(&mut memory, &mut hw, AerKey(*key), tick);
        }
    }
    kernel.read_out(&mut memory, &mut hw, Tick(first_tick.wrapping_add(6)));
    kernel.store_counters(&mut memory);
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6000))]

    /// Damage everywhere, the records included: what `open` accepts must run.
    #[test]
    fn no_words_in_memory_make_the_kernel_panic(
        records in damage(1..4), content in damage(0..60),
        keys in prop::collection::vec(0_u32..0x500, 0..12), tick in prop_oneof![0_u32..40, any::<u32>()],
    ) {
        let mut memory = core_with_everything();
        spoil(&mut memory, &RECORDS, false, &records);
        spoil(&mut memory, &CONTENT, true, &content);
        survive(&mut memory, false, &keys, tick);
    }

    /// Damage behind the records, which `open` doesn't look at: the kernel must run on it.
    #[test]
    fn whatever_state_tables_and_rows_hold_the_kernel_runs(
        content in damage(1..300), keys in prop::collection::vec(0_u32..0x500, 0..12), tick in any::<u32>(),
    ) {
        let mut memory = core_with_everything();
        spoil(&mut memory, &CONTENT, true, &content);
        prop_assert!(survive(&mut memory, false, &keys, tick));
    }
}

proptest! {
    // Few: a damaged history may hold tens of thousands of spikes, each of which kicks every row.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nor_do_they_where_spikes_kick_ahead(
        records in damage(0..2), content in damage(0..60),
        keys in prop::collection::vec(0_u32..0x500, 0..12), tick in prop_oneof![0_u32..40, any::<u32>()]
    ) {
        let mut memory = core_with_everything();
        spoil(&mut memory, &RECORDS, false, &records);
        spoil(&mut memory, &CONTENT, true, &content);
        survive(&mut memory, true, &keys, tick);
    }
}

#[test]
fn the_undamaged_core_does_all_that_a_core_does() {
    use spinedrift_core::kernel::Counter;
    for ahead in [false, true] {
        let mut memory = core_with_everything();
        let keys = [0x100, 0x200, 0x201, 0x300, 0x400];
        assert!(survive(&mut memory, ahead, &keys, 0));
        let counters = spinedrift_core::kernel::Counters::load(&memory.1);
        for counter in [
            Counter::Spikes,
            Counter::StaticEvents,
            Counter::PlasticEvents,
            Counter::SynapseUpdates,
            Counter::Rows,
        ] {
            assert_ne!(counters.get(counter), 0, "{counter:?}");
        }
    }
}
