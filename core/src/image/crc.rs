//! CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320), four bits a step: a table of 16 words suits a small DTCM.

const NIBBLE: [u32; 16] = table();

/// Built at compile time, where an index or sum out of range would be a compile error.
#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated at compile time only"
)]
const fn table() -> [u32; 16] {
    let mut out = [0_u32; 16];
    let mut i = 0;
    while i < 16 {
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 4 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        out[i] = crc;
        i += 1;
    }
    out
}

/// A CRC-32 under way.
#[derive(Clone, Copy, Debug)]
pub struct Crc32(u32);

impl Default for Crc32 {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

impl Crc32 {
    /// Takes in some bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let mut crc = self.0 ^ u32::from(byte);
            for _ in 0..2 {
                let step = NIBBLE.get((crc & 15) as usize).copied().unwrap_or(0);
                crc = (crc >> 4) ^ step;
            }
            self.0 = crc;
        }
    }

    /// The checksum.
    #[must_use]
    pub const fn finish(self) -> u32 {
        !self.0
    }
}

/// CRC-32 of some bytes.
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc32::default();
    crc.update(bytes);
    crc.finish()
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_check_value_of_the_standard_is_met() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }
}
