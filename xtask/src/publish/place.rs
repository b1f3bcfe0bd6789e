//! Where the page is to be published, and as what types of content.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::headers::is_plain;

/// The folder that the instructions copy the page to.
pub const ROOT: &str = "/srv/fivetwenty";

/// The type of each file of the page, by the ending of its name.
pub const TYPES: [(&str, &str); 11] = [
    ("html", "text/html"),
    ("css", "text/css"),
    ("js", "text/javascript"),
    ("wasm", "application/wasm"),
    ("json", "application/json"),
    ("har", "application/json"),
    ("md", "text/markdown"),
    ("txt", "text/plain"),
    ("xml", "text/xml"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
];

/// What a host compresses.
pub const COMPRESSED: [&str; 8] =
    ["text/html", "text/css", "text/javascript", "application/wasm", "application/json", "text/markdown", "text/plain", "image/svg+xml"];

/// Where the page is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder of the host, as `/` or `/tools/`.
    pub base: String,
    /// The host's name, if it is known.
    pub host: Option<String>,
}

impl Place {
    /// The host's name, or what stands for it in examples.
    pub fn host(&self) -> &str {
        self.host.as_deref().unwrap_or("example.com")
    }

    /// The folder without its last slash, where the page is not at the root.
    pub fn folder(&self) -> Option<&str> {
        self.base.strip_suffix('/').filter(|folder| !folder.is_empty())
    }
}

/// Reads a folder of a host: `/tools/` for `/tools/`, `tools` and `/tools`.
///
/// # Errors
/// When it has other signs than those that need no quotes anywhere, or leads out of itself.
pub fn base(text: &str) -> Result<String> {
    let inner = text.trim_matches('/');
    let is_folder = |part: &str| !["", ".", ".."].contains(&part);
    ensure!(
        is_plain(inner) && (inner.is_empty() || inner.split('/').all(is_folder)),
        "expected a folder such as /tools/, of letters, digits and - . _ ~, found {text:?}"
    );
    Ok(if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") })
}

/// The type of a file's content.
///
/// # Errors
/// When its ending is in no list: a host would guess.
pub fn type_of(file: &Path) -> Result<&'static str> {
    let ending = file.extension().unwrap_or_default();
    let known = TYPES.iter().find(|(known, _)| ending == *known);
    known.map(|(_, kind)| *kind).with_context(|| format!("{}: no type is known for this ending: add it to TYPES", file.display()))
}

/// A type as it is sent: browsers read a text as UTF-8 only where that is said.
pub fn content_type(kind: &str) -> String {
    let charset = if kind.starts_with("text/") { "; charset=utf-8" } else { "" };
    format!("{kind}{charset}")
}

/// Instructions as comments.
pub fn comment(mark: &str, lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [mark, " ", line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a folder is taken that some host's configuration, or a shell, reads as something else.
    #[test]
    fn a_base_is_a_folder_and_nothing_else() {
        for (text, expected) in [("/", "/"), ("", "/"), ("/tools/", "/tools/"), ("tools", "/tools/"), ("/a/b-1.0_x~", "/a/b-1.0_x~/")] {
            assert_eq!(base(text).unwrap(), expected);
        }
        for text in
            ["/a b/", "/../", "/a/../b/", "/./", "/a//b/", "/a*/", "/(a|b)/", "/$a/", "/{a}/", "/a;b/", "/\"a/", "/a'b/", "/a%2f/", "/é/"]
        {
            let error = base(text).unwrap_err().to_string();
            assert!(error.contains("expected a folder such as /tools/") && error.contains(&format!("{text:?}")), "{text}: {error}");
        }
    }
}
