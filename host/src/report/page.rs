//! Puts the sections into the template.

use serde::Serialize;

use super::data::Data;
use super::facts::Figure;
use super::plot::Plot;
use super::sections::{ALL, Block};
use super::text::{count, duration, escape, number, percent};

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
    footer: &'static str,
    again: String,
}

#[derive(Serialize)]
struct Shown {
    id: String,
    title: String,
    blocks: Vec<Block>,
}

/// A page that isn't about one run: chapters of plots and tables, in the report's style.
#[derive(Clone, Debug, Default)]
pub struct Article {
    /// Title.
    pub title: String,
    /// The result in plain words.
    pub headline: String,
    /// What it rests on, in a line.
    pub line: String,
    /// Chapters.
    pub chapters: Vec<Chapter>,
    /// Names of the Parquet tables that lie beside the page.
    pub tables: Vec<&'static str>,
    /// The command that draws it again.
    pub again: String,
}

/// A chapter of an article.
#[derive(Clone, Debug, Default)]
pub struct Chapter {
    title: String,
    blocks: Vec<Block>,
}

impl Chapter {
    /// A chapter without contents.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            blocks: Vec::new(),
        }
    }

    /// Adds a plot.
    #[must_use]
    pub fn plot(mut self, plot: &Plot) -> Self {
        self.blocks.push(plot.block());
        self
    }

    /// Adds text.
    #[must_use]
    pub fn text(self, title: &str, text: &str) -> Self {
        self.markup(title, format!("<p>{}</p>", escape(text)), "")
    }

    /// Adds a table. Cells are text; a cell that starts with "yes" or "no" is coloured as good or bad.
    #[must_use]
    pub fn table(self, title: &str, head: &[&str], rows: &[Vec<String>], caption: &str) -> Self {
        let class = |cell: &str| match cell.split([' ', ':']).next() {
            Some("yes") => r#" class="good""#,
            Some("no") => r#" class="bad""#,
            _ => "",
        };
        let cell = |(cell, name): (&String, &&str)| {
            let class = match class(cell) {
                "" if cell.chars().count() < 12 => r#" class="whole""#,
                class => class,
            };
            let name = escape(name);
            format!(
                r#"<td data-label="{name}"><span{class}>{}</span></td>"#,
                escape(cell)
            )
        };
        let row = |row: &Vec<String>| {
            let cells: String = row.iter().zip(head).map(cell).collect();
            format!("<tr>{cells}</tr>")
        };
        let names: Vec<String> = head.iter().map(|name| escape(name)).collect();
        let names = names.join("</th><th>");
        let rows: String = rows.iter().map(row).collect();
        let html = format!(
            r#"<table class="stacking"><thead><tr><th>{names}</th></tr></thead><tbody>{rows}</tbody></table>"#
        );
        self.markup(title, html, caption)
    }

    fn markup(mut self, title: &str, html: String, caption: &str) -> Self {
        self.blocks.push(Block {
            title: title.to_owned(),
            html,
            caption: caption.to_owned(),
            wide: true,
        });
        self
    }
}

impl Article {
    /// The page as HTML.
    ///
    /// # Errors
    /// Only if the template is at odds with this file, which a test would see; in words.
    pub fn html(&self) -> Result<String, String> {
        let shown = |(number, chapter): (usize, &Chapter)| Shown {
            id: format!("part-{number}"),
            title: chapter.title.clone(),
            blocks: chapter.blocks.clone(),
        };
        let page = Page {
            title: self.title.clone(),
            headline: self.headline.clone(),
            line: self.line.clone(),
            figures: Vec::new(),
            sections: self.chapters.iter().enumerate().map(shown).collect(),
            absent: Vec::new(),
            directory_tables: self.tables.clone(),
            footer: "Drawn by spinedrift;",
            again: self.again.clone(),
        };
        render(page).map_err(|error| error.to_string())
    }
}

/// The page.
///
/// # Errors
/// Only if the template is at odds with this file, which a test would see.
pub(crate) fn html(data: &Data) -> Result<String, minijinja::Error> {
    let (mut sections, mut absent) = (Vec::new(), Vec::new());
    for (id, title, draw) in ALL {
        match draw(data) {
            Ok(blocks) => sections.push(Shown {
                id: id.to_owned(),
                title: title.to_owned(),
                blocks,
            }),
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
        footer: "Drawn by spinedrift from run.toml, report.json and the tables;",
        again: "spinedrift report DIR".to_owned(),
    };
    render(page)
}

fn render(page: Page) -> Result<String, minijinja::Error> {
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
