/// A JSON number's value; `None` when the text is not one or the value is beyond all bounds.
///
/// Exact where the digits stay below 2^53 and the decimal exponent within 22, as all times and sizes of captures do; else off by a few
/// units in the last place. The standard library's parser is exact everywhere, and its tables are 10 KB that the page would load
/// incompressibly.
pub fn decimal(text: &str) -> Option<f64> {
    if !is_number(text.as_bytes()) {
        return None;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let mut exponent: i32 = exponent.trim_start_matches('+').parse().ok()?;
    let mut digits: u64 = 0;
    let mut fraction = false;
    for byte in mantissa.bytes() {
        match byte {
            b'.' => fraction = true,
            b'0'..=b'9' if digits < 1 << 59 => {
                digits = digits * 10 + u64::from(byte - b'0');
                exponent = exponent.checked_sub(i32::from(fraction))?;
            }
            // A digit too many to matter.
            b'0'..=b'9' => exponent = exponent.checked_add(i32::from(!fraction))?,
            _ => {}
        }
    }
    let power = 10f64.powi(exponent.unsigned_abs().min(400).cast_signed());
    let value = if exponent < 0 { digits as f64 / power } else { digits as f64 * power };
    let value = if digits == 0 { 0.0 } else { value };
    value.is_finite().then_some(if text.starts_with('-') { -value } else { value })
}

/// Whether a byte may stand in a number.
pub(super) fn is_number_byte(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
}

/// RFC 8259, section 6.
pub(super) fn is_number(bytes: &[u8]) -> bool {
    !bytes.is_empty() && whole_number(bytes) == bytes.len()
}

/// How long the number is that stands at the start, up to where it could end: 0 when there is none.
pub fn whole_number(bytes: &[u8]) -> usize {
    let digits = |from: usize| {
        let mut at = from;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let start = usize::from(bytes.first() == Some(&b'-'));
    let mut end = if bytes.get(start) == Some(&b'0') { start + 1 } else { digits(start) };
    if end == start {
        return 0;
    }
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if fraction == end + 1 {
            return 0;
        }
        end = fraction;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(signed);
        if exponent == signed {
            return 0;
        }
        end = exponent;
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Breaks when a number is read as another, or what is none is taken for one.
    #[test]
    fn reads_what_captures_hold() {
        for (text, value) in [
            ("0", 0.0),
            ("-1", -1.0),
            ("12.5", 12.5),
            ("40.211999999999996", 40.211_999_999_999_996),
            ("0.0010000000474974513", 0.001_000_000_047_497_451_3),
            ("1e3", 1000.0),
            ("1.5E-2", 0.015),
            ("0e999", 0.0),
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
        ] {
            assert!((decimal(text).unwrap() - value).abs() <= value.abs() * 1e-15, "{text}");
        }
        for text in ["", "-", "1.", ".5", "01", "1e", "x", "1e400", "1e99999999999", "NaN", "Infinity"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    proptest! {
        /// Breaks when milliseconds with up to six digits behind the point are not exact.
        #[test]
        fn times_are_exact(whole in 0u32..1_000_000_000, behind in 0u32..1_000_000) {
            let text = format!("{whole}.{behind:06}");
            prop_assert_eq!(decimal(&text), text.parse::<f64>().ok());
        }

        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in "[-+0-9.eE]{0,20}") {
            let _ = decimal(&text);
        }
    }
}
