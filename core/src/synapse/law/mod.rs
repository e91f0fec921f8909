//! Laws of θ other than the plain Ornstein–Uhlenbeck process: any prior, a sampling speed b(θ), a temperature that falls.
//!
//! The host tabulates a law over θ as quadratic pieces; the kernel takes one step over the wait since the last visit by
//! one of three schemes, each in its file:
//!
//! | scheme | a step | law that it keeps |
//! |---|---|---|
//! | `euler` | θ + (b ∂log p + T b′) Δ + √(2 T b Δ) ξ | to first order in Δ |
//! | `splitting` | half a kick, the exact Ornstein–Uhlenbeck jump, half a kick | to second order; b constant |
//! | `metropolis` | symmetric proposal where the noise is constant (Lamperti), then accepted or refused | exactly, for any Δ |
//!
//! θ is reflected at its bounds. Temperature changes at given ticks only, when every row is visited: no step spans two
//! temperatures. A plain Gaussian prior never comes here.

mod any;
mod euler;
mod metropolis;
mod pieces;
mod splitting;
mod visit;

pub use visit::settle;

use super::jump::{Entry, jump};
use pieces::Grid;

/// Words before the temperatures of a law.
pub const HEADER_WORDS: usize = 8;
/// Words of one temperature.
pub const HEAT_WORDS: usize = 4;
/// Most temperatures of a law.
pub const HEATS_MAX: u32 = 64;
/// Most pieces of a law.
pub const PIECES_MAX: u32 = 256;
/// Bits of the mantissa of a law's rate: with a wait of 12 bits it makes 31.
pub const RATE_BITS: u32 = 19;

/// How a law is integrated, as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Euler–Maruyama.
    Euler,
    /// Strang splitting round the Ornstein–Uhlenbeck jump.
    Splitting,
    /// Metropolis in the Lamperti coordinate.
    Metropolis,
}

impl Scheme {
    /// As stored.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Euler => 1,
            Self::Splitting => 2,
            Self::Metropolis => 3,
        }
    }

    /// Words of one piece.
    #[must_use]
    pub const fn piece_words(self) -> usize {
        match self {
            Self::Euler => euler::WORDS,
            Self::Splitting => splitting::WORDS,
            Self::Metropolis => metropolis::WORDS,
        }
    }

    const fn of(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Euler),
            2 => Some(Self::Splitting),
            3 => Some(Self::Metropolis),
            _ => None,
        }
    }
}

/// A law over the words of its table:
///
/// | word | content |
/// |---|---|
/// | 0 | scheme: 1 Euler, 2 splitting, 3 Metropolis |
/// | 1 | θ at which the first piece begins, Q3.28 |
/// | 2 | width of a piece as a power of two of 2^−28, 8 … 28 |
/// | 3, 4 | number of pieces, number of temperatures |
/// | 5, 6 | kick of a tick for a piece value of 2^24, in steps of 2^−28: mantissa of 19 bits, right shift 0 … 31 |
/// | 7 | bit 0: reflections are counted; bit 1: b depends on θ |
/// | then | per temperature: first tick, √(T/T_max) uQ1.31, 1/T uQ16.16, T/T_max uQ1.31 |
/// | then | per piece: the words of the scheme |
#[derive(Clone, Copy, Debug)]
pub struct Law<'a> {
    scheme: Scheme,
    grid: Grid,
    rate: u32,
    rate_shift: u32,
    counts_reflections: bool,
    speed_varies: bool,
    heats: &'a [[u32; HEAT_WORDS]],
    pieces: &'a [u32],
}

impl<'a> Law<'a> {
    /// Over the words of a table; `None` if they are no law.
    #[inline]
    #[must_use]
    pub fn new(words: &'a [u32]) -> Option<Self> {
        let (header, rest) = words.split_first_chunk::<HEADER_WORDS>()?;
        let [scheme, low, shift, pieces, heats, rate, rate_shift, flags] = *header;
        let scheme = Scheme::of(scheme)?;
        let good = matches!(shift, 8..=28)
            && matches!(pieces, 1..=PIECES_MAX)
            && matches!(heats, 1..=HEATS_MAX)
            && rate >> RATE_BITS == 0
            && rate_shift <= 31;
        if !good {
            return None;
        }
        let heat_words = (heats as usize).wrapping_mul(HEAT_WORDS);
        let piece_words = (pieces as usize).wrapping_mul(scheme.piece_words());
        let (heats, rest) = rest.split_at_checked(heat_words)?;
        Some(Self {
            scheme,
            grid: Grid {
                low: low as i32,
                shift,
                last: pieces.wrapping_sub(1),
            },
            rate,
            rate_shift,
            counts_reflections: flags & 1 == 1,
            speed_varies: flags & 2 == 2,
            heats: heats.as_chunks().0,
            pieces: rest.get(..piece_words)?,
        })
    }

