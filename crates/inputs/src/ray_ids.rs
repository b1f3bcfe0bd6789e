//! Ray IDs in running text.

use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Statement, TextKind};
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::order::Numbers;

/// How far a Ray ID that nothing names may be from one that is named, in milliseconds: 90 days.
const NEAR_MS: i64 = 90 * 86_400_000;

/// Every Ray ID once, each as an extract of its own. With its data centre behind it, or with the word "ray" before it in the same line, it is one. 16 digits
/// alone may be anything: they count when they are a line of their own, or beside a Ray ID of about the same time.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let mut extracts: Vec<(Extract, bool)> = Vec::new();
    let mut numbers = Numbers::default();
    for (number, line) in lines.all() {
        let mut named = None;
        for (at, word) in words(line) {
            let Some(ray) = ray(word) else { continue };
            let is_named = *named.get_or_insert_with(|| names_ray(line));
            let is_sure = is_named || ray.colo().is_some();
            // What ends with the text may be the beginning of something longer.
            let is_last = at + word.len() == line.len() && !lines.is_whole(number);
            let is_cut = is_last && (ray.is_short() || !is_sure && line.trim() != word);
            if ray.received().is_none() || ray.is_short() && !is_named || is_cut || !is_sure && !stands_free(line, at, word.len()) {
                continue;
            }
            if extracts.len() == MAX_EXTRACTS {
                break;
            }
            let (known, is_new) = numbers.number(&ray.id());
            let is_sure = is_sure || line.trim() == word;
            let statement = Statement { ray: Some(ray), ..Statement::default() };
            if is_new {
                extracts.push((Extract { kind: TextKind::RayIds, lines: number..number + 1, statement }, is_sure));
            } else if let Some((extract, was_sure)) = extracts.get_mut(known) {
                *was_sure |= is_sure;
                if extract.statement.colo().is_none() {
                    extract.statement = statement;
                }
            }
        }
    }
    let score = if extracts.iter().any(|(extract, _)| extract.statement.colo().is_some() || names_ray(lines.line(extract.lines.start))) {
        30
    } else {
        10
    };
    let received = |extract: &Extract| extract.statement.ray.as_ref().and_then(RayId::received).map(Timestamp::unix_ms);
    let [first, last] = [i64::min, i64::max]
        .map(|pick| extracts.iter().filter(|(_, is_sure)| *is_sure).filter_map(|(extract, _)| received(extract)).reduce(pick));
    let is_near = |extract: &Extract| {
        let (Some(first), Some(last), Some(own)) = (first, last, received(extract)) else { return false };
        (first - NEAR_MS..=last + NEAR_MS).contains(&own)
    };
    let extracts: Vec<Extract> =
        extracts.into_iter().filter(|(extract, is_sure)| *is_sure || is_near(extract)).map(|(extract, _)| extract).collect();
    (!extracts.is_empty()).then_some(Recognition { score, extracts })
}

/// The words of a line that may be one, with their places.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    words.filter(|word| (15..=29).contains(&word.len())).map(|word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
}

/// Whether a line speaks of a ray as a word of its own, or is the script of Cloudflare's that has one. An X-Ray and a ray-cluster are others.
fn names_ray(line: &str) -> bool {
    const NAMES: [&str; 5] = ["ray", "rayid", "cray", "rayname", "cfray"];
    line.contains("__CF$cv$params")
        || line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').any(|word| {
            let word = word.trim_matches('-').to_ascii_lowercase();
            NAMES.contains(&&*word) || word.ends_with("cf-ray") || word.ends_with("ray-id")
        })
}

/// Whether nothing ties a word to what stands beside it, as in the name of a file.
fn stands_free(line: &str, at: usize, length: usize) -> bool {
    let is_tie = |byte: Option<&u8>| byte.is_some_and(|byte| b"/\\_=+@#%:~&$.".contains(byte));
    let [before, behind] = [&line.as_bytes()[..at], &line.as_bytes()[at + length..]];
    let ends_sentence = behind.first() == Some(&b'.') && !behind.get(1).is_some_and(u8::is_ascii_alphanumeric);
    !is_tie(before.last()) && (ends_sentence || !is_tie(behind.first()))
}

