//! Texts of two words or more in code: read from its tokens, comments and attributes of Rust left out.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};

/// Attributes of elements whose content nobody reads.
const UNREAD: [&str; 4] = ["class", "id", "rel", "selector"];

/// The names of all classes that a style sheet knows.
pub(crate) fn classes(style: &str) -> BTreeSet<&str> {
    let name = |part| str::split(part, |letter: char| !letter.is_ascii_alphanumeric() && letter != '-').next();
    style.split('.').skip(1).filter_map(name).filter(|name| !name.is_empty()).collect()
}

/// How many files a folder has, and the texts in all but some of them, each with its file and line.
pub(crate) fn in_folder(folder: &Path, classes: &BTreeSet<&str>) -> (usize, Vec<String>) {
    let (mut files, mut found) = (0, Vec::new());
    for path in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            let (more, inner) = in_folder(&path, classes);
            files += more;
            found.extend(inner);
        } else {
            files += 1;
            let code = std::fs::read_to_string(&path).unwrap();
            found.extend(in_code(&code, classes).into_iter().map(|(line, text)| format!("{}:{line}: {text}", path.display())));
        }
    }
    (files, found)
}

/// The texts in code, each with its line.
pub(crate) fn in_code(code: &str, classes: &BTreeSet<&str>) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    walk(code.parse().unwrap(), classes, &mut found);
    found
}

fn walk(tokens: TokenStream, classes: &BTreeSet<&str>, found: &mut Vec<(usize, String)>) {
    // The two tokens before: `#` and `!` begin an attribute, a name and `=` give one to an element.
    let mut before = [String::new(), String::new()];
    for token in tokens {
        match &token {
            TokenTree::Group(group) if before[1] != "#" && before != ["#", "!"] => walk(group.stream(), classes, found),
            TokenTree::Literal(literal) if before[1] != "=" || !UNREAD.contains(&before[0].as_str()) => {
                let text = literal.to_string();
                if let Some(text) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|text| is_said(text, classes)) {
                    found.push((literal.span().start().line, text.to_owned()));
                }
            }
            _ => {}
        }
        before.rotate_left(1);
        before[1] = token.to_string();
    }
}

/// Whether a text has a letter, a space and a letter, and is not only names of classes.
fn is_said(text: &str, classes: &BTreeSet<&str>) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let has_words = letters.windows(3).any(|three| three[0].is_alphabetic() && three[1] == ' ' && three[2].is_alphabetic());
    has_words && !text.split_whitespace().all(|word| classes.contains(word))
}