    /// Whether the temperature changes at this tick, so that every row must be visited.
    #[inline]
    #[must_use]
    pub fn turns(&self, tick: u32) -> bool {
        self.heats.iter().skip(1).any(|heat| heat[0] == tick)
    }

    /// The temperature of the ticks before `tick`, back to the last change.
    #[inline]
    fn heat_before(&self, tick: u32) -> Heat {
        let [first, rest @ ..] = self.heats else {
            return Heat::default();
        };
        let heat = rest.iter().rfind(|heat| heat[0] < tick).unwrap_or(first);
        let [_, root, inverse, share] = *heat;
        Heat {
            root,
            inverse,
            share,
        }
    }
}

/// A temperature T.
#[derive(Clone, Copy, Debug, Default)]
struct Heat {
    /// √(T/T_max), uQ1.31.
    root: u32,
    /// 1/T, uQ16.16.
    inverse: u32,
    /// T/T_max, uQ1.31.
    share: u32,
}

/// What the steps of one visit share.
#[derive(Clone, Copy, Debug)]
struct Frame {
    grid: Grid,
    rate: u32,
    rate_shift: u32,
    heat: Heat,
    mean: i32,
    theta_min: i32,
    theta_max: i32,
}

/// The random words of one step.
#[derive(Clone, Copy, Debug)]
struct Draw {
    /// Standard normal, Q3.28.
    gauss: i32,
    /// Rounds the jump; its low half rounds a likelihood kick.
    dither: u32,
    /// Rounds kicks of the prior, or decides whether a proposal is accepted.
    spare: u32,
}

/// θ after a step, and whether it was reflected (0 or 1).
type Stepped = (i32, u32);

/// A scheme with its tables.
trait Integrator: Copy {
    /// One step over `ticks`, whose noise and drift stand in `entry`.
    fn step(self, frame: &Frame, theta: i32, ticks: u32, entry: Entry, draw: Draw) -> Stepped;

    /// b(θ)/b_max in uQ0.32, for kicks of the likelihood.
    fn speed(self, frame: &Frame, theta: i32) -> u32;
}

impl Frame {
    /// The standard normal at today's temperature: times √(T/T_max), rounded to nearest.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    fn heated(&self, gauss: i32) -> i32 {
        let product = i64::from(gauss).wrapping_mul(i64::from(self.heat.root));
        (product.wrapping_add(1 << 30) >> 31) as i32
    }

    /// The kick of a piece value over `ticks` (below 4,096), rounded stochastically: no drift is too small to count.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    fn kick(&self, value: i32, ticks: u32, dither: u32) -> i32 {
        let weight = self.rate.wrapping_mul(ticks & 0xFFF);
        let shift = self.rate_shift.wrapping_add(24);
        let product = i64::from(value).wrapping_mul(i64::from(weight));
        // The dither's 32 bits as the highest of those that are cut off.
        let fraction = (i64::from(dither) << 31).wrapping_shr(63_u32.wrapping_sub(shift));
        product.wrapping_add(fraction).wrapping_shr(shift) as i32
    }

    /// Reflects θ at its bounds.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    fn fold(&self, theta: i32) -> Stepped {
        let (low, high) = (self.theta_min, self.theta_max);
        // 2 · bound − θ: a step is shorter than 1.7, so that nothing leaves Q3.28.
        let below = low.wrapping_sub(theta.wrapping_sub(low));
        let above = high.wrapping_sub(theta.wrapping_sub(high));
        let inside = if theta < low { below } else { theta };
        let inside = if theta > high { above } else { inside };
        let held = inside.max(low).min(high);
        (held, u32::from(held != theta))
    }

    /// θ and the noise of an entry, without drift.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    fn diffused(theta: i32, [_, sigma]: Entry, gauss: i32) -> i32 {
        jump(theta, theta, [0, sigma], gauss, 0)
    }
}

#[cfg(test)]
mod tests;
