//! Numbers as people read them, and text that is safe inside HTML.

/// Text with the characters of markup escaped.
pub(crate) fn escape(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut out, c| {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                _ => out.push(c),
            }
            out
        })
}

/// A count with commas: 12,345.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let first = digits.len() % 3;
    digits
        .char_indices()
        .fold(String::new(), |mut out, (at, digit)| {
            if at > 0 && at % 3 == first {
                out.push(',');
            }
            out.push(digit);
            out
        })
}

/// A share in per cent: "82.3 %".
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// A number with three digits that count, without needless zeros: 0.5, 12, 1,235, 3.2e-7.
#[must_use]
pub fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if size >= 999.5 {
        let sign = if value < 0.0 { "−" } else { "" };
        return if size < 1e9 {
            format!("{sign}{}", count(size.round() as u64))
        } else {
            format!("{value:.2e}")
        };
    }
    if size < 1e-3 {
        return format!("{value:.1e}");
    }
    let digits = (2 - size.log10().floor() as i32).max(0) as usize;
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    text.replace('-', "−")
}

/// Bytes in powers of two, as memories are sized: "12.3 KiB".
pub(crate) fn kib(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

/// Seconds as "40 s", "12.5 min" or "2.8 h".
pub(crate) fn duration(seconds: f64) -> String {
    if seconds < 120.0 {
        format!("{} s", number(seconds))
    } else if seconds < 7200.0 {
        format!("{} min", number(seconds / 60.0))
    } else {
        format!("{} h", number(seconds / 3600.0))
    }
}

/// A title in lines that fit the width of a plot.
pub(crate) fn wrapped(title: &str) -> Vec<String> {
    const LETTERS: usize = 40;
    let mut lines = vec![String::new()];
    for word in title.split_whitespace() {
        let full = |line: &String| {
            !line.is_empty() && line.chars().count() + word.chars().count() >= LETTERS
        };
        if lines.last().is_some_and(full) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_commas() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn numbers_keep_three_digits() {
        let texts = [0.0, 0.5, 12.0, -3.456, 99.96, 1234.5, 3.2e-7].map(number);
        assert_eq!(texts, ["0", "0.5", "12", "−3.46", "100", "1,235", "3.2e-7"]);
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(
            escape("<b a=\"x\">&'"),
            "&lt;b a=&quot;x&quot;&gt;&amp;&#39;"
        );
    }

    #[test]
    fn memory_is_counted_in_powers_of_two() {
        assert_eq!(
            [1023, 65_536, 134_217_728].map(kib),
            ["1023 B", "64.0 KiB", "128.0 MiB"]
        );
    }

    #[test]
    fn long_titles_are_wrapped_between_words() {
        let title = "One sense alone drives the assembly of the other sense";
        assert_eq!(wrapped(title).join(" "), title);
        assert_eq!(wrapped(title).len(), 2);
        assert_eq!(wrapped("short"), ["short"]);
    }
}
