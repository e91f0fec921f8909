//! Rewiring: spines gained and lost, how many there are, and how long they live.

use super::super::axis::Axis;
use super::super::chart::Chart;
use super::super::data::Data;
use super::super::spines::Ages;
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
        Err("no spine was gained or lost".to_owned())
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
    let (old, young) = (&data.spines.old, &data.spines.young);
    let curves = [
        (old, data.end, "c0", "there at the start"),
        (
            young,
            data.end - data.end / 5,
            "c1",
            "new in the first fifth",
        ),
    ];
    let curves: Vec<_> = curves
        .into_iter()
        .filter(|(ages, ..)| ages.spines >= FEWEST)
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
            format!("{name} ({})", count(ages.spines)),
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

/// Share that lives longer than each age at which one died, up to the age that all could reach.
fn curve(ages: &Ages, until: u32, time: impl Fn(u32) -> f64) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::with_capacity(ages.deaths.len() + 2);
    let mut dead = 0;
    for (&age, &deaths) in ages.deaths.range(..=until) {
        dead += deaths;
        if points.is_empty() {
            points.push((time(age.max(1)), 1.0));
        }
        points.push((time(age.max(1)), 1.0 - dead as f64 / ages.spines as f64));
    }
    if let Some(&(_, share)) = points.last() {
        points.push((time(until), share));
    }
    points.retain(|&(_, share)| share > 0.0);
    points
}

#[cfg(test)]
mod tests {
    use super::{Ages, curve};

    #[test]
    fn survival_falls_by_one_share_a_death_and_ignores_deaths_past_the_horizon() {
        let mut ages = Ages {
            spines: 1,
            ..Ages::default()
        };
        for age in [10, 20, 90] {
            ages.death(age);
        }
        let points = curve(&ages, 50, f64::from);
        assert_eq!(
            points,
            [(10.0, 1.0), (10.0, 0.75), (20.0, 0.5), (50.0, 0.5)]
        );
    }
}
