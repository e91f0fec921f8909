//! Stationary laws and dynamics of θ on the real kernel, in fixed point: each experiment of `spinedrift_tests::laws`, short.
//!
//! `cargo xtask law` runs the same ones at greater length.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests fail by panicking, and print what they found, as tests do"
)]

use spinedrift_tests::laws::{EXPERIMENTS, Finding};

/// Runs an experiment: what is right passes, what is wrong on purpose is found out.
fn check(name: &str) {
    let run = EXPERIMENTS.iter().find(|one| one.0 == name).unwrap().1;
    let findings = run(1);
    for finding in &findings {
        println!(
            "{} {:.1e}  {}: {}",
            if finding.passes() { "ok  " } else { "FAIL" },
            finding.chance,
            finding.what,
            finding.statistic
        );
    }
    assert!(
        findings.iter().any(|finding| finding.control),
        "{name} has no control"
    );
    assert!(findings.iter().all(Finding::passes), "{name}");
}

macro_rules! tests {
    ($($test:ident $name:literal),* $(,)?) => {
        $(#[test]
        fn $test() {
            check($name);
        })*

        #[test]
        fn every_experiment_is_run() {
            assert_eq!(EXPERIMENTS.map(|one| one.0), [$($name),*]);
        }
    };
}

tests! {
    a_gaussian_prior_at_five_temperatures "gaussian",
    a_conjugate_posterior "conjugate",
    a_double_well "double-well",
    laplace_student_cauchy_and_bounded "other-priors",
    a_speed_that_varies_and_the_drift_that_it_needs "speed",
    an_annealed_temperature "annealing",
    a_logistic_likelihood "logistic",
    the_number_of_functional_synapses "functional",
    a_boltzmann_machine "boltzmann",
    autocorrelation_times "autocorrelation",
    detailed_balance "detailed-balance",
    the_bias_of_a_step "bias",
    a_drift_below_the_last_bit "rounding",
}
