//! What is counted on images of spines: survival, turnover, how changes go with size.

use spinedrift::experiment::statistics::{line, mean};

/// Days between two looks, as in chronic imaging.
pub(crate) const LOOK_D: f64 = 0.5;
/// Looks over which survival is followed.
const FOLLOWED: usize = 60;

/// Survival curves, averaged over starts: share of the spines that are there at every look up to each later one, for
/// spines that were not there one look before the start ("new") and for those there at each of the ten looks before.
pub(crate) struct Survival {
    pub(crate) new: Vec<(f64, f64)>,
    pub(crate) old: Vec<(f64, f64)>,
    pub(crate) formed_a_day: f64,
    pub(crate) turnover_a_day: f64,
}

/// Counts them.
pub(crate) fn survival(images: &[Vec<f64>]) -> Survival {
    const BEFORE: usize = 10;
    let synapses = images.first().map_or(0, Vec::len);
    let there = |look: usize, i: usize| {
        images
            .get(look)
            .and_then(|image| image.get(i))
            .is_some_and(|theta| *theta > 0.0)
    };
    let mut counts = [[0_u32; FOLLOWED + 1]; 2];
    for start in (BEFORE..images.len().saturating_sub(FOLLOWED)).step_by(5) {
        for i in (0..synapses).filter(|&i| there(start, i)) {
            let old = (start - BEFORE..start).all(|look| there(look, i));
            if !old && there(start - 1, i) {
                continue;
            }
            let lived = (0..=FOLLOWED).take_while(|later| there(start + later, i));
            let kind = counts.get_mut(usize::from(old));
            for (count, _) in kind.into_iter().flatten().zip(lived) {
                *count += 1;
            }
        }
    }
    let curve = |counts: &[u32; FOLLOWED + 1]| {
        let first = f64::from(counts[0].max(1));
        let shares = counts.iter().map(|count| f64::from(*count) / first);
        (0..)
            .zip(shares)
            .map(|(k, share)| (f64::from(k) * LOOK_D, share))
            .collect()
    };
    let (mut gained, mut lost, mut present) = (0_u32, 0_u32, 0_u32);
    for look in 1..images.len() {
        for i in 0..synapses {
            let (was, is) = (there(look - 1, i), there(look, i));
            gained += u32::from(is && !was);
            lost += u32::from(was && !is);
            present += u32::from(was);
        }
    }
    let days = f64::from(present.max(1)) * LOOK_D;
    Survival {
        new: curve(&counts[0]),
        old: curve(&counts[1]),
        formed_a_day: f64::from(gained) / days,
        turnover_a_day: f64::from(gained + lost) / (2.0 * days),
    }
}

/// Exponent of a power law, and how straight the curve is in log–log, over the first ten days.
pub(crate) fn power_law(curve: &[(f64, f64)]) -> Option<(f64, f64)> {
    let used = curve
        .iter()
        .filter(|(day, share)| *day >= LOOK_D && *day <= 10.0 && *share > 0.0);
    let logs: Vec<(f64, f64)> = used.map(|(day, share)| (day.ln(), share.ln())).collect();
    let fit = line(&logs).filter(|_| logs.len() > 4)?;
    Some((fit.slope, fit.explained))
}

/// Slope of log RMS change against log size: 1 if changes are multiplicative, 0 if they are additive.
pub(crate) fn multiplicative(before: &[f64], after: &[f64]) -> Option<f64> {
    let size = |theta: f64| (theta - 3.0).exp();
    let mut pairs: Vec<(f64, f64)> = before
        .iter()
        .zip(after)
        .filter(|(b, _)| **b > 0.3)
        .map(|(b, a)| (size(*b), size(*a) - size(*b)))
        .collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bins = pairs.chunks((pairs.len() / 12).max(50));
    let points: Vec<(f64, f64)> = bins
        .map(|bin| {
            let sizes: Vec<f64> = bin.iter().map(|p| p.0).collect();
            let squares: Vec<f64> = bin.iter().map(|p| p.1 * p.1).collect();
            (mean(&sizes).ln(), mean(&squares).sqrt().ln())
        })
        .filter(|point| point.1.is_finite())
        .collect();
    line(&points).map(|fit| fit.slope)
}
