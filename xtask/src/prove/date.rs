//! Today's date, for the record of a proof.

/// Days since 1970-01-01 as year-month-day (Gregorian calendar, proleptic).
fn calendar(days: u64) -> String {
    // Hinnant, "chrono-compatible low-level date algorithms": years begin in March, eras have 400 of them.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let in_year = day - (365 * year + year / 4 - year / 100);
    let march_month = (5 * in_year + 2) / 153;
    let in_month = in_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12 + 1;
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{in_month:02}")
}

/// Today in UTC.
#[expect(
    clippy::disallowed_types,
    reason = "the date only stands beside a finding, which it can't change"
)]
pub(crate) fn today() -> String {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed();
    calendar(since.map_or(0, |since| since.as_secs()) / 86_400)
}

#[cfg(test)]
mod tests {
    use super::calendar;

    #[test]
    fn days_have_their_dates() {
        let dates = [0, 59, 11_016, 19_782, 20_512].map(calendar);
        assert_eq!(
            dates,
            [
                "1970-01-01",
                "1970-03-01",
                "2000-02-29",
                "2024-02-29",
                "2026-02-28"
            ]
        );
    }
}
