//! An inlet: one projection as it arrives at one slice of this core. Its synapses are rows in SDRAM, one a presynaptic
//! slot, all of the same stride, so that a row's address needs no table.

use super::ImageError;

/// Kind of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InletKind {
    /// Fixed weights; each synapse has its own delay.
    Static,
    /// Synaptic sampling; one delay for all.
    Plastic(Plastic),
}

/// Parameters of synaptic sampling. θ and what is compared with it are Q3.28; weights Q5.26.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plastic {
    /// Prior mean μ.
    pub mean: i32,
    /// θ is held at or above this.
    pub theta_min: i32,
    /// θ is held at or below this.
    pub theta_max: i32,
    /// θ0 of w = e^(θ − θ0).
    pub offset: i32,
    /// ln α, Q5.26.
    pub log_alpha: i32,
    /// What the membrane's weight loses: e^−θ0 when spines grow from nothing, else 0; Q5.26.
    pub floor: i32,
    /// N · b · Δt-free gain of a kick, Q8.24.
    pub gain: i32,
    /// Largest |w (y − min(5, α e^w))| that is applied, Q11.20: `kick_max` / gain.
    pub drive_max: i32,
    /// 1: a retracted synapse feels the likelihood.
    pub retracted_learns: u32,
    /// Every row is visited at least once in so many ticks; 1: every tick.
    pub sweep_ticks: u32,
    /// From this tick on θ stands still; `u32::MAX`: never.
    pub frozen_from: u32,
    /// Offset of the jump table in the table section.
    pub jumps: u32,
    /// Offset of the trace decay table in the table section.
    pub traces: u32,
    /// Delay in ticks.
    pub delay: u32,
    /// A weight in Q5.26 is shifted right by this to become a ring integer.
    pub efficacy_shift: u32,
    /// Offset of the law table in the table section; 0: a Gaussian prior or none, whose jump table says it all. No law
    /// stands at 0, since its jump table comes before it.
    pub law: u32,
    /// 1: spines gained and lost are counted but not recorded.
    pub unrecorded: u32,
}

/// One inlet record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inlet {
    /// Index of the projection in the network; keys the random streams.
    pub projection: u16,
    /// Index of the target slice on this core.
    pub slice: u16,
    /// Receptor of the target: 0, or 1 for the inhibitory one of LIF.
    pub receptor: u16,
    /// Weights are taken away from the ring's sum.
    pub negative: bool,
    /// First presynaptic slot that has a row.
    pub pre_first: u32,
    /// Number of rows.
    pub pre_count: u32,
    /// Offset of the first row in SDRAM.
    pub rows: u32,
    /// Words from row to row.
    pub stride: u32,
    /// A static weight of 16 bits is shifted left by this to become a ring integer.
    pub weight_shift: u32,
    /// Kind.
    pub kind: InletKind,
}

impl Inlet {
    /// Words of a record.
    pub const WORDS: usize = 24;

    /// As stored.
    #[must_use]
    pub fn to_words(&self) -> [u32; Self::WORDS] {
        let mut words = [0; Self::WORDS];
        let plastic = match self.kind {
            InletKind::Static => Plastic::default(),
            InletKind::Plastic(plastic) => plastic,
        };
        let flags =
            u32::from(matches!(self.kind, InletKind::Plastic(_))) | (u32::from(self.negative) << 1);
        let values = [
            (u32::from(self.slice) << 16) | u32::from(self.projection),
            (u32::from(self.receptor) << 16) | flags,
            self.pre_first,
            self.pre_count,
            self.rows,
            self.stride,
            self.weight_shift,
            plastic.mean as u32,
            plastic.theta_min as u32,
            plastic.theta_max as u32,
            plastic.offset as u32,
            plastic.log_alpha as u32,
            plastic.floor as u32,
            plastic.gain as u32,
            plastic.drive_max as u32,
            plastic.retracted_learns,
            plastic.sweep_ticks,
            plastic.frozen_from,
            plastic.jumps,
            plastic.traces,
            plastic.delay,
            plastic.efficacy_shift,
            plastic.law,
            plastic.unrecorded,
        ];
        for (word, value) in words.iter_mut().zip(values) {
            *word = value;
        }
        words
    }

