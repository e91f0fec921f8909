//! Health counters, worst first.

use std::fmt::Write;

use super::super::data::Data;
use super::super::facts::HealthCounter;
use super::super::text::{count, escape};
use super::{Block, Drawn};

pub(super) fn draw(data: &Data) -> Drawn {
    if data.facts.health.is_empty() {
        return Err("the run reported no health counters".to_owned());
    }
    let (mut bad, good): (Vec<&HealthCounter>, Vec<&HealthCounter>) = data
        .facts
        .health
        .iter()
        .partition(|counter| counter.count > 0);
    bad.sort_by(|a, b| share(b).total_cmp(&share(a)).then(b.count.cmp(&a.count)));
    let zeros: Vec<&str> = good
        .iter()
        .map(|counter| counter.counter.as_str())
        .collect();
    let clean = format!("Counted and never seen: {}.", zeros.join(", "));
    let caption = match (bad.is_empty(), zeros.is_empty()) {
        (true, _) => format!("Nothing was lost. {clean}"),
        (false, true) => "Worst first.".to_owned(),
        (false, false) => format!("Look at the first line: the worst comes first. {clean}"),
    };
    let html = if bad.is_empty() {
        r#"<p class="good">All counters are 0.</p>"#.to_owned()
    } else {
        table(&bad)
    };
    Ok(vec![Block {
        title: String::new(),
        html,
        caption,
        wide: true,
    }])
}

/// Share of all chances; a counter that doesn't know its chances is taken to be rare.
fn share(counter: &HealthCounter) -> f64 {
    counter
        .of
        .map_or(0.0, |of| counter.count as f64 / of.max(1) as f64)
}

fn table(bad: &[&HealthCounter]) -> String {
    let mut html = "<table class=\"stacking\"><thead><tr><th>what</th><th class=\"n\">how often</th><th class=\"n\">share</th>\
                    <th>where first</th><th>what to do</th></tr></thead><tbody>"
        .to_owned();
    for counter in bad {
        let share = match counter.of {
            Some(_) => share_text(share(counter)),
            None => "–".to_owned(),
        };
        let or_dash = |text: &str| {
            if text.is_empty() {
                "–".to_owned()
            } else {
                escape(text)
            }
        };
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}</th><td class=\"n\" data-label=\"how often\">{}</td><td class=\"n\" data-label=\"share\">{share}</td>\
             <td data-label=\"where first\">{}</td><td data-label=\"what to do\">{}</td></tr>",
            escape(&counter.counter),
            count(counter.count),
            or_dash(&counter.object),
            or_dash(&counter.remedy)
        );
    }
    html + "</tbody></table>"
}

/// A share in the unit that leaves few zeros.
fn share_text(share: f64) -> String {
    match 100.0 * share {
        percent @ 0.1.. => format!("{percent:.1} %"),
        percent @ 1e-4.. => format!("{:.1} per million", percent * 1e4),
        percent => format!("{:.1} per billion", percent * 1e7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_in_the_unit_that_fits() {
        assert_eq!(
            [0.5, 0.000_02, 1e-9].map(share_text),
            ["50.0 %", "20.0 per million", "1.0 per billion"]
        );
    }
}
