//! Pearson's χ², in standard deviations above its mean.

/// How far the counts are from what was expected; normal for many cells, so 5 is a false alarm once in 10⁶ or so.
pub(crate) fn excess(counts: &[u64], expected: &[f64]) -> f64 {
    assert_eq!(counts.len(), expected.len());
    assert!(expected.iter().all(|&e| e >= 5.0), "a cell is too small");
    let square: f64 = counts
        .iter()
        .zip(expected)
        .map(|(&n, &e)| (n as f64 - e).powi(2) / e)
        .sum();
    let freedom = (counts.len() - 1) as f64;
    (square - freedom) / (2.0 * freedom).sqrt()
}

#[test]
fn it_sees_a_wrong_law() {
    assert!(excess(&[100, 100, 100], &[100.0; 3]) < 0.0);
    assert!(excess(&[150, 50, 100], &[100.0; 3]) > 5.0);
}