    /// As read.
    ///
    /// # Errors
    /// [`ImageError::Record`] names the field that the kernel can't work with.
    pub fn from_words(index: u32, words: &[u32; Self::WORDS]) -> Result<Self, ImageError> {
        let [
            target,
            flags,
            pre_first,
            pre_count,
            rows,
            stride,
            weight_shift,
            rest @ ..,
        ] = *words;
        let kind = if flags & 1 == 1 {
            InletKind::Plastic(Plastic::from_words(rest))
        } else {
            InletKind::Static
        };
        let inlet = Self {
            projection: target as u16,
            slice: (target >> 16) as u16,
            receptor: (flags >> 16) as u16,
            negative: flags & 2 == 2,
            pre_first,
            pre_count,
            rows,
            stride,
            weight_shift,
            kind,
        };
        match inlet.check() {
            Ok(()) => Ok(inlet),
            Err((field, value)) => Err(ImageError::Record {
                record: "inlet",
                index,
                field,
                value,
            }),
        }
    }

    fn check(&self) -> Result<(), (&'static str, u32)> {
        if self.stride == 0 || self.stride > 1 << 16 {
            return Err(("stride", self.stride));
        }
        if self.weight_shift > 24 {
            return Err(("weight_shift", self.weight_shift));
        }
        match &self.kind {
            InletKind::Static => Ok(()),
            InletKind::Plastic(plastic) => plastic.check(),
        }
    }
}

/// θ may lie between −6.25 and 6.25: with the limits on a jump table this leaves no way to overflow Q3.28.
pub const THETA_LIMIT: i32 = 25 << 26;

impl Plastic {
    fn from_words(words: [u32; Inlet::WORDS - 7]) -> Self {
        let [
            mean,
            theta_min,
            theta_max,
            offset,
            log_alpha,
            floor,
            gain,
            drive_max,
            rest @ ..,
        ] = words;
        let [
            retracted_learns,
            sweep_ticks,
            frozen_from,
            jumps,
            traces,
            delay,
            efficacy_shift,
            law,
            unrecorded,
            ..,
        ] = rest;
        Self {
            mean: mean as i32,
            theta_min: theta_min as i32,
            theta_max: theta_max as i32,
            offset: offset as i32,
            log_alpha: log_alpha as i32,
            floor: floor as i32,
            gain: gain as i32,
            drive_max: drive_max as i32,
            retracted_learns,
            sweep_ticks,
            frozen_from,
            jumps,
            traces,
            delay,
            efficacy_shift,
            law,
            unrecorded,
        }
    }

    fn check(&self) -> Result<(), (&'static str, u32)> {
        let theta = -THETA_LIMIT..=THETA_LIMIT;
        let rules = [
            (theta.contains(&self.mean), "mean", self.mean as u32),
            (
                theta.contains(&self.theta_min),
                "theta_min",
                self.theta_min as u32,
            ),
            (
                theta.contains(&self.theta_max) && self.theta_max > self.theta_min,
                "theta_max",
                self.theta_max as u32,
            ),
            (self.gain >= 0, "gain", self.gain as u32),
            (self.drive_max >= 0, "drive_max", self.drive_max as u32),
            (self.kick_fits(), "drive_max", self.drive_max as u32),
            (
                (1..=4096).contains(&self.sweep_ticks),
                "sweep_ticks",
                self.sweep_ticks,
            ),
            ((1..=16).contains(&self.delay), "delay", self.delay),
            (
                self.efficacy_shift <= 26,
                "efficacy_shift",
                self.efficacy_shift,
            ),
        ];
        rules
            .iter()
            .find(|rule| !rule.0)
            .map_or(Ok(()), |rule| Err((rule.1, rule.2)))
    }

    /// gain · `drive_max` is at most 1 in θ.
    fn kick_fits(&self) -> bool {
        i64::from(self.gain).saturating_mul(i64::from(self.drive_max)) <= 1 << 44
    }
}

#[cfg(test)]
mod tests {
    use super::{Inlet, InletKind, Plastic};

    #[test]
    fn records_survive_their_words() {
        let plastic = Plastic {
            mean: -1,
            theta_min: -5 << 28,
            theta_max: 6 << 28,
            offset: 3 << 28,
            log_alpha: -2 << 26,
            floor: 4,
            gain: 5,
            drive_max: 6,
            retracted_learns: 1,
            sweep_ticks: 7,
            frozen_from: 8,
            jumps: 9,
            traces: 10,
            delay: 11,
            efficacy_shift: 12,
            law: 13,
            unrecorded: 1,
        };
        for kind in [InletKind::Static, InletKind::Plastic(plastic)] {
            let inlet = Inlet {
                projection: 1,
                slice: 2,
                receptor: 1,
                negative: true,
                pre_first: 3,
                pre_count: 4,
                rows: 5,
                stride: 6,
                weight_shift: 7,
                kind,
            };
            assert_eq!(Inlet::from_words(0, &inlet.to_words()), Ok(inlet));
        }
    }
}
