//! Rewiring: spines gained and lost, how many there are, and how long they live.

use std::collections::{BTreeMap, BTreeSet};

use super::super::axis::Axis;
use super::super::chart::Chart;
use super::super::data::Data;
use super::super::text::{count, duration};
use super::{Block, Drawn, legend};
use crate::results::Direction;

/// Intervals in which gains and losses are counted.
const INTERVALS: u32 = 40;
/// Fewest spines whose survival is worth a curve.
const FEWEST: usize = 20;

/// Spines by their synapse: when each came (`None`: it was there at the start) and went (`None`: still there).
type Lives = Vec<(Option<u32>, Option<u32>)>;

pub(super) fn draw(data: &Data) -> Drawn {
    if data.last_theta.is_empty() && data.rewiring.is_empty() {
        return Err("no projection is plastic".to_owned());
    }
    let mut blocks = Vec::new();
    if !data.rewiring.is_empty() {
        blocks.push(rates(data));
    }
    blocks.extend(functional(data));
    blocks.extend(survival(data));
    if blocks.is_empty() {
        Err("no spine was gained or lost".to_owned())
    } else {
        Ok(blocks)
    }
}

fn rates(data: &Data) -> Block {
    let ticks = data.end.div_ceil(INTERVALS).max(1);
    let mut bins: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for event in &data.rewiring {
        let bin = bins
            .entry(event.tick.min(data.end.saturating_sub(1)) / ticks)
            .or_default();
        match event.direction {
            Direction::Gained => bin.0 += 1,
            Direction::Lost => bin.1 += 1,
        }
    }
    let highest = bins
        .values()
        .map(|&(gained, lost)| gained.max(lost))
        .max()
        .unwrap_or(1) as f64;
    let x = Axis::linear(data.time_unit().label, 0.0, data.time(data.end));
    let mut chart = Chart::new(
        x,
        Axis::linear("spines per interval", -1.1 * highest, 1.1 * highest),
    );
    for (bin, (gained, lost)) in bins {
        let span = (data.time(bin * ticks), data.time((bin + 1) * ticks));
        chart.bar(span, (0.0, gained as f64), "c2");
        chart.bar(span, (-(lost as f64), 0.0), "c3");
    }
    chart.level(0.0, "", true, "strong");
    let gained = data
        .rewiring
        .iter()
        .filter(|r| r.direction == Direction::Gained)
        .count() as u64;
    let lost = data.rewiring.len() as u64 - gained;
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
            count(gained),
            count(lost),
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
    let lives = lives(data);
    let early = data.end / 5;
    let old: Vec<Option<u32>> = lives
        .iter()
        .filter(|(born, _)| born.is_none())
        .map(|&(_, died)| died)
        .collect();
    let young: Vec<Option<u32>> = (lives.iter())
        .filter_map(|&(born, died)| {
            born.filter(|&b| b < early)
                .map(|born| died.map(|died| died - born))
        })
        .collect();
    let curves = [
        (old, data.end, "c0", "there at the start"),
        (young, data.end - early, "c1", "new in the first fifth"),
    ];
    let curves: Vec<_> = curves
        .into_iter()
        .filter(|(ages, ..)| ages.len() >= FEWEST)
        .collect();
    let points: Vec<Vec<(f64, f64)>> = curves
        .iter()
        .map(|(ages, until, ..)| curve(ages, *until, |tick| data.time(tick)))
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
    for ((ages, _, class, name), points) in curves.iter().zip(&points) {
        chart.steps(points, &format!("thick {class}"));
        names.push((
            (*class).to_owned(),
            format!("{name} ({})", count(ages.len() as u64)),
        ));
    }
    Some(Block {
        title: "Survival of spines".to_owned(),
        html: chart.finish("Survival curves of spines") + &legend(&names),
        caption: "Look for a straight line, a power law on these axes: new spines die fast, those that last go on \
                  lasting."
            .to_owned(),
        wide: false,
    })
}

/// Every life of every spine. A synapse whose first event is a loss, or that has none and θ > 0, was there at the start.
fn lives(data: &Data) -> Lives {
    let mut current: BTreeMap<(u32, u32, u32), Option<u32>> = BTreeMap::new();
    let mut touched: BTreeSet<(u32, u32, u32)> = BTreeSet::new();
    let mut lives = Lives::new();
    for event in &data.rewiring {
        let key = (event.projection, event.pre, event.post);
        touched.insert(key);
        match event.direction {
            Direction::Gained => {
                current.insert(key, Some(event.tick));
            }
            Direction::Lost => lives.push((current.remove(&key).flatten(), Some(event.tick))),
        }
    }
    lives.extend(current.into_values().map(|born| (born, None)));
    let constant = data
        .last_theta
        .iter()
        .filter(|t| t.raw > 0 && !touched.contains(&(t.projection, t.pre, t.post)));
    lives.extend(constant.map(|_| (None, None)));
    lives
}

/// Share that lives longer than each age at which one died, up to the age that all could reach.
fn curve(ages: &[Option<u32>], until: u32, time: impl Fn(u32) -> f64) -> Vec<(f64, f64)> {
    let mut deaths: Vec<u32> = ages
        .iter()
        .flatten()
        .copied()
        .filter(|&age| age <= until)
        .collect();
    deaths.sort_unstable();
    let mut points: Vec<(f64, f64)> = Vec::with_capacity(deaths.len() + 2);
    for (k, &age) in deaths.iter().enumerate() {
        let share = 1.0 - (k + 1) as f64 / ages.len() as f64;
        if points.is_empty() {
            points.push((time(age.max(1)), 1.0));
        }
        points.push((time(age.max(1)), share));
    }
    if let Some(&(_, share)) = points.last() {
        points.push((time(until), share));
    }
    points.retain(|&(_, share)| share > 0.0);
    points
}

#[cfg(test)]
mod tests {
    use super::curve;

    #[test]
    fn survival_falls_by_one_share_a_death_and_ignores_deaths_past_the_horizon() {
        let ages = [Some(10), Some(20), None, Some(90)];
        let points = curve(&ages, 50, f64::from);
        assert_eq!(
            points,
            [(10.0, 1.0), (10.0, 0.75), (20.0, 0.5), (50.0, 0.5)]
        );
    }
}
