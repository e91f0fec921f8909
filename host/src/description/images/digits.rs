//! The embedded digits: 1,797 images of 8 × 8 pixels.
//!
//! E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998), CC BY
//! 4.0; `host/data/digits.LICENSE.md` tells where the bytes come from.

use super::ImageSet;

const IMAGES: usize = 1797;
const SIDE: usize = 8;
/// An image: its pixels and its label.
const RECORD_BYTES: usize = SIDE * SIDE + 1;

/// The compiler refuses a file of another length.
static BYTES: &[u8; IMAGES * RECORD_BYTES] = include_bytes!("../../../data/digits.bin");

/// The embedded digits, pixels scaled from 0–16 to 0–255.
///
/// ```
/// let digits = spinedrift::description::images::digits();
/// assert_eq!((digits.len(), digits.width, digits.height, digits.classes()), (1797, 8, 8, 10));
/// ```
#[must_use]
pub fn digits() -> ImageSet {
    let mut set = ImageSet {
        name: "UCI digits".to_owned(),
        width: SIDE as u32,
        height: SIDE as u32,
        pixels: Vec::with_capacity(IMAGES),
        labels: Vec::with_capacity(IMAGES),
    };
    for record in BYTES.chunks_exact(RECORD_BYTES) {
        if let [pixels @ .., label] = record {
            set.pixels
                .push(pixels.iter().map(|&value| scaled(value)).collect());
            set.labels.push(*label);
        }
    }
    set
}

/// 0–16 to 0–255, rounded.
fn scaled(value: u8) -> u8 {
    ((u32::from(value) * 255 + 8) / 16).min(255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_digits_are_the_published_ones() {
        let digits = digits();
        let mut counts = [0; 10];
        for &label in &digits.labels {
            counts[usize::from(label)] += 1;
        }
        assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        let ink: u32 = BYTES
            .chunks(RECORD_BYTES)
            .flat_map(|r| &r[..64])
            .map(|&v| u32::from(v))
            .sum();
        assert_eq!(ink, INK);
    }

    #[test]
    fn the_darkest_pixel_is_255() {
        assert_eq!([0, 1, 8, 16].map(scaled), [0, 16, 128, 255]);
        assert!(digits().pixels.iter().all(|p| p.len() == 64));
    }

    /// Sum of all pixels before scaling, taken from the source file.
    const INK: u32 = 561_718;
}
