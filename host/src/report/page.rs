//! Puts the sections into the template.

use serde::Serialize;

use super::data::Data;
use super::facts::Figure;
use super::sections::{ALL, Block};
use super::text::{count, duration, number, percent};

const TEMPLATE: &str = include_str!("page.html");

#[derive(Serialize)]
struct Page {
    title: String,
    headline: String,
    line: String,
    figures: Vec<Figure>,
    sections: Vec<Shown>,
    absent: Vec<(&'static str, String)>,
    directory_tables: Vec<&'static str>,
}

#[derive(Serialize)]
struct Shown {
    id: &'static str,
    title: &'static str,
    blocks: Vec<Block>,
}

/// The page.
///
/// # Errors
/// Only if the template is at odds with this file, which a test would see.
pub(crate) fn html(data: &Data) -> Result<String, minijinja::Error> {
    let (mut sections, mut absent) = (Vec::new(), Vec::new());
    for (id, title, draw) in ALL {
        match draw(data) {
            Ok(blocks) => sections.push(Shown { id, title, blocks }),
            Err(why) => absent.push((title, why)),
        }
    }
    let page = Page {
        title: if data.facts.title.is_empty() {
            data.info.network.clone()
        } else {
            data.facts.title.clone()
        },
        headline: headline(data),
        line: first_line(data),
        figures: figures(data),
        sections,
        absent,
        directory_tables: vec!["spikes", "theta", "rewiring"],
    };
    let mut environment = minijinja::Environment::new();
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    environment.add_template("page", TEMPLATE)?;
    environment
        .get_template("page")?
        .render(minijinja::value::Serde(page))
}

/// The result in plain words.
fn headline(data: &Data) -> String {
    if !data.facts.headline.is_empty() {
        return data.facts.headline.clone();
    }
    let mut words = Vec::new();
    if let Some(a) = &data.facts.accuracy {
        words.push(format!(
            "The network gives the right label to {} of images it has never seen; guessing would get {}.",
            percent(a.accuracy),
            percent(a.chance)
        ));
    }
    if let Some(totals) = data
        .info
        .totals
        .as_ref()
        .filter(|t| t.spines_gained + t.spines_lost > 0)
    {
        words.push(format!(
            "On the way {} spines grew and {} were lost.",
            count(totals.spines_gained),
            count(totals.spines_lost)
        ));
    }
    if words.is_empty() {
        words.push(format!(
            "{} of network time ran.",
            duration(data.info.seconds(data.end))
        ));
    }
    words.join(" ")
}

/// Target, time scale and seed: "am I on the emulator or the chip?"
fn first_line(data: &Data) -> String {
    let speed = data
        .facts
        .realtime_factor
        .map_or_else(String::new, |f| format!(" at {} × real time", number(f)));
    let machine = if data.info.machine.is_empty() {
        String::new()
    } else {
        format!(" ({})", data.info.machine)
    };
    format!(
        "Target {}{machine} · {} of biological time{speed} · seed {}",
        data.info.target,
        duration(data.info.seconds(data.end)),
        data.info.seed
    )
}

/// The caller's figures, or a few of our own.
fn figures(data: &Data) -> Vec<Figure> {
    if !data.facts.figures.is_empty() {
        return data.facts.figures.clone();
    }
    let figure = |name: &str, value: String| Figure {
        name: name.to_owned(),
        value,
        note: String::new(),
    };
    let mut figures = Vec::new();
    if let Some(totals) = &data.info.totals {
        figures.push(figure("spikes", count(totals.spikes)));
        figures.push(figure("spines gained", count(totals.spines_gained)));
        figures.push(figure("spines lost", count(totals.spines_lost)));
    }
    figures.extend(
        data.facts
            .realtime_factor
            .map(|f| figure("speed", format!("{} × real time", number(f)))),
    );
    figures
}
