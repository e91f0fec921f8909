//! Sampled against exact densities, drawn as SVG: bars of θ from the real kernel under the curve that they should follow.

use super::Error;
use spinedrift::description::{Component, Integration, Prior, Scheme, Speed, SynapticSampling};
use spinedrift_tests::exact::Exact;
use spinedrift_tests::stationary::{Span, rule, sample, tempered};
use std::fmt::Write as _;
use std::path::Path;

/// Size of a panel.
const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 210.0;
/// Left, right, top and bottom margin of a panel's axes.
const MARGIN: (f64, f64, f64, f64) = (34.0, 12.0, 30.0, 28.0);
const BINS: usize = 60;

/// One panel: a rule, the law it is held against, and what stands above it.
struct Panel {
    title: String,
    rule: SynapticSampling,
    law: Exact,
    /// The law that a wrong rule samples instead, drawn broken.
    other: Option<Exact>,
    range: (f64, f64),
}

fn panel(title: &str, rule: SynapticSampling, range: (f64, f64)) -> Panel {
    let law = tempered(&rule);
    let title = title.to_owned();
    Panel {
        title,
        rule,
        law,
        other: None,
        range,
    }
}

/// Panels of priors.
fn priors() -> Vec<Panel> {
    let component = |weight, mean, sd| Component { weight, mean, sd };
    let gaussian = Prior::Gaussian { mean: 0.5, sd: 1.0 };
    let wells = Prior::Mixture(vec![component(1.0, -0.5, 0.35), component(2.0, 1.2, 0.6)]);
    let laplace = Prior::Laplace {
        mean: 0.5,
        scale: 0.7,
    };
    let student = Prior::StudentT {
        mean: 0.5,
        scale: 0.6,
        freedom: 3.0,
    };
    let cauchy = Prior::StudentT {
        mean: 0.5,
        scale: 0.6,
        freedom: 1.0,
    };
    let flat = Prior::Bounded {
        low: -1.0,
        high: 1.5,
    };
    let lazy = Integration::Lazy;
    vec![
        panel(
            "Gaussian, exact jumps",
            rule(gaussian, Scheme::Auto, lazy),
            (-3.5, 4.5),
        ),
        panel(
            "two wells, splitting",
            rule(wells, Scheme::Splitting, lazy),
            (-2.5, 4.0),
        ),
        panel(
            "Laplace, splitting",
            rule(laplace, Scheme::Splitting, lazy),
            (-3.5, 4.5),
        ),
        panel(
            "Student ν = 3, Metropolis",
            rule(student, Scheme::Metropolis, lazy),
            (-3.5, 4.5),
        ),
        panel(
            "Cauchy, Metropolis",
            rule(cauchy, Scheme::Metropolis, lazy),
            (-5.0, 6.0),
        ),
        panel(
            "flat between bounds",
            rule(flat, Scheme::Splitting, lazy),
            (-1.5, 2.25),
        ),
    ]
}

/// Panels of a speed that varies, and what goes wrong without T b′.
fn speeds() -> Vec<Panel> {
    let speed = Speed::Table(vec![(-1.0, 0.3), (0.0, 1.0), (1.0, 1.0), (2.0, 0.4)]);
    let with = |scheme, integration, speed_drift| SynapticSampling {
        speed: speed.clone(),
        speed_per_s: 2.0,
        speed_drift,
        ..rule(Prior::Gaussian { mean: 0.5, sd: 1.0 }, scheme, integration)
    };
    let wrong = with(Scheme::Euler, Integration::EveryTick, false);
    let (low, high) = wrong.bounds();
    let naive = Exact::new(low, high, |theta| {
        wrong.prior.log_density(theta) - speed.factor(theta).ln()
    });
    let range = (-3.5, 4.5);
    vec![
        panel(
            "Euler with T b′",
            with(Scheme::Euler, Integration::EveryTick, true),
            range,
        ),
        panel(
            "Metropolis",
            with(Scheme::Metropolis, Integration::Lazy, true),
            range,
        ),
        Panel {
            other: Some(naive),
            ..panel("Euler without T b′ samples p/b", wrong, range)
        },
    ]
}

/// Panels of temperatures.
fn temperatures() -> Vec<Panel> {
    [0.1, 0.5, 2.0]
        .map(|temperature| {
            let gaussian = Prior::Gaussian { mean: 0.5, sd: 1.0 };
            let rule = SynapticSampling {
                temperature,
                theta_min: -6.25,
                theta_max: 6.25,
                ..rule(gaussian, Scheme::Auto, Integration::Lazy)
            };
            panel(&format!("T = {temperature}"), rule, (-4.0, 5.0))
        })
        .into()
}

