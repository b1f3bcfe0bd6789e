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
        || has_code(text)
        || has_birthday(text)
}

/// What letters, digits and signs of a text are: `A`, `9`, and the sign itself, with a space at each end. A code's form is compared with this.
fn form(text: &str) -> String {
    let class = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' => 'A',
        b'0'..=b'9' => '9',
        b' ' | b'+' | b'_' => ' ',
        b'-' => '-',
        _ => '/',
    };
    std::iter::once(' ').chain(text.bytes().map(class)).chain(std::iter::once(' ')).collect()
}

/// Codes of letters and digits in short groups: of national insurance, of British postcodes, of plates.
fn has_code(text: &str) -> bool {
    const CODES: [&str; 12] = [
        "AA999999A",
        "AA99 99 99A",
        "AA 99 99 99 A",
        "AA 999999 A",
        "A9 9AA",
        "A99 9AA",
        "AA9 9AA",
        "AA99 9AA",
        "A9A 9AA",
        "AA9A 9AA",
        "AA99-9AA",
        "A-AA 9999",
    ];
    const PLATES: [&str; 5] = ["AA-AA 9999", "AAA-AA 9999", "A-AA 999", "AA-AA 999", "AAA-A 9999"];
    if text.len() < 6 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let form = form(text);
    let is_end = |byte: Option<&u8>| byte.is_some_and(|byte| !matches!(byte, b'A' | b'9'));
    CODES.into_iter().chain(PLATES).any(|code| {
        form.match_indices(code).any(|(at, _)| is_end(form.as_bytes().get(at - 1)) && is_end(form.as_bytes().get(at + code.len())))
    })
}

/// A day of birth: one before 2013 beside the name of its month, or as eight digits. A time of day beside it is none of a birth.
fn has_birthday(text: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let is_year = |word: &str| word.len() == 4 && ("1900".."2013").contains(&word);
    let is_month = |word: &str| word.get(..3).is_some_and(|start| MONTHS.iter().any(|month| month.eq_ignore_ascii_case(start)));
    let is_day =
        |word: &str| word.len() == 8 && is_year(&word[..4]) && ("01".."13").contains(&&word[4..6]) && ("01".."32").contains(&&word[6..]);
    let words = || text.split(|letter: char| !letter.is_ascii_alphanumeric());
    (!text.contains(':')
        && words().any(is_year)
        && words().any(|word| is_month(word) && word.bytes().all(|byte| byte.is_ascii_alphabetic())))
        || words().any(|word| word.bytes().all(|byte| byte.is_ascii_digit()) && is_day(word))
}

/// Digits in groups that are no day of the site's own time, and no version.
fn is_number(run: &str) -> bool {
    let groups: Vec<&str> = run.split(|letter: char| !letter.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let digits = groups.iter().map(|group| group.len()).sum::<usize>();
    let is_recent = |group: &&str| group.len() == 4 && ("2013".."2040").contains(group);
    let is_day = groups.len() == 3 && groups.iter().any(is_recent) && groups.iter().all(|group| group.len() <= 2 || is_recent(group));
    let is_version = run.ends_with(".0.0.0")
        || (groups.len() == 4 && digits <= 12 && groups[0].len() <= 3 && !run.bytes().any(|byte| !byte.is_ascii_digit() && byte != b'.'));
    groups.len() > 1 && !is_day && !is_version
}

/// The address of a network card: six pairs of hexadecimal digits, or three groups of four.
fn is_hardware(text: &str) -> bool {
    let is_of = |sign: char, count: usize| {
        text.split(sign).count() == count
            && text.split(sign).all(|group| group.len() == 12 / count && group.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    is_of(':', 6) || is_of('-', 6) || (is_of('.', 3) && text.bytes().any(|byte| byte.is_ascii_digit()))
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
            "4c2e.5e80.b24c",
            "756.8363.9078.39",
            "06.22.87.77.73",
            "CE14 85 97D",
            "JG 16 04 61 C",
            "LG60 9DD",
            "HH-ZK 9343",
            "18 Oct 1947",
            "19960514",
        ] {
            assert!(has_number(text), "{text}");
        }
        for text in [
            "2026-11-20",
            "20.11.2026",
            "130.0.6723.116",
            "max-age=31536000",
            "10.0.0",
            "537.36 (KHTML",
            "Fri, 20 Nov 2026 10:00:03 GMT",
            "Thu, 19 Nov 1981 08:52:00 GMT",
            "Windows NT 10.0; Win64; x64",
            "CPU iPhone OS 17_0 like Mac OS X",
            "20261120",
        ] {
            assert!(!has_number(text), "{text}");
        }
    }
}
