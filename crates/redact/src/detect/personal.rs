//! Numbers that are a person's: of phones, of identity cards, of accounts, of places, of birth. All of them have many digits, in groups or
//! beside letters; check digits are not asked for, since a number with a wrong one is somebody's too.

/// Signs between the groups of such a number.
const BETWEEN: &[u8] = b" .-+(),/";
/// Digits that it has at least.
const MIN_DIGITS: usize = 7;

/// Whether a person's number stands in a text.
pub(super) fn has_number(text: &str) -> bool {
    let of_number = |byte: u8| byte.is_ascii_digit() || BETWEEN.contains(&byte);
    let groups = |run: &&str| run.bytes().filter(u8::is_ascii_digit).count() >= MIN_DIGITS;
    let mut runs = text.split(|letter: char| !u8::try_from(letter).is_ok_and(of_number)).filter(groups);
    runs.any(|run| is_number(run.trim_matches(|letter: char| !letter.is_ascii_digit())))
        || text.split([' ', '/', ',', ';', '=']).any(is_hardware)
}

/// Digits in groups that are no day of the site's own time, and no version.
fn is_number(run: &str) -> bool {
    let groups: Vec<&str> = run.split(|letter: char| !letter.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let is_recent = |group: &&str| group.len() == 4 && ("2013".."2040").contains(group);
    let is_day = groups.len() == 3 && groups.iter().any(is_recent) && groups.iter().all(|group| group.len() <= 2 || is_recent(group));
    let is_version = run.ends_with(".0.0.0")
        || (groups.len() > 3 && groups[0].len() <= 3 && !run.bytes().any(|byte| !byte.is_ascii_digit() && byte != b'.'));
    groups.len() > 1 && !is_day && !is_version
}

/// The address of a network card: six pairs of hexadecimal digits.
fn is_hardware(text: &str) -> bool {
    let is_pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    [':', '-'].into_iter().any(|sign| text.split(sign).count() == 6 && text.split(sign).all(is_pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a person's number stays, or a time, a version or a size is taken for one.
    #[test]
    fn numbers_of_persons_are_known() {
        for text in [
            "+49 151 234 56 78",
            "0151.234.56.78",
            "(555) 010-9988",
            "219-09-9999",
            "390.533.447-05",
            "85.07.30-033.28",
            "131052-308T",
            "52.5200,13.4050",
            "1984-05-12",
            "12.05.1984",
            "DE89 3704 0044 0532 0130 00",
            "00:1B:44:11:3A:B7",
            "00-1b-44-11-3a-b7",
        ] {
            assert!(has_number(text), "{text}");
        }
        for text in
            ["2026-11-20", "20.11.2026", "130.0.6723.116", "max-age=31536000", "10.0.0", "537.36 (KHTML", "Fri, 20 Nov 2026 10:00:03 GMT"]
        {
            assert!(!has_number(text), "{text}");
        }
    }
}