/// Draws every figure.
///
/// # Errors
/// [`Error::Picture`] if a file can't be written.
pub(super) fn draw_all(folder: &Path) -> Result<(), Error> {
    for (name, panels) in [
        ("priors.svg", priors()),
        ("speed.svg", speeds()),
        ("temperature.svg", temperatures()),
    ] {
        let path = folder.join(name);
        let failed = |cause| Error::Picture {
            path: path.display().to_string(),
            cause,
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
        std::fs::write(&path, figure(&panels)).map_err(failed)?;
    }
    Ok(())
}

fn figure(panels: &[Panel]) -> String {
    let columns = 3;
    let rows = panels.len().div_ceil(columns);
    let (width, height) = (WIDTH * columns as f64, HEIGHT * rows as f64);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (number, panel) in panels.iter().enumerate() {
        let (x, y) = (
            (number % columns) as f64 * WIDTH,
            (number / columns) as f64 * HEIGHT,
        );
        // Writing to a string can't fail.
        let _ = writeln!(
            svg,
            "<g transform=\"translate({x} {y})\">\n{}</g>",
            draw(panel)
        );
    }
    svg + "</svg>\n"
}

/// Where the values of a panel stand on it.
#[derive(Clone, Copy)]
struct Frame {
    low: f64,
    high: f64,
    tallest: f64,
}

impl Frame {
    fn x(self, theta: f64) -> f64 {
        let (left, right, ..) = MARGIN;
        left + (theta - self.low) / (self.high - self.low) * (WIDTH - left - right)
    }

    fn y(self, density: f64) -> f64 {
        let (_, _, top, bottom) = MARGIN;
        HEIGHT - bottom - density / self.tallest * (HEIGHT - top - bottom)
    }

    /// Both axes with their figures.
    fn axes(self) -> String {
        let (left, right, top, _) = MARGIN;
        let (floor, end) = (self.y(0.0), WIDTH - right);
        let mut out = format!(
            "<path d=\"M{left} {top}V{floor:.1}H{end:.1}\" fill=\"none\" stroke=\"#444\"/>\n"
        );
        for tick in (self.low.ceil() as i32)..=(self.high.floor() as i32) {
            let (at, below) = (self.x(f64::from(tick)), floor + 16.0);
            let _ = writeln!(
                out,
                "<path d=\"M{at:.2} {floor:.1}v4\" stroke=\"#444\"/><text x=\"{at:.2}\" y=\"{below:.1}\" \
                 text-anchor=\"middle\" fill=\"#444\">{tick}</text>"
            );
        }
        // Steps of 1, 2 or 5 times a power of ten, at most five of them.
        let power = 10.0_f64.powf((self.tallest / 5.0).log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
        let step = steps
            .into_iter()
            .find(|step| self.tallest / step <= 5.0)
            .unwrap_or(power);
        for number in 1..=(self.tallest / step) as i32 {
            let density = f64::from(number) * step;
            let (at, beside) = (self.y(density), left - 6.0);
            let _ = writeln!(
                out,
                "<path d=\"M{left} {at:.2}h-4\" stroke=\"#444\"/><text x=\"{beside:.1}\" y=\"{:.2}\" \
                 text-anchor=\"end\" fill=\"#444\">{density:.2}</text>",
                at + 4.0
            );
        }
        out
    }
}

fn draw(panel: &Panel) -> String {
    let span = Span {
        snapshot_s: 2.0,
        snapshots: 40,
        input_hz: 15.0,
        seed: 7,
    };
    let values = sample(&panel.rule, span).theta.concat();
    let (low, high) = panel.range;
    let width = (high - low) / BINS as f64;
    let mut counts = [0_u32; BINS];
    for value in &values {
        let bin = (value - low) / width;
        if let Some(count) = (bin >= 0.0).then(|| counts.get_mut(bin as usize)).flatten() {
            *count += 1;
        }
    }
    let bars = counts.map(|count| f64::from(count) / values.len() as f64 / width);
    let curve: Vec<(f64, f64)> = (0..=480)
        .map(|i| low + (high - low) * f64::from(i) / 480.0)
        .map(|theta| (theta, panel.law.density(theta)))
        .collect();
    let tallest = curve
        .iter()
        .map(|point| point.1)
        .chain(bars)
        .fold(0.0, f64::max)
        * 1.08;
    let frame = Frame { low, high, tallest };
    let mut out = format!(
        "<text x=\"{}\" y=\"19\" font-size=\"13\" font-weight=\"600\" fill=\"#222\">{}</text>\n",
        MARGIN.0, panel.title
    );
    for (bin, density) in bars.iter().enumerate().filter(|bar| *bar.1 > 0.0) {
        let from = low + bin as f64 * width;
        let (left, right) = (frame.x(from) + 0.3, frame.x(from + width) - 0.3);
        let (top, floor) = (frame.y(*density), frame.y(0.0));
        let _ = writeln!(
            out,
            "<rect x=\"{left:.2}\" y=\"{top:.2}\" width=\"{:.2}\" height=\"{:.2}\" fill=\"#9ec5e8\"/>",
            right - left,
            floor - top
        );
    }
    out.push_str(&line(&curve, frame, ""));
    if let Some(other) = &panel.other {
        let curve: Vec<(f64, f64)> = curve
            .iter()
            .map(|point| (point.0, other.density(point.0)))
            .collect();
        out.push_str(&line(&curve, frame, " stroke-dasharray=\"5 3\""));
    }
    out + &frame.axes()
}

/// A curve.
fn line(curve: &[(f64, f64)], frame: Frame, dashes: &str) -> String {
    let point =
        |(theta, density): &(f64, f64)| format!("{:.2},{:.2}", frame.x(*theta), frame.y(*density));
    let points: Vec<String> = curve.iter().map(point).collect();
    format!(
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#b3261e\" stroke-width=\"1.6\"{dashes}/>\n",
        points.join(" ")
    )
}
