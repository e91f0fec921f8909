//! Image files are read exactly or refused by name, splits never overlap, schedules show what they should.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use spinedrift::description::images::{
    ImageError, ImageSet, Presentation, digits, order, rate_schedule, read_directory, read_files,
};
use tempfile::TempDir;

/// Three images of 2 × 1 pixels.
const IMAGES: [u8; 22] = [
    0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 10, 11, 20, 21, 30, 31,
];
const LABELS: [u8; 11] = [0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9];

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn directory(files: &[(&str, &[u8])]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (name, bytes) in files {
        fs::write(directory.path().join(name), bytes).unwrap();
    }
    directory
}

/// Reads these bytes as images and as labels; messages name the file `F`.
fn read(images: &[u8], labels: &[u8]) -> Result<ImageSet, String> {
    let directory = directory(&[("images", images), ("labels", labels)]);
    let path = directory.path().display().to_string();
    read_files(
        &directory.path().join("images"),
        &directory.path().join("labels"),
    )
    .map_err(|error| error.to_string().replace(&format!("{path}/"), ""))
}

#[test]
fn idx_files_are_read_plain_and_gzipped_under_all_their_names() {
    let (images, labels) = (gzipped(&IMAGES), gzipped(&LABELS));
    let plain: [(&str, &[u8]); 2] = [
        ("images-idx3-ubyte", &IMAGES),
        ("labels-idx1-ubyte", &LABELS),
    ];
    let official: [(&str, &[u8]); 2] = [
        ("t10k-images-idx3-ubyte.gz", &images),
        ("t10k-labels-idx1-ubyte.gz", &labels),
    ];
    let mixed: [(&str, &[u8]); 2] = [
        ("train-images-idx3-ubyte", &images),
        ("train-labels-idx1-ubyte.gz", &LABELS),
    ];
    for files in [plain, official, mixed] {
        let set = read_directory(directory(&files).path()).unwrap();
        assert_eq!((set.width, set.height), (2, 1));
        assert_eq!(set.pixels, [[10, 11], [20, 21], [30, 31]]);
        assert_eq!(set.labels, [7, 8, 9]);
    }
}

#[test]
fn a_directory_without_images_says_which_files_it_needs() {
    let error = read_directory(Path::new("/nowhere"))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("/nowhere holds no IDX images; it needs images-idx3-ubyte"),
        "{error}"
    );
    let lonely = directory(&[("train-images-idx3-ubyte", &IMAGES)]);
    let error = read_directory(lonely.path()).unwrap_err().to_string();
    let expected = "holds train-images-idx3-ubyte but no train-labels-idx1-ubyte, gzipped or not; put the labels beside \
                    the images";
    assert!(error.ends_with(expected), "{error}");
}

#[test]
fn a_truncated_file_says_how_much_it_needs_and_has() {
    assert_eq!(
        read(&IMAGES[..21], &LABELS).unwrap_err(),
        "images is truncated: its header asks for 22 bytes, found 21; copy it again"
    );
    assert_eq!(
        read(&IMAGES[..10], &LABELS).unwrap_err(),
        "images is truncated: its header asks for 16 bytes, found 10; copy it again"
    );
    assert_eq!(
        read(&IMAGES, &LABELS[..9]).unwrap_err(),
        "labels is truncated: its header asks for 11 bytes, found 9; copy it again"
    );
    assert!(read(&[], &LABELS).unwrap_err().contains("found 0"));
}

#[test]
fn a_truncated_gzip_file_is_a_truncated_file() {
    let whole: Vec<u8> = [0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28]
        .into_iter()
        .chain((0..9 * 28 * 28_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8))
        .collect();
    let packed = gzipped(&whole);
    let error = read(&packed[..packed.len() / 2], &LABELS).unwrap_err();
    assert!(
        error.starts_with("images is truncated: its header asks for 7072 bytes, found "),
        "{error}"
    );
}

#[test]
fn a_wrong_magic_shows_what_was_found() {
    assert_eq!(
        read(&LABELS, &IMAGES).unwrap_err(),
        "images does not start as IDX images do: found the bytes 00 00 08 01, needed 0x00000803 (these are labels)"
    );
    assert_eq!(
        read(&IMAGES, b"<html>").unwrap_err(),
        "labels does not start as IDX labels do: found the bytes 3c 68 74 6d, needed 0x00000801 (a web page, perhaps of \
         a failed download)"
    );
}

#[test]
fn a_file_that_goes_on_is_refused() {
    let longer = [&IMAGES[..], &[0]].concat();
    assert_eq!(
        read(&longer, &LABELS).unwrap_err(),
        "images is longer than the 22 bytes that its header asks for; copy it again"
    );
}

#[test]
fn images_and_labels_must_be_as_many() {
    let labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 8];
    assert_eq!(
        read(&IMAGES, &labels).unwrap_err(),
        "3 images in images but 2 labels in labels; take both from the same set"
    );
}

#[test]
fn a_header_of_absurd_sizes_is_refused_before_anything_is_read() {
    for side in [[0, 0, 0, 0], [0, 0, 4, 1], [255, 255, 255, 255]] {
        let header = [&[0, 0, 8, 3, 255, 255, 255, 255], &side[..], &[0, 0, 0, 28]].concat();
        let error = read(&header, &LABELS).unwrap_err();
        assert!(
            error.contains("claims 4294967295 images of 28 × "),
            "{error}"
        );
    }
}

