//! Who a function calls, read off its branches (ARM Architecture Reference Manual DDI 0100, A3 and A7; DDI 0403, A7.7).

use super::firmware::Function;

/// What leaves a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Calls {
    /// Where to: calls, and jumps into other functions, which are calls at the end.
    pub(super) targets: Vec<u32>,
    /// Address of a call to where a register points.
    pub(super) through_pointer: Option<u32>,
}

/// A branch.
#[derive(Clone, Copy)]
enum Branch {
    /// A jump.
    To(u32),
    /// A call.
    Call(u32),
    /// To where a register points.
    Pointer,
}

impl Calls {
    pub(super) fn of(function: &Function) -> Self {
        let mut calls = Self::default();
        let mut offset = 0;
        while let Some(first) = function.half(offset) {
            if let Some(end) = function.data_until(offset) {
                offset = end;
                continue;
            }
            let at = function.address + offset as u32;
            let second = function.half(offset + 2).unwrap_or(0);
            let (bytes, branch) = if function.thumb {
                thumb(at, first, second)
            } else {
                (4, arm(at, u32::from(first) | u32::from(second) << 16))
            };
            match branch {
                Some(Branch::Pointer) => calls.through_pointer = Some(at),
                Some(Branch::Call(target)) => calls.targets.push(target),
                Some(Branch::To(target)) if !function.holds(target) => calls.targets.push(target),
                Some(Branch::To(_)) | None => {}
            }
            offset += bytes;
        }
        calls.targets.sort_unstable();
        calls.targets.dedup();
        calls
    }
}

/// The lowest `bits` of a word as a signed number.
const fn signed(value: u32, bits: u32) -> u32 {
    ((value << (32 - bits)) as i32 >> (32 - bits)) as u32
}

/// An ARM instruction of 32 bits.
fn arm(at: u32, word: u32) -> Option<Branch> {
    let offset = signed(word & 0x00FF_FFFF, 24) << 2;
    let to = at.wrapping_add(8).wrapping_add(offset);
    if word >> 25 == 0b111_1101 {
        return Some(Branch::Call(to | (word >> 23 & 2)));
    }
    if word >> 28 == 15 {
        return None;
    }
    match word & 0x0FFF_FFFF {
        0x0A00_0000..=0x0AFF_FFFF => Some(Branch::To(to)),
        0x0B00_0000..=0x0BFF_FFFF => Some(Branch::Call(to)),
        // BLX, and BX to anything but the link register, which is a return.
        part if part & 0x0FFF_FFF0 == 0x012F_FF30 => Some(Branch::Pointer),
        part if part & 0x0FFF_FFF0 == 0x012F_FF10 && part & 15 != 14 => Some(Branch::Pointer),
        _ => None,
    }
}

/// A Thumb instruction: its bytes, and whether it is a branch.
fn thumb(at: u32, first: u16, second: u16) -> (usize, Option<Branch>) {
    let (one, two) = (u32::from(first), u32::from(second));
    let place = |offset: u32| at.wrapping_add(4).wrapping_add(offset);
    let to = |offset| Some(Branch::To(place(offset)));
    if one >> 11 < 0b11101 {
        let branch = match one {
            // B with and without a condition.
            _ if one >> 12 == 0b1101 && one >> 8 & 15 < 14 => to(signed(one & 0xFF, 8) << 1),
            _ if one >> 11 == 0b11100 => to(signed(one & 0x7FF, 11) << 1),
            // BLX, BX as above.
            _ if one & 0xFF87 == 0x4780 => Some(Branch::Pointer),
            _ if one & 0xFF87 == 0x4700 && one >> 3 & 15 != 14 => Some(Branch::Pointer),
            _ => None,
        };
        return (2, branch);
    }
    if one >> 11 != 0b11110 || two >> 15 != 1 {
        return (4, None);
    }
    let (sign, j1, j2) = (one >> 10 & 1, two >> 13 & 1, two >> 11 & 1);
    let branch = if two >> 12 & 1 == 1 || two >> 14 & 1 == 1 {
        // BL, or B.W without a condition: bit 14 tells them apart.
        let (i1, i2) = (1 ^ (j1 ^ sign), 1 ^ (j2 ^ sign));
        let offset = sign << 24 | i1 << 23 | i2 << 22 | (one & 0x3FF) << 12 | (two & 0x7FF) << 1;
        let target = place(signed(offset, 25));
        (two >> 12 & 1 == 1).then_some(if two >> 14 & 1 == 1 {
            Branch::Call(target)
        } else {
            Branch::To(target)
        })
    } else if one >> 7 & 7 == 7 {
        // Hints, barriers, special registers.
        None
    } else {
        // B.W with a condition.
        let offset = sign << 20 | j2 << 19 | j1 << 18 | (one & 0x3F) << 12 | (two & 0x7FF) << 1;
        to(signed(offset, 21))
    };
    (4, branch)
}

#[cfg(test)]
mod tests {
    use super::{Branch, arm, thumb};

    fn target(branch: Option<Branch>) -> Option<u32> {
        match branch {
            Some(Branch::To(target) | Branch::Call(target)) => Some(target),
            Some(Branch::Pointer) => Some(0),
            None => None,
        }
    }

    /// Encodings that `llvm-mc -show-encoding` gives.
    #[test]
    fn branches_are_told_from_other_instructions() {
        // bl #16; b #-8; bx lr; bx r3; blx r3; add r0, r1, r2.
        let words = [
            0xEB00_0004,
            0xEAFF_FFFE,
            0xE12F_FF1E,
            0xE12F_FF13,
            0xE12F_FF33,
            0xE081_0002,
        ];
        let found = words.map(|word| target(arm(0x100, word)));
        assert_eq!(
            found,
            [Some(0x118), Some(0x100), None, Some(0), Some(0), None]
        );
    }

    #[test]
    fn thumb_branches_are_of_two_lengths() {
        let cases = [
            // bl #0x1000; b.w #0x1000; beq.w #0x100; b #4; beq #4; bx lr; blx r3; dsb sy; mov.w r0, #1.
            ((0xF001, 0xF800), 4, Some(0x1104)),
            ((0xF001, 0xB800), 4, Some(0x1104)),
            ((0xF000, 0x8080), 4, Some(0x204)),
            ((0xE002, 0), 2, Some(0x108)),
            ((0xD002, 0), 2, Some(0x108)),
            ((0x4770, 0), 2, None),
            ((0x4798, 0), 2, Some(0)),
            ((0xF3BF, 0x8F4F), 4, None),
            ((0xF04F, 0x0001), 4, None),
        ];
        for ((first, second), bytes, to) in cases {
            let (found, branch) = thumb(0x100, first, second);
            assert_eq!(
                (found, target(branch)),
                (bytes, to),
                "{first:#x} {second:#x}"
            );
        }
    }
}
