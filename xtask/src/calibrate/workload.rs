//! Networks that each stress a few sections, in several sizes, so that a fit can tell the sections apart.

use spinedrift::board::Machine;
use spinedrift::description::toml;
use spinedrift::session::{Prepared, Setup};
use std::error::Error;
use std::path::Path;

/// A network and how long it runs.
pub(super) struct Workload {
    /// Name, for errors.
    pub(super) name: String,
    /// Network file.
    text: String,
    /// Ticks.
    pub(super) ticks: u32,
}

impl Workload {
    fn new(name: &str, ticks: u32, text: String) -> Self {
        let name = name.to_owned();
        Self { name, text, ticks }
    }

    /// Mapped; one population a core.
    pub(super) fn prepare(&self) -> Result<Prepared, Box<dyn Error>> {
        let (network, _) = toml::parse(&self.text, Path::new("."))?;
        let mut machine = Machine::load("spinn5")?;
        // What a board leaves to an image.
        machine.dtcm_bytes = spinedrift::target::boards::IMAGE_DTCM_BYTES;
        Ok(Prepared::new(network, Setup::new(machine, 1))?)
    }
}

/// Workloads whose instructions are traced: one core each, that computes neurons, rows of its own and transitions.
pub(super) fn traced() -> Vec<Workload> {
    let circuit = "circuit_size = 32\nrate_hz = 400";
    let inner = |rule: &str| format!("[[projection]]\npre = \"out\"\npost = \"out\"\n{rule}\n");
    let plastic =
        population("wta", 32, circuit) + &inner("plasticity = { integration = \"every_tick\" }");
    let lazy =
        population("wta", 64, "circuit_size = 32\nrate_hz = 900") + &inner("plasticity = true");
    let fixed = population("lif", 64, "offset_mv = 30\nrefractory_ms = 1") + &inner("weight = 0.1");
    [("plastic", plastic), ("lazy", lazy), ("fixed", fixed)]
        .map(|(name, text)| Workload::new(name, 12, text))
        .into()
}

/// A population of Poisson sources.
fn sources(size: u32, rate_hz: u32) -> String {
    format!(
        "[[population]]\nname = \"in\"\nmodel = \"poisson\"\nsize = {size}\nrate_hz = {rate_hz}\n"
    )
}

fn population(model: &str, size: u32, more: &str) -> String {
    format!("[[population]]\nname = \"out\"\nmodel = \"{model}\"\nsize = {size}\n{more}\n")
}

fn projection(more: &str) -> String {
    format!("[[projection]]\npre = \"in\"\npost = \"out\"\n{more}\n")
}

/// All workloads.
pub(super) fn all() -> Vec<Workload> {
    let mut all = Vec::new();
    for size in [16, 64, 128, 240] {
        let fan = [10, 40, 80, 150].map(|number| number.min(size));
        let lif = population("lif", size, "record = { spikes = true }");
        for number in fan {
            let connector = format!(
                "connector = {{ kind = \"fixed_probability\", probability = {} }}\nweight = 0.5",
                f64::from(number) / f64::from(size)
            );
            let text = sources(60, 40) + &lif + &projection(&connector);
            all.push(Workload::new("static rows", 100, text));
        }
        let intensity = population("intensity", size, "rate_hz = 20");
        all.push(Workload::new("intensity", 60, sources(16, 20) + &intensity));
        let circuit = format!("circuit_size = {size}\nrate_hz = 300");
        let wta = population("wta", size, &circuit);
        all.push(Workload::new("circuit", 120, sources(16, 20) + &wta));
        for (number, rate) in [(size, 1), (size, 30), (size, 200)] {
            let text = sources(number, rate) + &population("lif", 16, "");
            all.push(Workload::new("sources", 100, text));
        }
        let changes = "stimulus = { changes = [{ at_tick = 5, rate_hz = 40 }, { at_tick = 30, rate_hz = 3 }] }";
        let schedule = format!(
            "[[population]]\nname = \"in\"\nmodel = \"poisson\"\nsize = {size}\n{changes}\n"
        );
        let text = schedule + &population("lif", 16, "");
        all.push(Workload::new("schedule", 60, text));
    }
    // A clock of 24 bits counts 655,360 instructions: so few rows at every tick that their longest tick is shorter.
    for (pre, post, rate, integration) in [
        (40, 16, 30, "every_tick"),
        (20, 48, 30, "every_tick"),
        (30, 96, 2, "every_tick"),
        (12, 240, 20, "every_tick"),
        (60, 32, 60, "lazy"),
        (100, 96, 40, "lazy"),
        (200, 64, 20, "lazy"),
        (64, 16, 90, "lazy"),
    ] {
        let rule = format!("plasticity = {{ integration = \"{integration}\" }}");
        for (fires, circuit) in [(1, post), (100, post), (400, 16)] {
            let more = format!("circuit_size = {circuit}\nrate_hz = {fires}");
            let text = sources(pre, rate) + &population("wta", post, &more) + &projection(&rule);
            all.push(Workload::new("plastic rows", 150, text));
        }
    }
    // A packet with two rows, so that packets and rows can be told apart.
    for more in ["weight = 0.2", "plasticity = true"] {
        let kind = if more.starts_with('p') { "wta" } else { "lif" };
        let twice = projection(&format!("name = \"a\"\n{more}"))
            + &projection(&format!("name = \"b\"\n{more}"));
        let text = sources(60, 40) + &population(kind, 32, "") + &twice;
        all.push(Workload::new("two rows", 100, text));
    }
    let recorded = "record = { spikes = true, potentials = \"all\", potential_ms = 2 }";
    let text = sources(40, 50) + &population("lif", 80, recorded) + &projection("weight = 3");
    all.push(Workload::new("recording", 100, text));
    all
}
