//! How well the network names images it has never seen, against its baselines and over time.

use std::fmt::Write;

use super::super::axis::Axis;
use super::super::chart::Chart;
use super::super::data::Data;
use super::super::facts::Accuracy;
use super::super::text::{count, percent};
use super::{Block, Drawn};

pub(super) fn draw(data: &Data) -> Drawn {
    let mut blocks = Vec::new();
    blocks.extend(data.facts.accuracy.as_ref().map(bars));
    if data.facts.accuracy_over_time.len() >= 2 {
        blocks.push(over_time(data));
    }
    if blocks.is_empty() {
        Err("the run has no labelled test".to_owned())
    } else {
        Ok(blocks)
    }
}

fn bars(accuracy: &Accuracy) -> Block {
    let rows = [
        ("synaptic sampling", Some(accuracy.accuracy), "c0"),
        (
            "maximum likelihood (no prior, no noise)",
            accuracy.maximum_likelihood,
            "c1",
        ),
        ("frozen random weights", accuracy.random, "muted"),
        ("chance", Some(accuracy.chance), "muted"),
    ];
    let mut html = r#"<div class="bars">"#.to_owned();
    for (name, value, class) in rows {
        if let Some(value) = value {
            let _ = write!(
                html,
                r#"<div class="row"><span>{name}</span><b>{}</b><div class="track"><i class="{class}" style="width:{:.1}%"></i></div></div>"#,
                percent(value),
                100.0 * value.clamp(0.0, 1.0)
            );
        }
    }
    let images = if accuracy.images > 0 {
        format!(" ({} images)", count(u64::from(accuracy.images)))
    } else {
        String::new()
    };
    Block {
        title: "On held-out images".to_owned(),
        html: html + "</div>",
        caption: format!(
            "Look at the distance to chance and to random weights: share of images never shown in training{images} that get \
             the right label."
        ),
        wide: false,
    }
}

fn over_time(data: &Data) -> Block {
    let points = &data.facts.accuracy_over_time;
    let x = Axis::linear(data.time_unit().label, 0.0, data.time(data.end));
    let mut chart = Chart::new(x, Axis::percent("accuracy", 1.0));
    let band: Vec<(f64, f64, f64)> = points
        .iter()
        .filter_map(|p| p.band.map(|(low, high)| (data.time(p.tick), low, high)))
        .collect();
    if band.len() >= 2 {
        chart.band(&band, "c0");
    }
    if let Some(accuracy) = &data.facts.accuracy {
        chart.level(accuracy.chance, "chance", false, "muted");
        if let Some(random) = accuracy.random {
            chart.level(random, "random weights", false, "muted");
        }
        if let Some(likelihood) = accuracy.maximum_likelihood {
            // The name stands on the side where the curve is not.
            let last = points.last().map_or(0.0, |point| point.accuracy);
            chart.level(likelihood, "maximum likelihood", last > likelihood, "c1");
        }
    }
    let line: Vec<(f64, f64)> = points
        .iter()
        .map(|p| (data.time(p.tick), p.accuracy))
        .collect();
    chart.line(&line, "c0 thick");
    Block {
        title: "While learning".to_owned(),
        html: chart.finish("Accuracy over time"),
        caption: "Look for the rise and the plateau; the dashed lines are the baselines."
            .to_owned(),
        wide: false,
    }
}
