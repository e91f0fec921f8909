//! A function of θ in quadratic pieces of equal width.

/// Where the pieces lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    /// θ at which the first piece begins, Q3.28.
    pub(super) low: i32,
    /// A piece is 2^shift steps of θ wide.
    pub(super) shift: u32,
    /// Number of the last piece.
    pub(super) last: u32,
}

impl Grid {
    /// The piece that θ lies in, and how far from its start, as a share of its width in uQ0.32.
    #[inline(always)]
    pub(super) fn find(self, theta: i32) -> (usize, u32) {
        let from_low = theta.wrapping_sub(self.low) as u32;
        let piece = from_low.wrapping_shr(self.shift).min(self.last);
        (
            piece as usize,
            from_low.wrapping_shl(32_u32.wrapping_sub(self.shift)),
        )
    }

    /// θ at which a piece begins.
    #[inline(always)]
    pub(super) const fn start(self, piece: u32) -> i32 {
        self.low.wrapping_add(piece.wrapping_shl(self.shift) as i32)
    }
}

/// c0 + (c1 + c2 f) f. The host keeps every partial sum within 32 bits; each product rounds down.
#[inline(always)]
pub(super) const fn quadratic([c0, c1, c2]: [u32; 3], f: u32) -> i32 {
    let f = f as i64;
    let slope = (c1 as i32).wrapping_add(((c2 as i32 as i64).wrapping_mul(f) >> 32) as i32);
    (c0 as i32).wrapping_add(((slope as i64).wrapping_mul(f) >> 32) as i32)
}
