//! Softmax: each weight within the bound of `exp_neg`, the probabilities within [`SOFTMAX_SUM`] of one.

use proptest::prelude::*;
use spinedrift_core::numeric::bounds::{SOFTMAX_SUM, bound};
use spinedrift_core::numeric::{SOFTMAX_MAX, probabilities, softmax, softmax_in_place};

fn check(potentials: &[i32]) {
    let mut weights = vec![0; potentials.len()];
    let total = softmax(potentials, &mut weights);
    assert_eq!(total, weights.iter().map(|&w| u64::from(w)).sum::<u64>());
    let mut in_place: Vec<u32> = potentials.iter().map(|&u| u as u32).collect();
    assert_eq!(softmax_in_place(&mut in_place), total);
    assert_eq!(in_place, weights);
    let top = potentials.iter().copied().max().unwrap_or(0);
    let permitted = bound("exp_neg").map_or(0.0, |b| f64::from(b.milli_ulp) / 1000.0 + 1e-5);
    let truth = |u: i32| ((f64::from(u) - f64::from(top)) / 16_f64.exp2()).exp();
    for (&u, &w) in potentials.iter().zip(&weights) {
        assert!((f64::from(w) - truth(u) * 31_f64.exp2()).abs() <= permitted);
    }
    probabilities(&mut weights, total);
    let sum: u64 = weights.iter().map(|&p| u64::from(p)).sum();
    assert!(sum <= 1 << 31 && (1 << 31) - sum <= SOFTMAX_SUM, "{sum}");
    let norm: f64 = potentials.iter().map(|&u| truth(u)).sum();
    for (&u, &p) in potentials.iter().zip(&weights) {
        let error = f64::from(p) - truth(u) / norm * 31_f64.exp2();
        assert!(error.abs() <= 4.0, "{u}: {error}");
    }
}

proptest! {
    #[test]
    fn any_circuit_sums_to_one(u in prop::collection::vec(any::<i32>(), 1..=SOFTMAX_MAX)) {
        check(&u);
    }

    #[test]
    fn a_close_race_sums_to_one(u in prop::collection::vec(-(4 << 16)..4 << 16, 1..=SOFTMAX_MAX)) {
        check(&u);
    }

    #[test]
    fn a_common_shift_changes_nothing(
        u in prop::collection::vec(-(8 << 16)..8 << 16, 1..=SOFTMAX_MAX),
        shift in -(1 << 30)..1 << 30,
    ) {
        let moved: Vec<i32> = u.iter().map(|x| x + shift).collect();
        let (mut here, mut there) = (vec![0; u.len()], vec![0; u.len()]);
        prop_assert_eq!(softmax(&u, &mut here), softmax(&moved, &mut there));
        prop_assert_eq!(here, there);
    }
}

#[test]
fn the_largest_circuits_sum_to_one() {
    check(&[0; SOFTMAX_MAX]);
    check(&[i32::MIN; SOFTMAX_MAX]);
    let mut spread = [i32::MIN; SOFTMAX_MAX];
    spread[17] = i32::MAX;
    check(&spread);
}

#[test]
fn no_entries_and_too_many_are_left_alone() {
    assert_eq!(softmax(&[], &mut [5]), 0);
    let mut many = [9; SOFTMAX_MAX + 1];
    assert_eq!(softmax_in_place(&mut many), 1 << 39);
    assert_eq!(many[SOFTMAX_MAX], 9);
    let mut weights = [9; SOFTMAX_MAX + 1];
    let total = softmax(&[0; SOFTMAX_MAX + 1], &mut weights);
    assert_eq!((total, weights[SOFTMAX_MAX]), (1 << 39, 9));
    let mut none = [3, 4];
    probabilities(&mut none, 0);
    assert_eq!(none, [3, 4]);
}