#[test]
fn a_split_never_overlaps_and_is_balanced() {
    let digits = digits();
    let split = digits.split(1000, 300, 400, 1).unwrap();
    assert_eq!(
        (split.train.len(), split.label.len(), split.test.len()),
        (1000, 300, 400)
    );
    let mut all = [&split.train[..], &split.label, &split.test].concat();
    all.sort_unstable();
    assert!(all.is_sorted_by(|a, b| a < b));
    for class in 0..10 {
        let count = |set: &[usize]| set.iter().filter(|&&i| digits.labels[i] == class).count();
        assert_eq!(
            (count(&split.test), count(&split.label), count(&split.train)),
            (40, 30, 100)
        );
    }
}

#[test]
fn a_split_can_use_every_image_but_not_one_more() {
    let digits = digits();
    assert_eq!(digits.split(1000, 300, 497, 1).unwrap().train.len(), 1000);
    assert_eq!(
        digits.split(1000, 300, 498, 1).unwrap_err().to_string(),
        "1000 to train, 300 to label and 498 to test are 1798 images, but UCI digits has 1797; ask for fewer"
    );
    assert!(digits.split(usize::MAX, 1, 1, 1).is_err());
}

#[test]
fn a_split_depends_on_its_seed_alone() {
    let digits = digits();
    let split = |seed| digits.split(100, 100, 100, seed).unwrap();
    assert_eq!(split(1), split(1));
    assert_ne!(split(1), split(2));
    assert!(!split(1).train.is_sorted());
}

fn tiny() -> ImageSet {
    let pixels = vec![vec![0, 255], vec![51, 0]];
    ImageSet {
        name: "tiny".into(),
        width: 2,
        height: 1,
        pixels,
        labels: vec![0, 1],
    }
}

const SHOWN: Presentation = Presentation {
    low_hz: 2.0,
    high_hz: 82.0,
    show_ticks: 10,
    gap_ticks: 0,
    start_tick: 100,
};

#[test]
fn a_schedule_holds_each_image_once_and_ends_in_silence() {
    let schedule = rate_schedule(&tiny(), &[1, 0, 1], &SHOWN).unwrap();
    assert_eq!(schedule.levels_hz, [2.0, 18.0, 82.0]);
    assert_eq!(schedule.patterns, [[1, 0], [0, 2], [0, 0]]);
    assert_eq!(schedule.changes, [(100, 0), (110, 1), (120, 0), (130, 2)]);
    assert_eq!(SHOWN.end_tick(3), Some(130));
}

#[test]
fn a_gap_falls_to_the_low_rate_between_images() {
    let schedule = rate_schedule(
        &tiny(),
        &[0, 0],
        &Presentation {
            gap_ticks: 5,
            ..SHOWN
        },
    )
    .unwrap();
    assert_eq!(schedule.patterns, [[0, 1], [0, 0]]);
    assert_eq!(schedule.changes, [(100, 0), (110, 1), (115, 0), (125, 1)]);
}

#[test]
fn an_impossible_presentation_is_refused() {
    let refused = |order: &[usize], shown| rate_schedule(&tiny(), order, &shown).unwrap_err();
    assert!(matches!(
        refused(&[2], SHOWN),
        ImageError::NoSuchImage {
            index: 2,
            available: 2,
            ..
        }
    ));
    assert!(matches!(
        refused(
            &[0],
            Presentation {
                show_ticks: 0,
                ..SHOWN
            }
        ),
        ImageError::NoTime
    ));
    let late = Presentation {
        start_tick: u32::MAX - 5,
        ..SHOWN
    };
    assert!(matches!(
        refused(&[0], late),
        ImageError::TooMany { images: 1 }
    ));
}

#[test]
fn all_256_grey_values_fit() {
    let pixels = vec![(0..=255).collect()];
    let set = ImageSet {
        name: String::new(),
        width: 16,
        height: 16,
        pixels,
        labels: vec![0],
    };
    let schedule = rate_schedule(&set, &[0], &SHOWN).unwrap();
    assert_eq!(schedule.levels_hz.len(), 256);
    assert_eq!(schedule.patterns[0], set.pixels[0]);
}

#[test]
fn an_order_shows_all_images_before_any_again() {
    assert_eq!(order(3, 5, None), [0, 1, 2, 0, 1]);
    let mut shuffled = order(100, 200, Some(1));
    assert_ne!(shuffled[..100], shuffled[100..]);
    for half in shuffled.chunks_mut(100) {
        half.sort_unstable();
        assert!(half.iter().copied().eq(0..100));
    }
    assert_eq!(order(0, 5, Some(1)), [0; 0]);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(
        mut images in proptest::collection::vec(any::<u8>(), 0..64), labels in proptest::collection::vec(any::<u8>(), 0..32),
        keep in 0_usize..17,
    ) {
        // A valid start, so that the bytes after it are looked at.
        let kept = keep.min(images.len());
        images[..kept].copy_from_slice(&IMAGES[..kept]);
        let _ = read(&images, &labels);
        let _ = read(&gzipped(&images), &LABELS);
    }
}