/// A Ray ID that has letters and digits, as nearly every one has; words and numbers of 16 characters have not.
fn ray(word: &str) -> Option<RayId> {
    let digits = word.split('-').next().unwrap_or_default();
    let mixed = digits.bytes().any(|byte| byte.is_ascii_digit()) && digits.bytes().any(|byte| byte.is_ascii_alphabetic());
    // Hexadecimal digits in a larger word, such as a UUID, are none.
    mixed.then(|| word.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let extracts = recognise(&Lines::new(text)).map_or(Vec::new(), |recognition| recognition.extracts);
        let rays: Vec<String> = extracts.iter().filter_map(|extract| extract.statement.ray.as_ref().map(ToString::to_string)).collect();
        assert_eq!(rays, expected, "{text}");
    }

    /// Breaks when a form in which people write them is not seen, or one is given twice.
    #[test]
    fn finds_them_as_people_write_them() {
        check("cf-ray: a5e1d50c40aa9c1e-FRA", &["a5e1d50c40aa9c1e-FRA"]);
        check("Cloudflare Ray ID:a5e1d50c40aa9c1e", &["a5e1d50c40aa9c1e"]);
        check("https://dash.example/logs?ray=a5e1d50c40aa9c1e&since=15m", &["a5e1d50c40aa9c1e"]);
        check("{\"ray_id\":\"a5e1d50c40aa9c1e\"}", &["a5e1d50c40aa9c1e"]);
        check("A5E1D50C40AA9C1E", &["a5e1d50c40aa9c1e"]);
        check(
            "a5e1d50c40aa9c1e\nRay: a5e1d50c40aa9c1e-FRA, 3ffe69838a418c4c-SFO-DOG.",
            &["a5e1d50c40aa9c1e-FRA", "3ffe69838a418c4c-SFO-DOG"],
        );
        check("Ray ID a5e1d50c40aa9c1e and then a5e1d50eb0b19c1e.", &["a5e1d50c40aa9c1e", "a5e1d50eb0b19c1e"]);
        check("Ray ID: f694c6892660106\n", &["f694c6892660106"]);
        check("window.__CF$cv$params={r:'a5e1d50c40aa9c1e',t:'MTc2", &["a5e1d50c40aa9c1e"]);
    }

    /// Breaks when other hexadecimal digits are taken for Ray IDs, or made-up ones, or one whose end was cut off.
    #[test]
    fn leaves_what_is_none() {
        for text in [
            "0123456789abcdef",
            "Ray ID: 0000000000000001",
            "1234567890123456",
            "deadbeefdeadbeef is a pattern",
            "commit 9c1f42d07be94a360d5e7c21bb48a3f1c07d9e12",
            "session 8c1f42d0-7be9-4a36-9d5e-7c21bb48a3f1",
            "static/app.9c1f42d07be94a36.js",
            "etag=9c1f42d07be94a36",
            "ray-cluster 9c1f42d07be94a36 latest",
            "X-Ray: parent 9c1f42d07be94a36 is sampled",
            "cf-ray: -",
            "a5e1cf0f22169c1",
            "Ray ID: f694c6892660106",
            "Ray ID: a5e1cf0f22169c1e0",
        ] {
            check(text, &[]);
        }
        check("Ray ID a5e1d50c40aa9c1e, build `d41d8cd98f00b204`\nbuild `d41d8cd98f00b204`", &["a5e1d50c40aa9c1e", "d41d8cd98f00b204"]);
        check("Ray ID a5e1d50c40aa9c1e\nbuild `d41d8cd98f00b204`", &["a5e1d50c40aa9c1e"]);
    }

    proptest::proptest! {
        /// Breaks on a panic, or when cutting a text makes a Ray ID that it does not have.
        #[test]
        fn a_cut_makes_no_other(text in "(Ray ID: |[0-9a-f]{14,17}|-FRA|-[A-Z]{1,4}|[ \n,;é=/.]){0,12}", at in 0usize..200) {
            let rays = |text: &str| -> Vec<String> {
                recognise(&Lines::new(text)).map_or(Vec::new(), |recognition| recognition.extracts).iter().filter_map(|extract| Some(extract.statement.ray.as_ref()?.id())).collect()
            };
            let text = format!("{text}\n");
            let whole: Vec<String> = text.split(|letter: char| !letter.is_ascii_alphanumeric()).map(|word| format!("{word:0>16}")).collect();
            for ray in rays(&text[..text.floor_char_boundary(at)]) {
                proptest::prop_assert!(whole.iter().any(|word| word.starts_with(&ray)), "{ray}");
            }
        }
    }
}
