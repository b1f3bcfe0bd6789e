//! The fixed words of the report, held against `docs/words.md`.

use std::path::Path;

const WORDS: &str = include_str!("../../../docs/words.md");

/// Breaks when a sentence of the report has a phrase that `docs/words.md` bans.
#[test]
fn the_report_is_plain() {
    let rows = WORDS.split("## Not these phrases").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    let banned: Vec<&str> = rows.lines().filter_map(|row| row.strip_prefix("| ")?.split(" | ").next()).skip(1).collect();
    assert!(banned.contains(&"asked") && banned.contains(&"so that"), "{banned:?}");
    let mut found = Vec::new();
    each_file(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut |name, code| {
        for text in literals(code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()) {
            let words = plain(&text);
            let is_in = |phrase: &&&str| words.contains(&plain(phrase));
            found.extend(banned.iter().filter(is_in).map(|phrase| format!("{name}: {phrase}: {text}")));
        }
    });
    assert!(found.is_empty(), "{} findings:\n  {}", found.len(), found.join("\n  "));
}

/// Breaks when a phrase is missed at the end of a sentence, or found within a word or a placeholder.
#[test]
fn phrases_are_found_as_words() {
    let literals = literals(r#"let x = '"'; say("It was asked. {asked}"); // "told""#);
    assert_eq!(literals, ["It was asked. {asked}"]);
    assert!(plain(&literals[0]).contains(&plain("asked")) && !plain("unasked, {asked}").contains(&plain("asked")));
    assert!(plain("It shows, that it fails").contains(&plain(", that")));
}

fn each_file(folder: &Path, look: &mut impl FnMut(&str, &str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_string_lossy();
        if path.is_dir() {
            each_file(&path, look);
        } else if !["tests.rs", "hostile.rs", "prose.rs"].iter().any(|tests| name.ends_with(tests)) {
            look(&name, &std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The strings of some code.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let line = line.replace("'\"'", "").replace("\\\"", "");
        let line = line.split(" // ").next().unwrap_or_default();
        found.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    found
}

/// Its words, each between spaces, without placeholders; a comma is a word.
fn plain(text: &str) -> String {
    let mut out = String::from(" ");
    let mut is_placeholder = false;
    for letter in text.to_lowercase().chars() {
        match letter {
            '{' => is_placeholder = true,
            '}' => is_placeholder = false,
            _ if is_placeholder => {}
            ',' => out.push_str(" , "),
            _ if letter.is_alphanumeric() || "'-".contains(letter) => out.push(letter),
            _ => out.push(' '),
        }
    }
    out.push(' ');
    let words: Vec<&str> = out.split_whitespace().collect();
    [" ", &words.join(" "), " "].concat()
}
