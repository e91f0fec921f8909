//! Rewiring: spines gained and lost, how many there are, and how long they live.

use super::super::axis::Axis;
use super::super::chart::Chart;
use super::super::data::Data;
use super::super::text::{count, duration};
use super::{Block, Drawn, legend};

/// Fewest spines whose survival is worth a curve.
const FEWEST: u64 = 20;

pub(super) fn draw(data: &Data) -> Drawn {
    if data.last_theta.is_empty() && data.spines.is_still() {
        return Err("no projection is plastic".to_owned());
    }
    let mut blocks = Vec::new();
    if !data.spines.is_still() {
        blocks.push(rates(data));
    }
    blocks.extend(functional(data));
    blocks.extend(survival(data));
    if blocks.is_empty() {
        let rules = data.info.projections.iter();
        let mut rules = rules.filter_map(|projection| projection.plasticity.as_ref());
        Err(if rules.any(|rule| rule.record_rewiring) {
            "no spine was gained or lost".to_owned()
        } else {
            "it wasn't recorded (`record_rewiring = false`)".to_owned()
        })
    } else {
        Ok(blocks)
    }
}

fn rates(data: &Data) -> Block {
    let spines = &data.spines;
    let ticks = spines.interval_ticks;
    let highest = spines
        .intervals
        .values()
        .map(|&(gained, lost)| gained.max(lost))
        .max()
        .unwrap_or(1) as f64;
    let x = Axis::linear(data.time_unit().label, 0.0, data.time(data.end));
    let mut chart = Chart::new(
        x,
        Axis::linear("spines per interval", -1.1 * highest, 1.1 * highest),
    );
    for (&interval, &(gained, lost)) in &spines.intervals {
        let from = interval * ticks;
        let span = (data.time(from), data.time(from.saturating_add(ticks)));
        chart.bar(span, (0.0, gained as f64), "c2");
        chart.bar(span, (-(lost as f64), 0.0), "c3");
    }
    chart.level(0.0, "", true, "strong");
    let names = [
        ("c2".to_owned(), "gained".to_owned()),
        ("c3".to_owned(), "lost (downwards)".to_owned()),
    ];
    Block {
        title: "Gained and lost".to_owned(),
        html: chart.finish("Spines gained and lost per interval") + &legend(&names),
        caption: format!(
            "Look for balance: once both sides are alike, spines still come and go while their number holds. {} gained, \
             {} lost; an interval is {}.",
            count(spines.gained),
            count(spines.lost),
            duration(data.info.seconds(ticks))
        ),
        wide: false,
    }
}

fn functional(data: &Data) -> Option<Block> {
    if data.snapshots.len() < 2 {
        return None;
    }
    let plastic = data.plastic();
    let most = data
        .snapshots
        .iter()
        .flat_map(|s| s.functional.iter())
        .max()
        .copied()
        .unwrap_or(1) as f64;
    let x = Axis::linear(data.time_unit().label, 0.0, data.time(data.end));
    let mut chart = Chart::new(x, Axis::linear("functional synapses", 0.0, 1.08 * most));
    let mut names = Vec::new();
    for (k, &projection) in plastic.iter().enumerate().take(8) {
        let points: Vec<(f64, f64)> = (data.snapshots.iter())
            .filter_map(|s| {
                Some((
                    data.time(s.tick),
                    *s.functional.get(projection as usize)? as f64,
                ))
            })
            .collect();
        chart.line(&points, &format!("thick c{k}"));
        let total = data.theta_of(projection).len() as u64;
        names.push((
            format!("c{k}"),
            format!(
                "{}, of {} potential",
                data.projection(projection),
                count(total)
            ),
        ));
    }
    Some(Block {
        title: "Functional synapses".to_owned(),
        html: chart.finish("Number of functional synapses over time") + &legend(&names),
        caption: "Look for a plateau: the number of synapses finds its level although no synapse is fixed.".to_owned(),
        wide: false,
    })
}

fn survival(data: &Data) -> Option<Block> {
    let curves = [
        (&data.spines.old, "c0", "there at the start"),
        (&data.spines.new, "c1", "new"),
    ];
    let curves: Vec<_> = curves
        .into_iter()
        .filter(|(ages, ..)| ages.spines >= FEWEST)
        .collect();
    let points: Vec<Vec<(f64, f64)>> = curves
        .iter()
        .map(|(ages, ..)| curve(&ages.survival(FEWEST), |tick| data.time(tick)))
        .collect();
    let youngest = points
        .iter()
        .flatten()
        .map(|p| p.0)
        .fold(f64::INFINITY, f64::min);
    let lowest = points.iter().flatten().map(|p| p.1).fold(1.0, f64::min);
    if !youngest.is_finite() || lowest >= 1.0 {
        return None;
    }
    let age = data.time_unit().label.replace("biological time", "age");
    let x = Axis::log(
        &age,
        youngest.max(data.time(data.end) / 3000.0),
        data.time(data.end),
    );
    let mut chart = Chart::new(
        x,
        Axis::log("share surviving", (lowest * 0.8).max(1e-4), 1.0),
    );
    let mut names = Vec::new();
    for ((ages, class, name), points) in curves.iter().zip(&points) {
        chart.steps(points, &format!("thick {class}"));
        names.push((
            (*class).to_owned(),
            format!("{name} ({})", count(ages.spines)),
        ));
    }
    Some(Block {
        title: "Survival of spines".to_owned(),
        html: chart.finish("Survival curves of spines") + &legend(&names),
        caption: "Look for the bend: new spines are lost fast, those that last go on lasting (a straight line would be \
                  a power law). Spines that are still there count for as long as they were watched."
            .to_owned(),
        wide: false,
    })
}

/// A survival curve from its first loss on, in the unit of the axis.
fn curve(survival: &[(u32, f64)], time: impl Fn(u32) -> f64) -> Vec<(f64, f64)> {
    let first = survival.first().map(|&(age, _)| (time(age.max(1)), 1.0));
    let rest = survival
        .iter()
        .map(|&(age, share)| (time(age.max(1)), share));
    first
        .into_iter()
        .chain(rest)
        .filter(|&(_, share)| share > 0.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::curve;

    #[test]
    fn a_curve_starts_whole_and_leaves_out_what_a_log_axis_cannot_show() {
        let points = curve(&[(0, 0.5), (20, 0.25), (30, 0.0)], f64::from);
        assert_eq!(points, [(1.0, 1.0), (1.0, 0.5), (20.0, 0.25)]);
    }
}
