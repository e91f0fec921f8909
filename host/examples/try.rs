use spinedrift::board::Machine;
use spinedrift::demo::*;
use spinedrift::description::*;
use spinedrift::progress::Display;
use spinedrift::session::*;
use spinedrift_core::kernel::counters::NAMES;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let train: usize = args.get(1).map_or(1000, |a| a.parse().unwrap());
    let threads: usize = args.get(2).map_or(1, |a| a.parse().unwrap());
    let every = args.get(3).is_some_and(|a| a == "tick");
    let images = images::digits();
    let split = images.split(1100, 300, 397, 1).unwrap();
    for variant in [
        Variant::Sampling,
        Variant::MaximumLikelihood,
        Variant::Random,
    ] {
        let n = if variant == Variant::Random { 0 } else { train };
        let timeline = Timeline::new(&split, n, 200, 1).unwrap();
        let net = network(
            DemoKind::Digits,
            variant,
            if every {
                Integration::EveryTick
            } else {
                Integration::Lazy
            },
            &images,
            &timeline,
        )
        .unwrap();
        let prepared = Prepared::new(net, Setup::new(Machine::load("spinn3").unwrap(), 1)).unwrap();
        let mut responses = Responses::new(0, 40, &timeline);
        let options = RunOptions {
            target: "functional".into(),
            ticks: timeline.ticks(),
            threads,
            checkpoint_ticks: 0,
            display: Display::Silent,
            label: "x".into(),
        };
        let out = run::in_memory(&prepared, &options, &Default::default(), &mut responses).unwrap();
        let labels = Labels::new(&responses, &timeline, &images, timeline.labelling());
        println!(
            "{variant:?} {:?} rtf {:.1} cores {}",
            labels.evaluate(&responses, &timeline, &images, timeline.test()),
            out.timing.realtime_factor(),
            out.cores.len()
        );
        for (c, n) in NAMES {
            print!("{n} {} ", out.counter(c));
        }
        println!();
        for l in &out.health.lines {
            if l.count > 0 {
                println!("  {l:?}");
            }
        }
    }
}
